import { createRequire } from 'node:module';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type Caller, type TestApp, startApp } from './support/app.js';

/** A counter's screen: what it sends, and that no answer is lost or doubled in a real browser that goes offline and is switched off. */
const chromiumPath = process.env['HEARBACK_TEST_CHROMIUM'];

describe('the kiosk', () => {
  let t: TestApp;
  let acme: Caller;
  let surveyId: string;
  let base: string;

  beforeAll(async () => {
    t = await startApp();
    base = new URL(t.http.get('/').url).origin.replace('127.0.0.1', 'localhost');
    acme = await t.signUp('Halden Energy');
    surveyId = (await acme.post('/surveys', { name: 'S', metric: 'nps', locales: ['en', 'ar'] }).expect(201)).body.id;
    await acme.post(`/surveys/${surveyId}/publish`).expect(200);
  });
  afterAll(() => t?.close());

  const make = async (survey = surveyId) => {
    const { body } = await acme
      .post('/open-links', { surveyId: survey, channel: 'kiosk', name: 'Counter', resetSeconds: 5 })
      .expect(201);
    return { id: body.id as string, path: new URL(body.url).pathname };
  };
  const stored = (id: string) =>
    t.sql<{ score: number; comment: string | null }>(
      `select score, comment, channel, flags, locale from responses where open_link_id = $1 order by submitted_at`,
      [id],
    );
  let n = 0;
  const answer = (fields: object = {}) => ({
    id: `0193b3c4-7a10-7000-8000-${String((n += 1)).padStart(12, '0')}`,
    at: new Date(Date.now() - 60_000).toISOString(),
    version: 1,
    locale: 'en',
    score: 7,
    ...fields,
  });

  it('stores each answer once however often it is sent, with the time it was given', async () => {
    const { id, path } = await make();
    // So many at once from one network are what waited, no burst.
    const late = Array.from({ length: 50 }, (_, i) =>
      answer({ at: new Date(Date.now() - 3_600_000).toISOString(), score: i % 11 }),
    );
    for (let i = 0; i < 3; i += 1) {
      const { body } = await t.http.post(path).send({ answers: late }).expect(200);
      expect(body).toEqual({ stored: late.map((one) => one.id), refused: [] });
    }
    const rows = await stored(id);
    expect(rows).toHaveLength(50);
    expect(new Set(rows.map((row) => JSON.stringify((row as unknown as { flags: string[] }).flags)))).toEqual(
      new Set(['[]']),
    );
    const [times] = await t.sql<{ near: boolean }>(
      `select bool_and(submitted_at < now() - interval '50 minutes') as near from responses where open_link_id = $1`,
      [id],
    );
    expect(times?.near).toBe(true);
  });

  it('takes what can be taken, and names what cannot', async () => {
    const { id, path } = await make();
    const [good, wrong, future] = [answer(), answer({ score: 11 }), answer({ at: '2999-01-01T00:00:00Z' })];
    const { body } = await t.http
      .post(path)
      .send({ answers: [good, wrong, future] })
      .expect(200);
    expect(body).toEqual({ stored: [good.id, future.id], refused: [{ id: wrong.id, message: expect.any(String) }] });
    const [{ last } = { last: new Date(0) }] = await t.sql<{ last: Date }>(
      `select max(submitted_at) as last from responses where open_link_id = $1`,
      [id],
    );
    expect(last.getTime()).toBeLessThanOrEqual(Date.now());
    await t.http.post(path).send({ answers: [] }).expect(422);
    await t.http
      .post(path)
      .send({ answers: [answer({ id: 'x' })] })
      .expect(422);
    await acme.patch(`/open-links/${id}`, { revoked: true }).expect(200);
    await t.http
      .post(path)
      .send({ answers: [answer()] })
      .expect(404);
    await t.http.get(path).expect(404);
  });

  it('acknowledges what is stored and refuses the rest for good once the quota is reached', async () => {
    const { body: survey } = await acme
      .post('/surveys', { name: 'Two', metric: 'nps', quota: { limit: 2 } })
      .expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    const { id, path } = await make(survey.id);
    const three = [answer(), answer(), answer()];
    const expected = {
      stored: three.slice(0, 2).map((one) => one.id),
      refused: [{ id: three[2]?.id, message: 'This survey takes no more answers.' }],
    };
    // The second time the survey was full from the start: the reply to the first one may have been lost.
    for (let i = 0; i < 2; i += 1)
      expect((await t.http.post(path).send({ answers: three }).expect(200)).body).toEqual(expected);
    expect(await stored(id)).toHaveLength(2);
    await t.http.get(path).expect(404);
  });

  it('has a limit of its own, which other devices do not share', async () => {
    const [one, other] = [await make(), await make()];
    await t.sql(
      `insert into rate_limits (key, points, expire) values ($1, 500, $2) on conflict (key) do update set points = 500`,
      [`kiosk:${one.path.slice(-22)}`, Date.now() + 60_000],
    );
    const late = await t.http
      .post(one.path)
      .send({ answers: [answer()] })
      .expect(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    await t.http
      .post(other.path)
      .send({ answers: [answer()] })
      .expect(200);
  });

  (chromiumPath ? describe : describe.skip)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(() => browser?.close());

    const tap = async (page: Page, score: number, comment?: string) => {
      await page.getByRole('button', { name: String(score), exact: true }).click();
      if (comment === undefined) await page.getByRole('button', { name: 'Leave out' }).click();
      else {
        await page.locator('textarea').fill(comment);
        await page.getByRole('button', { name: 'Send my answer' }).click();
      }
      await page.getByRole('button', { name: 'Next person' }).click();
    };
    const waitFor = async (id: string, count: number) => {
      for (let i = 0; i < 100 && (await stored(id)).length < count; i += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      return stored(id);
    };

    it('loses and doubles nothing: offline, three answers, switched off and on again while offline, and back', async () => {
      const { id, path } = await make();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (/security policy/i.test(message.text())) problems.push(message.text());
      });
      await page.goto(`${base}${path}`);
      await tap(page, 9, 'Online');
      expect(await waitFor(id, 1)).toMatchObject([{ score: 9, comment: 'Online', channel: 'kiosk', flags: [] }]);
      // The worker has what a start needs.
      await page.waitForFunction(async () => {
        const keys = await (
          await (
            globalThis as unknown as { caches: { open(name: string): Promise<{ keys(): Promise<unknown[]> }> } }
          ).caches.open('kiosk-1')
        ).keys();
        return keys.length >= 2;
      });

      // Chromium may let requests of a page through while it loads anew offline; a cut cable does not.
      let cut = true;
      await context.route(
        (url) => url.pathname === path,
        (route) => (cut && route.request().method() === 'POST' ? route.abort() : route.continue()),
      );
      await context.setOffline(true);
      await tap(page, 2, 'Erste');
      await tap(page, 5);
      await page.reload();
      await page.getByRole('button', { name: '10', exact: true }).click();
      // Somebody presses a number and leaves; the device is switched off.
      await page.reload();
      await page.locator('#waiting').filter({ hasText: '3' }).waitFor();
      expect(await stored(id)).toHaveLength(1);

      cut = false;
      await context.setOffline(false);
      await waitFor(id, 4);
      await page.locator('#waiting').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
      await page.reload();
      await page.getByRole('button', { name: '0', exact: true }).waitFor();
      const rows = await stored(id);
      expect(rows.map(({ score, comment }) => [score, comment])).toEqual([
        [9, 'Online'],
        [2, 'Erste'],
        [5, null],
        [10, null],
      ]);
      expect(problems).toEqual([]);
      await context.close();
    });

    it('starts anew when nobody touches it, keeps what was chosen, and has no accessibility problem', async () => {
      const { id, path } = await make();
      const page = await (await browser.newContext({ bypassCSP: true, locale: 'en-GB' })).newPage();
      await page.goto(`${base}${path}`);
      const problems = async () => {
        await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
        return page.evaluate(async () =>
          (
            await (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe.run()
          ).violations.map((one) => one.id),
        );
      };
      expect(await problems()).toEqual([]);
      await page.getByRole('button', { name: 'العربية' }).click();
      expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
      await page.getByRole('button', { name: '3', exact: true }).click();
      expect(await problems()).toEqual([]);
      await page.locator('textarea').fill('بطيء');
      // Five seconds without a touch: the next person finds it in the language it started in.
      await page.getByRole('button', { name: '10', exact: true }).waitFor({ timeout: 15_000 });
      expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
      expect(await waitFor(id, 1)).toMatchObject([{ score: 3, comment: 'بطيء', locale: 'ar' }]);
    });
  });
});
