import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { Db } from '../src/platform/db.js';
import { newId } from '../src/platform/ids.js';
import { type BounceKind, type Delivery, Mail, type MailContent, type MailReply } from '../src/platform/mail/mail.js';
import { type TestApp, startApp } from './support/app.js';

/** What the sink does with a mail: by step of the conversation. */
type Script =
  | 'take'
  | 'refuse-recipient'
  | 'defer-recipient'
  | 'refuse-content'
  | 'defer-content'
  | 'drop-after-dot'
  | 'hang-after-dot'
  | 'drop-at-data';

interface Taken {
  to: string;
  from: string;
  raw: string;
}

/** An SMTP server that does what the test says; its list of taken mails is the truth, written before its 250. */
class Sink {
  readonly taken: Taken[] = [];
  /** All contents that reached us, also those that we then did not take. */
  readonly contents: string[] = [];
  readonly plan: Script[] = [];
  /** Called after DATA was accepted and the first byte of content has come. */
  onContent: (() => Promise<void>) | null = null;
  /** Called before a recipient is taken. */
  onRecipient: (() => Promise<unknown>) | null = null;
  private script: Script = 'take';
  readonly server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onMailFrom: (_address, _session, callback) => {
      this.script = this.plan.shift() ?? 'take';
      callback();
    },
    onRcptTo: (_address, session, callback) => {
      if (this.script === 'refuse-recipient') callback(answer(550, '5.1.1 No such user'));
      else if (this.script === 'defer-recipient') callback(answer(451, '4.7.1 Greylisted, come back later'));
      else {
        if (this.script === 'drop-at-data') this.drop(session);
        void Promise.resolve(this.onRecipient?.()).then(() => callback());
      }
    },
    onData: (stream, session, callback) => {
      const { script } = this;
      const chunks: Buffer[] = [];
      void (async () => {
        let asked = false;
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          if (!asked && this.onContent) await this.onContent();
          asked = true;
          chunks.push(chunk);
        }
        const raw = Buffer.concat(chunks).toString();
        this.contents.push(raw);
        if (script === 'refuse-content') callback(answer(554, '5.7.1 Refused as spam'));
        else if (script === 'defer-content') callback(answer(452, '4.3.1 Full'));
        else if (script === 'drop-after-dot') this.drop(session);
        else if (script === 'hang-after-dot') return;
        else {
          this.taken.push({
            to: session.envelope.rcptTo.map((to) => to.address).join(),
            from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
            raw,
          });
          callback(null, 'taken by the sink');
        }
      })().catch(() => undefined);
    },
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.server.on('error', () => undefined);
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}?ignoreTLS=true`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private drop(session: SMTPServerSession): void {
    for (const connection of this.server.connections)
      if ((connection as unknown as { id: string }).id === session.id) connection.close();
  }
}

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** A kind of mail that notes what it hears. */
class Kind {
  readonly heard: string[] = [];
  readonly replies: MailReply[] = [];
  content: Partial<MailContent> | null = {};
  failing = false;

  constructor(
    mail: Mail,
    readonly name: string,
    options: { cancelledMayReturn?: boolean } = {},
  ) {
    const note = (what: string) => (_: unknown, delivery: Delivery) => {
      if (this.failing) throw new Error('the hook failed');
      this.heard.push(`${what} ${delivery.state}`);
      return Promise.resolve();
    };
    mail.on(name, {
      ...options,
      render: () =>
        Promise.resolve(
          this.content && { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello', locale: 'en', ...this.content },
        ),
      sent: note('sent'),
      failed: note('failed'),
      unknown: note('unknown'),
      suppressed: note('suppressed'),
      bounced: (_tx, _delivery, kind: BounceKind) => {
        this.heard.push(`bounced ${kind}`);
        return Promise.resolve();
      },
      replied: (_tx, _delivery, reply) => {
        this.replies.push(reply);
        return Promise.resolve();
      },
    });
  }
}

interface Row extends Record<string, unknown> {
  state: string;
  attempts: number;
  message_id: string;
  smtp_reply: string | null;
  bounce_kind: string | null;
  lease_until: Date | null;
}

function tools(t: TestApp, tenantId: () => string) {
  const db = t.app.get(Db);
  const mail = t.app.get(Mail);
  return {
    order: (
      kind: Kind,
      to = 'ada@example.org',
      extra: { sendAt?: Date; subjectId?: string; step?: number } = {},
    ): Promise<string> =>
      db.tenant(tenantId(), (tx) => mail.send(tx, { kind: kind.name, subjectId: newId(), to, ...extra })),
    row: async (id: string): Promise<Row> => {
      const [row] = await t.sql<Row>('select * from deliveries where id = $1', [id]);
      if (!row) throw new Error('no such delivery');
      return row;
    },
    /** Makes retries due and runs them. */
    again: async (): Promise<number> => {
      await t.sql(`update deliveries set send_at = now() where state in ('pending', 'deferred')`);
      await t.sql(`update jobs set run_at = now() where state = 'queued' and name like 'mail.%'`);
      await t.sql(`insert into jobs (tenant_id, name, key, payload) values ($1, 'mail.deliver', $2, '{}')`, [
        tenantId(),
        newId(),
      ]);
      return t.runJobs();
    },
    sweep: async (): Promise<void> => {
      await t.sql(`insert into jobs (name, key, payload) values ('mail.sweep', $1, '{}')`, [newId()]);
      await t.runJobs();
    },
  };
}

describe('the ledger, against a real SMTP server', () => {
  const sink = new Sink();
  let t: TestApp;
  let tenantId: string;
  let mail: Mail;
  let kind: Kind;
  let x: ReturnType<typeof tools>;

  beforeAll(async () => {
    t = await startApp({ SMTP_URL: await sink.listen(), MAIL_FROM: 'Acme <feedback@acme.example>' });
    tenantId = (await t.signUp()).tenantId;
    mail = t.app.get(Mail);
    x = tools(t, () => tenantId);
    kind = new Kind(mail, 'test.letter');
  });
  beforeEach(() => {
    sink.taken.length = sink.contents.length = sink.plan.length = kind.heard.length = 0;
    sink.onContent = null;
    kind.content = {};
    kind.failing = false;
  });
  afterAll(async () => {
    await t.close();
    await sink.close();
  });

  it('sends once, however often it is ordered and run, and keeps the answer', async () => {
    const subjectId = newId();
    const id = await x.order(kind, 'ada@example.org', { subjectId });
    expect(await x.order(kind, 'eve@example.org', { subjectId })).toBe(id);
    await t.runJobs();
    await x.again();
    expect(sink.taken.map((one) => one.to)).toEqual(['ada@example.org']);
    expect(await x.row(id)).toMatchObject({
      state: 'sent',
      attempts: 1,
      lease_until: null,
      smtp_reply: expect.stringContaining('taken by the sink'),
    });
    expect(kind.heard).toEqual(['sent sent']);
  });

  it("does not let one organization's many mails delay another's first", async () => {
    const db = t.app.get(Db);
    const other = await t.signUp();
    await t.runJobs();
    sink.taken.length = 0;
    const letters = Array.from({ length: 500 }, (_, n) => ({
      kind: kind.name,
      subjectId: newId(),
      to: `many${n}@example.org`,
    }));
    await db.tenant(tenantId, (tx) => mail.sendMany(tx, letters));
    await db.tenant(other.tenantId, (tx) =>
      mail.send(tx, { kind: kind.name, subjectId: newId(), to: 'first@example.org' }),
    );
    await t.runJobs();
    const order = sink.taken.map((one) => one.to);
    expect(new Set(order).size).toBe(501);
    expect(order).toHaveLength(501);
    expect(order.indexOf('first@example.org')).toBeLessThan(250);
  });

  it('orders nothing when the transaction rolls back', async () => {
    await expect(
      t.app.get(Db).tenant(tenantId, async (tx) => {
        await mail.send(tx, { kind: kind.name, subjectId: newId(), to: 'ada@example.org' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await t.runJobs()).toBe(0);
    expect(sink.contents).toEqual([]);
  });

  it('commits handing_off after 354 and before the first byte of content', async () => {
    const states: string[] = [];
    const id = await x.order(kind);
    sink.onContent = async () => void states.push((await x.row(id)).state);
    await t.runJobs();
    expect(states).toEqual(['handing_off']);
    expect((await x.row(id)).state).toBe('sent');
  });

  it('gives no content away when the claim was lost', async () => {
    const id = await x.order(kind);
    sink.onRecipient = () => t.sql('update deliveries set attempts = attempts + 1 where id = $1', [id]);
    await t.runJobs();
    sink.onRecipient = null;
    expect(sink.contents).toEqual([]);
    expect((await x.row(id)).state).toBe('claimed');
    await t.sql(`update deliveries set lease_until = now() - interval '1 second' where id = $1`, [id]);
    await x.again();
    expect(sink.taken).toHaveLength(1);
    expect((await x.row(id)).state).toBe('sent');
  });

  it('tries 4xx again, with the same Message-ID, and loses nothing', async () => {
    sink.plan.push('defer-recipient', 'defer-content', 'drop-at-data');
    const id = await x.order(kind);
    await t.runJobs();
    expect(await x.row(id)).toMatchObject({
      state: 'deferred',
      attempts: 1,
      smtp_reply: expect.stringContaining('4.7.1'),
    });
    const { message_id } = await x.row(id);
    await x.again();
    expect(await x.row(id)).toMatchObject({ state: 'deferred', attempts: 2, message_id });
    await x.again();
    // The third connection is dropped before any content, so the same attempt goes on over a new one.
    expect(await x.row(id)).toMatchObject({ state: 'sent', attempts: 3, message_id });
    expect(message_id).toBe(`<${id}@acme.example>`);
    expect(sink.contents).toHaveLength(2);
    for (const raw of sink.contents) expect((await simpleParser(raw)).messageId).toBe(message_id);
    expect(sink.taken).toHaveLength(1);
    expect(kind.heard).toEqual(['sent sent']);
  });

  it('gives up after the last attempt of its schedule', async () => {
    sink.plan.push('defer-recipient');
    const id = await x.order(kind);
    await t.sql(`update deliveries set attempts = 13 where id = $1`, [id]);
    await t.runJobs();
    expect(await x.row(id)).toMatchObject({ state: 'failed', smtp_reply: expect.stringContaining('4.7.1') });
    expect(kind.heard).toEqual(['failed failed']);
  });

  it.each(['refuse-recipient', 'refuse-content'] as const)('tries 5xx once: %s', async (script) => {
    sink.plan.push(script);
    const id = await x.order(kind);
    await t.runJobs();
    await x.again();
    expect(await x.row(id)).toMatchObject({
      state: 'failed',
      attempts: 1,
      smtp_reply: expect.stringMatching(/^55[04]/),
    });
    expect(kind.heard).toEqual(['failed failed']);
    expect(sink.taken).toEqual([]);
  });

  it('says unknown when the connection breaks after the dot, and never sends again', async () => {
    sink.plan.push('drop-after-dot');
    const id = await x.order(kind);
    await t.runJobs();
    expect(await x.row(id)).toMatchObject({ state: 'unknown', attempts: 1 });
    await x.again();
    await x.sweep();
    expect(sink.contents).toHaveLength(1);
    expect(kind.heard).toEqual(['unknown unknown']);
  });

  it('frees what a killed process had claimed, and calls unknown what it was handing over', async () => {
    const [claimed, handing] = [await x.order(kind), await x.order(kind)];
    await t.sql(
      `update deliveries set state = case id when $1 then 'claimed' else 'handing_off' end, attempts = 1, lease_until = now() - interval '1 second'
      where id in ($1, $2)`,
      [claimed, handing],
    );
    await t.sql(`delete from jobs where name = 'mail.deliver'`);
    await x.sweep();
    expect((await x.row(claimed)).state).toBe('sent');
    expect((await x.row(handing)).state).toBe('unknown');
    expect(sink.taken).toHaveLength(1);
    expect(kind.heard.sort()).toEqual(['sent sent', 'unknown unknown']);
  });

  it('does not touch what another process is just sending', async () => {
    const id = await x.order(kind);
    await t.sql(
      `update deliveries set state = 'handing_off', attempts = 1, lease_until = now() + interval '1 minute' where id = $1`,
      [id],
    );
    await t.runJobs();
    await x.sweep();
    expect((await x.row(id)).state).toBe('handing_off');
    expect(sink.contents).toEqual([]);
  });

  it('keeps the state when a hook fails, and calls the hook again', async () => {
    kind.failing = true;
    const id = await x.order(kind);
    await t.runJobs();
    expect((await x.row(id)).state).toBe('sent');
    kind.failing = false;
    await x.again();
    expect(kind.heard).toEqual(['sent sent']);
    expect(sink.taken).toHaveLength(1);
  });

  it('sends nothing early, nothing cancelled, nothing suppressed, nothing unwanted', async () => {
    const subjectId = newId();
    const later = await x.order(kind, 'ada@example.org', { sendAt: new Date(Date.now() + 60_000), subjectId });
    const reminder = await x.order(kind, 'ada@example.org', {
      sendAt: new Date(Date.now() + 90_000),
      subjectId,
      step: 1,
    });
    await t.runJobs();
    expect((await x.row(later)).state).toBe('pending');
    const stopped = await t.app.get(Db).tenant(tenantId, (tx) => mail.cancel(tx, { kind: kind.name, subjectId }));
    expect(stopped).toBe(2);
    await t.sql(`update deliveries set send_at = now() where subject_id = $1`, [subjectId]);
    await x.again();
    expect([(await x.row(later)).state, (await x.row(reminder)).state]).toEqual(['cancelled', 'cancelled']);

    mail.registerSuppression((_tx, addresses) =>
      Promise.resolve(new Set(addresses.filter((address) => address === 'gone@example.org'))),
    );
    const gone = await x.order(kind, 'gone@example.org');
    const bad = await x.order(kind, 'ada@example.org\r\nBcc: eve@example.org');
    await t.runJobs();
    expect((await x.row(gone)).state).toBe('suppressed');
    expect((await x.row(bad)).state).toBe('failed');

    kind.content = null;
    const unwanted = await x.order(kind);
    await t.runJobs();
    expect((await x.row(unwanted)).state).toBe('cancelled');
    expect(sink.contents).toEqual([]);
    expect(kind.heard.sort()).toEqual(['failed failed', 'suppressed suppressed']);
  });

  it('lets a cancelled mail return where its kind says so, also after its first job has run', async () => {
    const cancelAndOrderAgain = async (which: Kind): Promise<Row> => {
      const subjectId = newId();
      const id = await x.order(which, 'ada@example.org', { subjectId });
      await t.sql(`update deliveries set state = 'cancelled' where id = $1`, [id]);
      await t.runJobs();
      expect(await x.order(which, 'ada@example.org', { subjectId })).toBe(id);
      await t.runJobs();
      return x.row(id);
    };
    expect((await cancelAndOrderAgain(kind)).state).toBe('cancelled');
    const returning = new Kind(mail, 'test.returning', { cancelledMayReturn: true });
    expect((await cancelAndOrderAgain(returning)).state).toBe('sent');
    expect(sink.taken).toHaveLength(1);
  });

  it('orders many at once, each once', async () => {
    const subjects = Array.from({ length: 200 }, () => newId());
    const ids = await t.app.get(Db).tenant(tenantId, (tx) =>
      mail.sendMany(
        tx,
        [...subjects, ...subjects].map((subjectId) => ({ kind: kind.name, subjectId, to: 'ada@example.org' })),
      ),
    );
    expect(new Set(ids).size).toBe(200);
    expect(ids.slice(0, 200)).toEqual(ids.slice(200));
    await t.runJobs();
    expect(sink.taken).toHaveLength(200);
    const [counts] = await t.sql(
      `select count(*)::int as n, count(distinct message_id)::int as ids from deliveries where id = any($1) and state = 'sent'`,
      [ids],
    );
    expect(counts).toEqual({ n: 200, ids: 200 });
  });

  it('writes one envelope and the headers that mail needs, whatever the text contains', async () => {
    const evil = 'Hi\r\nBcc: eve@example.org\r\n\r\nbody';
    kind.content = {
      subject: evil,
      fromName: `Acme\r\nX-Evil: 1`,
      fromAddress: 'ceo@bank.example',
      replyTo: 'help@acme.example',
      listUnsubscribeUrl: `https://acme.example/u/${'a'.repeat(120)}`,
      inReplyTo: '<first@acme.example>',
      references: ['<zero@acme.example>', '<first@acme.example>'],
    };
    await x.order(kind);
    await t.runJobs();
    const [one] = sink.taken;
    expect(one?.to).toBe('ada@example.org');
    // No inbound port is open here, so bounces go to the sender.
    expect(one?.from).toBe('feedback@acme.example');
    const parsed = await simpleParser(one?.raw ?? '');
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.headers.has('x-evil')).toBe(false);
    expect(parsed.subject).toBe('Hi Bcc: eve@example.org body');
    expect(parsed.from?.value).toEqual([{ address: 'feedback@acme.example', name: 'Acme X-Evil: 1' }]);
    expect(parsed.replyTo?.value[0]?.address).toBe('help@acme.example');
    expect(parsed.inReplyTo).toBe('<first@acme.example>');
    expect(parsed.references).toEqual(['<zero@acme.example>', '<first@acme.example>']);
    const header = (name: string): string =>
      (parsed.headerLines.find((line) => line.key === name)?.line ?? '').replace(/\r?\n[ \t]/g, ' ');
    expect(header('list-unsubscribe')).toBe(`List-Unsubscribe: <https://acme.example/u/${'a'.repeat(120)}>`);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(header('auto-submitted')).toBe('Auto-Submitted: auto-generated');
    expect(header('feedback-id')).toBe(`Feedback-ID: 0:test.letter:${tenantId}:hearback`);
  });

  it.each([
    { replyTo: 'a@b.example, c@d.example' },
    { inReplyTo: '<a>\r\nBcc: x' },
    { listUnsubscribeUrl: 'https://a.example/>\r\nBcc: x' },
  ])('sends nothing when %j breaks a header', async (content) => {
    kind.content = content;
    const id = await x.order(kind);
    await t.sql(`update deliveries set attempts = 13 where id = $1`, [id]);
    await t.runJobs();
    expect(sink.contents).toEqual([]);
    expect((await x.row(id)).state).toBe('failed');
  });

  it('shows nobody a mailbox', async () => {
    for (const path of ['/dev/mailbox', '/dev/mailbox/messages', '/dev/mailbox/info'])
      await t.http.get(path).expect(404);
    await t.http.post(`/dev/mailbox/messages/${newId()}/reply`).send({ body: 'x' }).expect(404);
  });
});

