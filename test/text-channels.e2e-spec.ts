import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Texts } from '../src/distribution/channels/texts.service.js';
import { segmentsOf } from '../src/platform/messaging/segments.js';
import { twilioSignature } from '../src/platform/messaging/twilio.js';
import { AddressPolicy } from '../src/platform/outbound.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { OPEN_POLICY } from './support/make.js';

interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
}
/** `hang up`: the request was read, and no answer comes. */
type Answer = { status: number; body?: object; headers?: Record<string, string> } | 'hang up';

const SID = 'AC00000000000000000000000000000001';
const TOKEN = 'a secret of the account';

describe('SMS and WhatsApp', () => {
  let t: TestApp;
  let acme: Caller & { email: string };
  let server: Server;
  let base: string;
  let calls: Call[] = [];
  let script: Answer[] = [];
  let surveyId: string;
  let people = 0;
  let messages = 0;

  beforeAll(async () => {
    // A server that speaks as Twilio does on the wire.
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        calls.push({
          path: request.url ?? '',
          headers: request.headers,
          form: new URLSearchParams(Buffer.concat(chunks).toString()),
        });
        const answer = script.shift() ?? { status: 201 };
        if (answer === 'hang up') return request.socket.destroy();
        const body = answer.body ?? { sid: `SM${(messages += 1)}`, status: 'queued' };
        response
          .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
          .end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    t = await startApp();
    const strict = new AddressPolicy();
    const ours = t.app.get(AddressPolicy);
    ours.allowsAddress = (address) => address === '127.0.0.1' || strict.allowsAddress(address);
    ours.allowsPort = () => true;
    acme = await t.signUp('Halden Energy');
    await acme.put('/contact-policy', OPEN_POLICY).expect(200);
    await acme.post('/touchpoints', { key: 'repair', name: 'Repair', stage: 'Use', area: 'process' }).expect(201);
    surveyId = await survey();
  });
  afterAll(async () => {
    await t?.close();
    server?.close();
  });
  beforeEach(() => {
    calls = [];
    script = [];
  });

  const survey = async () => {
    const { body } = await acme
      .post('/surveys', { name: 'Repair', metric: 'tnps', touchpointKey: 'repair', locales: ['en', 'de', 'ar'] })
      .expect(201);
    await acme.post(`/surveys/${body.id}/publish`).expect(200);
    return body.id as string;
  };
  const setUp = (fields: object = {}, channel = 'sms') =>
    acme.put(`/organization/channels/${channel}`, {
      baseUrl: base,
      accountSid: SID,
      authToken: TOKEN,
      sender: '+15005550006',
      ...fields,
    });
  /** A customer with a number of their own, in a segment of their own. */
  const person = async (fields: object = {}) => {
    const name = `p${(people += 1)}`;
    const phone = `+4915112345${String(people).padStart(3, '0')}`;
    const { body } = await acme
      .put(`/customers/by-external-id/${name}`, {
        name,
        phone,
        segments: [name],
        consents: [{ purpose: 'feedback', granted: true }],
        ...fields,
      })
      .expect(201);
    return { id: body.id as string, segment: name, phone };
  };
  const launch = async (segment: string, fields: object = {}) => {
    const { body } = await acme
      .post('/campaigns', { name: 'Ask', surveyId, audience: { segments: [segment] }, channel: 'sms', ...fields })
      .expect(201);
    await acme.post(`/campaigns/${body.id}/launch`).expect(200);
    await t.runJobs();
    const { body: list } = await acme.get(`/invitations?campaignId=${body.id}`).expect(200);
    return { campaignId: body.id as string, invitations: list.items };
  };
  const ledger = (phone: string) =>
    t.sql<{ id: string; state: string; kind: string; provider_state: string | null; attempts: number }>(
      `select id, state, kind, provider_state, attempts from text_messages where to_phone = $1 order by created_at`,
      [phone],
    );
  const inboundUrl = async (channel = 'sms') => {
    const { body } = await acme.get('/organization/channels').expect(200);
    return body.items.find((one: { channel: string }) => one.channel === channel).inboundUrl as string;
  };
  /** As the provider posts it, signed. */
  const post = async (fields: Record<string, string>, { query = '', token = TOKEN, channel = 'sms' } = {}) => {
    const url = (await inboundUrl(channel)) + query;
    const { pathname, search } = new URL(url);
    return t.http
      .post(pathname + search)
      .set('x-twilio-signature', twilioSignature(token, url, Object.entries(fields)))
      .type('form')
      .send(fields);
  };
  const write = async (from: string, body: string, sid = `IN${(messages += 1)}`) => {
    const answer = await post({ MessageSid: sid, From: from, To: '+15005550006', Body: body, NumMedia: '0' });
    expect(answer.status).toBe(200);
    await t.runJobs();
    return sid;
  };

  it('is set up by an admin; the token never comes back, and is not shown to another server', async () => {
    expect((await acme.get('/organization/channels').expect(200)).body.items).toEqual([
      expect.objectContaining({ channel: 'sms', state: 'missing', inboundUrl: null }),
      expect.objectContaining({ channel: 'whatsapp', state: 'missing' }),
    ]);
    const draft = await acme.post('/campaigns', { name: 'Early', surveyId, channel: 'sms' }).expect(201);
    expect((await acme.post(`/campaigns/${draft.body.id}/launch`).expect(409)).body.code).toBe('channel.not_ready');
    await setUp({ sender: null }).expect(422);
    await setUp({ sender: '12' }).expect(422);
    await setUp({ baseUrl: 'ftp://example.org' }).expect(422);
    const { body, text } = await setUp().expect(200);
    expect(body).toMatchObject({ state: 'ready', accountSid: SID, sender: '+15005550006', perMinute: 60 });
    expect(text).not.toContain(TOKEN);
    await setUp({ authToken: undefined, perMinute: 600 }).expect(200);
    const moved = await setUp({ authToken: undefined, baseUrl: 'https://elsewhere.example.org' }).expect(422);
    expect(moved.body.errors).toEqual([expect.objectContaining({ path: 'authToken' })]);
    const [row] = await t.sql(`select auth_token from text_channels`);
    expect(String(row?.['auth_token'])).toMatch(/^v1\./);

    await acme.post('/organization/channels/sms/test', { to: '030 123' }).expect(422);
    await acme.post('/organization/channels/sms/test', { to: '+49 151 99999999' }).expect(202);
    await t.runJobs();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toBe(`/2010-04-01/Accounts/${SID}/Messages.json`);
    expect(calls[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`);
    const { body: after } = await acme.get('/organization/channels').expect(200);
    expect(after.items[0]).toMatchObject({ lastTest: { to: '+49•••99', state: 'queued' } });
  });

  it('asks by text in the customer’s language, in two segments, and leads to the page by a short link', async () => {
    const german = await person({ locale: 'de' });
    const { invitations } = await launch(german.segment);
    expect(invitations).toEqual([expect.objectContaining({ channel: 'sms', status: 'sent' })]);
    const form = calls[0]?.form;
    expect(form?.get('To')).toBe(german.phone);
    expect(form?.get('From')).toBe('+15005550006');
    const text = form?.get('Body') ?? '';
    expect(text).toMatch(/^Halden Energy: .*0-10.*http\S+\/t\/[\w-]{11} .*STOP/s);
    expect(segmentsOf(text)).toMatchObject({ encoding: 'GSM-7' });
    expect(segmentsOf(text).segments).toBeLessThanOrEqual(2);
    const link = /http\S+(\/t\/[\w-]{11})/.exec(text)?.[1] ?? '';
    const led = await t.http.get(link).expect(302);
    expect(led.headers['location']).toBe(invitations[0].surveyUrl);
    await t.http.get('/t/aaaaaaaaaaa').expect(404);
    // The address of the report names the text, so that it is found whatever the provider calls it.
    const [row] = await ledger(german.phone);
    expect(form?.get('StatusCallback')).toBe(`${await inboundUrl()}?m=${row?.id}`);

    for (const locale of ['en', 'de', 'ar']) {
      const { body } = await acme.get(`/surveys/${surveyId}/text?locale=${locale}`).expect(200);
      expect(body.segments).toBeLessThanOrEqual(2);
      expect(body.encoding).toBe(locale === 'ar' ? 'UCS-2' : 'GSM-7');
    }
  });

  it('says who cannot be reached by text, and writes to nobody on the list', async () => {
    const { segment } = await person({ phone: null });
    const group = { segments: [segment] };
    await person({ phone: '030 1234567', ...group });
    const stopped = await person(group);
    const refused = await person({ consents: [], ...group });
    const fine = await person(group);
    await acme.put('/customers/by-external-id/x', { phone: '+49 1' }).expect(422);
    await write(stopped.phone, 'Stopp');
    const { body: count } = await acme
      .post('/campaigns/audience-count', { audience: group, channel: 'sms' })
      .expect(200);
    expect(count).toMatchObject({ audience: 5, reachable: 1, unreachable: { no_phone: 2, stopped: 1, no_consent: 1 } });
    calls = [];
    const { invitations } = await launch(segment);
    const reasons = invitations.map((one: { skipReason: string | null }) => one.skipReason).sort();
    expect(reasons).toEqual(['no_consent', 'no_phone', 'no_phone', null, 'unsubscribed']);
    expect(calls.map((call) => call.form.get('To'))).toEqual([fine.phone]);
    expect(await ledger(refused.phone)).toEqual([]);
  });

  it('counts texts and mails of one customer against each other', async () => {
    const both = await person({ email: 'both@example.org' });
    await acme.put('/contact-policy', { ...OPEN_POLICY, minDaysBetween: 30 }).expect(200);
    await launch(both.segment);
    const { invitations } = await launch(both.segment, { channel: 'email' });
    expect(invitations[0]).toMatchObject({ channel: 'email', status: 'skipped', skipReason: 'contacted_recently' });
    await acme.put('/contact-policy', OPEN_POLICY).expect(200);
  });

  it('never sends twice what may have been taken; tries again what was not', async () => {
    const lost = await person();
    script = ['hang up'];
    const { invitations } = await launch(lost.segment);
    expect(invitations[0]).toMatchObject({ status: 'unknown' });
    await t.runJobs();
    expect(calls).toHaveLength(1);
    // The provider's report proves that it was taken.
    const [unknown] = await ledger(lost.phone);
    expect(unknown).toMatchObject({ state: 'unknown' });
    await post({ MessageSid: 'SMlate', MessageStatus: 'sent' }, { query: `?m=${unknown?.id}` });
    expect(await ledger(lost.phone)).toEqual([expect.objectContaining({ state: 'sent', provider_state: 'sent' })]);
    expect((await acme.get(`/invitations/${invitations[0].id}`).expect(200)).body.status).toBe('sent');

    const busy = await person();
    calls = [];
    script = [{ status: 429, body: { code: 20429, message: 'Too many' }, headers: { 'retry-after': '1' } }];
    await launch(busy.segment);
    expect(await ledger(busy.phone)).toEqual([expect.objectContaining({ state: 'deferred', attempts: 1 })]);
    await t.sql(`update text_messages set send_at = now() where to_phone = $1`, [busy.phone]);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'distribution.send_texts'`);
    await t.runJobs();
    expect(await ledger(busy.phone)).toEqual([expect.objectContaining({ state: 'sent', attempts: 2 })]);
    expect(calls).toHaveLength(2);

    const wrong = await person();
    script = [{ status: 400, body: { code: 21614, message: 'not a mobile number' } }];
    const { invitations: dead } = await launch(wrong.segment);
    expect(dead[0]).toMatchObject({ status: 'bounced' });
    expect(await ledger(wrong.phone)).toEqual([expect.objectContaining({ state: 'failed' })]);
    expect((await t.sql(`select reason from suppressions where address = $1`, [wrong.phone]))[0]).toEqual({
      reason: 'hard_bounce',
    });

    // A wrong password is the account's matter: nothing is given up, and an admin sees it.
    const kept = await person();
    script = [{ status: 401, body: { code: 20003, message: 'Authenticate' } }];
    await launch(kept.segment);
    expect(await ledger(kept.phone)).toEqual([expect.objectContaining({ state: 'deferred' })]);
    const { body } = await acme.get('/organization/channels').expect(200);
    expect(body.items[0]).toMatchObject({ state: 'problem', problem: expect.stringContaining('20003') });
  });

  it('leaves unknown what a killed process was handing over, and frees what it had only claimed', async () => {
    const { segment, phone } = await person();
    const other = await person();
    script = [{ status: 429 }, { status: 429 }];
    await launch(segment);
    await launch(other.segment);
    await t.sql(
      `update text_messages set state = case when to_phone = $1 then 'handing_off' else 'claimed' end, send_at = now(), lease_until = now() - interval '1 second'
       where to_phone = any($2)`,
      [phone, [phone, other.phone]],
    );
    calls = [];
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'distribution.send_texts'`);
    await t.app.get(Texts).sweep();
    await t.runJobs();
    expect(await ledger(phone)).toEqual([expect.objectContaining({ state: 'unknown' })]);
    expect(await ledger(other.phone)).toEqual([expect.objectContaining({ state: 'sent' })]);
    expect(calls.map((call) => call.form.get('To'))).toEqual([other.phone]);
  });

  it('holds the rate over all texts of the channel', async () => {
    const { segment } = await person();
    for (let n = 0; n < 4; n += 1) await person({ segments: [segment] });
    await t.sql(`update text_messages set claimed_at = null`);
    await setUp({ perMinute: 2 }).expect(200);
    await launch(segment);
    expect(calls).toHaveLength(2);
    await t.sql(`update text_messages set claimed_at = now() - interval '61 seconds' where claimed_at is not null`);
    await setUp({ perMinute: 600 }).expect(200);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'distribution.send_texts'`);
    await t.runJobs();
    expect(calls).toHaveLength(5);
  });

  it('takes a number as the score, asks for the reason once, and the next words as the comment', async () => {
    const { id, segment, phone } = await person();
    const { invitations } = await launch(segment);
    calls = [];
    const sid = await write(phone, ' 3 ');
    await write(phone, '3', sid);
    expect(calls.map((call) => call.form.get('Body'))).toEqual([expect.stringMatching(/main reason for your 3\?/)]);
    await write(phone, 'The technician came two hours late');
    const { body } = await acme.get(`/responses?channel=sms`).expect(200);
    expect(body.items).toEqual([
      expect.objectContaining({
        score: 3,
        comment: 'The technician came two hours late',
        counted: true,
        customer: expect.objectContaining({ id }),
      }),
    ]);
    expect((await acme.get(`/invitations/${invitations[0].id}`).expect(200)).body.status).toBe('answered');
    // Words after that are for people: they reach the case.
    await write(phone, 'And nobody called me');
    const { body: cases } = await acme.get('/cases').expect(200);
    const one = cases.items.find((item: { customer: { id: string } | null }) => item.customer?.id === id);
    const { text } = await acme.get(`/cases/${one.id}`).expect(200);
    expect(text).toContain('And nobody called me');
    expect(
      await t.sql(`select outcome from inbound_texts where from_phone = $1 order by received_at`, [phone]),
    ).toEqual([{ outcome: 'score' }, { outcome: 'comment' }, { outcome: 'message' }]);
    const timeline = await acme.get(`/customers/${id}/timeline`).expect(200);
    expect(timeline.text).toContain('Wrote by SMS');
  });

  it('stops for a word in any language and says nothing more; helps once a day; keeps what a stranger wrote', async () => {
    const { segment, phone } = await person();
    await launch(segment);
    calls = [];
    await write(phone, 'HELP');
    await write(phone, 'hilfe');
    expect(calls.map((call) => call.form.get('Body'))).toEqual([expect.stringContaining('STOP')]);
    for (const word of ['ARRÊT', 'stop.', 'توقف']) await write(phone, word);
    await write(phone, 'START');
    expect(await t.sql(`select 1 from suppressions where address = $1`, [phone])).toEqual([]);
    await write(phone, 'Bitte keine Umfragen mehr');
    expect(calls).toHaveLength(1);
    expect(await t.sql(`select reason, source from suppressions where address = $1`, [phone])).toEqual([
      { reason: 'unsubscribed', source: 'text' },
    ]);
    const audience = { segments: [segment] };
    const count = await acme.post('/campaigns/audience-count', { audience, channel: 'sms' }).expect(200);
    expect(count.body).toMatchObject({ reachable: 0, unreachable: { stopped: 1 } });
    await write('+15005550199', 'Who is this?');
    expect(await t.sql(`select body, outcome from inbound_texts where from_phone = '+15005550199'`)).toEqual([
      { body: 'Who is this?', outcome: 'nobody' },
    ]);
  });

  it('believes nobody without the signature, and follows what the provider reports', async () => {
    const { segment, phone } = await person();
    const { invitations } = await launch(segment);
    const [row] = await ledger(phone);
    const forged = await post({ MessageSid: 'SMx', From: phone, Body: 'STOP' }, { token: 'another secret' });
    expect(forged.status).toBe(403);
    const url = await inboundUrl();
    await t.http.post(new URL(url).pathname).type('form').send({ From: phone, Body: 'STOP' }).expect(403);
    await t.http.post('/api/v1/inbound/sms/unknown').type('form').send({ Body: 'STOP' }).expect(404);
    expect(await t.sql(`select 1 from suppressions where address = $1`, [phone])).toEqual([]);

    // The token's key left APP_SECRET: the provider is told to come again.
    const [kept] = await t.sql(`select auth_token from text_channels where channel = 'sms'`);
    await t.sql(
      `update text_channels set auth_token = overlay(auth_token placing '00000000' from 4) where channel = 'sms'`,
    );
    const unreadable = await post({ MessageSid: 'SMx', From: phone, Body: 'STOP' });
    expect([unreadable.status, unreadable.body.code]).toEqual([503, 'secret.unreadable']);
    await t.sql(`update text_channels set auth_token = $1 where channel = 'sms'`, [kept?.['auth_token']]);

    const query = `?m=${row?.id}`;
    const sid = (await t.sql(`select provider_id from text_messages where id = $1`, [row?.id]))[0]?.['provider_id'];
    const news = (state: string, code = '') =>
      post({ MessageSid: String(sid), MessageStatus: state, ...(code ? { ErrorCode: code } : {}) }, { query });
    await news('delivered');
    await news('sent');
    expect(await ledger(phone)).toEqual([expect.objectContaining({ provider_state: 'delivered' })]);
    await news('undelivered', '30005');
    expect((await acme.get(`/invitations/${invitations[0].id}`).expect(200)).body.status).toBe('bounced');
    expect((await t.sql(`select reason from suppressions where address = $1`, [phone]))[0]).toEqual({
      reason: 'hard_bounce',
    });
  });

  it('begins a WhatsApp conversation with the approved template and goes on in plain words', async () => {
    await setUp({ contentSid: 'HX00000000000000000000000000000001' }, 'whatsapp').expect(200);
    const { segment, phone } = await person();
    await launch(segment, { channel: 'whatsapp' });
    const form = calls[0]?.form;
    expect(form?.get('To')).toBe(`whatsapp:${phone}`);
    expect(form?.get('From')).toBe('whatsapp:+15005550006');
    expect(form?.get('Body')).toBeNull();
    expect(JSON.parse(form?.get('ContentVariables') ?? '')).toEqual({
      1: 'Halden Energy',
      2: expect.stringContaining('?'),
      3: expect.stringMatching(/\/t\/[\w-]{11}$/),
    });
    await post({ MessageSid: 'WA1', From: `whatsapp:${phone}`, Body: '٩' }, { channel: 'whatsapp' });
    await t.runJobs();
    expect(calls[1]?.form.get('Body')).toMatch(/main reason for your 9/);
    expect((await acme.get('/responses?channel=whatsapp').expect(200)).body.items).toHaveLength(1);
  });

  it('forgets a customer’s number with them', async () => {
    const { id, segment, phone } = await person();
    await launch(segment);
    await write(phone, 'What is this about?');
    const { body } = await acme.get(`/customers/${id}/export`).expect(200);
    expect(body.sections.textsReceived).toHaveLength(1);
    await acme.delete(`/customers/${id}`).expect(204);
    expect(await t.sql(`select 1 from text_messages where to_phone = $1`, [phone])).toEqual([]);
    expect(await t.sql(`select 1 from inbound_texts where from_phone = $1`, [phone])).toEqual([]);
  });
});
