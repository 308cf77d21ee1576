import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { Customers } from '../src/customers/customers.service.js';
import { Db } from '../src/platform/db.js';
import { newId } from '../src/platform/ids.js';
import { MailDns } from '../src/platform/mail/dns.js';
import { Mail, type MailContent } from '../src/platform/mail/mail.js';
import { SnsTransport } from '../src/platform/mail/provider-webhooks/sns-transport.js';
import { type Caller, type TestApp, startApp } from './support/app.js';
import { OPEN_POLICY } from './support/make.js';

/** What the sink took: the truth of what was sent. */
const taken: { from: string; to: string; raw: string }[] = [];
const sink = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  closeTimeout: 100,
  onData: (stream, session, callback) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      taken.push({
        from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
        to: session.envelope.rcptTo.map((one) => one.address).join(),
        raw: Buffer.concat(chunks).toString('latin1'),
      });
      callback();
    });
  },
});

let t: TestApp;
let acme: Caller & { email: string };
let other: Caller & { email: string };
let inboundPort: number;
const zone = new Map<string, string[]>();
const dns = (name: string): Promise<string[][]> =>
  zone.has(name)
    ? Promise.resolve((zone.get(name) ?? []).map((value) => value.match(/.{1,255}/g) ?? []))
    : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
let content: Partial<MailContent> = {};

beforeAll(async () => {
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  sink.on('error', () => undefined);
  inboundPort = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
  t = await startApp({
    SMTP_URL: `smtp://127.0.0.1:${(sink.server.address() as AddressInfo).port}?ignoreTLS=true`,
    MAIL_FROM: 'Hearback <feedback@platform.example>',
    INBOUND_SMTP_PORT: String(inboundPort),
  });
  t.app.get(MailDns).use(dns);
  acme = await t.signUp('Acme');
  other = await t.signUp('Other');
  await acme.put('/contact-policy', OPEN_POLICY).expect(200);
  t.app.get(Mail).on('test.letter', {
    render: () =>
      Promise.resolve({
        subject: 'Hello',
        html: '<p>Hello</p>',
        text: 'Hello',
        locale: 'en',
        replyTo: 'token',
        ...content,
      }),
  });
});
afterAll(async () => {
  await t?.close();
  await new Promise<void>((resolve) => sink.close(resolve));
});
beforeEach(() => {
  taken.length = 0;
  content = {};
});

const db = () => t.app.get(Db);
let people = 0;

async function person(
  email = `person${(people += 1)}@example.org`,
  who = acme,
): Promise<{ id: string; email: string }> {
  const { body } = await who
    .put(`/customers/by-external-id/${encodeURIComponent(email)}`, {
      email,
      segments: [email],
      consents: [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }],
    })
    .expect(201);
  return { id: body.id, email };
}

/** A mail that was sent: its id, and what the sink took. */
async function letter(to: { id: string; email: string }, who = acme) {
  const before = taken.length;
  const id = await db().tenant(who.tenantId, (tx) =>
    t.app.get(Mail).send(tx, { kind: 'test.letter', subjectId: newId(), to: to.email, customerId: to.id }),
  );
  await t.runJobs();
  const mail = taken[before];
  return { id, mail, messageId: `<${id}@platform.example>`, returnPath: mail?.from ?? '' };
}

async function deliver(message: SendMailOptions): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port: inboundPort, ignoreTLS: true });
  try {
    return ((await transport.sendMail(message)) as { response?: string }).response ?? '';
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  }
}

const bounceKind = async (id: string) =>
  (await t.sql<{ bounce_kind: string | null }>('select bounce_kind from deliveries where id = $1', [id]))[0]
    ?.bounce_kind;
const suppressionOf = async (email: string, who = acme) =>
  (await who.get(`/suppressions?address=${encodeURIComponent(email)}`).expect(200)).body.items[0] ?? null;