describe('the built-in mailbox and the way in', () => {
  let t: TestApp;
  let tenantId: string;
  let kind: Kind;
  let x: ReturnType<typeof tools>;
  let inbound: { inboundHost: string; inboundPort: number };

  beforeAll(async () => {
    t = await startApp();
    tenantId = (await t.signUp()).tenantId;
    x = tools(t, () => tenantId);
    kind = new Kind(t.app.get(Mail), 'test.letter');
    inbound = (await t.http.get('/dev/mailbox/info').expect(200)).body;
  });
  beforeEach(() => {
    kind.heard.length = kind.replies.length = 0;
    kind.content = {
      replyTo: 'token',
      subject: 'How was it, Žofie?',
      html: '<p>How <b>was</b> it?</p>',
      text: 'How was it?',
      autoSubmitted: false,
    };
  });
  afterAll(() => t.close());

  const letter = async (
    to: string,
  ): Promise<{ id: string; message: { id: string; headers: Record<string, string> } & Record<string, unknown> }> => {
    const id = await x.order(kind, to);
    await t.runJobs();
    const { body } = await t.http.get('/dev/mailbox/messages').query({ to }).expect(200);
    return { id, message: body.at(-1) };
  };
  const deliver = async (message: SendMailOptions): Promise<string> => {
    const transport = createTransport({ host: inbound.inboundHost, port: inbound.inboundPort, ignoreTLS: true });
    try {
      return (await transport.sendMail(message)).response ?? '';
    } catch (error) {
      return (error as { response?: string }).response ?? String(error);
    }
  };
  const reply = (to: string, from: string, extra: SendMailOptions = {}): SendMailOptions => ({
    from,
    to,
    envelope: { from, to: [to] },
    subject: 'Re: How was it?',
    text: 'Still broken.\n\nOn Monday, Acme wrote:\n> How was it?',
    ...extra,
  });

  it('lists a mail as the contract says', async () => {
    const { id, message } = await letter('list@example.org');
    expect(Object.keys(message).sort()).toEqual(['date', 'from', 'headers', 'html', 'id', 'subject', 'text', 'to']);
    expect(message).toMatchObject({
      to: ['list@example.org'],
      subject: 'How was it, Žofie?',
      text: expect.stringContaining('How was it?'),
      html: expect.stringContaining('<b>was</b>'),
    });
    expect(message.headers).toMatchObject({
      'message-id': `<${id}@hearback.test>`,
      'reply-to': expect.stringMatching(/reply\+[a-z2-7]{55}@/),
    });
    expect(message.headers['return-path']).toMatch(/^<bounce\+[a-z2-7]{55}@hearback\.test>$/);
    expect(message.headers['auto-submitted']).toBeUndefined();
    await letter('list2@example.org');
    const { body } = await t.http.get('/dev/mailbox/messages').expect(200);
    expect(body.map((one: { to: string[] }) => one.to[0]).slice(-2)).toEqual(['list@example.org', 'list2@example.org']);
  });

  it('shows mails on a page, as text and in a frame without scripts', async () => {
    kind.content = { subject: '<script>alert(1)</script>', html: '<script>alert(2)</script><p>hello</p>' };
    const { message } = await letter('page@example.org');
    const list = await t.http.get('/dev/mailbox').query({ to: 'PAGE@' }).expect(200);
    expect(list.headers['content-type']).toContain('text/html');
    expect(list.text).toContain('1 message to “PAGE@”');
    expect(list.text).toContain('&lt;script&gt;alert(1)');
    const view = await t.http.get('/dev/mailbox').query({ message: message.id }).expect(200);
    expect(view.text).not.toContain('<script');
    expect(view.text).toMatch(
      /<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="[^"]*&lt;p&gt;hello/,
    );
    // Else a browser would send the forms with `Origin: null`.
    expect(view.headers['referrer-policy']).toBe('same-origin');
    expect(view.headers['content-security-policy']).toContain("default-src 'none'");
    const headers = await t.http.get('/dev/mailbox').query({ message: message.id, tab: 'headers' }).expect(200);
    expect(headers.text).toContain('feedback-id');
    expect((await t.http.get('/dev/mailbox').query({ message: newId() }).expect(200)).text).toContain('no longer here');
  });

  it('carries a reply from the page to the module, once, without the quoted mail', async () => {
    const { id, message } = await letter('answer@example.org');
    const answered = await t.http
      .post(`/dev/mailbox/messages/${message.id}/reply`)
      .type('form')
      .send({ body: 'Not yet fixed.\nSorry.' })
      .expect(303);
    expect(answered.headers.location).toContain('ok=1');
    expect(kind.replies).toEqual([
      {
        text: 'Not yet fixed.\nSorry.',
        from: 'answer@example.org',
        fromMatches: true,
        verified: false,
        messageId: expect.stringMatching(/^<.+>$/),
        attachments: [],
      },
    ]);
    expect(await t.sql('select * from inbound_mails where delivery_id = $1', [id])).toHaveLength(1);
  });

  it('takes the same message once, says whose it claims to be, and lists attachments', async () => {
    const { message } = await letter('twice@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const mail = reply(to.toUpperCase(), 'eve@example.org', {
      messageId: '<one@example.org>',
      attachments: [{ filename: 'a\u202e.txt', content: 'abc' }],
    });
    expect(await deliver(mail)).toMatch(/^250/);
    expect(await deliver(mail)).toMatch(/^250/);
    expect(kind.replies).toEqual([
      {
        text: 'Still broken.',
        from: 'eve@example.org',
        fromMatches: false,
        verified: false,
        messageId: '<one@example.org>',
        attachments: [expect.objectContaining({ contentType: 'text/plain', size: 3 })],
      },
    ]);
  });

  it('refuses addresses that we did not sign', async () => {
    const { message } = await letter('forged@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const forged = to.replace(/\+(.)/, (_, first: string) => `+${first === 'a' ? 'b' : 'a'}`);
    for (const address of [
      forged,
      to.replace('reply+', 'bounce+'),
      'postmaster@hearback.test',
      'reply+x@hearback.test',
    ])
      expect(await deliver(reply(address, 'forged@example.org'))).toMatch(/^550 5\.1\.1/);
    expect(kind.replies).toEqual([]);
  });

  it.each([
    ['Auto-Submitted', { headers: { 'Auto-Submitted': 'auto-replied' } }],
    ['Precedence', { headers: { Precedence: 'bulk' } }],
    ['an empty return path', { envelope: { from: '' } }],
    ['mailer-daemon', { from: 'MAILER-DAEMON@example.org' }],
  ])('ignores automatic mail: %s', async (_, extra) => {
    const { message } = await letter('away@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const mail = reply(to, 'away@example.org', extra as SendMailOptions);
    expect(
      await deliver({
        ...mail,
        envelope: { from: 'away@example.org', ...(extra as SendMailOptions).envelope, to: [to] },
      }),
    ).toMatch(/^250/);
    expect(kind.replies).toEqual([]);
    expect((await t.http.get('/dev/mailbox/messages').query({ to: 'away@example.org' })).body.length).toBeGreaterThan(
      0,
    );
  });

  it('takes a person who says Auto-Submitted: no', async () => {
    const { message } = await letter('person@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    await deliver(
      reply(to, 'person@example.org', {
        headers: { 'Auto-Submitted': 'no' },
        text: '',
        html: '<p>It is <b>fixed</b></p>',
      }),
    );
    expect(kind.replies).toMatchObject([{ text: 'It is fixed' }]);
  });

  it('records bounces and complaints, worse news over better, each once', async () => {
    const suppressed: string[] = [];
    t.app.get(Mail).registerSuppression(
      () => Promise.resolve(new Set()),
      (_tx, address, bounce) => Promise.resolve(void suppressed.push(`${address} ${bounce}`)),
    );
    const { id, message } = await letter('bounce@example.org');
    for (const bounce of ['soft', 'hard', 'hard', 'soft', 'complaint']) {
      const { body } = await t.http
        .post(`/dev/mailbox/messages/${message.id}/bounce`)
        .send({ kind: bounce })
        .expect(200);
      expect(body).toMatchObject({ accepted: true, answer: expect.stringMatching(/^250/) });
    }
    expect(kind.heard.filter((one) => one.startsWith('bounced'))).toEqual([
      'bounced soft',
      'bounced hard',
      'bounced complaint',
    ]);
    expect(suppressed).toEqual(['bounce@example.org soft', 'bounce@example.org hard', 'bounce@example.org complaint']);
    expect(await x.row(id)).toMatchObject({ state: 'sent', bounce_kind: 'complaint' });
  });

  it('changes nothing on a report that is delayed, delivered, forged or no report', async () => {
    const { id, message } = await letter('delayed@example.org');
    const to = (message.headers['return-path'] ?? '').slice(1, -1);
    const report = (action: string, status: string): string =>
      [
        'From: MAILER-DAEMON@example.org',
        `To: <${to}>`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        '',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; x',
        '',
        'Final-Recipient: rfc822; delayed@example.org',
        `Action: ${action}`,
        `Status: ${status}`,
        '',
        '--b--',
        '',
      ].join('\r\n');
    for (const [action, status] of [
      ['delayed', '4.4.1'],
      ['delivered', '2.0.0'],
      ['relayed', '2.0.0'],
    ] as const)
      expect(await deliver({ envelope: { from: '', to: [to] }, raw: report(action, status) })).toMatch(/^250/);
    expect(
      await deliver({
        envelope: { from: '', to: [to.replace('bounce+', 'bounce+a')] },
        raw: report('failed', '5.1.1'),
      }),
    ).toMatch(/^550/);
    expect(
      await deliver({
        envelope: { from: '', to: [to] },
        from: 'MAILER-DAEMON@example.org',
        to,
        subject: 'Undelivered',
        text: 'Action: failed\nStatus: 5.1.1',
      }),
    ).toMatch(/^250/);
    expect((await x.row(id)).bounce_kind).toBeNull();
    expect(await deliver({ envelope: { from: '', to: [to] }, raw: report('failed', '5.1.1') })).toMatch(/^250/);
    expect((await x.row(id)).bounce_kind).toBe('hard');
  });

  it('answers 451 when the database does not take it, and takes it the next time', async () => {
    const { message } = await letter('later@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const mail = reply(to, 'later@example.org', { messageId: '<later@example.org>' });
    await t.sql('alter table inbound_mails rename to inbound_mails_away');
    expect(await deliver(mail)).toMatch(/^451/);
    await t.sql('alter table inbound_mails_away rename to inbound_mails');
    expect(await deliver(mail)).toMatch(/^250/);
    expect(kind.replies).toHaveLength(1);
  });

  it('survives 10,000 parts, nonsense and NULs', async () => {
    const { message } = await letter('parts@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const envelope = { from: 'parts@example.org', to: [to] };
    const head = 'From: parts@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n';
    expect(
      await deliver({ envelope, raw: head + '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(10_000) }),
    ).toMatch(/^554/);
    expect(
      await deliver({ envelope, raw: Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7) % 256)) }),
    ).toMatch(/^250/);
    expect(await deliver({ envelope, raw: 'From: parts@example.org\r\nMessage-ID: <nul@x>\r\n\r\na\0b' })).toMatch(
      /^250/,
    );
    expect(kind.replies.at(-1)).toMatchObject({ text: 'ab' });
  });

  it('refuses what is bigger than 25 MB', async () => {
    const { message } = await letter('big@example.org');
    const to = /reply\+[^>]+/.exec(message.headers['reply-to'] ?? '')?.[0] ?? '';
    const answers = await talk(inbound.inboundPort, [
      'EHLO x',
      'MAIL FROM:<big@example.org>',
      `RCPT TO:<${to}>`,
      'DATA',
      `Subject: big\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(26_400)}.`,
    ]);
    expect(answers.at(-1)).toMatch(/^552/);
    expect(kind.replies).toEqual([]);
  });

  it('writes no mail for another site or for a message that is not there', async () => {
    const { message } = await letter('csrf@example.org');
    await t.http
      .post(`/dev/mailbox/messages/${message.id}/reply`)
      .set('origin', 'https://evil.example')
      .type('form')
      .send({ body: 'x' })
      .expect(403);
    await t.http
      .post(`/dev/mailbox/messages/${message.id}/reply`)
      .set('origin', 'null')
      .type('form')
      .send({ body: 'x' })
      .expect(403);
    await t.http.post(`/dev/mailbox/messages/${newId()}/reply`).send({ body: 'x' }).expect(404);
    await t.http.post(`/dev/mailbox/messages/${message.id}/reply`).send({ body: ' ' }).expect(422);
    await t.http.post(`/dev/mailbox/messages/${message.id}/bounce`).send({ kind: 'odd' }).expect(422);
    expect(kind.replies).toEqual([]);
  });
});

/** Says each line when the one before was answered; the answers in order, the greeting first. */
async function talk(port: number, lines: string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  const answers: string[] = [];
  const next = async (): Promise<void> => {
    for (let waited = 0; waited < 20_000; waited += 10) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(received);
      if (match) {
        received = received.slice(match[0].length);
        answers.push(match[0]);
        return;
      }
      await delay(10);
    }
    throw new Error('no answer');
  };
  await next();
  for (const line of lines) {
    socket.write(`${line}\r\n`);
    await next();
  }
  socket.destroy();
  return answers;
}
