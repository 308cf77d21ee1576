import { type Browser, chromium } from 'playwright-core';
import { Signer } from '../src/platform/signing.js';
import { Visits } from '../src/platform/public-page/visits.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { OPEN_POLICY } from './support/make.js';

/**
 * What gateways are known to do with the links of a mail, done to a really mailed invitation: prefetching every link by GET and HEAD, opening
 * each in a browser with JavaScript, clicking through all of them within 2 s, and coming back later to look again. Oracle is SQL.
 */
const chromiumPath = process.env['HEARBACK_TEST_CHROMIUM'];
const GATEWAYS = [
  {
    'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36',
    accept: 'text/html',
    'accept-language': 'en-US',
  },
  { 'user-agent': 'Barracuda Sentinel (EE)' },
  { 'user-agent': 'Mozilla/5.0 (compatible; Google-Read-Aloud)', 'sec-purpose': 'prefetch' },
  {},
];
const ROUNDS = 10;

interface Message {
  text: string;
  html: string;
  headers: Record<string, string>;
}

describe('link scanners', () => {
  let t: TestApp;
  let acme: Caller & { email: string; userId: string };
  let port: string;
  let surveyId: string;
  let people = 0;

  beforeAll(async () => {
    t = await startApp({ TRUSTED_PROXIES: '127.0.0.1' });
    acme = await t.signUp('Halden Energy');
    port = new URL(t.http.get('/').url).port;
    await acme.patch('/organization', { privacyUrl: 'https://example.org/privacy' }).expect(200);
    await acme.put('/contact-policy', OPEN_POLICY).expect(200);
    await acme.post('/touchpoints', { key: 'install', name: 'Install', stage: 'S', area: 'process' }).expect(201);
    const { body } = await acme.post('/surveys', { name: 'S', metric: 'tnps', touchpointKey: 'install' }).expect(201);
    surveyId = body.id;
    await acme.post(`/surveys/${surveyId}/publish`).expect(200);
  });
  afterAll(() => t?.close());

  /** A mailed invitation: every link of ours in any part or header of the mail, as a scanner finds them. */
  async function mailed(fields: object = {}) {
    const id = `p${(people += 1)}`;
    const email = (fields as { email?: string }).email ?? `${id}@example.org`;
    await acme.put(`/customers/by-external-id/${id}`, {
      email,
      segments: [id],
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
      ...fields,
    });
    const campaign = await acme.post('/campaigns', { name: id, surveyId, audience: { segments: [id] } }).expect(201);
    await acme.post(`/campaigns/${campaign.body.id}/launch`).expect(200);
    await t.runJobs();
    const mails: Message[] = (await t.http.get(`/dev/mailbox/messages?to=${encodeURIComponent(email)}`).expect(200))
      .body;
    const [mail] = mails;
    if (!mail) throw new Error('no mail');
    const everywhere = [mail.text, mail.html, ...Object.values(mail.headers)].join('\n').replaceAll('&amp;', '&');
    const links = [...new Set(everywhere.match(/\/(?:s|u|me|r)\/[\w-]{64}[^\s"'<>)]*/g) ?? [])];
    const [invitation] = await t.sql<{ id: string; customer_id: string }>(
      `select id, customer_id from invitations where campaign_id = $1`,
      [campaign.body.id],
    );
    if (!invitation) throw new Error('no invitation');
    return {
      links,
      id: invitation.id,
      customerId: invitation.customer_id,
      s: links.find((l) => l.startsWith('/s/'))?.split('?')[0] ?? '',
    };
  }

  /** All that a machine could have changed, about everybody. */
  const state = () =>
    t.sql(
      `select (select coalesce(json_agg(i order by i.id), '[]') from invitations i)::text as invitations,
         (select count(*)::int from responses) as answers, (select count(*)::int from responses where counted) as counted,
         (select count(*)::int from consents where not granted) as refusals, (select count(*)::int from suppressions) as suppressions,
         (select count(*)::int from privacy_links where used_at is not null) as used`,
    );

  let address = 0;
  const hiddenOf = (html: string): Record<string, string> =>
    Object.fromEntries(
      [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
    );
  /** A person reads, chooses and sends. */
  async function human(
    one: { s: string; id: string },
    score: number,
    picked: number,
    headers: Record<string, string> = {},
  ) {
    const { text } = await t.http
      .get(`${one.s}?score=${picked}`)
      .set(GATEWAYS[0] ?? {})
      .expect(200);
    const signer = t.app.get(Signer);
    return t.http
      .post(one.s)
      .type('form')
      .set({ origin: 'null', 'x-forwarded-for': `203.0.113.${(address += 1)}`, ...headers })
      .send({ ...hiddenOf(text), stamp: signer.seal('survey form', `${Date.now() - 5_000}.${one.id}`), score });
  }
  const answerOf = async (one: { id: string }) =>
    (await t.sql(`select score, picked, flags, counted from responses where invitation_id = $1`, [one.id]))[0];

  it(`changes nothing by GET or HEAD of every link, ${ROUNDS} times, and hears the person afterwards`, async () => {
    const one = await mailed();
    expect(one.links.filter((link) => link.startsWith('/s/')).length).toBeGreaterThanOrEqual(11);
    expect(one.links.some((link) => link.startsWith('/u/'))).toBe(true);
    expect(one.links.some((link) => link.startsWith('/me/'))).toBe(true);
    const before = await state();
    for (let round = 0; round < ROUNDS; round += 1)
      for (const headers of GATEWAYS.slice(round % 2 === 0 ? 0 : 2, round % 2 === 0 ? 2 : 4))
        await Promise.all(
          one.links.flatMap((link) => [
            t.http.get(link).set(headers).expect(200),
            t.http.head(link).set(headers).expect(200),
          ]),
        );
    expect(await state()).toEqual(before);
    await human(one, 3, 9).then((answer) => expect(answer.status).toBe(303));
    expect(await answerOf(one)).toEqual({ score: 3, picked: 9, flags: [], counted: true });
  });

  it('counts machines apart from people, outside of the request', async () => {
    const one = await mailed();
    await t.app.get(Visits).flush();
    const count = async () =>
      Object.fromEntries(
        (
          await t.sql<{ visitor: string; n: string }>(
            `select visitor, sum(n)::int as n from page_visits where page = 'survey' and tenant_id = $1 group by visitor`,
            [acme.tenantId],
          )
        ).map((row) => [row.visitor, Number(row.n)]),
      );
    const before = await count();
    await t.http
      .get(one.s)
      .set(GATEWAYS[0] ?? {})
      .expect(200);
    for (let i = 0; i < 3; i += 1)
      await t.http
        .get(one.s)
        .set(GATEWAYS[1] ?? {})
        .expect(200);
    await t.http
      .head(one.s)
      .set(GATEWAYS[0] ?? {})
      .expect(200);
    await t.http.get('/s/unknown').expect(404);
    expect(await count()).toEqual(before);
    await t.app.get(Visits).flush();
    expect(await count()).toEqual({ person: (before['person'] ?? 0) + 1, machine: (before['machine'] ?? 0) + 4 });
    const { body } = await acme.get('/page-visits').expect(200);
    expect(body.pages[0]).toMatchObject({
      page: 'survey',
      people: (before['person'] ?? 0) + 1,
      machines: (before['machine'] ?? 0) + 4,
    });
  });

  it('keeps a machine that sends the form at once out of the score, and lets the customer say what they mean', async () => {
    const one = await mailed();
    const { text } = await t.http.get(`${one.s}?score=0`).expect(200);
    const machine = t.http.post(one.s).type('form').set('x-forwarded-for', '198.51.100.9');
    await machine.send({ ...hiddenOf(text), score: 0 }).expect(303);
    expect(await answerOf(one)).toEqual({ score: 0, picked: 0, flags: ['too_fast'], counted: false });
    const list = (await acme.get('/responses?flag=too_fast').expect(200)).body.items;
    expect(list).toHaveLength(1);
    const overview = (await acme.get('/insights/nps?from=2020-01-01').expect(200)).body;
    expect(overview.excluded.byReason).toMatchObject({ too_fast: 1 });
    await acme.patch(`/responses/${list[0].id}`, { flags: [] }).expect(200);
    expect(await answerOf(one)).toMatchObject({ counted: true });
  });

  it('flags the whole of a burst, the first answers too, and leaves alone what a person put back', async () => {
    const links = [];
    for (let i = 0; i < 24; i += 1) links.push(await mailed());
    const others = [await mailed()];
    const signer = t.app.get(Signer);
    const send = (one: { s: string; id: string }, ip: string) =>
      t.http
        .post(one.s)
        .type('form')
        .set('x-forwarded-for', ip)
        .send({ stamp: signer.seal('survey form', `${Date.now() - 5_000}.${one.id}`), score: 9 });
    await Promise.all([
      ...links.map((one) => send(one, '198.51.100.77').expect(303)),
      send(others[0] ?? links[0]!, '198.51.100.78').expect(303),
    ]);
    const [first] = links;
    const restored = (await acme.get(`/responses?limit=200`)).body.items.find(
      (row: { invitationId: string }) => row.invitationId === first?.id,
    );
    await acme.patch(`/responses/${restored.id}`, { flags: [] }).expect(200);
    await t.sql(`update jobs set run_at = now() where name = 'responses.flag_burst' and state = 'queued'`);
    await t.runJobs();
    for (const one of links.slice(1)) expect(await answerOf(one)).toMatchObject({ flags: ['burst'], counted: false });
    expect(first && (await answerOf(first))).toMatchObject({ flags: [], counted: true });
    expect(await answerOf(others[0] ?? { id: '' })).toMatchObject({ flags: [], counted: true });
  });

  it('flags what colleagues answer: signed in, or by their own address', async () => {
    const signedIn = await mailed();
    await human(signedIn, 10, 10, { cookie: acme.headers['cookie'] ?? '' });
    expect(await answerOf(signedIn)).toMatchObject({ flags: ['staff'], counted: false });
    const own = await mailed({ email: acme.email });
    await human(own, 10, 10);
    expect(await answerOf(own)).toMatchObject({ flags: ['staff'], counted: false });
    const stranger = await t.signUp('Elsewhere');
    const other = await mailed();
    await human(other, 10, 10, { cookie: stranger.headers['cookie'] ?? '' });
    expect(await answerOf(other)).toMatchObject({ flags: [], counted: true });
  });

  (chromiumPath ? describe : describe.skip)('that run a browser with JavaScript', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
    });
    afterAll(() => browser?.close());

    it('open every link, click through them within 2 s and look again later without any effect', async () => {
      const one = await mailed();
      const before = await state();
      const context = await browser.newContext();
      const open = async (link: string) => {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}${link}`, { waitUntil: 'load' });
        await page.close();
      };
      // All at once, then one after the other in the same tab, then again.
      await Promise.all(one.links.map(open));
      const page = await context.newPage();
      for (const link of one.links) await page.goto(`http://127.0.0.1:${port}${link}`);
      await Promise.all(one.links.map(open));
      expect(await state()).toEqual(before);

      // The person comes last, in their own browser, and sends what they chose.
      const person = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await person.goto(`http://127.0.0.1:${port}${one.s}?score=2`);
      await person.locator('input[name=score][value="4"]').check({ force: true });
      await person.waitForTimeout(1_300);
      await person.locator('form button').first().click();
      expect(await person.locator('h1').innerText()).toContain('Thank you');
      expect(await answerOf(one)).toEqual({ score: 4, picked: 2, flags: [], counted: true });
    });
  });
});
