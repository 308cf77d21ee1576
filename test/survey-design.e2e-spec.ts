import { Signer } from '../src/platform/signing.js';
import { Responses } from '../src/responses/responses.service.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { OPEN_POLICY } from './support/make.js';

const hiddenOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );

/** Surveys with conditions, ends and versions, from both sides. */
describe('survey design', () => {
  let t: TestApp;
  let acme: Caller & { userId: string };
  let people = 0;
  let address = 0;

  beforeAll(async () => {
    t = await startApp({ TRUSTED_PROXIES: '127.0.0.1' });
    acme = await t.signUp('Acme');
    await acme.put('/contact-policy', OPEN_POLICY).expect(200);
    for (const key of ['shop', 'depot'])
      await acme.post('/touchpoints', { key, name: key, stage: 'Use', area: 'process' }).expect(201);
  });
  afterAll(() => t?.close());

  async function survey(fields: object): Promise<string> {
    const { body } = await acme.post('/surveys', { name: 'S', metric: 'nps', ...fields }).expect(201);
    await acme.post(`/surveys/${body.id}/publish`).expect(200);
    return body.id;
  }

  /** Path and id of an invitation for a new customer, as a campaign makes it. */
  async function invited(
    surveyId: string,
    fields: object = {},
  ): Promise<{ id: string; s: string; customerId: string }> {
    const externalId = `p${(people += 1)}`;
    const { body: customer } = await acme.put(`/customers/by-external-id/${externalId}`, {
      email: `${externalId}@example.org`,
      segments: [externalId],
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
      ...fields,
    });
    const { body: campaign } = await acme
      .post('/campaigns', { name: 'C', surveyId, audience: { segments: [externalId] } })
      .expect(201);
    await acme.post(`/campaigns/${campaign.id}/launch`).expect(200);
    await t.runJobs();
    const [item] = (await acme.get(`/invitations?campaignId=${campaign.id}`).expect(200)).body.items;
    return { id: item.id, s: item.surveyUrl ? new URL(item.surveyUrl).pathname : '', customerId: customer.id };
  }

  const look = async (path: string) => (await t.http.get(path)).text;
  const post = (path: string, fields: object) =>
    t.http
      .post(path.split('?')[0] ?? path)
      .set('x-forwarded-for', `203.0.113.${(address = (address % 250) + 1)}`)
      .type('form')
      .send(fields);
  const stampFor = (id: string) => t.app.get(Signer).seal('survey form', `${Date.now() - 5_000}.${id}`);
  /** As a person goes on from the page at `path`. */
  async function answer(one: { id: string }, path: string, fields: object) {
    return post(path, { ...hiddenOf(await look(path)), stamp: stampFor(one.id), ...fields });
  }
  const stored = async (id: string) =>
    (
      await t.sql<{ id: string }>(
        `select id, score, comment, answers, may_contact, complete, next_page, counted, version from responses where invitation_id = $1`,
        [id],
      )
    )[0];

  const questions = [
    { type: 'nps' },
    {
      id: 'what',
      type: 'choice',
      text: 'What went wrong, {{customer.firstName|dear customer}}?',
      multiple: true,
      maxPicks: 2,
      required: true,
      other: { text: null },
      options: ['price', 'speed', 'staff'].map((id) => ({ id, text: id })),
      showIf: { question: 'score', is: 'between', from: 0, to: 6 },
    },
    {
      id: 'who',
      type: 'text',
      text: 'Who was it?',
      showIf: { question: 'what', is: 'one_of', values: ['staff', 'other'] },
    },
    { type: 'reason' },
    { type: 'consent' },
  ];

  it('asks page by page without JavaScript, keeps each page, and shows staff what was read', async () => {
    const id = await survey({ name: 'Steps', questions });
    const one = await invited(id, { name: 'Eve <i>Smith</i>' });
    expect(await look(one.s)).not.toContain('went wrong');
    const first = await answer(one, one.s, { score: 3 });
    expect([first.status, first.headers['location']]).toEqual([303, `${one.s}?page=1`]);
    expect(await stored(one.id)).toMatchObject({ score: 3, complete: false, next_page: 1, counted: true, version: 1 });
    const [waiting] = await t.sql(
      `select run_at > now() + interval '5 minutes' as later from jobs where name = 'sentiment.tag' and key like $1`,
      [`${(await stored(one.id))?.id}%`],
    );
    expect(waiting).toEqual({ later: true });

    // The mail's link goes on where they stopped.
    const second = await look(one.s);
    expect(second).toContain('What went wrong, Eve?');
    expect(second).not.toContain('Who was it?');
    expect((await answer(one, one.s, {})).status).toBe(422);
    const many = await answer(one, one.s, { q_what: ['price', 'speed', 'staff'] });
    expect(many.status).toBe(422);
    expect(many.text).toContain('2 answers at most');
    const third = await answer(one, one.s, { q_what: ['price'], o_what: 'The <queue>' });
    expect(third.headers['location']).toBe(`${one.s}?page=2`);
    const last = await look(`${one.s}?page=2`);
    expect(last).toContain('Who was it?');
    expect(last).toContain('What went wrong?');
    const done = await answer(one, `${one.s}?page=2`, { q_who: 'Nobody', comment: 'Slow', mayContact: 'no' });
    expect(done.headers['location']).toBe(`${one.s}/thanks`);
    const response = await stored(one.id);
    expect(response).toMatchObject({
      complete: true,
      next_page: null,
      may_contact: false,
      answers: { what: ['price', 'other'], 'what.other': 'The <queue>', who: 'Nobody' },
    });

    await acme.put(`/customers/by-external-id/p${people}`, { name: 'Renamed' }).expect(200);
    const { asked } = (await acme.get(`/responses/${response?.id}/asked`).expect(200)).body;
    expect(asked).toMatchObject({ isAsSeen: true, locale: 'en' });
    expect(asked.questions.map((q: { text: string; answer: string[] }) => [q.text, q.answer])).toEqual([
      [expect.stringContaining('recommend Acme'), ['3']],
      ['What went wrong, Eve?', ['price', 'Something else: The <queue>']],
      ['Who was it?', ['Nobody']],
      ['What went wrong?', ['Slow']],
      [expect.stringContaining('contact you'), ['No, just pass it on']],
    ]);
    const csv = (await acme.get(`/responses/export?surveyId=${id}`).expect(200)).text.split('\n');
    expect(csv[0]).toMatch(/complete,surveyVersion,answers\.what,answers\.what\.other,answers\.who\s*$/);
    expect(csv[1]).toMatch(/"price; other",The <queue>,Nobody/);

    // A better score makes the questions about what went wrong disappear, and what was said to them.
    const change = await answer(one, `${one.s}?change=1&page=0`, { score: 9, page: 0 });
    expect(change.headers['location']).toBe(`${one.s}?page=2&change=1`);
    expect(await stored(one.id)).toMatchObject({ score: 9, complete: true, answers: {}, comment: 'Slow' });
    await post(`${one.s}/withdraw`, {}).expect(303);
    const { items } = (await acme.get(`/customers/${one.customerId}/timeline`).expect(200)).body;
    expect(items.map((entry: { title: string }) => entry.title)).toContain('Answer withdrawn');
    expect(await stored(one.id)).toMatchObject({ counted: false, comment: null, answers: {} });
  });

  it('counts a score that was not finished, and says so', async () => {
    const id = await survey({ name: 'Partial', questions });
    const [half, whole] = [await invited(id), await invited(id)];
    await answer(half, half.s, { score: 2 });
    expect((await answer(whole, whole.s, { score: 10 })).headers['location']).toBe(`${whole.s}?page=2`);
    await answer(whole, `${whole.s}?page=2`, {});
    const list = async (query: string) =>
      (await acme.get(`/responses?surveyId=${id}&${query}`).expect(200)).body.items.map(
        (r: { score: number }) => r.score,
      );
    expect(await list('complete=false')).toEqual([2]);
    expect(await list('complete=true')).toEqual([10]);
    const { body: results } = await acme.get(`/surveys/${id}/results`).expect(200);
    expect(results).toMatchObject({
      score: { kind: 'nps', n: 2, value: null, tooFew: true },
      unfinished: 1,
      invitations: { finished: 1, partial: 1, noContact: 0 },
      rates: { rr1: { rate: 0.5, n: 2 }, rr2: { rate: 1, n: 2 } },
    });
    const { items } = (await acme.get(`/customers/${half.customerId}/timeline`).expect(200)).body;
    expect(items.map((entry: { title: string }) => entry.title)).toContain('Answered 2, not finished');
  });

  it('lets one answer stand per invitation, however many come at once, and exactly as many as the quota', async () => {
    const id = await survey({ name: 'Rush' });
    const responses = t.app.get(Responses);
    const send = (invitationId: string, score: number) =>
      responses.submitAnswer(acme.tenantId, {
        invitationId,
        submissionId: `${invitationId}:${Math.random()}`,
        score,
        picked: null,
        comment: null,
        answers: {},
        mayContact: null,
        locale: 'en',
        channel: 'email',
        checked: { flags: [], network: null, suspect: false },
      });
    for (let round = 0; round < 3; round++) {
      const one = await invited(id);
      const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => send(one.id, i % 11)));
      expect(outcomes.filter((outcome) => outcome.isNew)).toHaveLength(1);
      expect(new Set(outcomes.map((outcome) => outcome.responseId)).size).toBe(1);
    }

    const full = await survey({ name: 'Full', quota: { limit: 2 } });
    const all = [await invited(full), await invited(full), await invited(full), await invited(full)];
    const posts = await Promise.all(all.map((one) => answer(one, one.s, { score: 8 })));
    expect(posts.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([303, 303, 409, 409]);
    const late = all[posts.findIndex((one) => one.status === 409)];
    expect(await look(late?.s ?? '')).toContain('We have enough answers');
    // Nobody else is sent a mail that leads to nothing.
    const unsent = await t.sql<{ skip_reason: string }>(`select skip_reason from invitations where id = $1`, [
      (await invited(full)).id,
    ]);
    expect(unsent).toEqual([{ skip_reason: 'quota_full' }]);
    // Whoever answered still sees and may withdraw it; that makes room again.
    const early = all[posts.findIndex((one) => one.status === 303)];
    expect(await look(early?.s ?? '')).toContain('Change my answer');
    await post(`${early?.s}/withdraw`, {}).expect(303);
    if (late) expect((await answer(late, late.s, { score: 5 })).status).toBe(303);
  });

  it('closes by itself, takes what was begun in time, and says so to everybody else', async () => {
    const id = await survey({ name: 'Ends', closesAt: '2999-01-01T00:00:00Z' });
    const [one, other] = [await invited(id), await invited(id)];
    await acme.patch(`/surveys/${id}`, { closesAt: '2020-01-01T00:00:00Z' }).expect(200);
    expect(await look(one.s)).toContain('This survey has ended');
    expect((await post(one.s, { score: 3 })).status).toBe(409);
    expect((await post(one.s, { score: 3, stamp: stampFor(one.id) })).status).toBe(303);
    expect(await look(`${other.s}?lang=en`)).toContain('takes no more answers');
    expect((await acme.post(`/surveys/${id}/publish`).expect(409)).body.code).toBe('survey.over');
    const { body: campaign } = await acme.post('/campaigns', { name: 'C', surveyId: id, audience: {} }).expect(201);
    expect((await acme.post(`/campaigns/${campaign.id}/launch`).expect(409)).body.code).toBe('survey.not_live');
  });

  it('keeps versions, makes copies, and puts surveys into the archive and back', async () => {
    const id = await survey({ name: 'Old', quota: { limit: 5, per: 'touchpoint', every: 'month' } });
    await acme.patch(`/surveys/${id}`, { questions }).expect(200);
    await acme.post(`/surveys/${id}/publish`).expect(200);
    const { items } = (await acme.get(`/surveys/${id}/versions`).expect(200)).body;
    expect(items.map((v: { number: number; questions: unknown[] }) => [v.number, v.questions.length])).toEqual([
      [2, 5],
      [1, 3],
    ]);
    expect(items[0].publishedBy).toBe('Ada Admin');
    const { body: copy } = await acme.post(`/surveys/${id}/duplicate`).expect(201);
    expect(copy).toMatchObject({ name: 'Copy of Old', status: 'draft', publishedVersion: null, quota: { limit: 5 } });
    expect(copy.questions).toEqual(items[0].questions);
    const { body: archived } = await acme.patch(`/surveys/${id}`, { archived: true }).expect(200);
    expect(archived).toMatchObject({ status: 'closed', archivedAt: expect.any(String) });
    expect((await acme.post(`/surveys/${id}/publish`).expect(409)).body.code).toBe('survey.archived');
    const names = async (query: string) =>
      (await acme.get(`/surveys?limit=200&${query}`).expect(200)).body.items.map((s: { id: string }) => s.id);
    expect(await names('archived=true')).toEqual([id]);
    expect(await names('archived=false')).not.toContain(id);
    expect(await names('')).toContain(id);
    await acme.patch(`/surveys/${id}`, { archived: false, status: 'live' }).expect(200);
  });

  it('refuses conditions, options and ends that cannot be', async () => {
    const refused = async (fields: object) =>
      (await acme.post('/surveys', { name: 'S', metric: 'nps', ...fields }).expect(422)).body.errors.map(
        (e: { path: string }) => e.path,
      );
    const text = { type: 'text', text: 'Q?' };
    expect(
      await refused({
        questions: [{ ...text, showIf: { question: 'score', is: 'between', from: 0, to: 6 } }, { type: 'nps' }],
      }),
    ).toEqual(['questions[0].showIf.question']);
    expect(
      await refused({
        questions: [{ type: 'nps' }, { ...text, showIf: { question: 'score', is: 'one_of', values: ['a'] } }],
      }),
    ).toEqual(['questions[1].showIf']);
    expect(
      await refused({ questions: [{ type: 'nps' }, { ...text, showIf: { question: 'score', is: 'maybe' } }] }),
    ).toEqual(['questions[1].showIf.is']);
    expect(await refused({ quota: { limit: 0 } })).toEqual(['quota.limit']);
    expect(await refused({ closesAt: 'tomorrow' })).toEqual(['closesAt']);
    const { body } = await acme
      .post('/surveys', {
        name: 'S',
        metric: 'nps',
        questions: [{ type: 'nps', text: 'Hi {{customer.firstName}} {{customer.email|x}}?' }],
      })
      .expect(201);
    expect(body.problems).toHaveLength(2);
  });

  it('shows CSAT and CES with what was answered to each question', async () => {
    const csat = await survey({
      metric: 'csat',
      questions: [
        { type: 'csat' },
        { id: 'tidy', type: 'rating', text: 'How tidy?', max: 3 },
        {
          id: 'pick',
          type: 'choice',
          text: 'Which?',
          multiple: true,
          options: ['a', 'b'].map((id) => ({ id, text: id })),
        },
        { type: 'consent' },
      ],
    });
    const rows = [5, 5, 4, 3, 1, 4].map((score, i) => ({
      surveyId: csat,
      score,
      mayContact: i < 5 ? i % 2 === 0 : null,
      answers: { tidy: 1 + (i % 3), pick: i % 2 === 0 ? ['a'] : ['a', 'b'] },
    }));
    await acme.post('/responses', rows).expect(201);
    const { body: results } = await acme.get(`/surveys/${csat}/results`).expect(200);
    expect(results.score).toMatchObject({ kind: 'csat', n: 6, tooFew: true });
    expect(results.score.value).toBeCloseTo(66.67, 1);
    expect(results.scores.map((s: { n: number }) => s.n)).toEqual([1, 0, 1, 2, 2]);
    expect(results.questions).toMatchObject([
      { id: 'tidy', n: 6, mean: 2, options: [{ n: 2 }, { n: 2 }, { n: 2 }] },
      {
        id: 'pick',
        n: 6,
        options: [
          { id: 'a', n: 6 },
          { id: 'b', n: 3 },
        ],
      },
      {
        id: 'consent',
        n: 5,
        options: [
          { id: 'yes', n: 3 },
          { id: 'no', n: 2 },
        ],
      },
    ]);
    expect(results.participation).toBe(6);
    const ces = await survey({ metric: 'ces' });
    await acme
      .post(
        '/responses',
        [7, 6, 5, 2, 4].map((score) => ({ surveyId: ces, score })),
      )
      .expect(201);
    const { body: effort } = await acme.get(`/surveys/${ces}/results?version=1`).expect(200);
    expect(effort.score).toMatchObject({ kind: 'ces', n: 5, value: 4.8, easy: { rate: 0.6 }, hard: { rate: 0.2 } });
    expect((await acme.get(`/surveys/${ces}/results?to=2000-01-01`).expect(200)).body.score.n).toBe(0);
    await acme.get(`/surveys/${ces}/results?touchpoint=nowhere`).expect(422);
    const other = await t.signUp();
    for (const path of ['results', 'versions']) await other.get(`/surveys/${ces}/${path}`).expect(404);
    await other.post(`/surveys/${ces}/duplicate`).expect(404);
  });
});
