import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { type TestDatabase, createDatabase } from './support/database.js';
import { type Program, forget, freePort, startProgram, until } from './support/program.js';

/**
 * Once round the loop from outside: HTTP, SMTP and a browser without JavaScript, nothing else. Without Chromium the customer's forms are
 * posted as a browser would post them.
 */
const chromiumPath = process.env['HEARBACK_TEST_CHROMIUM'];
const redisPath = process.env['HEARBACK_TEST_REDIS'];
if (!chromiumPath)
  process.stdout.write('Skipped: the browser in the loop test, for want of Chromium; its forms are posted instead.\n');

// Answers of the API are read loosely here: this is what an outsider sees.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

interface Mail {
  id: string;
  subject: string;
  text: string;
  html: string;
  to: string[];
  headers: Record<string, string>;
}

class Visitor {
  private cookie = '';
  constructor(private readonly url: string) {}

  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        cookie: this.cookie,
        origin: this.url,
        'x-requested-with': 'hearback',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = answer.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  async must(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.api(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async mails(to: string): Promise<Mail[]> {
    return (await fetch(`${this.url}/dev/mailbox/messages?to=${encodeURIComponent(to)}`)).json() as Promise<Mail[]>;
  }
}

/** Fills in a public form in the browser, or by hand where there is none; the text of the page that follows. */
async function answerForm(page: Page | null, link: string, fields: Record<string, string>): Promise<string> {
  if (page) {
    await page.goto(link);
    for (const [name, value] of Object.entries(fields)) {
      const field = page.locator(`form [name="${name}"]`).first();
      if ((await field.getAttribute('type')) === 'radio')
        await page.locator(`form input[name="${name}"][value="${value}"]`).check({ force: true });
      else await field.fill(value);
    }
    // A person takes longer than this to read; a form that comes back at once is flagged.
    await page.waitForTimeout(1300);
    await page.locator('form button[type="submit"], form button:not([type])').first().click();
    return page.locator('main').innerText();
  }
  const html = await (await fetch(link)).text();
  const hidden = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(
    ([tag]) => [/name="([^"]*)"/.exec(tag)?.[1] ?? '', /value="([^"]*)"/.exec(tag)?.[1] ?? ''] as const,
  );
  await new Promise((resolve) => setTimeout(resolve, 1300));
  const answer = await fetch(link.split('?')[0] ?? link, {
    method: 'POST',
    body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
    headers: { origin: 'null' },
  });
  return (await answer.text()).replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ');
}

const linkIn = (mail: Mail, pattern: RegExp): string => {
  const found = pattern.exec(mail.text)?.[0] ?? pattern.exec(mail.html)?.[0];
  if (!found) throw new Error(`no ${pattern} in "${mail.subject}":\n${mail.text}`);
  return found;
};

function onceRound(start: () => Promise<Program>): void {
  let program: Program;
  let browser: Browser | null = null;
  let page: Page | null = null;
  let staff: Visitor;
  let caseId: string;
  const customer = 'ingrid@example.test';

  beforeAll(async () => {
    program = await start();
    staff = new Visitor(program.url);
    if (chromiumPath) {
      browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
      page = await (
        await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 }, locale: 'en-GB' })
      ).newPage();
    }
  });
  afterAll(async () => {
    await browser?.close();
    await program.stop();
    forget(program.dataDir);
  });

  it('sets up an organization that asks after an installation', async () => {
    await staff.must('POST', '/signup', {
      organization: 'Fjord Power',
      name: 'Maja Kovac',
      email: 'maja@example.test',
      password: 'a long enough phrase',
    });
    const me = await staff.must('POST', '/session', { email: 'maja@example.test', password: 'a long enough phrase' });
    await staff.must('PATCH', '/organization', { timeZone: 'Europe/Oslo', postalAddress: 'Storgata 1, 0155 Oslo' });
    const policy = await staff.must('GET', '/contact-policy');
    await staff.must('PUT', '/contact-policy', {
      ...policy,
      minDaysBetween: 0,
      quietHours: null,
      weekdays: [1, 2, 3, 4, 5, 6, 7],
    });
    await staff.must('POST', '/touchpoints', {
      key: 'install',
      name: 'Meter install',
      stage: 'Start',
      area: 'process',
      ownerId: me.id,
    });
    await staff.must('PUT', '/customers/by-external-id/ingrid', {
      email: customer,
      name: 'Ingrid Solberg',
      locale: 'en',
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
    });
    const survey = await staff.must('POST', '/surveys', {
      name: 'After an installation',
      metric: 'tnps',
      touchpointKey: 'install',
      locales: ['en', 'de'],
    });
    await staff.must('POST', `/surveys/${survey.id}/publish`);
    await staff.must('POST', '/triggers', {
      eventType: 'install.done',
      touchpointKey: 'install',
      surveyId: survey.id,
      delayMinutes: 0,
      enabled: true,
    });
  });

  it('turns an event into one invitation mail with eleven scores to press', async () => {
    const event = {
      id: 'e1',
      type: 'install.done',
      externalCustomerId: 'ingrid',
      touchpointKey: 'install',
      occurredAt: new Date().toISOString(),
    };
    expect((await staff.api('POST', '/events', event)).status).toBe(202);
    expect((await staff.api('POST', '/events', event)).status).toBe(202);
    const mail = await until('the invitation', async () => (await staff.mails(customer))[0]);
    expect(new Set([...mail.html.matchAll(/\/s\/[\w-]+\?score=(\d+)/g)].map((m) => m[1])).size).toBe(11);
    expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(mail.text).toContain('How likely are you');
    expect(await staff.mails(customer)).toHaveLength(1);
  });

  it('counts nothing when a scanner opens every link of the mail', async () => {
    const [mail] = await staff.mails(customer);
    const links = [
      ...new Set(
        [...(mail?.html ?? '').matchAll(/https?:\/\/localhost[^"<\s]+/g)].map((m) => m[0].replaceAll('&amp;', '&')),
      ),
    ];
    expect(links.length).toBeGreaterThan(12);
    for (const link of links)
      for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status).toBeLessThan(400);
    expect((await staff.must('GET', '/responses')).items).toEqual([]);
    expect((await staff.must('GET', '/invitations')).items).toMatchObject([{ status: 'sent' }]);
  });

  it('takes the answer on a page without JavaScript and promises a date', async () => {
    const [mail] = await staff.mails(customer);
    const link = `${linkIn(mail as Mail, /https?:\/\/[^\s"]+\/s\/[\w-]+/)}?score=2`;
    const thanks = await answerForm(page, link, {
      score: '2',
      comment: 'Nobody came to the appointment. I waited all morning, terrible.',
      mayContact: 'yes',
    });
    expect(thanks).toMatch(/thank you/i);
    expect(thanks).toMatch(/\d{1,2}:\d{2}/);
  });

  it('reads it, and opens a case for the owner of the touchpoint', async () => {
    const response = await until('the reading', async () => {
      const { items } = await staff.must('GET', '/responses');
      return items[0]?.sentiment && items[0].caseId ? items[0] : null;
    });
    expect(response).toMatchObject({
      score: 2,
      picked: 2,
      category: 'detractor',
      mayContact: true,
      counted: true,
      sentiment: { label: 'negative' },
    });
    expect(response.statements.length).toBeGreaterThanOrEqual(2);
    caseId = response.caseId;
    const found = await staff.must('GET', `/cases/${caseId}`);
    const me = await staff.must('GET', '/me');
    expect(found).toMatchObject({
      number: 1,
      status: 'assigned',
      ownerId: me.id,
      customer: { name: 'Ingrid Solberg' },
    });
    expect(Date.parse(found.firstResponseDueAt)).toBeGreaterThan(Date.now());
  });

  it('groups what several customers complain about into one pain point with its cost', async () => {
    const more = [
      'Nobody came to my appointment',
      'Nobody came, terrible appointment',
      'The appointment was missed, nobody came',
      'Nobody came to the appointment, bad',
    ];
    await staff.must(
      'POST',
      '/responses',
      more.map((comment, n) => ({
        id: `m${n}`,
        externalCustomerId: `c${n}`,
        touchpointKey: 'install',
        score: 1,
        comment,
      })),
    );
    await staff.must(
      'POST',
      '/responses',
      Array.from({ length: 10 }, (_, n) => ({ id: `p${n}`, touchpointKey: 'install', score: 10 })),
    );
    const point = await until('the pain point', async () => {
      const { items } = await staff.must('GET', '/pain-points');
      return items[0]?.customers >= 4 ? items[0] : null;
    });
    expect(point).toMatchObject({ touchpointKey: 'install' });
    expect(point.impact).toBeLessThan(0);
  });

  it('carries a conversation by mail', async () => {
    await staff.must('POST', `/cases/${caseId}/notes`, { body: 'The partner moved the slot without telling us.' });
    await staff.must('POST', `/cases/${caseId}/messages`, {
      body: 'Hello Ingrid, I am sorry. Would Thursday 8 to 10 suit you?',
      wait: true,
    });
    expect((await staff.must('GET', `/cases/${caseId}`)).status).toBe('waiting');
    const mail = await until('the message', async () =>
      (await staff.mails(customer)).find((m) => m.text.includes('Thursday 8 to 10')),
    );
    const reply = await fetch(`${program.url}/dev/mailbox/messages/${mail.id}/reply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: program.url, 'x-requested-with': 'hearback' },
      body: JSON.stringify({ body: 'Thursday works.' }),
    });
    expect(reply.status).toBeLessThan(400);
    const found = await until('the reply', async () => {
      const one = await staff.must('GET', `/cases/${caseId}`);
      return one.activity.some((a: Json) => a.kind === 'customer_message') ? one : null;
    });
    expect(found.status).toBe('in_progress');
    expect(found.activity.find((a: Json) => a.kind === 'customer_message').body).toContain('Thursday works.');
  });

  const resolve = async (what: string): Promise<string> => {
    await staff.must('POST', `/cases/${caseId}/resolve`, {
      rootCause: 'Partner did not keep the appointment',
      resolution: what,
    });
    const mail = await until('the resolution mail', async () =>
      (await staff.mails(customer)).find((m) => m.text.includes(what)),
    );
    return linkIn(mail, /https?:\/\/[^\s"]+\/r\/[\w-]+/);
  };

  it('reports the resolution back, and a "not yet" reopens the case', async () => {
    const link = await resolve('The installer came on Thursday at 08:20.');
    expect((await staff.must('GET', `/cases/${caseId}`)).status).toBe('resolved');
    for (const method of ['GET', 'HEAD']) await fetch(link, { method });
    expect((await staff.must('GET', `/cases/${caseId}`)).status).toBe('resolved');
    await answerForm(page, link, { answer: 'not_yet', comment: 'The display is still dark.' });
    const found = await staff.must('GET', `/cases/${caseId}`);
    expect(found.status).toBe('reopened');
    expect(JSON.stringify(found.activity)).toContain('The display is still dark.');
  });

  it('closes only when the customer says that it is fixed', async () => {
    const link = await resolve('The display was replaced on Friday.');
    const page2 = await answerForm(page, link, { answer: 'fixed', comment: '' });
    expect(page2.length).toBeGreaterThan(20);
    expect((await staff.must('GET', `/cases/${caseId}`)).status).toBe('confirmed');
    expect((await staff.api('POST', `/cases/${caseId}/resolve`, { rootCause: 'x', resolution: 'y' })).status).toBe(409);
  });

  it('shows executives the score with its interval and the heard-back rate', async () => {
    const nps = await staff.must('GET', '/insights/nps?interval=week');
    expect(nps.total).toMatchObject({ n: 15, promoters: 10, detractors: 5, passives: 0 });
    expect(nps.total.nps).toBeCloseTo(100 / 3);
    expect(nps.total.low).toBeLessThan(nps.total.nps);
    const loop = await staff.must('GET', '/insights/loop');
    expect(loop.confirmed).toMatchObject({ rate: 1, n: 1 });
    expect(loop.heardBack.n).toBeGreaterThanOrEqual(1);
    const timeline = await staff.must(
      'GET',
      `/customers/${(await staff.must('GET', '/customers?q=Ingrid')).items[0].id}/timeline`,
    );
    const kinds = new Set(timeline.items.map((entry: Json) => entry.kind));
    for (const kind of ['event', 'invitation', 'response', 'case']) expect(kinds).toContain(kind);
  });

  it('drains and exits with 0 on SIGTERM', async () => {
    expect(await program.stop()).toBe(0);
  });
}

describe('the loop on embedded defaults', () => onceRound(() => startProgram()));

(redisPath ? describe : describe.skip)('the loop on PostgreSQL, Redis and Bull', () => {
  let redis: ChildProcess;
  let database: TestDatabase;
  afterAll(async () => {
    redis.kill();
    await database.drop();
  });
  onceRound(async () => {
    const port = await freePort();
    redis = spawn(
      redisPath ?? '',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--dir',
        mkdtempSync(join(tmpdir(), 'hearback-redis-')),
      ],
      { stdio: 'ignore' },
    );
    database = await createDatabase();
    return startProgram({ DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${port}` });
  });
});