describe('an organization’s own sender', () => {
  const setDns = (findings: { record: { name: string; value: string } | null; key: string }[]) => {
    for (const { record, key } of findings) if (record && key !== 'dmarc') zone.set(record.name, [record.value]);
  };

  it('is used, and signed so that others can check it, once DNS proves it', async () => {
    content = {
      fromName: 'Acme ü',
      fromAddress: 'care@acme.example',
      listUnsubscribeUrl: 'https://platform.example/u/x',
      subject: 'Wie war’s? '.repeat(20),
      text: 'Grüße.\n.\n  \n\n',
    };
    const { body: added } = await acme.post('/mail/domains', { domain: ' ACME.example. ' }).expect(201);
    expect(added).toMatchObject({ domain: 'acme.example', state: 'waiting' });
    const unproven = (await letter(await person())).mail?.raw ?? '';
    expect((await simpleParser(unproven)).from?.value[0]?.address).toBe('feedback@platform.example');
    expect(unproven).not.toMatch(/^DKIM-Signature/im);

    setDns(added.findings);
    const { body: proven } = await acme.post(`/mail/domains/${added.id}/check`).expect(200);
    expect(proven).toMatchObject({ state: 'verified' });
    await acme.patch('/organization', { sender: { address: 'care@acme.example' } }).expect(200);
    const { body: sender } = await acme.get('/mail/sender').expect(200);
    expect(sender).toMatchObject({ inUse: 'care@acme.example', fallback: 'feedback@platform.example' });

    const signed = (await letter(await person())).mail?.raw ?? '';
    expect((await simpleParser(signed)).from?.value[0]).toMatchObject({ address: 'care@acme.example', name: 'Acme ü' });
    const check = async (raw: string) => (await dkimVerify(Buffer.from(raw, 'latin1'), { resolver: dns })).results[0];
    const verdict = await check(signed);
    expect(verdict).toMatchObject({
      status: { result: 'pass', aligned: 'acme.example' },
      signingDomain: 'acme.example',
    });
    expect(signed.replace(/\r\n\s+/g, '')).toMatch(/h=[^;]*list-unsubscribe:list-unsubscribe-post/);
    expect((await check(signed.replace('One-Click', 'No-Click')))?.status.result).not.toBe('pass');

    // Another organization may not use it, and the private key is nowhere in plain sight.
    const foreign = (await letter(await person('x@example.org', other), other)).mail?.raw ?? '';
    expect((await simpleParser(foreign)).from?.value[0]?.address).toBe('feedback@platform.example');
    const [key] = await t.sql<{ private_key: string }>('select private_key from dkim_keys');
    expect(key?.private_key).toMatch(/^v1\.[0-9a-f]{8}\./);
    await other.post(`/mail/domains/${added.id}/check`).expect(404);
    await acme.post('/mail/domains', { domain: 'acme.example' }).expect(409);
    for (const domain of ['localhost', 'a b.example', 'x@y.example', 'a.example\r\nb', '192.0.2.1'])
      await acme.post('/mail/domains', { domain }).expect(422);
  });

  it('changes its key without a mail that nobody can check', async () => {
    content = { fromAddress: 'care@acme.example' };
    const { body: sender } = await acme.get('/mail/sender').expect(200);
    const [domain] = sender.domains;
    const selectorOf = async () =>
      /s=(hb-\w+)/.exec((await letter(await person())).mail?.raw.replace(/\r\n\s+/g, '') ?? '')?.[1];
    const { body: rotating } = await acme.post(`/mail/domains/${domain.id}/rotate`).expect(200);
    expect(rotating).toMatchObject({ selector: domain.selector, nextSelector: expect.stringMatching(/^hb-/) });
    expect(await selectorOf()).toBe(domain.selector);
    setDns(rotating.findings);
    const { body: rotated } = await acme.post(`/mail/domains/${domain.id}/check`).expect(200);
    expect(rotated).toMatchObject({ selector: rotating.nextSelector, nextSelector: null, state: 'verified' });
    expect(await selectorOf()).toBe(rotating.nextSelector);
  });

  it('is no longer used when its records stay away, not when DNS is silent once', async () => {
    const [domain] = (await acme.get('/mail/sender').expect(200)).body.domains;
    const record = `${domain.selector}._domainkey.acme.example`;
    const kept = zone.get(record) ?? [];
    zone.delete(record);
    const states: string[] = [];
    for (let time = 0; time < 3; time++)
      states.push((await acme.post(`/mail/domains/${domain.id}/check`).expect(200)).body.state);
    expect(states).toEqual(['verified', 'verified', 'lost']);
    content = { fromAddress: 'care@acme.example' };
    expect((await simpleParser((await letter(await person())).mail?.raw ?? '')).from?.value[0]?.address).toBe(
      'feedback@platform.example',
    );
    zone.set(record, kept);
    expect((await acme.post(`/mail/domains/${domain.id}/check`).expect(200)).body.state).toBe('verified');
  });
});

