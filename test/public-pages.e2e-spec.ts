import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import request, { type Response as Answer } from 'supertest';
import { Responses } from '../src/responses/responses.service.js';
import { Signer } from '../src/platform/signing.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

interface Message {
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

interface AxeFindings {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** A link's page as a browser has it: its hidden fields go along with what is filled in. */
const hiddenOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [m[1] ?? '', m[2] ?? '']),
  );
const textOf = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

/** The input with this id is chosen. */
const isChosen = (html: string, id: string): boolean =>
  new RegExp(`<input[^>]*id="${id}"[^>]*>`).exec(html)?.[0].includes('checked=""') ?? false;

describe('public pages', () => {
  let t: TestApp;
  let acme: Caller & { email: string };
  let surveyId: string;
  let people = 0;
  let address = 0;

  beforeAll(async () => {
    t = await startApp({ TRUSTED_PROXIES: '127.0.0.1' });
    acme = await t.signUp('Halden Energy');
    await acme.patch('/organization', { timeZone: 'Europe/Oslo' }).expect(200);
    await acme
      .put('/contact-policy', {
        minDaysBetween: 0,
        maxPerYear: null,
        quietHours: null,
        weekdays: [1, 2, 3, 4, 5, 6, 7],
        respectOpenCases: false,
      })
      .expect(200);
    await acme
      .post('/touchpoints', { key: 'install', name: 'Meter install', stage: 'Start', area: 'process' })
      .expect(201);
    surveyId = await survey({ metric: 'tnps', touchpointKey: 'install', locales: ['en', 'de', 'ar'] });
  });
  afterAll(() => t?.close());

  async function survey(fields: object): Promise<string> {
    const { body } = await acme.post('/surveys', { name: 'S', ...fields }).expect(201);
    await acme.post(`/surveys/${body.id}/publish`).expect(200);
    return body.id;
  }

  /** A customer who was sent the survey. */
  async function invited(fields: object = {}, of = surveyId) {
    const externalId = `p${(people += 1)}`;
    const email = `${externalId}@example.org`;
    const { body: customer } = await acme.put(`/customers/by-external-id/${externalId}`, {
      name: 'Ingrid Solberg',
      email,
      segments: [externalId],
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
      ...fields,
    });
    const { body: campaign } = await acme
      .post('/campaigns', { name: 'C', surveyId: of, audience: { segments: [externalId] } })
      .expect(201);
    await acme.post(`/campaigns/${campaign.id}/launch`).expect(200);
    await t.runJobs();
    const { items } = (await acme.get(`/invitations?campaignId=${campaign.id}`).expect(200)).body;
    const [mail] = await mailsTo(email);
    if (!mail) throw new Error('no mail');
    const path = (pattern: RegExp) => pattern.exec(mail.text)?.[0] ?? '';
    return {
      email,
      mail,
      customerId: customer.id as string,
      invitationId: items[0].id as string,
      s: path(/\/s\/[\w-]{64}/),
      me: path(/\/me\/[\w-]{64}/),
      u: path(/\/u\/[\w-]{64}/),
    };
  }

  const mailsTo = async (to: string): Promise<Message[]> =>
    (await t.http.get(`/dev/mailbox/messages?to=${encodeURIComponent(to)}`).expect(200)).body;

  /** Looks at a page; `age`: how long ago that was, for its time stamp. */
  async function look(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return t.http.get(path).set(headers).expect(200);
  }

  /** Each post from an address of its own, unless it is about them. */
  const newAddress = () => `203.0.${Math.floor((address += 1) / 250)}.${1 + (address % 250)}`;
  const post = (path: string, fields: object, ip = newAddress()) =>
    t.http
      .post(path.split('?')[0] ?? path)
      .set({ origin: 'null', 'x-forwarded-for': ip })
      .type('form')
      .send(fields);

  /** As a person posts: the page's fields, a while after it was opened. */
  async function answer(path: string, fields: object, ip?: string) {
    const { text } = await look(path);
    return post(path, { ...hiddenOf(text), stamp: stampFor(path, 5_000), ...fields }, ip);
  }

  function stampFor(path: string, agoMs: number): string {
    const signer = t.app.get(Signer);
    const { id } = signer.open('survey', path.split('/')[2]?.split('?')[0] ?? '') ?? { id: '' };
    return signer.seal('survey form', `${Date.now() - agoMs}.${id}`);
  }

  const stored = (invitationId: string) =>
    t.sql(
      `select score, picked, comment, answers, may_contact, flags, counted, withdrawn_at, locale, version from responses where invitation_id = $1`,
      [invitationId],
    );

  /** Everything in the database, as one number. */
  async function checksum(): Promise<string> {
    const tables = await t.sql<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    );
    const hash = createHash('sha256');
    for (const { name } of tables) {
      const [row] = await t.sql<{ sum: string | null }>(
        `select md5(string_agg(x::text, '' order by x::text)) as sum from ${name} x`,
      );
      hash.update(`${name} ${row?.sum}`);
    }
    return hash.digest('hex');
  }

  async function mailedLink(one: { me: string; email: string }): Promise<string> {
    await post(`${one.me}/link`, {}).expect(303);
    await t.runJobs();
    const mail = (await mailsTo(one.email)).at(-1);
    expect(mail?.subject).toContain('Halden Energy');
    return /\/me\/full\/[\w-]{64}/.exec(mail?.text ?? '')?.[0] ?? '';
  }

  describe('/s, the survey', () => {
    it('opens from the mail with the score picked, and asks why in the words for it', async () => {
      const one = await invited();
      expect(one.mail.html).toContain(`${one.s}?score=2`);
      const { text, headers } = await look(`${one.s}?score=2`);
      expect(isChosen(text, 'score-2')).toBe(true);
      expect(text.match(/checked=""/g)).toHaveLength(1);
      expect(textOf(text)).toContain('You picked 2 in the email');
      expect(textOf(text)).toContain('What went wrong?');
      expect(hiddenOf(text)).toMatchObject({ picked: '2', stamp: expect.any(String), submission: expect.any(String) });
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
      });
      const neutral = (await look(one.s)).text;
      expect(neutral).not.toContain('checked=""');
      expect(textOf(neutral)).toContain('What is the main reason for your score?');
      expect(textOf(neutral)).toContain('About “Meter install”');
      expect((await look(`${one.s}?score=77`)).text).not.toContain('checked=""');
    });

    it('changes nothing in the database when a scanner opens every link, ten times', async () => {
      const one = await invited();
      await t.runJobs();
      const before = await checksum();
      const links = [...new Set([...one.mail.html.matchAll(/href="([^"]+)"/g)].map((m) => m[1] ?? ''))];
      expect(links.length).toBeGreaterThan(12);
      const paths = links.map((link) => link.replaceAll('&amp;', '&').replace(/^https?:\/\/[^/]+/, ''));
      for (let i = 0; i < 10; i += 1)
        for (const path of [...paths, `${one.s}/thanks`, `${one.s}/withdraw`]) {
          await t.http.get(path).expect(200);
          await t.http.head(path).expect(200);
        }
      expect(await checksum()).toBe(before);
      // And it does not make the customer's own answer look like a machine's.
      await answer(`${one.s}?score=2`, { score: 2 });
      expect(await stored(one.invitationId)).toMatchObject([{ score: 2, picked: 2, flags: [], counted: true }]);
    });

    it('keeps an answer, says thanks, and takes the same post again', async () => {
      const one = await invited();
      const { text } = await look(`${one.s}?score=2`);
      const fields = {
        ...hiddenOf(text),
        stamp: stampFor(one.s, 2_000),
        score: 3,
        comment: 'Nobody came.\r\n<b>Twice</b> & late',
        mayContact: 'yes',
      };
      const answers = await Promise.all(Array.from({ length: 9 }, () => post(one.s, fields)));
      for (const { status, headers } of answers) {
        expect(status).toBe(303);
        expect(headers['location']).toBe(`${one.s}/thanks`);
        expect(headers['set-cookie']).toBeUndefined();
      }
      await post(one.s, fields).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([
        {
          score: 3,
          picked: 2,
          comment: 'Nobody came.\n<b>Twice</b> & late',
          may_contact: true,
          flags: [],
          counted: true,
          version: 1,
        },
      ]);
      expect(textOf((await look(`${one.s}/thanks`)).text)).toContain('Thank you');
      expect((await acme.get(`/invitations/${one.invitationId}`)).body.status).toBe('answered');
    });

    it('promises the date that actions gives, in the customer’s zone and language', async () => {
      const one = await invited({ timeZone: 'Asia/Tokyo', locale: 'de' });
      await answer(one.s, { score: 1, mayContact: 'yes' });
      const promise = promising(t.app.get(Responses), new Date('2026-11-23T08:00:00Z'));
      const { text } = await look(`${one.s}/thanks`);
      promise();
      expect(text).toContain('lang="de"');
      expect(textOf(text)).toMatch(/Jemand schreibt Ihnen bis Montag, 23\. November (um )?17:00/);
    });

    it('shows a post without a score again with everything kept, and where to mend it', async () => {
      const one = await invited();
      const answered = await answer(`${one.s}?lang=de`, {
        score: '11',
        comment: 'Alles <weg>?',
        mayContact: 'no',
        lang: 'de',
      });
      expect(answered.status).toBe(422);
      expect(answered.text).toMatch(/<title>Fehler: /);
      expect(answered.text).toMatch(/role="alert" tabindex="-1" autofocus=""/i);
      expect(answered.text).toContain('<a href="#score">Wählen Sie eine Zahl von 0 bis 10</a>');
      expect(answered.text).toContain('Alles &lt;weg&gt;?</textarea>');
      expect(isChosen(answered.text, 'mayContact-no')).toBe(true);
      expect(await stored(one.invitationId)).toEqual([]);
      await post(one.s, { ...hiddenOf(answered.text), score: 7, comment: 'Doch' }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([{ score: 7, locale: 'de' }]);
    });

    it.each([
      ['none', () => ({ stamp: '' }), ['too_fast']],
      ['a fresh one', (s: string) => ({ stamp: stampFor(s, 300) }), ['too_fast']],
      [
        'a forged one',
        (s: string) => ({ stamp: stampFor(s, 300).replace(/^\d{13}/, String(Date.now() - 60_000)) }),
        ['too_fast'],
      ],
      ['an old one', (s: string) => ({ stamp: stampFor(s, 70 * 86_400_000) }), []],
      ['a filled trap', (s: string) => ({ stamp: stampFor(s, 9_000), homepage: 'http://x' }), ['honeypot']],
    ])('takes a post with time stamp %s and flags it as it deserves', async (_, fields, flags) => {
      const one = await invited();
      await post(one.s, { score: 9, comment: 'Fine', ...fields(one.s) }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([{ score: 9, flags, counted: flags.length === 0 }]);
    });

    it('does not take a time stamp of another link', async () => {
      const [one, other] = [await invited(), await invited()];
      await post(one.s, { score: 9, stamp: stampFor(other.s, 9_000) }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([{ flags: ['too_fast'] }]);
    });

    it('lets a customer change the answer and withdraw it', async () => {
      const one = await invited();
      await answer(one.s, { score: 2, comment: 'Bad', mayContact: 'yes' });
      const used = await look(`${one.s}?score=9`);
      expect(textOf(used.text)).toContain('Bad');
      expect(used.text).not.toContain('<textarea');
      const change = await look(`${one.s}?change=1`);
      expect(change.text).toContain('Bad</textarea>');
      const fields = { ...hiddenOf(change.text), score: 8, comment: 'Better now', mayContact: 'no' };
      await post(one.s, fields).expect(303);
      await post(one.s, fields).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([
        { score: 8, comment: 'Better now', may_contact: false, version: 2 },
      ]);
      expect(textOf((await look(`${one.s}/withdraw`)).text)).toContain('Withdraw your answer?');
      expect(await stored(one.invitationId)).toMatchObject([{ withdrawn_at: null }]);
      await post(`${one.s}/withdraw`, {}).expect(303);
      await post(`${one.s}/withdraw`, {}).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([
        { comment: null, withdrawn_at: expect.any(Date), counted: false, version: 3 },
      ]);
      expect(textOf((await look(one.s)).text)).toContain('Your answer is withdrawn');
      await post(one.s, { ...fields, score: 1 }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([{ score: 8, comment: null }]);
    });

    it('loses nothing when a second tab answers differently: it becomes a change to confirm', async () => {
      const one = await invited();
      await answer(one.s, { score: 2, comment: 'First' });
      const second = await post(one.s, { score: 9, comment: 'Second', stamp: stampFor(one.s, 9_000) });
      expect(second.status).toBe(409);
      expect(second.text).toContain('Second</textarea>');
      expect(await stored(one.invitationId)).toMatchObject([{ score: 2, comment: 'First' }]);
      await post(one.s, { ...hiddenOf(second.text), score: 9, comment: 'Second' }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([{ score: 9, comment: 'Second' }]);
    });

    it('refuses the eleventh post of a link in a minute, with the text kept', async () => {
      const one = await invited();
      for (let i = 0; i < 10; i += 1) await post(one.s, { comment: 'Kept' }).expect(422);
      const late = await post(one.s, { score: 4, comment: 'Kept text' });
      expect(late.status).toBe(429);
      expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
      expect(late.text).toContain('Kept text</textarea>');
      expect(isChosen(late.text, 'score-4')).toBe(true);
      expect(await stored(one.invitationId)).toEqual([]);
    });

    it('flags a burst from one network across links, and stores no address', async () => {
      const links = [];
      for (let i = 0; i < 22; i += 1) links.push(await invited());
      const ip = '2001:db8:7:7::1';
      for (const [i, one] of links.entries())
        await post(one.s, { score: 9, stamp: stampFor(one.s, 9_000) }, `2001:db8:7:7::${i + 1}`).expect(303);
      const flags = [];
      for (const one of links) flags.push(((await stored(one.invitationId))[0] as { flags: string[] }).flags.join());
      expect(flags.filter((flag) => flag === 'burst')).toHaveLength(2);
      expect(flags.slice(0, 20).every((flag) => flag === '')).toBe(true);
      const counters = await t.sql<{ key: string }>(`select key from rate_limits`);
      expect(counters.some(({ key }) => key.includes(ip) || key.includes('2001') || key.includes('203.0'))).toBe(false);
    });

    it('asks CSAT, CES and further questions, and keeps the answers', async () => {
      const csat = await survey({
        metric: 'csat',
        questions: [
          { type: 'csat' },
          {
            id: 'part',
            type: 'choice',
            text: 'Which part?',
            required: true,
            options: [
              { id: 'bill', text: 'The bill' },
              { id: 'visit', text: 'The visit' },
            ],
          },
          {
            id: 'why',
            type: 'choice',
            multiple: true,
            text: 'Why?',
            options: [
              { id: 'a', text: 'Slow' },
              { id: 'b', text: 'Dear' },
              { id: 'c', text: 'Rude' },
            ],
          },
          { id: 'tidy', type: 'rating', max: 5, text: 'How tidy?' },
          { id: 'else', type: 'text', text: 'Anything else?' },
        ],
      });
      const one = await invited({}, csat);
      const page = await look(`${one.s}?score=4`);
      expect(page.text).toContain('1 = ');
      expect(page.text.match(/name="score"/g)).toHaveLength(5);
      const refused = await answer(one.s, { score: 4, q_else: 'Still here', q_why: ['a', 'c'] });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('<a href="#q_part">');
      expect(refused.text).toContain('Still here</textarea>');
      expect(isChosen(refused.text, 'q_why-c')).toBe(true);
      await post(one.s, {
        ...hiddenOf(refused.text),
        stamp: stampFor(one.s, 9_000),
        score: 4,
        q_part: 'visit',
        q_why: ['a', 'c', 'unknown'],
        q_tidy: 2,
        q_else: 'No',
      }).expect(303);
      expect(await stored(one.invitationId)).toMatchObject([
        { score: 4, answers: { part: 'visit', why: ['a', 'c'], tidy: 2, else: 'No' } },
      ]);
      expect(textOf((await look(one.s)).text)).toContain('Slow, Rude');

      const ces = await invited({}, await survey({ metric: 'ces' }));
      expect((await look(ces.s)).text.match(/name="score"/g)).toHaveLength(7);
      expect((await answer(ces.s, { score: 8 })).status).toBe(422);
      expect((await answer(ces.s, { score: 7 })).status).toBe(303);
    });

    it('asks in the language of the link, the customer or the browser, in this order', async () => {
      const german = await invited({ locale: 'de-AT' });
      expect((await look(german.s)).text).toContain('<html lang="de"');
      expect((await look(`${german.s}?lang=ar`)).text).toContain('<html lang="ar" dir="rtl">');
      const nobody = await invited();
      expect((await look(nobody.s, { 'accept-language': 'fr, ar;q=0.5' })).text).toContain('<html lang="ar"');
      const changed = await look(`${german.s}?score=2&lang=en`);
      expect(changed.text).toContain('href="?score=2&amp;lang=de"');
      expect(hiddenOf(changed.text)).toMatchObject({ lang: 'en' });
      const done = await answer(`${german.s}?lang=en`, { score: 9 });
      expect(done.headers['location']).toBe(`${german.s}/thanks?lang=en`);
    });

    it('has one page for unknown, foreign, expired, cancelled and other links', async () => {
      const one = await invited();
      await t.sql(`update invitations set expires_at = now() - interval '1 second' where id = $1`, [one.invitationId]);
      const signer = t.app.get(Signer);
      const other = await t.signUp();
      const paths = [
        one.s,
        '/s/x',
        one.s.slice(0, -1) + (one.s.endsWith('A') ? 'B' : 'A'),
        `/s/${signer.link('survey', { tenantId: other.tenantId, id: one.invitationId })}`,
        `/s/${signer.link('me', { tenantId: acme.tenantId, id: one.invitationId })}`,
        one.me.replace('/me/', '/u/'),
        one.s.replace('/s/', '/me/'),
        '/me/full/nothing',
        '/s/x/thanks',
      ];
      const bodies = new Set<string>();
      for (const path of paths) bodies.add((await t.http.get(path).expect(404)).text);
      expect(bodies.size).toBe(1);
      expect([...bodies][0]).not.toContain('Halden');
      await post(one.s, { score: 3 }).expect(404);
      await post('/u/x', {}).expect(404);
      expect(await stored(one.invitationId)).toEqual([]);
    });

    it('lets a user try a survey and stores nothing of it', async () => {
      const { body } = await acme.post(`/surveys/${surveyId}/test`, {}).expect(202);
      await t.runJobs();
      const [mail] = await mailsTo(body.to);
      const path = /\/s\/[\w-]{64}/.exec(mail?.text ?? '')?.[0] ?? '';
      expect(textOf((await look(path)).text)).toContain('This is a test');
      const [before] = await t.sql(`select count(*) from responses`);
      expect((await answer(path, { score: 1, comment: 'Trying' })).status).toBe(303);
      expect(textOf((await look(`${path}/thanks`)).text)).toContain('nothing was stored');
      expect((await t.sql(`select count(*) from responses`))[0]).toEqual(before);
    });
  });

  describe('/u, stopping', () => {
    const consents = (customerId: string) =>
      t.sql(
        `select granted, source, text_version from consents where customer_id = $1 and purpose = 'feedback' order by at, id`,
        [customerId],
      );

    it('shows one button, and stops at once and once only, with every kind of body', async () => {
      const one = await invited();
      const url = one.mail.headers['list-unsubscribe'] ?? '';
      expect(url).toContain(one.u);
      const page = await look(one.u);
      expect(page.text.match(/<button/g)).toHaveLength(1);
      expect(textOf(page.text)).toContain('p•••@example.org');
      expect(page.text).not.toContain(one.email);
      const target = request(t.app.getHttpServer());
      for (const send of [
        () => target.post(one.u).type('form').send('List-Unsubscribe=One-Click'),
        () => target.post(one.u),
        () => target.post(one.u).field('List-Unsubscribe', 'One-Click'),
      ]) {
        const { status, headers, text } = await send();
        expect(status).toBe(200);
        expect(headers['location']).toBeUndefined();
        expect(textOf(text)).toContain('You will get no more surveys');
        expect(text).toContain('/me/');
      }
      expect(await consents(one.customerId)).toMatchObject([
        { granted: true },
        { granted: false, source: 'unsubscribe', text_version: 'unsubscribe-1' },
      ]);
      const { body } = await acme.get(`/customers/${one.customerId}`).expect(200);
      expect(body.suppression).toMatchObject({ reason: 'unsubscribed' });
    });

    it('is not asked again, but can still be sent what they ask for', async () => {
      const one = await invited();
      await post(one.u, {}).expect(200);
      const { body: campaign } = await acme.post('/campaigns', { name: 'C', surveyId, audience: {} }).expect(201);
      await acme.post(`/campaigns/${campaign.id}/launch`).expect(200);
      await t.runJobs();
      expect(await mailsTo(one.email)).toHaveLength(1);
      await post(`${one.me}/link`, {}).expect(303);
      await t.runJobs();
      expect(await mailsTo(one.email)).toHaveLength(2);
    });

    it('works as long as the customer exists', async () => {
      const one = await invited();
      await t.sql(`update invitations set expires_at = now() - interval '1 year' where id = $1`, [one.invitationId]);
      await post(one.u, {}).expect(200);
      await acme.delete(`/customers/${one.customerId}`).expect(204);
      await post(one.u, {}).expect(404);
      await t.http.get(one.me).expect(404);
      await t.http.get(one.s).expect(404);
    });
  });

  it('tells the whole loop on the customer’s own page, also to somebody who wants no more surveys', async () => {
    const one = await invited();
    await post(one.u, {}).expect(200);
    await answer(one.s, { score: 1, comment: 'Nobody came', mayContact: 'yes' });
    await t.runJobs();
    const { items } = (await acme.get('/cases?limit=200').expect(200)).body;
    const mine = items.find((item: { customer: { id: string } | null }) => item.customer?.id === one.customerId);
    expect(textOf((await look(one.me)).text)).toMatch(/A person has your answer/);
    await acme
      .post(`/cases/${mine.id}/resolve`, { rootCause: 'Missed visit', resolution: 'The installer came on Thursday.' })
      .expect(200);
    await t.sql(`update deliveries set send_at = now() where state = 'pending'`);
    await t.sql(`update jobs set run_at = now() where state = 'queued'`);
    await t.runJobs();
    const resolved = (await mailsTo(one.email)).find((mail) => mail.text.includes('The installer came on Thursday.'));
    const receipt = /\/r\/[\w-]{64}/.exec(resolved?.text ?? '')?.[0] ?? 'no mail';
    const page = (await look(one.me)).text;
    expect(textOf(page)).toContain('What we did The installer came on Thursday.');
    expect(page).toContain(receipt);
  });

  describe('/me, the customer’s own page', () => {
    const now = (customerId: string) =>
      t.sql(
        `select distinct on (purpose) purpose, granted, source from consents where customer_id = $1 order by purpose, at desc, id desc`,
        [customerId],
      );

    it('shows what this mail was about, with the address masked, and what came of it', async () => {
      const one = await invited();
      const before = textOf((await look(one.me)).text);
      expect(before).toContain(`for p•••@example.org`);
      expect(before).toContain('You have not answered');
      await answer(one.s, { score: 2, comment: 'Nobody came', mayContact: 'yes' });
      const { text } = await look(one.me);
      expect(textOf(text)).toContain('Nobody came');
      expect(text).not.toContain(one.email);
      expect(text).not.toContain('Ingrid');
      expect(text).toContain(`${one.s}?change=1`);
      const responses = t.app.get(Responses);
      const known = Reflect.get(responses, 'outcome') as Parameters<Responses['registerOutcome']>[0];
      responses.registerOutcome(async () => ({
        state: 'resolved',
        at: new Date(),
        whatWeDid: 'The installer came on Thursday.',
        receiptUrl: '/r/abc',
      }));
      const done = await look(one.me);
      responses.registerOutcome(known);
      expect(textOf(done.text)).toContain('The installer came on Thursday.');
      expect(done.text).toContain('href="/r/abc"');
    });

    it('keeps choices as an append-only history, and lets mail begin again', async () => {
      const one = await invited();
      const { text } = await look(one.me);
      expect(['feedback', 'follow_up', 'testimonial', 'council'].filter((id) => isChosen(text, id))).toEqual([
        'feedback',
      ]);
      await post(one.me, { choices: 1, feedback: 'yes', follow_up: 'yes' }).expect(303);
      expect(await now(one.customerId)).toMatchObject([
        { purpose: 'feedback', granted: true, source: expect.not.stringMatching('me') },
        { purpose: 'follow_up', granted: true, source: 'me' },
      ]);
      await post(one.me, {}).expect(303);
      expect(await now(one.customerId)).toMatchObject([{ granted: true }, { granted: true }]);
      await post(one.me, { choices: 1 }).expect(303);
      expect(await now(one.customerId)).toMatchObject([
        { purpose: 'feedback', granted: false, source: 'me' },
        { purpose: 'follow_up', granted: false },
      ]);
      expect((await acme.get(`/customers/${one.customerId}`)).body.suppression).toMatchObject({
        reason: 'unsubscribed',
      });
      await post(one.me, { choices: 1, feedback: 'yes' }).expect(303);
      const { body } = await acme.get(`/customers/${one.customerId}`);
      expect(body.suppression).toBeNull();
      const stopped = await post(`${one.me}/stop`, { lang: 'de' }).expect(303);
      expect(textOf((await look(stopped.headers['location'] ?? '')).text)).toContain(
        'Sie bekommen keine Umfragen mehr.',
      );
      expect(await now(one.customerId)).toMatchObject([{ purpose: 'feedback', granted: false }, {}]);
      const [{ count }] = (await t.sql(`select count(*)::int from consents where customer_id = $1`, [
        one.customerId,
      ])) as [{ count: number }];
      expect(count).toBe(6);
    });

    it('keeps which surveys they want and how often', async () => {
      const one = await invited();
      const before = (await look(one.me)).text;
      expect(['relationship', 'transactional'].filter((id) => isChosen(before, id))).toHaveLength(2);
      const form = { choices: 1, feedback: 'yes', wishes: 1, transactional: 'yes', often: '180' };
      await post(one.me, form).expect(303);
      await post(one.me, form).expect(303);
      await post(one.me, { choices: 1, feedback: 'yes' }).expect(303);
      const { text } = await look(one.me);
      expect(['relationship', 'transactional'].filter((id) => isChosen(text, id))).toEqual(['transactional']);
      expect(text).toMatch(/<option[^>]*value="180"[^>]*selected=""|<option[^>]*selected=""[^>]*value="180"/);
      await post(one.me, { ...form, often: '-1', relationship: 'yes' }).expect(303);
      expect(
        await t.sql(
          `select relationship, transactional, min_days_between from contact_choices where customer_id = $1 order by at`,
          [one.customerId],
        ),
      ).toEqual([
        { relationship: false, transactional: true, min_days_between: 180 },
        { relationship: true, transactional: true, min_days_between: null },
      ]);
    });

    it('does not lift the suppression of an address that bounces', async () => {
      const one = await invited();
      const link = await post(`${one.me}/stop`, {});
      expect(link.status).toBe(303);
      await t.sql(`update suppressions set reason = 'hard_bounce' where address = $1`, [one.email]);
      await post(one.me, { choices: 1, feedback: 'yes' }).expect(303);
      expect((await acme.get(`/customers/${one.customerId}`)).body.suppression).toMatchObject({
        reason: 'hard_bounce',
      });
      expect(textOf((await look(one.me)).text)).toContain('Mail to this address came back');
    });

    it('opens the whole history once by a mailed link, to read and to download', async () => {
      const one = await invited();
      await answer(one.s, { score: 2, comment: 'Nobody came' });
      const link = await mailedLink(one);
      for (let i = 0; i < 3; i += 1) expect((await look(link)).text).not.toContain(one.email);
      const opened = await Promise.all([post(link, {}), post(link, {}), post(link, {})]);
      expect(opened.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 410, 410]);
      const page = opened.find(({ status }) => status === 200)?.text ?? '';
      expect(textOf(page)).toMatch(/You answered 2 Nobody came/);
      expect(page).toContain(one.email);
      await t.http.get(link).expect(410);
      const { access } = hiddenOf(page);
      const file = await post(`${link}/download`, { access }).expect(200);
      expect(file.headers['content-disposition']).toContain('attachment');
      expect(file.body).toMatchObject({
        customer: { email: one.email },
        sections: { responses: [{ score: 2, comment: 'Nobody came' }], consents: expect.any(Array) },
      });
      for (const wrong of [undefined, 'x', `${access}x`]) await post(`${link}/download`, { access: wrong }).expect(410);
      const other = await mailedLink(await invited());
      await post(`${other}/download`, { access }).expect(410);
    });

    it('deletes everything after a tick, for good', async () => {
      const one = await invited();
      await answer(one.s, { score: 2, comment: 'Nobody came' });
      const link = await mailedLink(one);
      const { access } = hiddenOf((await post(link, {}).expect(200)).text);
      await post(`${link}/delete`, { access: 'x', understand: 'yes' }).expect(410);
      const unsure = await post(`${link}/delete`, { access });
      expect(unsure.status).toBe(422);
      expect(unsure.text).toContain('<a href="#understand">');
      expect(textOf((await post(`${link}/delete`, { access, understand: 'yes' }).expect(200)).text)).toContain(
        'is deleted',
      );
      expect(await t.sql(`select 1 from customers where id = $1`, [one.customerId])).toEqual([]);
      const left = await t.sql(`select 1 from responses where comment = 'Nobody came' and invitation_id = $1`, [
        one.invitationId,
      ]);
      expect(left).toEqual([]);
      await t.http.get(one.me).expect(404);
      await t.http.get(link).expect(404);
    });

    it('mails at most five links an hour, and none that is older than one', async () => {
      const one = await invited();
      const link = await mailedLink(one);
      await t.sql(`update privacy_links set expires_at = now() - interval '1 second' where customer_id = $1`, [
        one.customerId,
      ]);
      await t.http.get(link).expect(410);
      await post(link, {}).expect(410);
      for (let i = 0; i < 4; i += 1) await post(`${one.me}/link`, {}).expect(303);
      const refused = await post(`${one.me}/link`, {});
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60);
    });
  });

  const chromiumPath = process.env['HEARBACK_TEST_CHROMIUM'];
  if (!chromiumPath)
    process.stdout.write('Skipped: public pages in a browser; set HEARBACK_TEST_CHROMIUM to a Chromium.\n');
  (chromiumPath ? describe : describe.skip)('in a browser', () => {
    let browser: Browser;
    let base: string;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
      base = `http://127.0.0.1:${(t.app.getHttpServer().address() as { port: number }).port}`;
    });
    afterAll(() => browser?.close());

    it('takes an answer, and a mended one, by keyboard alone and without JavaScript', async () => {
      const one = await invited();
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: { width: 390, height: 844 },
        locale: 'en-GB',
      });
      const page = await context.newPage();
      const foreign: string[] = [];
      page.on('request', (r) => void (r.url().startsWith(base) || foreign.push(r.url())));
      await page.goto(`${base}${one.s}`);
      await page.locator('textarea').fill('Nobody came.\nTwice.');
      await page.locator('button').press('Enter');
      await page.waitForSelector('[role=alert]');
      expect(await page.title()).toMatch(/^Error: /);
      expect(await page.locator('[role=alert]:focus').count()).toBe(1);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(page.url()).toMatch(/#score$/);
      expect(await page.locator('textarea').inputValue()).toBe('Nobody came.\nTwice.');
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('input[name=score]:checked').inputValue()).toBe('2');
      await page.locator('#mayContact').check();
      await page.locator('button').press('Enter');
      await page.waitForURL('**/thanks');
      expect(await page.locator('h1').innerText()).toBe('Thank you');
      expect(await stored(one.invitationId)).toMatchObject([
        { score: 2, comment: 'Nobody came.\nTwice.', may_contact: true },
      ]);
      expect(foreign).toEqual([]);
      expect(await context.cookies()).toEqual([]);
      await context.close();
    });

    const shots = process.env['HEARBACK_TEST_SHOTS'];
    it.each(['en', 'de', 'ar'])(
      'has no fault that axe can find in %s, light and dark, narrow and wide',
      async (lang) => {
        const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
        const page = await context.newPage();
        const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
        const faults: string[] = [];
        const check = async (name: string) => {
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await page.evaluate(axe);
            const found = await page.evaluate(async () => {
              const { violations } = await (
                globalThis as unknown as { axe: { run(): Promise<AxeFindings> } }
              ).axe.run();
              return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
            });
            faults.push(...found.map((fault) => `${name} ${colorScheme}: ${fault}`));
            for (const width of [320, 390, 1440]) {
              await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
              const over = await page.evaluate<number>(
                'document.documentElement.scrollWidth - document.documentElement.clientWidth',
              );
              if (over > 0) faults.push(`${name} ${width}: ${over} px too wide`);
              if (shots && width > 320)
                await page.screenshot({
                  path: join(shots, `${name}-${lang}-${colorScheme}-${width}.png`),
                  fullPage: true,
                });
            }
            await page.setViewportSize({ width: 390, height: 844 });
          }
        };
        const one = await invited({ locale: lang });
        const go = async (path: string, name: string) => {
          await page.goto(`${base}${path}`);
          await check(name);
        };
        const press = async (selector: string, name: string) => {
          await Promise.all([page.waitForNavigation(), page.locator(selector).click()]);
          await check(name);
        };
        await go(`${one.s}?score=2`, 's-picked');
        await page.goto(`${base}${one.s}`);
        await press('button', 's-missing');
        await page.locator('#score-2').check({ force: true });
        await page.locator('textarea').fill('Third appointment in a row where nobody came.');
        await page.locator('#mayContact').check();
        const promise = promising(t.app.get(Responses), new Date('2026-11-23T16:00:00Z'));
        await press('button', 's-thanks');
        promise();
        await go(one.s, 's-answered');
        await go(`${one.s}?change=1`, 's-change');
        await go(`${one.s}/withdraw`, 's-withdraw');
        await go(one.me, 'me');
        await go(one.u, 'u');
        await press('button', 'u-done');
        await go('/s/x', 'not-found');
        await go(await mailedLink(one), 'me-open');
        await press('button', 'me-full');
        await press('button.quiet', 'me-full-unsure');
        await page.locator('#understand').check();
        await press('button.quiet', 'me-deleted');
        expect(faults).toEqual([]);
        await context.close();
      },
      240_000,
    );
  });

  it('is small: every page far below 15 KB', async () => {
    const one = await invited();
    const paths = [one.s, `${one.s}?score=2&lang=ar`, one.u, `${one.u}?lang=ar`, one.me, `${one.me}?lang=ar`, '/s/x'];
    const sizes = [];
    for (const path of paths) {
      const { text } = await t.http.get(path);
      expect(text).not.toMatch(/<script| style=|<link|<img|@import|url\(/);
      sizes.push(gzipSync(text).length);
    }
    expect(Math.max(...sizes)).toBeLessThan(4_500);
  });
});

/** Lets the thank-you page promise `at`; call the result to take it back. */
function promising(responses: Responses, at: Date): () => void {
  const known = Reflect.get(responses, 'promise') as Parameters<Responses['registerPromise']>[0];
  responses.registerPromise(async () => ({ at }));
  return () => responses.registerPromise(known);
}
