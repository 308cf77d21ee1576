import { Distribution } from '../src/distribution/distribution.service.js';
import { Db } from '../src/platform/db.js';
import { Mail } from '../src/platform/mail/mail.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

interface Message {
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

const OPEN_POLICY = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
};
const YES = [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }];

describe('distribution', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });
  afterAll(() => t?.close());

  /** An organization that may write at any time, with a live survey at a touchpoint. */
  async function organization(policy: object = {}): Promise<{ acme: Caller; surveyId: string }> {
    const acme = await t.signUp();
    await acme.put('/contact-policy', { ...OPEN_POLICY, ...policy }).expect(200);
    await acme.post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Use', area: 'process' }).expect(201);
    const { body: survey } = await acme
      .post('/surveys', { name: 'Delivered', metric: 'tnps', touchpointKey: 'delivery', locales: ['en', 'de'] })
      .expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    return { acme, surveyId: survey.id };
  }

  async function customer(acme: Caller, externalId: string, fields: object = {}): Promise<string> {
    const { body } = await acme.put(`/customers/by-external-id/${externalId}`, {
      name: `Person ${externalId}`,
      email: `${externalId}@${acme.tenantId.slice(-6)}.example.org`,
      consents: YES,
      ...fields,
    });
    return body.id;
  }

  const address = (acme: Caller, externalId: string) => `${externalId}@${acme.tenantId.slice(-6)}.example.org`;

  async function mailsTo(to: string): Promise<Message[]> {
    return (await t.http.get(`/dev/mailbox/messages?to=${encodeURIComponent(to)}`).expect(200)).body;
  }

  async function invitations(acme: Caller, query = '') {
    return (await acme.get(`/invitations?limit=200${query}`).expect(200)).body.items;
  }

  async function campaign(acme: Caller, surveyId: string, fields: object = {}) {
    return (await acme.post('/campaigns', { name: 'Spring', surveyId, ...fields }).expect(201)).body;
  }

  it('asks the right customers once, skips the others with a reason, and does what the preview said', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana', { locale: 'de' });
    await customer(acme, 'nobody', { email: null });
    await customer(acme, 'silent', { consents: [] });
    await customer(acme, 'no', { consents: [{ purpose: 'feedback', granted: false }] });
    await customer(acme, 'twin-a', { email: 'twin@example.org' });
    await customer(acme, 'twin-b', { email: 'Twin@example.org' });
    const c = await campaign(acme, surveyId);
    const { body: preview } = await acme.post(`/campaigns/${c.id}/preview`).expect(200);
    expect(preview).toMatchObject({
      audience: 6,
      send: 2,
      skipped: { no_address: 1, no_consent: 2, duplicate_address: 1 },
    });
    expect(await invitations(acme)).toEqual([]);
    const { body: launched } = await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    expect(launched.status).toBe('planning');
    await t.runJobs();
    const { body: after } = await acme.get(`/campaigns/${c.id}`).expect(200);
    expect(after).toMatchObject({
      status: 'running',
      skipped: preview.skipped,
      counts: { audience: 6, sent: 2, skipped: 4, mailed: 2, scheduled: 0 },
    });
    const [mail, ...more] = await mailsTo(address(acme, 'ana'));
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: 'Delivery: Wie war es?' });
    expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    expect(mail?.headers['list-unsubscribe']).toMatch(/\/u\/[\w-]{64}>$/);
    const [ana] = await invitations(acme, '&status=sent').then((all) =>
      all.filter((i: { customerName: string }) => i.customerName === 'Person ana'),
    );
    expect(mail?.html).toContain(`${ana.surveyUrl}?score=10`);
    expect(mail?.text).toContain(ana.surveyUrl);
    const skipped = await invitations(acme, '&status=skipped');
    expect(skipped.find((i: { customerName: string }) => i.customerName === 'Person nobody')).toMatchObject({
      skipReason: 'no_address',
      skipReasonText: 'There is no e-mail address.',
      surveyUrl: null,
    });
    await acme.post(`/campaigns/${c.id}/launch`).expect(409);
  });

  it('makes preview and launch agree for any policy, history and sample', async () => {
    const policies = [
      { minDaysBetween: 10, maxPerYear: 2 },
      { respectOpenCases: false, quietHours: { from: '00:00', to: '23:59' } },
      { weekdays: [3], maxPerYear: 1 },
    ];
    const { acme, surveyId } = await organization(policies[0]);
    for (let i = 0; i < 40; i++)
      await customer(acme, `c${i}`, {
        segments: i % 2 ? ['odd'] : [],
        attributes: { plan: i % 3 ? 'pro' : 'free' },
        lifetimeValue: i * 10,
        ...(i % 7 === 0 ? { email: null } : i % 5 === 0 ? { email: `shared${i % 10}@example.org` } : {}),
        ...(i % 6 === 0 ? { consents: [] } : {}),
      });
    for (const [i, policy] of policies.entries()) {
      await acme.put('/contact-policy', { ...OPEN_POLICY, ...policy }).expect(200);
      const audience = [{ segments: ['odd'] }, { filter: { attributes: { plan: ['pro'] }, lifetimeValueMin: 50 } }, {}][
        i
      ];
      const c = await campaign(acme, surveyId, { audience, sampleRate: 0.7 });
      const { body: preview } = await acme.post(`/campaigns/${c.id}/preview`).expect(200);
      const { skipped, audience: size, send } = preview;
      expect(send + Object.values<number>(skipped).reduce((a, b) => a + b, 0)).toBe(size);
      expect(size).toBe([20, 23, 40][i]);
      await acme.post(`/campaigns/${c.id}/launch`).expect(200);
      await t.runJobs();
      const { body: after } = await acme.get(`/campaigns/${c.id}`).expect(200);
      expect(after.skipped).toEqual(skipped);
      expect(after.counts.audience).toBe(size);
      expect(after.counts.audience - after.counts.skipped).toBe(send);
    }
  });

  it('waits for the end of quiet hours, and for the customer’s own morning', async () => {
    const { acme, surveyId } = await organization({ quietHours: { from: '00:00', to: '23:59' } });
    await customer(acme, 'ana', { timeZone: 'Asia/Tokyo' });
    const c = await campaign(acme, surveyId);
    expect((await acme.post(`/campaigns/${c.id}/preview`).expect(200)).body).toMatchObject({ send: 1, delayed: 1 });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const [one] = await invitations(acme);
    expect(one).toMatchObject({ status: 'scheduled', sentAt: null });
    // 23:59 in Tokyo.
    expect(one.sendAt).toMatch(/T14:59:00/);
    expect(await mailsTo(address(acme, 'ana'))).toEqual([]);
  });

  it('looks again when the mail is made: consent withdrawn, other surveys chosen, case opened, address stopped', async () => {
    const { acme, surveyId } = await organization();
    const soon = new Date(Date.now() + 3600_000).toISOString();
    const withdrawn = await customer(acme, 'withdrawn');
    const held = await customer(acme, 'held');
    const stopped = await customer(acme, 'stopped');
    const choosy = await customer(acme, 'choosy');
    const c = await campaign(acme, surveyId, { sendAt: soon });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    expect((await invitations(acme, '&status=scheduled')).length).toBe(4);
    await customer(acme, 'withdrawn', { consents: [{ purpose: 'feedback', granted: false }] });
    await t.sql(`insert into customer_holds (tenant_id, customer_id, reason) values ($1, $2, 'case')`, [
      acme.tenantId,
      held,
    ]);
    const { Customers } = await import('../src/customers/customers.service.js');
    await t.app.get(Db).tenant(acme.tenantId, async (tx) => {
      const customers = t.app.get(Customers);
      await customers.suppress(tx, address(acme, 'stopped'), 'unsubscribed', 'test');
      const choices = { relationship: false, transactional: false, minDaysBetween: null };
      await customers.choose(tx, choosy, choices, 'test', '1');
    });
    // Past the time for which it may wait for the case.
    await t.sql(
      `update invitations set next_at = now(), send_at = now(), wanted_at = now() - interval '15 days' where tenant_id = $1`,
      [acme.tenantId],
    );
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    const reasons = new Map(
      (await invitations(acme)).map((i: { customerId: string; skipReason: string }) => [i.customerId, i.skipReason]),
    );
    expect(reasons.get(withdrawn)).toBe('no_consent');
    expect(reasons.get(held)).toBe('open_case');
    expect(reasons.get(stopped)).toBe('unsubscribed');
    expect(reasons.get(choosy)).toBe('not_wanted');
    for (const who of ['withdrawn', 'held', 'stopped', 'choosy']) expect(await mailsTo(address(acme, who))).toEqual([]);
  });

  it('pauses what is on its way, resumes without asking twice, and cancels for good', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId);
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await acme.post(`/campaigns/${c.id}/pause`).expect(200);
    await t.runJobs();
    expect((await acme.get(`/campaigns/${c.id}`)).body).toMatchObject({ status: 'paused', counts: { scheduled: 1 } });
    expect(await mailsTo(address(acme, 'ana'))).toEqual([]);
    await acme.post(`/campaigns/${c.id}/resume`).expect(200);
    await t.runJobs();
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);
    await acme.post(`/campaigns/${c.id}/pause`).expect(200);
    await acme.post(`/campaigns/${c.id}/resume`).expect(200);
    await t.runJobs();
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);
    await t.app.get(Distribution).sweep();
    expect((await acme.get(`/campaigns/${c.id}`)).body.status).toBe('done');
    await acme.post(`/campaigns/${c.id}/pause`).expect(409);

    await customer(acme, 'bea');
    const later = await campaign(acme, surveyId, { sendAt: new Date(Date.now() + 3600_000).toISOString() });
    await acme.post(`/campaigns/${later.id}/launch`).expect(200);
    await t.runJobs();
    await acme.post(`/campaigns/${later.id}/cancel`).expect(200);
    expect((await acme.get(`/campaigns/${later.id}`)).body).toMatchObject({
      status: 'cancelled',
      counts: { cancelled: 2, scheduled: 0 },
    });
  });

  it('sends a mail that was ordered before the pause after all, once, when the campaign resumes', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId);
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    // As it is between the ledger's order and its delivery.
    await t.sql(`update invitations set status = 'scheduled', sent_at = null where campaign_id = $1`, [c.id]);
    await t.sql(
      `update deliveries set state = 'pending', sent_at = null where tenant_id = $1 and kind = 'invitation'`,
      [acme.tenantId],
    );
    await t.sql(`update jobs set state = 'queued', run_at = now() where tenant_id = $1 and name = 'mail.deliver'`, [
      acme.tenantId,
    ]);
    await acme.post(`/campaigns/${c.id}/pause`).expect(200);
    await t.runJobs();
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);
    await acme.post(`/campaigns/${c.id}/resume`).expect(200);
    await t.runJobs();
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(2);
    const [first, second] = await mailsTo(address(acme, 'ana'));
    expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
  });

  it('marks a mail that came back, and does not write to that address again', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId, { reminders: [{ afterDays: 3 }] });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const [delivery] = await t.sql<{ handle: Buffer }>(
      `select handle from deliveries where tenant_id = $1 and kind = 'invitation'`,
      [acme.tenantId],
    );
    await t.app.get(Db).tenant(acme.tenantId, (tx) => t.app.get(Mail).recordBounce(tx, delivery!.handle, 'hard'));
    expect(await invitations(acme)).toMatchObject([{ status: 'bounced' }]);
    const again = await campaign(acme, surveyId);
    expect((await acme.post(`/campaigns/${again.id}/preview`).expect(200)).body).toMatchObject({
      send: 0,
      skipped: { bounced: 1 },
    });
    await t.app.get(Distribution).sweep();
    expect((await acme.get(`/campaigns/${c.id}`)).body).toMatchObject({
      status: 'done',
      counts: { bounced: 1, mailed: 1 },
    });
  });

  it('reminds only those who have not answered', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    await customer(acme, 'bea');
    const c = await campaign(acme, surveyId, { reminders: [{ afterDays: 5 }] });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const sent = await invitations(acme, '&status=sent');
    const ana = sent.find((i: { customerName: string }) => i.customerName === 'Person ana');
    const answered = await t.app
      .get(Db)
      .tenant(acme.tenantId, (tx) => t.app.get(Distribution).markAnswered(tx, ana.id));
    expect(answered).toBe(true);
    expect(await t.app.get(Db).tenant(acme.tenantId, (tx) => t.app.get(Distribution).markAnswered(tx, ana.id))).toBe(
      false,
    );
    await t.sql(`update invitations set next_at = now() where tenant_id = $1 and next_at is not null`, [acme.tenantId]);
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);
    const mails = await mailsTo(address(acme, 'bea'));
    expect(mails.map((mail) => mail.subject)).toEqual([
      'Delivery: how did it go?',
      'Reminder: Delivery: how did it go?',
    ]);
    await t.sql(`update invitations set expires_at = now() where tenant_id = $1`, [acme.tenantId]);
    await t.app.get(Distribution).sweep();
    expect((await acme.get(`/campaigns/${c.id}`)).body).toMatchObject({
      status: 'done',
      counts: { answered: 1, expired: 1, mailed: 2 },
    });
  });

  it('turns an event into an invitation, once, and keeps what it cannot place', async () => {
    const { acme, surveyId } = await organization();
    const ana = await customer(acme, 'ana');
    await acme
      .post('/triggers', { eventType: 'order.delivered', touchpointKey: 'delivery', surveyId, delayMinutes: 0 })
      .expect(201);
    const event = {
      id: 'o-1',
      type: 'order.delivered',
      externalCustomerId: 'ana',
      touchpointKey: 'delivery',
      occurredAt: new Date().toISOString(),
      value: 99.5,
      properties: { order: 'o-1' },
    };
    const { body } = await acme
      .post('/events', [
        event,
        event,
        { ...event, id: 'o-2', externalCustomerId: 'zoe' },
        { ...event, id: 'o-3', touchpointKey: 'moon' },
      ])
      .expect(202);
    expect(body.items).toEqual([
      { id: 'o-1', duplicate: false },
      { id: 'o-1', duplicate: true },
      { id: 'o-2', duplicate: false, rejected: 'unknown_customer' },
      { id: 'o-3', duplicate: false, rejected: 'unknown_touchpoint' },
    ]);
    expect((await acme.post('/events', event).expect(202)).body.items).toEqual([{ id: 'o-1', duplicate: true }]);
    await t.runJobs();
    expect(await invitations(acme)).toMatchObject([{ status: 'sent', touchpointKey: 'delivery', customerId: ana }]);
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);

    const { body: rejected } = await acme.get('/events?rejected=true').expect(200);
    expect(rejected.items).toHaveLength(2);
    await acme.post('/events/o-2/replay').expect(409);
    await customer(acme, 'zoe');
    const { body: replayed } = await acme.post('/events/o-2/replay').expect(200);
    expect(replayed).toMatchObject({ externalId: 'o-2', rejected: null });
    await t.runJobs();
    expect(await mailsTo(address(acme, 'zoe'))).toHaveLength(1);

    const { body: timeline } = await acme.get(`/customers/${ana}/timeline`).expect(200);
    expect(timeline.items).toContainEqual(
      expect.objectContaining({ kind: 'event', data: expect.objectContaining({ value: 99.5 }) }),
    );
    expect(timeline.items).toContainEqual(expect.objectContaining({ kind: 'invitation', title: 'Asked: Delivered' }));
  });

  it('leaves at least the days between two asks, and says so on the timeline', async () => {
    const { acme, surveyId } = await organization({ minDaysBetween: 30 });
    const ana = await customer(acme, 'ana');
    for (const name of ['one', 'two']) {
      const c = await campaign(acme, surveyId, { name });
      await acme.post(`/campaigns/${c.id}/launch`).expect(200);
      await t.runJobs();
    }
    expect((await invitations(acme, `&customerId=${ana}`)).map((i: { skipReason: string }) => i.skipReason)).toEqual([
      'contacted_recently',
      null,
    ]);
    const { body: timeline } = await acme.get(`/customers/${ana}/timeline`).expect(200);
    expect(timeline.items).toContainEqual(
      expect.objectContaining({
        title: 'Not asked: Delivered',
        detail: 'They were asked too short a time before: “one”.',
      }),
    );
    expect(await mailsTo(address(acme, 'ana'))).toHaveLength(1);
  });

  it('refuses bad bulk events as a whole, naming place and field', async () => {
    const { acme } = await organization();
    const good = { id: 'g', type: 'x', externalCustomerId: 'ana' };
    const { body } = await acme.post('/events', [good, { ...good, id: '', occurredAt: 'yesterday' }]).expect(422);
    expect(body.errors.map((e: { path: string }) => e.path).sort()).toEqual(['[1].id', '[1].occurredAt']);
    expect((await acme.get('/events').expect(200)).body.items).toEqual([]);
    const { body: one } = await acme.post('/events', { ...good, value: 'much' }).expect(422);
    expect(one.errors[0].path).toBe('value');
  });

  it('puts back the contact policy it gave, and refuses nonsense', async () => {
    const acme = await t.signUp();
    const { body: policy } = await acme.get('/contact-policy').expect(200);
    expect(policy).toMatchObject({ minDaysBetween: 30, maxPerYear: 6, quietHours: { from: '21:00', to: '08:00' } });
    const { body: same } = await acme.put('/contact-policy', policy).expect(200);
    expect(same.version).toBe(policy.version + 1);
    await acme.put('/contact-policy', { ...policy, minDaysBetween: 7 }).expect(200);
    const { body: again } = await acme.put('/contact-policy', policy).expect(200);
    expect(again).toMatchObject({ minDaysBetween: 30, version: policy.version + 3 });
    const { body: bad } = await acme
      .put('/contact-policy', { ...OPEN_POLICY, weekdays: [], quietHours: { from: '25:00', to: '08:00' } })
      .expect(422);
    expect(bad.errors.map((e: { path: string }) => e.path).sort()).toEqual(['quietHours.from', 'weekdays']);
  });

  it('mails a marked test to users only, and counts it nowhere', async () => {
    const { acme, surveyId } = await organization();
    const me = (await acme.get('/me').expect(200)).body.email;
    expect((await acme.post(`/surveys/${surveyId}/test`).expect(202)).body).toEqual({ to: me });
    await acme.post(`/surveys/${surveyId}/test`, { to: 'stranger@example.org' }).expect(422);
    await t.runJobs();
    const [mail] = (await mailsTo(me)).filter((m) => m.subject.startsWith('Test: '));
    expect(mail?.html).toContain('Answers to it are not counted.');
    expect(await invitations(acme)).toEqual([]);
  });

  it('erases a customer out of invitations and events, and stops what was scheduled', async () => {
    const { acme, surveyId } = await organization();
    const ana = await customer(acme, 'ana');
    await acme.post('/events', { id: 'e', type: 'seen', externalCustomerId: 'ana', properties: { a: 'private' } });
    const c = await campaign(acme, surveyId, { sendAt: new Date(Date.now() + 3600_000).toISOString() });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const { body: copy } = await acme.get(`/customers/${ana}/export`).expect(200);
    expect(copy.sections).toMatchObject({ events: [{ externalId: 'e' }], invitations: [{ status: 'scheduled' }] });
    await acme.delete(`/customers/${ana}`).expect((r) => expect(r.status).toBeLessThan(300));
    const rows = await t.sql(`select customer_id, address, status from invitations where tenant_id = $1`, [
      acme.tenantId,
    ]);
    expect(rows).toEqual([{ customer_id: null, address: null, status: 'cancelled' }]);
    const [event] = await t.sql(`select external_customer_id, properties from events where tenant_id = $1`, [
      acme.tenantId,
    ]);
    expect(event).toEqual({ external_customer_id: 'erased', properties: {} });
  });

  it('keeps roles and organizations apart', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId);
    const agent = await t.colleague(acme, 'agent');
    for (const step of ['preview', 'launch', 'pause', 'resume', 'cancel'])
      await agent.post(`/campaigns/${c.id}/${step}`).expect(403);
    await agent.put('/contact-policy', OPEN_POLICY).expect(403);
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    expect((await invitations(agent)).map((i: { surveyUrl: string }) => i.surveyUrl)).toEqual([null]);
    const [mine] = await invitations(acme);
    expect(mine.surveyUrl).toMatch(/\/s\/[\w-]{64}$/);

    const other = await t.signUp();
    await other.get(`/campaigns/${c.id}`).expect(404);
    for (const step of ['preview', 'launch', 'pause', 'resume', 'cancel'])
      await other.post(`/campaigns/${c.id}/${step}`).expect(404);
    await other.patch(`/campaigns/${c.id}`, { name: 'Mine' }).expect(404);
    await other.post('/campaigns', { name: 'X', surveyId }).expect(422);
    await other.get(`/invitations/${mine.id}`).expect(404);
    await other.post(`/invitations/${mine.id}/cancel`).expect(404);
    expect(await invitations(other, `&campaignId=${c.id}`)).toEqual([]);
    await other.post(`/surveys/${surveyId}/test`, {}).expect(404);
    const { body: trigger } = await acme
      .post('/triggers', { eventType: 'x', touchpointKey: 'delivery', surveyId })
      .expect(201);
    await other.patch(`/triggers/${trigger.id}`, { enabled: false }).expect(404);
    expect(
      (await acme.patch(`/triggers/${trigger.id}`, { enabled: false, version: 1 }).expect(200)).body,
    ).toMatchObject({
      enabled: false,
      version: 2,
    });
    await acme.patch(`/triggers/${trigger.id}`, { version: 1 }).expect(409);
  });

  it('refuses an empty audience, an unpublished survey and changes after the launch', async () => {
    const { acme, surveyId } = await organization();
    const empty = await campaign(acme, surveyId, { audience: { segments: ['nobody'] } });
    expect((await acme.post(`/campaigns/${empty.id}/preview`).expect(200)).body).toMatchObject({
      audience: 0,
      send: 0,
    });
    expect((await acme.post(`/campaigns/${empty.id}/launch`).expect(409)).body.code).toBe('campaign.empty_audience');
    const { body: draft } = await acme.post('/surveys', { name: 'D', metric: 'nps' }).expect(201);
    const early = await campaign(acme, draft.id);
    expect((await acme.post(`/campaigns/${early.id}/launch`).expect(409)).body.code).toBe('survey.not_live');
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId);
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await acme.patch(`/campaigns/${c.id}`, { sampleRate: 0.5 }).expect(409);
    await acme.patch(`/campaigns/${c.id}`, { name: 'Renamed' }).expect(200);
    await acme.post('/campaigns', { name: 'X', surveyId, sampleRate: 2 }).expect(422);
  });
});
