import { createTransport, type SendMailOptions } from 'nodemailer';
import { type Caller, startApp, type TestApp } from './support/app.js';

let t: TestApp;
let h: House;
let inbound: { inboundHost: string; inboundPort: number };
beforeAll(async () => {
  t = await startApp();
  inbound = (await t.http.get('/dev/mailbox/info').expect(200)).body;
  h = await house();
});
afterAll(() => t.close());

type Someone = Caller & { email: string; userId: string };
interface House {
  admin: Someone;
  manager: Someone;
  maja: Someone;
  jonas: Someone;
  viewer: Someone;
  program: Caller;
}

async function house(): Promise<House> {
  const admin = await t.signUp();
  await admin
    .post('/touchpoints', { key: 'install', name: 'Meter install', stage: 'Start', area: 'process' })
    .expect(201);
  return {
    admin,
    manager: await t.colleague(admin, 'manager', 'Mona Manager'),
    maja: await t.colleague(admin, 'agent', 'Maja Kovač'),
    jonas: await t.colleague(admin, 'agent', 'Jonas Olsen'),
    viewer: await t.colleague(admin, 'viewer', 'Vera View'),
    program: await t.program(admin, ['*']),
  };
}

let many = 0;
async function open(
  externalId = `customer-${(many += 1)}`,
  of = h,
): Promise<{ id: string; email: string; number: number; customerId: string }> {
  const n = (many += 1);
  const email = `${externalId}@example.test`;
  await of.program
    .put(`/customers/by-external-id/${externalId}`, { name: 'Ingrid Solberg', email, locale: 'en' })
    .expect((answer) => expect(answer.status).toBeLessThan(300));
  const { body } = await of.maja
    .post('/cases', {
      externalCustomerId: externalId,
      subject: `Problem ${n}`,
      comment: `Nobody came, ${n}.`,
      mayContact: true,
      ownerId: of.maja.userId,
    })
    .expect(201);
  return { id: body.id, email, number: body.number, customerId: body.customer.id };
}

