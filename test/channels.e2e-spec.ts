import { randomUUID } from 'node:crypto';
import { OpenLinks } from '../src/responses/channels/open-links.service.js';
import { Signer } from '../src/platform/signing.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

const hiddenOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );

describe('open links', () => {
  let t: TestApp;
  let acme: Caller;
  let surveyId: string;
  let address = 0;

  beforeAll(async () => {
    t = await startApp({ TRUSTED_PROXIES: '127.0.0.1' });
    acme = await t.signUp('Halden Energy');
    await acme.post('/touchpoints', { key: 'shop', name: 'Shop', stage: 'Buy', area: 'process' }).expect(201);
    const { body } = await acme
      .post('/surveys', { name: 'S', metric: 'tnps', touchpointKey: 'shop', locales: ['en', 'de'] })
      .expect(201);
    surveyId = body.id;
    await acme.post(`/surveys/${surveyId}/publish`).expect(200);
  });
  afterAll(() => t?.close());

  const make = async (fields: object = {}) =>
    (await acme.post('/open-links', { surveyId, channel: 'link', name: 'Shop door', ...fields }).expect(201)).body;
  const pathOf = (url: string) => new URL(url).pathname + new URL(url).search;
  const from = () => ({ origin: 'null', 'x-forwarded-for': `203.0.113.${(address += 1)}` });
  /** A stamp as the page would have given it some seconds ago. */
  const stampFor = (path: string, version = 1) =>
    t.app.get(Signer).seal('open form', `${Date.now() - 5_000}.${version}.${path.split('?')[0]?.slice(-22) ?? ''}`);
  async function answer(path: string, fields: object) {
    const page = await t.http.get(path).expect(200);
    const action = /<form[^>]* action="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const hidden = { ...hiddenOf(page.text), stamp: stampFor(path) };
    const send = () =>
      t.http
        .post(action)
        .set(from())
        .type('form')
        .send({ ...hidden, ...fields });
    return { page, action, send, done: await send() };
  }
  const stored = (id: string) =>
    t.sql(
      `select score, comment, may_contact, channel, customer_id, source_ref, flags, counted, survey_version, touchpoint_id is not null as placed
       from responses where open_link_id = $1 order by created_at`,
      [id],
    );

  it('takes exactly as many answers as the quota, however many come at once', async () => {
    const other = await t.signUp('Quota Ltd');
    const { body: survey } = await other
      .post('/surveys', { name: 'Ten', metric: 'nps', quota: { limit: 10 } })
      .expect(201);
    await other.post(`/surveys/${survey.id}/publish`).expect(200);
    const { body: link } = await other
      .post('/open-links', { surveyId: survey.id, channel: 'link', name: 'Door' })
      .expect(201);
    const path = pathOf(link.url);
    const hidden = { ...hiddenOf((await t.http.get(path).expect(200)).text), stamp: stampFor(path) };
    const posts = Array.from({ length: 25 }, () =>
      t.http
        .post(path)
        .set(from())
        .type('form')
        .send({ ...hidden, submission: randomUUID(), score: 7 }),
    );
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(10);
    expect(statuses.filter((status) => status === 409)).toHaveLength(15);
    expect(await stored(link.id)).toHaveLength(10);
  });

  it('takes answers of whoever has the link, once each, and says how many people looked', async () => {
    const link = await make();
    expect(link).toMatchObject({ channel: 'link', answers: 0, openings: 0, revokedAt: null, version: 1 });
    const path = pathOf(link.url);
    const { send, done } = await answer(`${path}?ref=door-2`, { score: 3, comment: 'Long queue', mayContact: 'no' });
    expect(done.status).toBe(303);
    const thanks = await t.http.get(done.headers['location'] ?? '').expect(200);
    expect(thanks.text).toContain('Thank you');
    expect((await send()).headers['location']).toBe(done.headers['location']);
    await answer(path, { score: 9 });
    await t.http.head(path).expect(200);
    expect(await stored(link.id)).toEqual([
      {
        score: 3,
        comment: 'Long queue',
        may_contact: null,
        channel: 'link',
        customer_id: null,
        source_ref: 'door-2',
        flags: [],
        counted: true,
        survey_version: 1,
        placed: true,
      },
      expect.objectContaining({ score: 9, comment: null, source_ref: null }),
    ]);
    await t.runJobs();
    const { body } = await acme.get(`/open-links/${link.id}`).expect(200);
    expect(body).toMatchObject({ answers: 2, counted: 2, refs: [{ ref: 'door-2', answers: 1 }] });
    expect((await acme.get('/responses?channel=link').expect(200)).body.items).toHaveLength(2);
  });

  it('takes no new answer once the quota of its survey is reached, and ends the last one as before', async () => {
    const survey = await acme.post('/surveys', { name: 'Few', metric: 'nps', quota: { limit: 1 } }).expect(201);
    await acme.post(`/surveys/${survey.body.id}/publish`).expect(200);
    const link = await make({ surveyId: survey.body.id });
    const path = pathOf(link.url);
    const open = await t.http.get(path).expect(200);
    const { send, done } = await answer(path, { score: 9 });
    expect(done.status).toBe(303);
    await t.http.get(done.headers['location'] ?? '').expect(200);
    expect((await send()).headers['location']).toBe(done.headers['location']);
    const late = { ...hiddenOf(open.text), stamp: stampFor(path), score: 3 };
    await t.http.post(path).set(from()).type('form').send(late).expect(409);
    expect((await t.http.get(path).expect(200)).text).not.toContain('name="score"');
    expect(await stored(link.id)).toHaveLength(1);
  });

  it('says whose answer it is only where we signed it, and opens their case', async () => {
    const link = await make({ name: 'Receipt' });
    await acme
      .put('/customers/by-external-id/c1', {
        email: 'c1@example.org',
        consents: [{ purpose: 'feedback', granted: true }],
      })
      .expect(201);
    const made = await acme.post(`/open-links/${link.id}/personal`, { externalCustomerIds: ['c1'] }).expect(200);
    const own = pathOf(made.body.items[0].url);
    const { done } = await answer(own, { score: 1, mayContact: 'yes' });
    expect(await stored(link.id)).toMatchObject([{ customer_id: expect.any(String), score: 1, may_contact: true }]);
    // Where nobody is known, a yes could not be kept: it is not asked.
    expect((await t.http.get(own).expect(200)).text).toContain('name="mayContact"');
    expect((await t.http.get(pathOf(link.url)).expect(200)).text).not.toContain('mayContact');
    expect((await t.http.get(done.headers['location'] ?? '').expect(200)).text).toContain('/me/');
    await t.runJobs();
    expect((await acme.get('/cases').expect(200)).body.items).toHaveLength(1);
    // A changed value, and one of another link, name nobody.
    const other = await make({ name: 'Other' });
    for (const forged of [
      `${pathOf(link.url)}?c=${own.split('c=')[1]?.slice(0, -2)}xx`,
      pathOf(other.url) + own.slice(own.indexOf('?')),
    ])
      await answer(forged, { score: 2 });
    expect(await stored(other.id)).toMatchObject([{ customer_id: null }]);
    expect((await stored(link.id))[1]).toMatchObject({ customer_id: null });
    const unknown = await acme.post(`/open-links/${link.id}/personal`, { externalCustomerIds: ['c1', 'nobody'] });
    expect(unknown.status).toBe(422);
    expect(unknown.body.errors[0].path).toBe('externalCustomerIds[1]');
  });

  it('keeps the place and person in other languages and after mistakes', async () => {
    const path = `${pathOf((await make({ name: 'De' })).url)}?ref=till`;
    const page = await t.http.get(`${path}&lang=de`).expect(200);
    expect(page.text).toContain('<html lang="de"');
    expect(page.text).toContain('href="?ref=till&amp;lang=en"');
    const wrong = await answer(path, { comment: 'Typed' });
    expect(wrong.done.status).toBe(422);
    expect(wrong.done.text).toContain('Typed</textarea>');
    expect(wrong.done.text).toContain('?ref=till"');
  });

  it('flags machines and bursts, and refuses nobody behind one link', async () => {
    const link = await make({ name: 'Flagged' });
    const path = pathOf(link.url);
    await t.http.post(path).set(from()).type('form').send({ score: 0 }).expect(303);
    expect(await stored(link.id)).toMatchObject([{ flags: ['too_fast'], counted: false }]);
    for (let i = 0; i < 12; i += 1) expect((await answer(path, { score: 10 })).done.status).toBe(303);
    const { body } = await acme.get(`/open-links/${link.id}`).expect(200);
    expect(body).toMatchObject({ answers: 13, counted: 12 });
  });

  it('binds an answer to the wording that was seen', async () => {
    const made = await acme.post('/surveys', { name: 'V', metric: 'nps' }).expect(201);
    const survey = (await acme.post(`/surveys/${made.body.id}/publish`).expect(200)).body;
    const link = await make({ surveyId: survey.id, name: 'V' });
    const path = pathOf(link.url);
    const page = await t.http.get(path).expect(200);
    const questions = survey.questions.map((q: object) => ({ ...q }));
    questions[1].text = { en: 'Why this number?' };
    await acme.patch(`/surveys/${survey.id}`, { questions }).expect(200);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    await t.http
      .post(path)
      .set(from())
      .type('form')
      .send({ ...hiddenOf(page.text), stamp: stampFor(path, 1), score: 8 })
      .expect(303);
    await answer(path, { score: 7, stamp: stampFor(path, 2) });
    expect(await stored(link.id)).toMatchObject([{ survey_version: 1 }, { survey_version: 2 }]);
  });

  it('asks page by page where a question depends on an answer, and stores the whole at the end', async () => {
    const { body: survey } = await acme
      .post('/surveys', {
        name: 'Branching',
        metric: 'nps',
        questions: [
          { id: 'score', type: 'nps' },
          { id: 'reason', type: 'reason' },
          {
            id: 'what',
            type: 'choice',
            text: 'What went wrong?',
            required: true,
            options: [
              { id: 'wait', text: 'The wait' },
              { id: 'price', text: 'The price' },
            ],
            showIf: { question: 'score', is: 'between', from: 0, to: 6 },
          },
        ],
      })
      .expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    const link = await make({ surveyId: survey.id });
    const path = pathOf(link.url);
    // Whom the condition leaves out is done at once, and is not asked for what they never saw.
    const { page, done } = await answer(path, { score: 9 });
    expect(page.text).not.toContain('What went wrong?');
    expect(done.status).toBe(303);
    expect(await stored(link.id)).toMatchObject([{ score: 9 }]);

    const first = await answer(path, { score: 2, comment: 'An hour & more' });
    expect(first.done.status).toBe(200);
    expect(first.done.text).toContain('What went wrong?');
    expect(first.done.text).not.toContain('Your score is with us already');
    expect(await stored(link.id)).toHaveLength(1);
    const unescape = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
    const hidden = Object.fromEntries(
      Object.entries(hiddenOf(first.done.text)).map(([name, value]) => [name, unescape(value)]),
    );
    const post = (fields: object) => t.http.post(path).set(from()).type('form').send(fields);
    const missing = await post(hidden).expect(422);
    expect(missing.text).toContain('What went wrong?');
    // A page that stands on nothing is the first one.
    await post({ ...hidden, carried: '{', q_what: 'wait' }).expect(422);
    for (let i = 0; i < 2; i += 1) await post({ ...hidden, q_what: 'wait' }).expect(303);
    expect(
      await t.sql(`select score, comment, answers, flags from responses where open_link_id = $1 and score = 2`, [
        link.id,
      ]),
    ).toEqual([{ score: 2, comment: 'An hour & more', answers: { what: 'wait' }, flags: [] }]);
  });

  it('ends when it is revoked or its survey closes, and comes back', async () => {
    const link = await make({ name: 'Ends' });
    const path = pathOf(link.url);
    const revoked = await acme.patch(`/open-links/${link.id}`, { revoked: true, version: 1 }).expect(200);
    expect(revoked.body).toMatchObject({ revokedAt: expect.any(String), version: 2 });
    await t.http.get(path).expect(404);
    await t.http.post(path).type('form').send({ score: 3 }).expect(404);
    await acme.patch(`/open-links/${link.id}`, { revoked: false, version: 1 }).expect(409);
    await acme.patch(`/open-links/${link.id}`, { revoked: false }).expect(200);
    await t.http.get(path).expect(200);
    await t.http.get(`/l/${'x'.repeat(64)}`).expect(404);
    const { done, send } = await answer(path, { score: 9 });
    const close = (status: string) => acme.patch(`/surveys/${surveyId}`, { status }).expect(200);
    await close('closed');
    expect((await t.http.get(path).expect(200)).text).toContain('This survey has ended');
    const late = await t.http.post(path).set(from()).type('form').send({ score: 3 }).expect(409);
    expect(late.text).toContain('This survey has ended');
    // What came in time ends as it did.
    expect((await send()).headers['location']).toBe(done.headers['location']);
    await t.http.get(done.headers['location'] ?? '').expect(200);
    expect(await stored(link.id)).toHaveLength(1);
    await close('live');
    // A token of another kind is none of these.
    await t.http.get(path.replace('/l/', '/s/')).expect(404);
  });

  it('draws the code and a sheet to print', async () => {
    const link = await make({ name: 'Printed' });
    const svg = await acme.get(`/open-links/${link.id}/qr`).expect(200).expect('content-type', /svg/);
    expect(String(svg.body)).toMatch(/^<svg[^>]*viewBox/);
    const png = await acme
      .get(`/open-links/${link.id}/qr?format=png&size=400`)
      .expect(200)
      .expect('content-type', /png/);
    expect(png.body.subarray(1, 4).toString()).toBe('PNG');
    // Width in the header of the picture.
    expect(png.body.readUInt32BE(16)).toBe(400);
    const sheet = await acme.get(`/open-links/${link.id}/poster?paper=a5&locale=de`).expect(200);
    expect(sheet.text).toContain('size:A5 portrait');
    expect(sheet.text).toContain('Richten Sie die Kamera');
    expect(sheet.text).toContain(link.url);
    expect(sheet.text).not.toMatch(/ style=|<script/);
  });

  it('says what is wrong', async () => {
    const refused = async (fields: object, path: string) => {
      const answered = await acme.post('/open-links', { surveyId, channel: 'link', name: 'N', ...fields });
      expect(answered.status).toBe(422);
      expect(answered.body.errors[0].path).toBe(path);
    };
    await refused({ name: ' ' }, 'name');
    await refused({ channel: 'fax' }, 'channel');
    await refused({ channel: 'widget' }, 'origins');
    await refused({ channel: 'widget', origins: ['https://a.example/path'] }, 'origins[0]');
    await refused({ channel: 'widget', origins: ['javascript:alert(1)'] }, 'origins[0]');
    const draft = (await acme.post('/surveys', { name: 'D', metric: 'nps' }).expect(201)).body;
    const answered = await acme.post('/open-links', { surveyId: draft.id, channel: 'link', name: 'N' }).expect(409);
    expect(answered.body.code).toBe('survey.not_live');
    const stranger = await t.signUp('Elsewhere');
    const link = await make();
    for (const path of ['', '/qr', '/poster']) await stranger.get(`/open-links/${link.id}${path}`).expect(404);
    await stranger.post('/open-links', { surveyId, channel: 'link', name: 'N' }).expect(404);
    expect(t.app.get(OpenLinks).behind('x')).toBeNull();
  });
});
