import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { Signer } from '../src/platform/signing.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

/** The box on a website: the bundle as it is built, on a page of another origin with a strict CSP, in a real browser. */
const chromiumPath = process.env['HEARBACK_TEST_CHROMIUM'];
/** What the browser has that this program has not. */
interface Page {
  document: { activeElement: { id: string } | null; dispatchEvent(event: Event): boolean };
}
const bundle = new URL('../dist/web/widget/v1.js', import.meta.url);

describe('the widget', () => {
  let t: TestApp;
  let acme: Caller;
  let link: { id: string; url: string };
  let site: Server;
  let origin: string;
  let base: string;

  beforeAll(async () => {
    t = await startApp();
    base = new URL(t.http.get('/').url).origin;
    // A shop with the strictest policy under which the script may load and speak at all.
    site = createServer((_request, response) => {
      response.setHeader(
        'content-security-policy',
        `default-src 'none'; script-src ${base}; connect-src ${base}; require-trusted-types-for 'script'`,
      );
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        `<!doctype html><html lang="de"><title>Shop</title><h1>Shop</h1><button id="b">x</button><script async src="${base}/widget/v1.js" data-key="${link.url.split('/').at(-1) ?? ''}" data-ref="order page"></script>`,
      );
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => site.once('listening', resolve));
    origin = `http://127.0.0.1:${(site.address() as { port: number }).port}`;
    acme = await t.signUp('Halden Energy');
    const survey = (await acme.post('/surveys', { name: 'S', metric: 'nps', locales: ['en', 'de'] }).expect(201)).body;
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    link = (
      await acme
        .post('/open-links', {
          surveyId: survey.id,
          channel: 'widget',
          name: 'Shop',
          origins: [origin],
          delaySeconds: 0,
        })
        .expect(201)
    ).body;
  });
  afterAll(async () => {
    site?.close();
    await t?.close();
  });

  const path = () => new URL(link.url).pathname;
  const stored = () =>
    t.sql(
      `select score, comment, may_contact, channel, locale, source_ref, flags from responses where open_link_id = $1 order by created_at`,
      [link.id],
    );

  it('is at most 10 KB on the wire, one file that imports nothing', () => {
    const code = readFileSync(bundle);
    expect(gzipSync(code).length).toBeLessThanOrEqual(10 * 1024);
    expect(code.toString()).not.toMatch(/\bimport\b|\bexport\b|innerHTML|document\.cookie|\beval\b|new Function/);
  });

  it('loads on other sites, and answers only those it was made for', async () => {
    const script = await t.http.get('/widget/v1.js').expect(200);
    expect(script.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(script.headers['set-cookie']).toBeUndefined();
    const known = await t.http.get(path()).set({ origin }).expect(200);
    expect(known.headers['access-control-allow-origin']).toBe(origin);
    expect(known.headers['access-control-allow-credentials']).toBeUndefined();
    expect(known.body).toMatchObject({
      locale: 'en',
      scores: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      askAgainAfterDays: 30,
    });
    for (const foreign of ['https://evil.example', 'null', `${origin}.evil.example`]) {
      const refused = await t.http.get(path()).set({ origin: foreign }).expect(403);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      await t.http.post(path()).set({ origin: foreign }).type('form').send({ score: 3 }).expect(403);
    }
    expect(await stored()).toEqual([]);
  });

  it('is not shown once the quota is reached, and still acknowledges an answer that came before', async () => {
    const survey = (await acme.post('/surveys', { name: 'One', metric: 'nps', quota: { limit: 1 } }).expect(201)).body;
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    const { body } = await acme
      .post('/open-links', { surveyId: survey.id, channel: 'widget', name: 'Full', origins: [origin] })
      .expect(201);
    const full = new URL(body.url).pathname;
    const stamp = t.app.get(Signer).seal('open form', `${Date.now() - 5_000}.1.${full.slice(-22)}`);
    const send = (submission: string) =>
      t.http.post(full).set({ origin }).type('form').send({ stamp, submission, score: 4 });
    await send('0193b3c4-7a10-7000-8000-000000000011').expect(200);
    await send('0193b3c4-7a10-7000-8000-000000000011').expect(200);
    expect((await send('0193b3c4-7a10-7000-8000-000000000012').expect(409)).body.code).toBe('survey.ended');
    await t.http.get(full).set({ origin }).expect(404);
  });

  it('says what is missing, takes an answer once, and flags what comes at once', async () => {
    const { body } = await t.http.get(path()).set({ origin }).expect(200);
    const fields = { stamp: body.stamp, submission: '0193b3c4-7a10-7000-8000-000000000001', score: 4 };
    const send = (more: object) =>
      t.http
        .post(path())
        .set({ origin })
        .type('form')
        .send({ ...fields, ...more });
    expect((await send({ score: 11 }).expect(422)).body.errors[0].path).toBe('score');
    expect((await send({ submission: 'x' }).expect(422)).body.errors[0].path).toBe('submission');
    await send({ test: '1' }).expect(200);
    await send({}).expect(200);
    await send({}).expect(200);
    expect(await stored()).toMatchObject([{ score: 4, flags: ['too_fast'], channel: 'widget' }]);
    await acme.patch(`/open-links/${link.id}`, { revoked: true }).expect(200);
    await send({ submission: '0193b3c4-7a10-7000-8000-000000000002' }).expect(404);
    await acme.patch(`/open-links/${link.id}`, { revoked: false }).expect(200);
  });

  (chromiumPath ? describe : describe.skip)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(() => browser?.close());

    it('works by keyboard under a strict policy, sets no cookie, and stays away afterwards', async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (/security policy|trusted/i.test(message.text())) complaints.push(message.text());
      });
      const before = (await stored()).length;
      await page.goto(origin);
      await page.locator('section').waitFor();
      // The page's own things come first; the box does not take the focus.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => (globalThis as unknown as Page).document.activeElement?.id)).toBe('b');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('input[name=score]:checked').getAttribute('value')).toBe('2');
      await page.locator('textarea').fill('Zu langsam');
      await page.waitForTimeout(1_300);
      await page.locator('button[type=submit]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[role=status]').waitFor();
      expect((await stored()).slice(before)).toEqual([
        {
          score: 2,
          comment: 'Zu langsam',
          may_contact: null,
          channel: 'widget',
          locale: 'de',
          source_ref: 'order page',
          flags: [],
        },
      ]);
      await page.keyboard.press('Escape');
      expect(await page.locator('section').count()).toBe(0);
      expect(await context.cookies()).toEqual([]);
      expect(complaints).toEqual([]);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.reload();
      await page.waitForTimeout(500);
      expect(await page.locator('section').count()).toBe(0);
      // Not even a question to the server: who was asked stays unknown to it.
      expect(asked.filter((url) => url.includes(path()))).toEqual([]);
      await page.evaluate(() => (globalThis as unknown as Page).document.dispatchEvent(new Event('hearback:open')));
      await page.locator('section').waitFor();
    });

    it('can be tried on a page of ours, has no accessibility problem there, and stores nothing', async () => {
      const page = await (await browser.newContext({ bypassCSP: true })).newPage();
      await page.goto(`${base}${path()}/try`);
      await page.locator('section').waitFor();
      await page.locator('input[name=score][value="9"]').check({ force: true });
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const found = await page.evaluate(async () =>
        (
          await (
            globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            }
          ).axe.run()
        ).violations.map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`),
      );
      expect(found).toEqual([]);
      const before = await stored();
      await page.locator('button[type=submit]').click();
      await page.locator('[role=status]').waitFor();
      expect(await stored()).toEqual(before);
    });
  });
});