async function mailsLeave(): Promise<void> {
  await t.sql(`update deliveries set send_at = now() where state = 'pending'`);
  await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'mail.deliver'`);
  await t.runJobs();
}

/** Runs what looks around by itself, now. */
async function sweep(name: string): Promise<void> {
  await t.sql(
    `insert into jobs (id, tenant_id, name, key, payload) values (gen_random_uuid(), null, $1, gen_random_uuid()::text, '{}')`,
    [name],
  );
  await t.runJobs();
}

interface Message {
  id: string;
  subject: string;
  text: string;
  headers: Record<string, string>;
}
const mailsTo = async (to: string): Promise<Message[]> =>
  (await t.http.get('/dev/mailbox/messages').query({ to }).expect(200)).body;
const view = async (who: Caller, id: string) => (await who.get(`/cases/${id}`).expect(200)).body;
const told = async (who: Caller): Promise<[string, number, boolean][]> =>
  (await who.get('/notifications').expect(200)).body.items.map(
    (one: { kind: string; case: { number: number }; readAt: string | null }) => [
      one.kind,
      one.case.number,
      one.readAt !== null,
    ],
  );
const listed = async (who: Caller, query: string): Promise<number[]> =>
  (await who.get(`/cases?${query}`).expect(200)).body.items.map((one: { number: number }) => one.number);

/** By real SMTP, as a customer's mail server would. */
async function deliver(message: SendMailOptions): Promise<string> {
  const transport = createTransport({ host: inbound.inboundHost, port: inbound.inboundPort, ignoreTLS: true });
  try {
    return (await transport.sendMail(message)).response ?? '';
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  }
}
const replyTo = (mail: Message | undefined): string =>
  /reply\+[^>\s]+/.exec(mail?.headers['reply-to'] ?? '')?.[0] ?? '';

describe('a case that is put off', () => {
  it('is out of the lists until its time comes', async () => {
    const { id, number } = await open();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await h.maja.patch(`/cases/${id}`, { snoozedUntil: new Date(Date.now() - 1000).toISOString() }).expect(422);
    await h.maja.patch(`/cases/${id}`, { snoozedUntil: 'tomorrow' }).expect(422);
    const put = (await h.maja.patch(`/cases/${id}`, { snoozedUntil: until }).expect(200)).body;
    expect(put.snoozedUntil).toBe(until);
    expect(put.activity.at(-1)).toMatchObject({ kind: 'snoozed', data: { until } });
    for (const list of ['mine', 'needs_reply']) expect(await listed(h.maja, `view=${list}`)).not.toContain(number);
    expect(await listed(h.maja, 'view=snoozed')).toContain(number);
    expect((await h.maja.get('/cases/counts')).body.snoozed).toBe(1);
    await t.sql(`update cases set snoozed_until = now() - interval '1 second' where id = $1`, [id]);
    expect(await listed(h.maja, 'view=mine')).toContain(number);
    await sweep('cases.wake');
    expect((await view(h.maja, id)).activity.at(-1)).toMatchObject({ kind: 'woke', actor: null });
    expect(await told(h.maja)).toContainEqual(['woke', number, false]);
  });

  it('comes back when the customer writes, and cannot be put off once resolved', async () => {
    const { id, email } = await open();
    await h.maja.post(`/cases/${id}/messages`, { body: 'Hello' }).expect(201);
    await mailsLeave();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await h.maja.patch(`/cases/${id}`, { snoozedUntil: until }).expect(200);
    const [mail] = await mailsTo(email);
    await t.http.post(`/dev/mailbox/messages/${mail?.id}/reply`).type('form').send({ body: 'Any news?' }).expect(303);
    expect((await view(h.maja, id)).snoozedUntil).toBeNull();
    await h.maja.post(`/cases/${id}/resolve`, { rootCause: 'Price', resolution: 'Done' }).expect(200);
    const refused = await h.maja.patch(`/cases/${id}`, { snoozedUntil: until }).expect(409);
    expect(refused.body.code).toBe('case.illegal_transition');
  });
});

describe('merging', () => {
  it('joins two cases of a customer; both numbers and both links stay good, and mail finds the way', async () => {
    const from = await open('twice');
    const into = await open('twice');
    await h.maja.patch(`/cases/${from.id}`, { labels: ['Billing'], priority: 'urgent' }).expect(200);
    await h.maja.post(`/cases/${from.id}/messages`, { body: 'About the first one' }).expect(201);
    await mailsLeave();
    const [mail] = await mailsTo(from.email);
    const link = new URL((await view(h.maja, from.id)).receiptUrl).pathname;

    const merged = (await h.maja.post(`/cases/${from.id}/merge`, { into: into.id }).expect(200)).body;
    expect(merged).toMatchObject({
      id: into.id,
      labels: ['Billing'],
      priority: 'urgent',
      merged: [{ id: from.id, number: from.number, status: 'merged' }],
    });
    expect(merged.activity.map((one: { body: string | null }) => one.body)).toContain('About the first one');
    expect(await view(h.maja, from.id)).toMatchObject({
      status: 'merged',
      dueAt: null,
      mergedInto: { id: into.id, number: into.number },
    });
    expect(new Set(await listed(h.maja, `q=%23${from.number}`))).toEqual(new Set([from.number, into.number]));
    expect(await listed(h.maja, 'q=Ingrid')).not.toContain(from.number);
    expect((await t.http.get(link).expect(200)).text).toContain(String(into.number));

    await t.http
      .post(`/dev/mailbox/messages/${mail?.id}/reply`)
      .type('form')
      .send({ body: 'Thank you both.' })
      .expect(303);
    expect((await view(h.maja, into.id)).activity.at(-1)).toMatchObject({
      kind: 'customer_message',
      body: 'Thank you both.',
    });
    for (const path of ['/messages', '/notes', '/resolve', '/reopen'])
      expect((await h.maja.post(`/cases/${from.id}${path}`, {}).expect(409)).body.code).toBe('case.illegal_transition');
    // The customer wrote since: it is no longer as it was.
    expect((await h.maja.post(`/cases/bulk/${merged.undo.id}/undo`).expect(200)).body).toEqual({
      restored: 0,
      skipped: 1,
    });
  });

  it('can be taken back, and is refused for two customers, itself and what is resolved', async () => {
    const from = await open('back');
    const into = await open('back');
    const other = await open();
    await h.maja.post(`/cases/${from.id}/notes`, { body: 'Only of the first' }).expect(201);
    const before = [await view(h.maja, from.id), await view(h.maja, into.id)];
    expect((await h.maja.post(`/cases/${from.id}/merge`, { into: other.id }).expect(422)).body.errors[0].path).toBe(
      'into',
    );
    await h.maja.post(`/cases/${from.id}/merge`, { into: from.id }).expect(422);
    const { undo } = (await h.maja.post(`/cases/${from.id}/merge`, { into: into.id }).expect(200)).body;
    expect((await h.maja.post(`/cases/bulk/${undo.id}/undo`).expect(200)).body).toEqual({ restored: 1, skipped: 0 });
    for (const [at, id] of [from.id, into.id].entries()) {
      const after = await view(h.maja, id);
      const words = (one: { activity: { body: string | null; data: { undone?: boolean } }[] }) =>
        one.activity.filter((entry) => !entry.data.undone).map((entry) => entry.body);
      expect(words(after)).toEqual(words(before[at]));
      expect(after).toMatchObject({ status: before[at].status, mergedInto: null, merged: [], priority: 'normal' });
    }
    await h.maja.post(`/cases/${into.id}/resolve`, { rootCause: 'Price', resolution: 'Done' }).expect(200);
    expect((await h.maja.post(`/cases/${from.id}/merge`, { into: into.id }).expect(409)).body.code).toBe(
      'case.illegal_transition',
    );
  });
});

describe('colleagues', () => {
  it('are told of what concerns them, on the screen and by mail without the customer’s words', async () => {
    const { id, number } = await open();
    await h.jonas.post(`/cases/${id}/notes`, { body: '@Nobody look', mentions: [h.admin.tenantId] }).expect(422);
    await h.maja
      .post(`/cases/${id}/notes`, { body: '@Jonas Olsen can you call?', mentions: [h.jonas.userId] })
      .expect(201);
    expect(await told(h.jonas)).toContainEqual(['mention', number, false]);
    expect((await view(h.maja, id)).followers).toEqual([{ id: h.jonas.userId, name: 'Jonas Olsen' }]);
    await mailsLeave();
    const [mail] = (await mailsTo(h.jonas.email)).slice(-1);
    expect(mail?.subject).toBe(`Maja Kovač mentioned you in case ${number}`);
    expect(mail?.text).not.toContain('Nobody came');
    expect(mail?.text).not.toContain('can you call');

    await h.viewer.post(`/cases/${id}/follow`).expect(200);
    await h.maja.post(`/cases/${id}/resolve`, { rootCause: 'Price', resolution: 'Done' }).expect(200);
    const link = new URL((await view(h.maja, id)).receiptUrl).pathname;
    await t.http.post(link).type('form').send({ answer: 'not_yet', comment: 'Still dark' }).expect(303);
    for (const who of [h.manager, h.viewer, h.maja]) expect(await told(who)).toContainEqual(['not_yet', number, false]);
    await mailsLeave();
    expect((await mailsTo(h.manager.email)).map((one) => one.subject)).toEqual([
      `The customer of case ${number} said: not fixed yet. It is open again`,
    ]);
    await h.viewer.delete(`/cases/${id}/follow`).expect(200);
    const count = (await told(h.viewer)).length;
    await h.jonas.post(`/cases/${id}/notes`, { body: 'More' }).expect(201);
    expect(await told(h.viewer)).toHaveLength(count);
    expect(await told(h.maja)).toContainEqual(['note', number, false]);
  });

  it('who looked meanwhile, want none or left get no mail; reading counts on every machine', async () => {
    const { id, number } = await open();
    const mention = (): Promise<unknown> =>
      h.maja.post(`/cases/${id}/notes`, { body: '@Jonas Olsen', mentions: [h.jonas.userId] }).expect(201);
    const mails = async (): Promise<number> => (await mailsTo(h.jonas.email)).length;
    const before = await mails();
    await mention();
    expect((await view(h.jonas, id)).readAt).toBeNull();
    await h.jonas.post(`/cases/${id}/read`).expect(204);
    await mailsLeave();
    expect(await mails()).toBe(before);
    expect((await view(h.jonas, id)).readAt).not.toBeNull();
    expect((await view(h.maja, id)).readAt).toBeNull();
    expect(await told(h.jonas)).toContainEqual(['mention', number, true]);
    expect((await h.program.post(`/cases/${id}/read`)).body.code).toBe('access.person');

    await h.jonas.put('/me/notifications', { mail: 'instant', quiet: { from: '25:00', to: '07:00' } }).expect(422);
    await h.jonas.put('/me/notifications', { mail: 'off', quiet: null }).expect(200);
    await mention();
    await mailsLeave();
    expect(await mails()).toBe(before);

    await h.jonas.put('/me/notifications', { mail: 'daily', quiet: { from: '20:00', to: '07:00' } }).expect(200);
    expect((await h.jonas.get('/me/notifications')).body).toEqual({
      mail: 'daily',
      quiet: { from: '20:00', to: '07:00' },
    });
    // Whatever the hour is here, it is past eight somewhere.
    const zone = new Date().getUTCHours() < 8 ? 'Asia/Tokyo' : 'UTC';
    const organization = (await h.admin.get('/organization').expect(200)).body;
    await h.admin.patch('/organization', { timeZone: zone, version: organization.version }).expect(200);
    for (let time = 0; time < 2; time += 1) {
      await sweep('notifications.daily');
      await mailsLeave();
    }
    expect(await mails()).toBe(before + 1);
    expect((await h.jonas.post('/notifications/read', {}).expect(200)).body).toEqual({ unread: 0 });

    await h.jonas.put('/me/notifications', { mail: 'instant', quiet: null }).expect(200);
    await mention();
    await h.admin.patch(`/users/${h.jonas.userId}`, { disabled: true }).expect(200);
    await mailsLeave();
    expect(await mails()).toBe(before + 1);
    await h.admin.patch(`/users/${h.jonas.userId}`, { disabled: false }).expect(200);
  });

  it('relate cases to each other, which both show', async () => {
    const one = await open();
    const two = await open();
    await h.maja.patch(`/cases/${one.id}`, { relatedIds: [one.id] }).expect(422);
    const related = (await h.maja.patch(`/cases/${one.id}`, { relatedIds: [two.id] }).expect(200)).body;
    expect(related.related).toMatchObject([{ id: two.id, number: two.number }]);
    expect((await view(h.maja, two.id)).related).toMatchObject([{ id: one.id }]);
    await h.maja.patch(`/cases/${two.id}`, { relatedIds: [] }).expect(200);
    expect((await view(h.maja, one.id)).related).toEqual([]);
  });
});

describe('files that come by mail', () => {
  it('are kept by what their bytes say, downloaded safely, refused in words, and nothing of the text is lost', async () => {
    const { id, email, number } = await open();
    await h.maja.post(`/cases/${id}/messages`, { body: 'Please send a photo.' }).expect(201);
    await mailsLeave();
    const [mail] = await mailsTo(email);
    const png = Buffer.concat([
      Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex'),
      Buffer.alloc(300_000, 7),
    ]);
    const message: SendMailOptions = {
      from: email,
      to: replyTo(mail),
      envelope: { from: email, to: [replyTo(mail)] },
      inReplyTo: mail?.headers['message-id'],
      references: mail?.headers['message-id'],
      messageId: '<photo@example.test>',
      text: '<script>alert(1)</script> See the photo.\n\nAm 22.11.2026 um 10:00 schrieb Halden Energy:\n> Please send a photo.',
      attachments: [
        { filename: '../../meter".png', content: png, contentType: 'text/html' },
        { filename: 'invoice.pdf', content: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1') },
        { filename: 'page.html', content: '<script>alert(2)</script>' },
      ],
    };
    expect(await deliver(message)).toMatch(/^250/);
    const found = await view(h.maja, id);
    expect(found.activity.at(-1)).toMatchObject({
      kind: 'customer_message',
      body: '<script>alert(1)</script> See the photo.',
    });
    expect(found.files).toMatchObject([
      {
        state: 'kept',
        contentType: 'image/png',
        size: png.length,
        scan: 'not_scanned',
        activityId: found.activity.at(-1).id,
      },
      { state: 'type_refused', name: 'invoice.pdf' },
      { state: 'kept', contentType: 'text/plain' },
    ]);
    const [photo, program, page] = found.files;
    const got = await h.viewer.get(`/cases/${id}/files/${photo.id}`).buffer(true).expect(200);
    expect(Buffer.compare(got.body, png)).toBe(0);
    expect(got.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="case-${number}-1.png"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect((await h.maja.get(`/cases/${id}/files/${page.id}`).expect(200)).headers['content-disposition']).toContain(
      '.txt',
    );
    expect((await h.maja.get(`/cases/${id}/files/${program.id}`).expect(409)).body.code).toBe('case_file.not_kept');
    const stranger = await t.signUp();
    await stranger.get(`/cases/${id}/files/${photo.id}`).expect(404);

    expect(
      await deliver({
        ...message,
        messageId: '<big@example.test>',
        attachments: [{ filename: 'film.mp4', content: Buffer.alloc(26 * 1024 * 1024) }],
      }),
    ).toMatch(/^552/);
    expect((await view(h.maja, id)).files).toHaveLength(3);
    await h.maja.post(`/cases/${id}/messages`, { body: 'Thank you.' }).expect(201);
    await mailsLeave();
    const answer = (await mailsTo(email)).at(-1);
    expect(answer?.headers['in-reply-to']).toBe('<photo@example.test>');
    expect(answer?.headers.references?.split(/\s+/)).toEqual([mail?.headers['message-id'], '<photo@example.test>']);

    await h.admin.delete(`/customers/${found.customer.id}`).expect((gone) => expect(gone.status).toBeLessThan(500));
  });

  it('of somebody who quotes our address are shown as theirs, not verified, and forged or automatic mail changes nothing', async () => {
    const { id, email } = await open();
    await h.maja.post(`/cases/${id}/messages`, { body: 'Hello' }).expect(201);
    await mailsLeave();
    const to = replyTo((await mailsTo(email))[0]);
    const before = (await view(h.maja, id)).activity.length;
    const from = 'eve@example.org';
    const mail = { from, to, envelope: { from, to: [to] }, text: 'It is fixed, close it!' };
    expect(await deliver({ ...mail, headers: { 'Auto-Submitted': 'auto-replied' } })).toMatch(/^250/);
    const forged = to.replace(/\+(.)/, (_, first: string) => `+${first === 'a' ? 'b' : 'a'}`);
    expect(await deliver({ ...mail, to: forged, envelope: { from, to: [forged] } })).toMatch(/^550/);
    expect((await view(h.maja, id)).activity).toHaveLength(before);
    expect(await deliver(mail)).toMatch(/^250/);
    const after = await view(h.maja, id);
    expect(after.activity.at(-1)).toMatchObject({ data: { fromMatches: false, verified: false, from } });
    expect(after.status).toBe('in_progress');
  });
});

describe('saved replies of the organization', () => {
  it('are written by managers with fields that exist, and inserted by agents', async () => {
    const texts = { en: 'Hello {{customer_first_name}},', de: 'Guten Tag {{customer_name}},' };
    await h.maja.post('/saved-replies', { name: 'Hello', texts }).expect(403);
    const made = (await h.manager.post('/saved-replies', { name: 'Hello', texts }).expect(201)).body;
    expect((await h.maja.get('/saved-replies').expect(200)).body.items).toMatchObject([{ name: 'Hello', texts }]);
    expect((await h.manager.post('/saved-replies', { name: 'hello', texts }).expect(409)).body.code).toBe(
      'saved_reply.exists',
    );
    const wrong = await h.manager
      .post('/saved-replies', { name: 'Bad', texts: { en: 'Dear {{password}}' } })
      .expect(422);
    expect(wrong.body.errors[0]).toMatchObject({ path: 'texts.en', message: expect.stringContaining('{{password}}') });
    await h.manager.patch(`/saved-replies/${made.id}`, { name: 'Greeting', version: 7 }).expect(409);
    await h.manager.patch(`/saved-replies/${made.id}`, { name: 'Greeting', version: 1 }).expect(200);
    await h.manager.delete(`/saved-replies/${made.id}`).expect(204);
    await h.manager.delete(`/saved-replies/${made.id}`).expect(404);
  });
});

describe('the tree of root causes', () => {
  it('can be renamed with its cases, and what is taken out stays as a text', async () => {
    const { id } = await open();
    await h.maja.post(`/cases/${id}/resolve`, { rootCause: 'Typed by hand', resolution: 'Done' }).expect(200);
    expect((await view(h.maja, id)).rootCauseInTree).toBe(false);
    const made = (await h.manager.post('/root-causes', { area: 'process', name: 'typed by hand' }).expect(201)).body;
    expect(made).toMatchObject({ area: 'process', cases: 1 });
    await h.maja.patch(`/root-causes/${made.id}`, { name: 'No' }).expect(403);
    await h.manager.patch(`/root-causes/${made.id}`, { name: 'Appointment', area: 'product' }).expect(200);
    expect(await view(h.maja, id)).toMatchObject({ rootCause: 'Appointment', rootCauseInTree: true });
    await h.manager.delete(`/root-causes/${made.id}`).expect(204);
    expect(await view(h.maja, id)).toMatchObject({ rootCause: 'Appointment', rootCauseInTree: false });
  });
});