describe('what mail providers report', () => {
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    t.http
      .post(new URL(url).pathname)
      .set({ 'content-type': 'application/json', ...headers })
      .send(body);
  const add = async (provider: string, credential: string, who = acme): Promise<{ id: string; url: string }> =>
    (await who.post('/mail/providers', { provider, credential }).expect(201)).body;

  it('counts in our own form, once, for mails of this organization only', async () => {
    const secret = 'a secret of some length';
    const { id, url } = await add('generic', secret.replaceAll(' ', '-'));
    const auth = { authorization: `Bearer ${secret.replaceAll(' ', '-')}` };
    const who = await person();
    const sent = await letter(who);
    const event = (id: string, fields: object) => JSON.stringify({ events: [{ id, type: 'bounced', ...fields }] });

    const hard = event('1', { messageId: sent.messageId });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${secret}x` }])
      expect((await post(url, hard, headers as never)).status).toBe(403);
    await post(
      url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      hard,
      auth,
    ).expect(404);
    await post(url.replace('/generic/', '/postmark/'), hard, auth).expect(404);
    await post(url, '{', auth).expect(422);
    expect(await bounceKind(sent.id)).toBeNull();

    await post(url, event('2', { messageId: sent.messageId, permanent: false }), auth).expect(200, {
      received: 1,
      matched: 1,
    });
    expect(await bounceKind(sent.id)).toBe('soft');
    await post(url, hard, auth).expect(200, { received: 1, matched: 1 });
    await post(url, hard, auth).expect(200, { received: 1, matched: 0 });
    expect(await bounceKind(sent.id)).toBe('hard');
    expect(await suppressionOf(who.email)).toMatchObject({
      reason: 'hard_bounce',
      mail: { deliveryId: sent.id, kind: 'test.letter' },
    });

    // An address alone, another organization's mail and a made-up return path name no mail of ours.
    const theirs = await letter(await person('theirs@example.org', other), other);
    for (const [at, fields] of [
      { returnPath: theirs.returnPath },
      { messageId: theirs.messageId },
      { messageId: `<${sent.id}@evil.example>` },
      { returnPath: 'bounce+aaaa@platform.example', messageId: '<x@y>' },
      {},
    ].entries())
      await post(url, event(`foreign ${at}`, fields), auth).expect(200, { received: 1, matched: 0 });
    expect(await bounceKind(theirs.id)).toBeNull();

    const complained = await letter(await person());
    await post(
      url,
      event('3', { type: 'complained', returnPath: `<${complained.returnPath.toUpperCase()}>` }),
      auth,
    ).expect(200, {
      received: 1,
      matched: 1,
    });
    expect(await bounceKind(complained.id)).toBe('complaint');

    const { body: next } = await acme.post(`/mail/providers/${id}/rotate`).expect(201);
    expect(next.url).not.toBe(url);
    await post(url, hard, auth).expect(200);
    await post(next.url, hard, auth).expect(200);
    await acme.delete(`/mail/providers/${id}`).expect(204);
    await post(url, hard, auth).expect(404);
    await other.delete(`/mail/providers/${next.id}`).expect(404);
  });

  it('is believed of SendGrid when its key signed it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { url } = await add('sendgrid', publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));
    const sent = await letter(await person());
    const body = JSON.stringify([
      { event: 'processed', sg_event_id: 'p', 'smtp-id': sent.messageId },
      { event: 'bounce', type: 'bounce', sg_event_id: 'b', 'smtp-id': sent.messageId, email: 'ada@example.org' },
    ]);
    const signed = (text: string, seconds = Math.floor(Date.now() / 1000), key = privateKey) => ({
      'x-twilio-email-event-webhook-timestamp': String(seconds),
      'x-twilio-email-event-webhook-signature': createSign('sha256').update(`${seconds}${text}`).sign(key, 'base64'),
    });
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    for (const headers of [{}, signed(`${body} `), signed(body, 1_600_000_000), signed(body, undefined, stranger)])
      await post(url, body, headers).expect(403);
    expect(await bounceKind(sent.id)).toBeNull();
    await post(url, body, signed(body)).expect(200, { received: 1, matched: 1 });
    expect(await bounceKind(sent.id)).toBe('hard');
  });

  it('is believed of Postmark with its password', async () => {
    const { url } = await add('postmark', 'hearback:a-long-password');
    const sent = await letter(await person());
    const body = JSON.stringify({
      RecordType: 'Bounce',
      ID: 42,
      Type: 'SoftBounce',
      MessageID: 'their-own',
      Metadata: { 'message-id': sent.messageId },
    });
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    await post(url, body, basic('hearback:wrong-password')).expect(403);
    await post(url, body, basic('hearback:a-long-password')).expect(200, { received: 1, matched: 1 });
    expect(await bounceKind(sent.id)).toBe('soft');
    expect(sent.mail?.raw).toContain(`X-PM-Metadata-message-id: ${sent.messageId}`);
  });

  it('is believed of Amazon SES when SNS signed it, and a subscription is confirmed there only', async () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:bounces';
    const { url } = await add('ses', topic);
    const dir = mkdtempSync(join(tmpdir(), 'hearback-sns-'));
    const at = (name: string) => join(dir, name);
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        at('key'),
        '-out',
        at('cert'),
        '-subj',
        '/CN=sns.amazonaws.com',
        '-days',
        '2',
      ],
      { stdio: 'ignore' },
    );
    const [key, certificate] = [readFileSync(at('key'), 'utf8'), readFileSync(at('cert'), 'utf8')];
    rmSync(dir, { recursive: true });
    const asked: string[] = [];
    const confirmed: string[] = [];
    Object.assign(t.app.get(SnsTransport), {
      certificate: (one: URL) => Promise.resolve((asked.push(one.href), certificate)),
      confirm: (one: URL) => Promise.resolve(void confirmed.push(one.href)),
    });
    const message = (fields: Record<string, string | undefined>) => {
      const whole: Record<string, string | undefined> = {
        Type: 'Notification',
        MessageId: newId(),
        TopicArn: topic,
        Message: '{}',
        Timestamp: new Date().toISOString(),
        SignatureVersion: '2',
        SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem',
        ...fields,
      };
      const names = (
        whole['Type'] === 'Notification'
          ? 'Message MessageId Subject Timestamp TopicArn Type'
          : 'Message MessageId SubscribeURL Timestamp Token TopicArn Type'
      ).split(' ');
      const data = names.flatMap((name) => (whole[name] === undefined ? [] : [`${name}\n${whole[name]}\n`])).join('');
      return { ...whole, Signature: whole['Signature'] ?? createSign('sha256').update(data).sign(key, 'base64') };
    };
    const send = (fields: Record<string, string | undefined>) =>
      post(url, JSON.stringify(message(fields)), { 'content-type': 'text/plain; charset=UTF-8' });
    const who = await person();
    const sent = await letter(who);
    const bounce = (kind: object) => ({
      Message: JSON.stringify({
        ...kind,
        mail: {
          messageId: 'their-own',
          source: sent.returnPath,
          headers: [{ name: 'Message-ID', value: sent.messageId }],
        },
      }),
    });
    const permanent = bounce({ notificationType: 'Bounce', bounce: { bounceType: 'Permanent' } });
    for (const fields of [
      { Signature: 'AAAA' },
      { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem' },
      { SigningCertURL: 'https://s3.amazonaws.com/SimpleNotificationService-0.pem' },
      { SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem' },
      { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/other.pem' },
      { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:bounces' },
      { Timestamp: '2020-01-01T00:00:00.000Z' },
      {
        Type: 'SubscriptionConfirmation',
        Token: 'x',
        SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription',
      },
      { Type: 'SubscriptionConfirmation', Token: 'x', SubscribeURL: 'https://169.254.169.254/' },
    ])
      expect((await send({ ...permanent, ...fields })).status).toBe(403);
    const tampered = { ...message(permanent), Message: '{"notificationType":"Complaint"}' };
    await post(url, JSON.stringify(tampered)).expect(403);
    expect(await bounceKind(sent.id)).toBeNull();
    expect(confirmed).toEqual([]);
    expect(new Set(asked)).toEqual(
      new Set(['https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem']),
    );

    await send({
      Type: 'SubscriptionConfirmation',
      Token: 'x',
      SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=x',
    }).expect(200);
    expect(confirmed).toHaveLength(1);
    await send(permanent).expect(200, { received: 1, matched: 1 });
    expect(await bounceKind(sent.id)).toBe('hard');
    await send(bounce({ eventType: 'Complaint', complaint: {} })).expect(200);
    expect(await suppressionOf(who.email)).toMatchObject({ reason: 'complaint' });
  });
});

describe('suppression', () => {
  it('ends by itself after soft bounces, which a mail that arrives forgets', async () => {
    const who = await person();
    const soft = async () => {
      const sent = await letter(who);
      await db().tenant(acme.tenantId, async (tx) => {
        const handle = await t.app.get(Mail).handleOf(tx, sent.messageId);
        if (handle) await t.app.get(Mail).recordBounce(tx, handle, 'soft');
      });
      return sent;
    };
    await soft();
    await soft();
    expect(await suppressionOf(who.email)).toBeNull();
    const arrived = await letter(who);
    await db().tenant(acme.tenantId, async (tx) => {
      const handle = await t.app.get(Mail).handleOf(tx, arrived.messageId);
      expect(handle && (await t.app.get(Mail).recordDelivered(tx, handle))).toBe(true);
    });
    await soft();
    await soft();
    expect(await suppressionOf(who.email)).toBeNull();
    await soft();
    const stopped = await suppressionOf(who.email);
    expect(stopped).toMatchObject({ reason: 'soft_bounce', source: 'bounce' });
    const days = (Date.parse(stopped.until) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    expect((await letter(who)).mail).toBeUndefined();
    await t.sql(`update suppressions set until = now() - interval '1 second' where address = $1`, [who.email]);
    expect(await suppressionOf(who.email)).toBeNull();
    expect((await letter(who)).mail?.to).toBe(who.email);
  });

  it('is added by hand for an address or a domain, imported, exported and undone with a note', async () => {
    const manager = await t.colleague(acme, 'manager');
    const one = await person('one@blocked.example');
    await manager.post('/suppressions', { address: '@Blocked.example', note: '=cmd' }).expect(201);
    expect((await letter(one)).mail).toBeUndefined();
    expect((await acme.get(`/customers/${one.id}`)).body.suppression).toMatchObject({
      reason: 'manual',
      source: 'staff',
    });
    for (const address of ['x', '@', 'a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', '@localhost'])
      await manager.post('/suppressions', { address }).expect(422);
    const report = await manager
      .post('/suppressions/import?dryRun=false')
      .set('content-type', 'text/csv')
      .send('address,reason,note\nold@example.org,complaint,\nOLD@example.org,manual,\nnope,,\n')
      .expect(200);
    expect(report.body).toMatchObject({ errors: [expect.objectContaining({ row: 4, path: 'address' })] });
    await manager
      .post('/suppressions/import')
      .set('content-type', 'text/csv')
      .send('address,reason,note\nold@example.org,complaint,\nOLD@example.org,manual,\n')
      .expect(200);
    expect(await suppressionOf('old@example.org')).toMatchObject({ reason: 'complaint', source: 'import' });
    const found = (await manager.get('/suppressions?q=BLOCKED').expect(200)).body.items;
    expect(found).toHaveLength(1);
    const csv = (await manager.get('/suppressions/export').expect(200)).text;
    expect(csv).toContain(`'@blocked.example,manual,`);
    expect(csv).toContain(`'=cmd`);

    await manager.post(`/suppressions/${found[0].id}/undo`, { note: 'x' }).expect(403);
    await acme.post(`/suppressions/${found[0].id}/undo`, { note: ' ' }).expect(422);
    await acme.post(`/suppressions/${found[0].id}/undo`, { note: 'They asked for it by phone.' }).expect(204);
    expect((await letter(one)).mail?.to).toBe(one.email);
    const { items } = (await acme.get('/audit-log?limit=5').expect(200)).body;
    expect(JSON.stringify(items)).toContain('They asked for it by phone.');
  });

  it('is not asked of who chose otherwise on their own page', async () => {
    const { body: survey } = await acme.post('/surveys', { name: 'Choices', metric: 'nps' }).expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    const [never, rarely] = [await person(), await person()];
    const choose = (id: string, relationship: boolean, minDaysBetween: number | null) =>
      db().tenant(acme.tenantId, (tx) =>
        t.app.get(Customers).choose(tx, id, { relationship, transactional: true, minDaysBetween }, 'me', 'me-2'),
      );
    await choose(never.id, false, null);
    const launch = async (segment: string) => {
      const { body } = await acme
        .post('/campaigns', { name: 'C', surveyId: survey.id, audience: { segments: [segment] } })
        .expect(201);
      await acme.post(`/campaigns/${body.id}/launch`).expect(200);
      await t.runJobs();
      return (await acme.get(`/invitations?campaignId=${body.id}`).expect(200)).body.items[0];
    };
    expect(await launch(never.email)).toMatchObject({ status: 'skipped', skipReason: 'not_wanted' });
    expect(await launch(rarely.email)).toMatchObject({ status: 'sent' });
    // The policy would let a second one go at once.
    await choose(rarely.id, true, 90);
    expect(await launch(rarely.email)).toMatchObject({ status: 'skipped', skipReason: 'contacted_recently' });
  });

  it('keeps consents and choices as they were said, whoever asks the database', async () => {
    const who = await person();
    await db().tenant(acme.tenantId, (tx) =>
      t.app
        .get(Customers)
        .choose(tx, who.id, { relationship: false, transactional: true, minDaysBetween: 90 }, 'me', 'me-2'),
    );
    for (const statement of [
      `update consents set granted = true`,
      `delete from consents`,
      `update contact_choices set relationship = true`,
      `delete from contact_choices`,
    ])
      await expect(db().tenant(acme.tenantId, (tx) => tx.em.query(statement))).rejects.toThrow(/permission denied/);
    await expect(t.sql(`update consents set granted = true`)).rejects.toThrow('append-only');
    const { body } = await acme.get(`/customers/${who.id}/export`).expect(200);
    expect(body.sections.consents).toHaveLength(1);
    expect(body.sections.contactChoices).toMatchObject([{ relationship: false, minDaysBetween: 90, source: 'me' }]);
    await acme.delete(`/customers/${who.id}`).expect(204);
    expect(await t.sql('select 1 from contact_choices where customer_id = $1', [who.id])).toEqual([]);
  });
});

