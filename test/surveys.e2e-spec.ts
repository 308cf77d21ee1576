import { type Caller, type TestApp, startApp } from './support/app.js';

describe('surveys', () => {
  let t: TestApp;
  let acme: Caller;
  beforeAll(async () => {
    t = await startApp();
    acme = await t.signUp('Acme');
    await acme.post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Use', area: 'process' }).expect(201);
  });
  afterAll(() => t?.close());

  it('makes the standard questions when none are given, and publishes them', async () => {
    const { body: survey } = await acme
      .post('/surveys', { name: 'Delivered', metric: 'tnps', touchpointKey: 'delivery', locales: ['en', 'ar'] })
      .expect(201);
    expect(survey).toMatchObject({
      status: 'draft',
      touchpointKey: 'delivery',
      publishedVersion: null,
      problems: [],
      version: 1,
    });
    expect(survey.questions.map((q: { type: string }) => q.type)).toEqual(['nps', 'reason', 'consent']);
    const { body: live } = await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    expect(live).toMatchObject({ status: 'live', publishedVersion: 1, hasUnpublishedChanges: false, version: 2 });
    const { body: again } = await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    expect(again).toEqual(live);
  });

  it('keeps a published version when the draft changes, word for word', async () => {
    const { body: survey } = await acme.post('/surveys', { name: 'S', metric: 'nps' }).expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    const questions = [{ type: 'nps', text: 'Would you send a friend to {organization}?' }];
    const { body: edited } = await acme.patch(`/surveys/${survey.id}`, { questions }).expect(200);
    expect(edited).toMatchObject({ status: 'live', publishedVersion: 1, hasUnpublishedChanges: true });
    const { body: second } = await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    expect(second).toMatchObject({ publishedVersion: 2, hasUnpublishedChanges: false });
    const versions = await t.sql(`select number, questions from survey_versions where survey_id = $1 order by number`, [
      survey.id,
    ]);
    expect(versions).toHaveLength(2);
    expect(versions[0]).toMatchObject({ number: 1, questions: [{ text: null }, {}, {}] });
    expect(versions[1]).toMatchObject({ questions: [{ text: { en: 'Would you send a friend to {organization}?' } }] });
  });

  it('refuses a list without the metric question, with the wrong one, or with two', async () => {
    const refused = async (questions: unknown) => {
      const { body } = await acme.post('/surveys', { name: 'S', metric: 'nps', questions }).expect(422);
      return body.errors;
    };
    expect(await refused([{ type: 'reason' }])).toMatchObject([{ path: 'questions' }]);
    expect(await refused([{ type: 'text', text: 'Anything?' }])).toMatchObject([{ path: 'questions' }]);
    expect(await refused([{ type: 'csat' }])).toMatchObject([{ path: 'questions' }, { path: 'questions[0].type' }]);
    expect(await refused([{ type: 'nps' }, { type: 'nps' }])).toMatchObject([{ path: 'questions' }]);
    expect(await refused([])).toMatchObject([{ path: 'questions' }]);
    expect(await refused([{ type: 'dance' }])).toMatchObject([{ path: 'questions[0].type' }]);
  });

  it('names question and language of a missing translation, and publishes once it is there', async () => {
    const choice = {
      id: 'product',
      type: 'choice',
      text: { en: 'Which product?', de: 'Welches Produkt?' },
      options: [
        { id: 'a', text: { en: 'A', de: 'A' } },
        { id: 'b', text: { en: 'B' } },
      ],
    };
    const { body: survey } = await acme
      .post('/surveys', { name: 'S', metric: 'nps', locales: ['en', 'de'], questions: [{ type: 'nps' }, choice] })
      .expect(201);
    const { body: problem } = await acme.post(`/surveys/${survey.id}/publish`).expect(422);
    expect(problem).toMatchObject({ code: 'survey.incomplete', errors: [{ path: 'questions[1].options[1].text.de' }] });
    expect(problem.detail).toMatch(/product.*German/);
    const options = [choice.options[0], { id: 'b', text: { en: 'B', de: 'B' } }];
    await acme.patch(`/surveys/${survey.id}`, { questions: [{ type: 'nps' }, { ...choice, options }] }).expect(200);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
  });

  it('refuses to publish a language without built-in texts, and merge tags that do not exist', async () => {
    const { body: dutch } = await acme.post('/surveys', { name: 'S', metric: 'nps', locales: ['nl'] }).expect(201);
    const { body: problem } = await acme.post(`/surveys/${dutch.id}/publish`).expect(422);
    expect(problem.errors).toContainEqual(expect.objectContaining({ path: 'questions[0].text.nl' }));
    const questions = [{ type: 'nps', text: 'Dear {firstName}, about {touchpoint}?' }];
    const { body: tags } = await acme.post('/surveys', { name: 'S', metric: 'nps', questions }).expect(201);
    expect(tags.problems).toHaveLength(2);
  });

  it('lets one of two editors know', async () => {
    const { body: survey } = await acme.post('/surveys', { name: 'S', metric: 'nps' }).expect(201);
    await acme.patch(`/surveys/${survey.id}`, { name: 'One', version: 1 }).expect(200);
    const { body } = await acme.patch(`/surveys/${survey.id}`, { name: 'Two', version: 1 }).expect(409);
    expect(body.code).toBe('survey.version_conflict');
    expect((await acme.patch(`/surveys/${survey.id}`, { name: 'Two' }).expect(200)).body.version).toBe(3);
    await acme.patch(`/surveys/${survey.id}`, { status: 'closed' }).expect(409);
  });

  it('words questions by language and score', async () => {
    const { body: survey } = await acme
      .post('/surveys', { name: 'S', metric: 'nps', locales: ['en', 'de', 'ar'] })
      .expect(201);
    const reason = async (query: string) => {
      const { body } = await acme.get(`/surveys/${survey.id}/wording?${query}`).expect(200);
      return { dir: body.dir, text: body.questions[1].text, ask: body.metric.text };
    };
    expect(await reason('')).toMatchObject({ dir: 'ltr', text: 'What is the main reason for your score?' });
    expect((await reason('score=6')).text).toBe('What went wrong?');
    expect((await reason('score=7')).text).toBe('What should we do better?');
    expect((await reason('score=9&locale=de')).text).toBe('Was haben wir gut gemacht?');
    expect((await reason('locale=ar')).dir).toBe('rtl');
    expect((await reason('locale=de')).ask).toContain('Acme');
  });

  it('shows the mail with the score row and nothing of a template left', async () => {
    const { body: survey } = await acme
      .post('/surveys', { name: 'S', metric: 'tnps', touchpointKey: 'delivery', locales: ['en', 'fr'] })
      .expect(201);
    const { body: mail } = await acme.get(`/surveys/${survey.id}/mail?locale=fr`).expect(200);
    expect(mail.html.match(/\?score=\d+/g)).toHaveLength(11);
    expect(mail.html).not.toMatch(/[⟦⟧]|\{\w+\}/);
    expect(mail.text).not.toMatch(/\{\w+\}/);
    expect(mail.html).toContain('Rien n’est envoyé avant');
    expect(Buffer.byteLength(mail.html)).toBeLessThan(90_000);
  });

  it('keeps roles and organizations apart', async () => {
    const { body: survey } = await acme.post('/surveys', { name: 'S', metric: 'nps' }).expect(201);
    const viewer = await t.colleague(acme, 'viewer');
    await viewer.get(`/surveys/${survey.id}`).expect(200);
    const agent = await t.colleague(acme, 'agent');
    await agent.post('/surveys', { name: 'S', metric: 'nps' }).expect(403);
    const other = await t.signUp('Other');
    await other.get(`/surveys/${survey.id}`).expect(404);
    await other.patch(`/surveys/${survey.id}`, { name: 'Mine' }).expect(404);
    await other.post(`/surveys/${survey.id}/publish`).expect(404);
    expect((await other.get('/surveys').expect(200)).body.items).toEqual([]);
    await acme.get('/surveys/not-an-id').expect(404);
    await acme.post('/surveys', { name: '', metric: 'dance', touchpointKey: 'delivery' }).expect(422);
    await acme.post('/surveys', { name: 'S', metric: 'nps', touchpointKey: 'nowhere' }).expect(422);
  });

  it('pages through surveys, newest first', async () => {
    const beta = await t.signUp('Beta');
    for (const name of ['one', 'two', 'three']) await beta.post('/surveys', { name, metric: 'csat' }).expect(201);
    const { body: first } = await beta.get('/surveys?limit=2').expect(200);
    expect(first.items.map((s: { name: string }) => s.name)).toEqual(['three', 'two']);
    const { body: rest } = await beta.get(`/surveys?limit=2&cursor=${first.nextCursor}`).expect(200);
    expect(rest).toMatchObject({ items: [{ name: 'one' }], nextCursor: null });
  });
});