describe('answers to a survey mail', () => {
  let surveyId: string;

  beforeAll(async () => {
    const { body } = await acme.post('/surveys', { name: 'S', metric: 'nps' }).expect(201);
    await acme.post(`/surveys/${body.id}/publish`).expect(200);
    surveyId = body.id;
  });

  async function invited() {
    const who = await person();
    const { body } = await acme
      .post('/campaigns', { name: 'C', surveyId, audience: { segments: [who.email] } })
      .expect(201);
    await acme.post(`/campaigns/${body.id}/launch`).expect(200);
    await t.runJobs();
    const mail = taken.find((one) => one.to === who.email);
    const parsed = await simpleParser(Buffer.from(mail?.raw ?? '', 'latin1'));
    const survey = /\/s\/[\w-]{64}/.exec(parsed.text ?? '')?.[0] ?? '';
    return { ...who, to: parsed.replyTo?.value[0]?.address ?? '', returnPath: mail?.from ?? '', survey };
  }
  const answer = (one: { email: string; to: string }, text: string, extra: SendMailOptions = {}) =>
    deliver({
      from: one.email,
      to: one.to,
      subject: 'Re: How was it?',
      text: `${text}\n\nOn Monday, Acme wrote:\n> How was it?`,
      ...extra,
    });
  const casesOf = async (customerId: string) =>
    (await acme.get('/cases?limit=100').expect(200)).body.items.filter(
      (one: { customer: { id: string } | null }) => one.customer?.id === customerId,
    );
  const messagesOf = async (caseId: string) =>
    t.sql<{ body: string; data: Record<string, unknown> }>(
      `select body, data from case_activities where case_id = $1 and kind = 'customer_message' order by at, id`,
      [caseId],
    );

  it('become the comment of a score, else a message in the open case, else a case', async () => {
    const one = await invited();
    expect(one.to).toMatch(/^reply\+/);
    const [invitation] = (await acme.get(`/invitations?customerId=${one.id}`).expect(200)).body.items;
    await acme
      .post('/responses', {
        id: `r-${one.id}`,
        surveyId,
        externalCustomerId: one.email,
        score: 9,
      })
      .expect((r) => expect(`${r.status} ${r.text}`).toMatch(/^2/));
    // Given on the page, without words.
    await t.sql(`update responses set invitation_id = $1, customer_id = $2 where external_id = $3`, [
      invitation.id,
      one.id,
      `r-${one.id}`,
    ]);
    expect(await answer(one, 'Delivery was slow.')).toMatch(/^250/);
    const [response] = await t.sql<{ comment: string; sentiment_state: string }>(
      `select comment, sentiment_state from responses where invitation_id = $1`,
      [invitation.id],
    );
    expect(response).toMatchObject({ comment: 'Delivery was slow.', sentiment_state: 'pending' });
    await answer(one, 'And one more thing.');
    const [opened, ...rest] = await casesOf(one.id);
    expect(rest).toEqual([]);
    expect(opened).toMatchObject({ subject: 'And one more thing' });
    await answer(one, 'Hello?');
    expect((await messagesOf(opened.id)).map((row) => row.body)).toEqual(['And one more thing.', 'Hello?']);
  });

  it('from somebody else change no response, and say that they are not verified', async () => {
    const one = await invited();
    await answer(one, 'I am the boss of Ada.', { from: 'eve@evil.example' });
    const [opened] = await casesOf(one.id);
    expect((await messagesOf(opened.id))[0]?.data).toMatchObject({
      fromMatches: false,
      verified: false,
      from: 'eve@evil.example',
    });
  });

  it('are verified when the domain in From signed them', async () => {
    const one = await invited();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    zone.set('k._domainkey.example.org', [
      `v=DKIM1; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
    ]);
    zone.set('_dmarc.example.org', ['v=DMARC1; p=reject']);
    const dkim = {
      domainName: 'example.org',
      keySelector: 'k',
      privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    };
    await answer(one, 'Signed words.', { dkim });
    await answer(one, 'Signed by another.', { dkim: { ...dkim, domainName: 'evil.example' } });
    const [opened] = await casesOf(one.id);
    expect((await messagesOf(opened.id)).map((row) => row.data['verified'])).toEqual([true, false]);
    zone.delete('_dmarc.example.org');
  });

  it.each(['STOP', 'Unsubscribe, please.', 'Bitte abmelden!'])('that say %s are honoured', async (words) => {
    const one = await invited();
    await answer(one, words);
    expect(await suppressionOf(one.email)).toMatchObject({ reason: 'unsubscribed', source: 'reply' });
    expect(await casesOf(one.id)).toEqual([]);
  });

  it('that a machine wrote, or that forge a report, change nothing and get no answer', async () => {
    const one = await invited();
    const before = taken.length;
    for (const extra of [
      { headers: { 'Auto-Submitted': 'auto-replied' } },
      { headers: { 'X-Auto-Response-Suppress': 'All' } },
      { headers: { 'X-Autoreply': 'yes' } },
      { headers: { Precedence: 'auto_reply' } },
      { envelope: { from: '', to: [one.to] } },
    ] as SendMailOptions[])
      expect(await answer(one, 'I am away. STOP', extra)).toMatch(/^250/);
    const report = (to: string) => ({
      envelope: { from: '', to: [to] },
      raw: `From: MAILER-DAEMON@evil.example\r\nTo: <${to}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ${one.email}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n`,
    });
    expect(await deliver(report(one.to))).toMatch(/^250/);
    expect(await deliver(report(one.to.replace('reply+', 'bounce+')))).toMatch(/^550/);
    expect(
      await deliver(report(one.returnPath.replace(/\+(.)/, (_, first: string) => `+${first === 'a' ? 'b' : 'a'}`))),
    ).toMatch(/^550/);
    await t.runJobs();
    expect(await casesOf(one.id)).toEqual([]);
    expect(await suppressionOf(one.email)).toBeNull();
    expect(taken).toHaveLength(before);
  });
});

describe('no mail', () => {
  const CRLF = ['\r\n', '\n', '\r', '\u2028', '\u0000', '\u0085'];

  it('gets a header, a recipient or a part that somebody typed (30 forms)', async () => {
    const forms = CRLF.flatMap((end) =>
      ['Bcc: eve@evil.example', 'To: eve@evil.example', 'Content-Type: text/html', `${end}<b>body</b>`, ' folded'].map(
        (line) => `x${end}${line}`,
      ),
    );
    expect(forms).toHaveLength(30);
    for (const form of forms) {
      content = { subject: form, fromName: form, locale: form };
      const { mail } = await letter(await person());
      if (!mail) continue;
      const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'));
      const names = head.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
      expect(names.filter((name) => ['bcc', 'cc'].includes(name))).toEqual([]);
      for (const name of ['to', 'from', 'subject', 'content-type', 'message-id'])
        expect(`${name} ${names.filter((one) => one === name).length}`).toBe(`${name} 1`);
      expect(mail.to).toMatch(/^person\d+@example\.org$/);
      expect(head).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
    }
    for (const form of forms) {
      await acme
        .put('/customers/by-external-id/injected', { email: `a@b.example${form}` })
        .expect((r) => expect(r.status).toBeGreaterThanOrEqual(400));
      await acme
        .post('/suppressions', { address: `a@b.example${form}` })
        .expect((r) => expect(r.status).toBeGreaterThanOrEqual(400));
    }
  });
});
