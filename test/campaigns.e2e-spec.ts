import { Customers } from '../src/customers/customers.service.js';
import { Distribution } from '../src/distribution/distribution.service.js';
import { Recurring } from '../src/distribution/recurring.service.js';
import { addDays, slotOf } from '../src/distribution/schedule.js';
import { Clock } from '../src/platform/clock.js';
import { Db } from '../src/platform/db.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

const OPEN_POLICY = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
};
const YES = [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }];

interface Invited {
  id: string;
  customerId: string;
  customerName: string;
  status: string;
  skipReason: string | null;
  sendAt: string | null;
  surveyUrl: string | null;
}

describe('campaigns and triggers that run by themselves', () => {
  let t: TestApp;
  let now: Date | null = null;
  beforeAll(async () => {
    t = await startApp();
    t.app.get(Clock).now = () => now ?? new Date();
  });
  beforeEach(() => {
    now = null;
  });
  afterAll(() => t?.close());

  async function organization(policy: object = {}): Promise<{ acme: Caller; surveyId: string }> {
    const acme = await t.signUp();
    await acme.patch('/organization', { timeZone: 'Europe/Oslo' }).expect(200);
    await acme.put('/contact-policy', { ...OPEN_POLICY, ...policy }).expect(200);
    await acme.post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Use', area: 'process' }).expect(201);
    const { body: survey } = await acme
      .post('/surveys', { name: 'Delivered', metric: 'tnps', touchpointKey: 'delivery', locales: ['en', 'de'] })
      .expect(201);
    await acme.post(`/surveys/${survey.id}/publish`).expect(200);
    return { acme, surveyId: survey.id };
  }

  const address = (acme: Caller, name: string) => `${name}@${acme.tenantId.slice(-6)}.example.org`;

  async function customer(acme: Caller, externalId: string, fields: object = {}): Promise<string> {
    const { body } = await acme.put(`/customers/by-external-id/${externalId}`, {
      name: externalId,
      email: address(acme, externalId),
      consents: YES,
      ...fields,
    });
    return body.id;
  }

  async function campaign(acme: Caller, surveyId: string, fields: object = {}) {
    return (await acme.post('/campaigns', { name: 'Spring', surveyId, ...fields }).expect(201)).body;
  }

  const invitations = async (acme: Caller, query = ''): Promise<Invited[]> =>
    (await acme.get(`/invitations?limit=200${query}`).expect(200)).body.items;

  const mailsTo = async (to: string): Promise<{ subject: string; text: string }[]> =>
    (await t.http.get(`/dev/mailbox/messages?to=${encodeURIComponent(to)}`).expect(200)).body;

  /** A night passes: the planner looks, twice, and its jobs run. */
  async function night(to: string): Promise<void> {
    now = new Date(`${to}T00:30:00Z`);
    await t.app.get(Recurring).tick();
    await t.app.get(Recurring).tick();
    await t.runJobs();
  }

  it('asks each customer once a cycle on their own day, makes up what was missed, and asks nobody twice', async () => {
    const { acme, surveyId } = await organization();
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push(await customer(acme, `c${i}`));
    const c = await campaign(acme, surveyId, {
      recurrence: { everyDays: 7, until: '2026-03-24' },
      sendAtLocal: { time: '09:00', zone: 'organization' },
    });
    now = new Date('2026-03-02T12:00:00Z');
    const { body: preview } = await acme.post(`/campaigns/${c.id}/preview`).expect(200);
    expect(preview).toMatchObject({ audience: 20, send: 20 });
    expect(preview.days.reduce((sum: number, day: { n: number }) => sum + day.n, 0)).toBe(20);

    const { body: launched } = await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    expect(launched).toMatchObject({ status: 'running', firstDay: '2026-03-03' });
    await t.runJobs();
    const slot = (id: string): number => slotOf(c.id, id, 7);
    const first = await invitations(acme);
    expect(first.map((one) => one.customerId).sort()).toEqual(ids.filter((id) => slot(id) === 0).sort());
    // By chance nobody's day may be the first one.
    for (const one of first) expect(one.sendAt).toBe('2026-03-03T08:00:00.000Z');

    // The same day again, as after a crash that lost what was noted.
    await t.sql(`update campaigns set planned_through = planned_through - 1 where id = $1`, [c.id]);
    await t.sql(`delete from jobs where name = 'distribution.plan_campaign_day'`);
    await night('2026-03-03');
    await night('2026-03-04');
    // The machine stands still for two days; then their people are asked the next morning.
    await night('2026-03-07');
    const { body: rounds } = await acme.get(`/campaigns/${c.id}/cycles`).expect(200);
    const planned = ids.filter((id) => slot(id) <= 5).length;
    expect(rounds.items).toMatchObject([
      { number: 0, from: '2026-03-03', to: '2026-03-10', skipped: 0, answered: 0, toCome: 20 - planned },
    ]);
    expect(rounds.items[0].asked + rounds.items[0].scheduled).toBe(planned);
    for (const day of ['2026-03-08', '2026-03-09', '2026-03-10']) await night(day);
    const cycles = () =>
      t.sql<{ customer_id: string; cycle: number; day: string }>(
        `select customer_id, cycle, (send_at at time zone 'Europe/Oslo')::date::text as day from invitations where campaign_id = $1`,
        [c.id],
      );
    const round = (await cycles()).filter((row) => row.cycle === 0);
    expect(round.map((row) => row.customer_id).sort()).toEqual([...ids].sort());
    for (const row of round.filter((one) => slot(one.customer_id) !== 2 && slot(one.customer_id) !== 3))
      expect(row.day).toBe(addDays('2026-03-03', slot(row.customer_id)));

    // Paused over two days: those wait for the next cycle. Somebody new joins on their day.
    const late = await customer(acme, 'late');
    await acme.post(`/campaigns/${c.id}/pause`).expect(200);
    await night('2026-03-13');
    now = new Date('2026-03-13T00:30:00Z');
    await acme.post(`/campaigns/${c.id}/resume`).expect(200);
    for (let day = 13; day <= 26; day++) await night(`2026-03-${day}`);
    const all = await cycles();
    const second = all.filter((row) => row.cycle === 1).map((row) => row.customer_id);
    expect(new Set(second).size).toBe(second.length);
    // Planned through the 11th before the pause, and from the 14th after it.
    const asked = [...ids, late].filter((id) => ![2, 3].includes(slot(id)));
    expect(second.sort()).toEqual(asked.filter((id) => id !== late || slot(id) > 1).sort());
    const third = all.filter((row) => row.cycle === 2);
    expect(third.map((row) => row.customer_id).sort()).toEqual([...ids, late].sort());
    expect(third.every((row) => row.day === addDays('2026-03-17', slot(row.customer_id)))).toBe(true);

    // Its end came; once its mails are out it is done.
    expect(all.every((row) => row.day < '2026-03-24')).toBe(true);
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    await t.app.get(Distribution).sweep();
    const { body: over } = await acme.get(`/campaigns/${c.id}`).expect(200);
    expect(over).toMatchObject({ status: 'done', counts: { scheduled: 0, sent: all.length } });
    for (const id of [ids[0] ?? '', late])
      expect(await mailsTo(address(acme, id === late ? 'late' : 'c0'))).toHaveLength(
        all.filter((row) => row.customer_id === id).length,
      );
  });

  it('counts the cycles of a campaign against each other: the contact policy holds for it too', async () => {
    const { acme, surveyId } = await organization({ minDaysBetween: 30 });
    // Enough people for every day of a cycle.
    const people: string[] = [];
    for (let n = 0; n < 12; n++) people.push(await customer(acme, `person${n}`));
    now = new Date('2026-03-02T12:00:00Z');
    const c = await campaign(acme, surveyId, { recurrence: { everyDays: 7 } });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    // Each night plans the day after it: two cycles from the 3rd to the 16th, whichever day is the customer's.
    for (let day = 3; day <= 15; day++) {
      await night(`2026-03-${String(day).padStart(2, '0')}`);
      // The database stamps what was sent with its own clock, which does not stand in March.
      await t.sql(`update invitations set sent_at = send_at where campaign_id = $1 and sent_at is not null`, [c.id]);
    }
    for (const person of people)
      expect((await invitations(acme, `&customerId=${person}`)).map((one) => one.skipReason)).toEqual([
        'contacted_recently',
        null,
      ]);
  });

  it('goes at nine on each customer’s own clock, also over a change of the clocks', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'auckland', { timeZone: 'Pacific/Auckland' });
    await customer(acme, 'seattle', { timeZone: 'America/Los_Angeles' });
    await customer(acme, 'here');
    const c = await campaign(acme, surveyId, { sendAtLocal: { date: '2033-03-27', time: '02:30', zone: 'customer' } });
    const { body: preview } = await acme.post(`/campaigns/${c.id}/preview`).expect(200);
    expect(preview).toMatchObject({ send: 3, firstSendAt: '2033-03-26T13:30:00.000Z' });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const times = Object.fromEntries((await invitations(acme)).map((one) => [one.customerName, one.sendAt]));
    expect(times).toEqual({
      auckland: '2033-03-26T13:30:00.000Z',
      // Clocks in Oslo jump from 02:00 to 03:00: the moment of the jump.
      here: '2033-03-27T01:00:00.000Z',
      seattle: '2033-03-27T09:30:00.000Z',
    });
    expect(preview.lastSendAt).toBe(times['seattle']);

    const at = (body: object) => acme.post('/campaigns', { name: 'X', surveyId, ...body }).expect(422);
    const path = async (body: object) => (await at(body)).body.errors.map((one: { path: string }) => one.path);
    expect(await path({ sendAtLocal: { time: '9:00' } })).toEqual(['sendAtLocal.time']);
    expect(await path({ sendAtLocal: { time: '09:00', zone: 'Mars/Base' } })).toEqual(['sendAtLocal.zone']);
    expect(await path({ sendAt: '2033-03-27T09:00:00Z', sendAtLocal: { time: '09:00' } })).toEqual(['sendAtLocal']);
    expect(await path({ recurrence: { everyDays: 7, cadence: 'month' } })).toEqual(['recurrence.everyDays']);
    expect(await path({ recurrence: { everyDays: 2 } })).toEqual(['recurrence.everyDays']);
  });

  it('counts audiences by every kind of condition, and says when nobody in one can be reached', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana', {
      account: 'Acme',
      lifetimeValue: 900,
      locale: 'de-AT',
      attributes: { plan: 'pro', seats: 12, renewal: '2026-12-24', vip: true },
    });
    await customer(acme, 'bea', { account: 'Bolt', attributes: { plan: 'free', seats: '3', renewal: 'soon' } });
    await customer(acme, 'cem', { attributes: { plan: 'trial' }, consents: [] });
    await customer(acme, 'dot', { email: null, lifetimeValue: 10, segments: ['old'] });
    const events = [
      { type: 'order', externalCustomerId: 'ana', touchpointKey: 'delivery', occurredAt: daysAgo(3) },
      { type: 'order', externalCustomerId: 'bea', touchpointKey: 'delivery', occurredAt: daysAgo(40) },
      { type: 'call', externalCustomerId: 'cem', occurredAt: daysAgo(1) },
    ];
    await acme.post('/events', events).expect(202);
    const count = async (filter: object, segments: string[] = []): Promise<string> => {
      const { body } = await acme.post('/campaigns/audience-count', { audience: { segments, filter } }).expect(200);
      return `${body.reachable}/${body.audience}`;
    };
    const attributes = (condition: object) => count({ attributes: condition });
    expect(await count({})).toBe('2/4');
    expect(await count({}, ['old'])).toBe('0/1');
    expect(await count({ account: ['Acme', 'Bolt'] })).toBe('2/2');
    expect(await count({ lifetimeValueMin: 10, lifetimeValueMax: 900 })).toBe('1/2');
    expect(await count({ locale: 'de' })).toBe('1/1');
    expect(await attributes({ plan: ['pro', 'free'] })).toBe('2/2');
    expect(await attributes({ plan: { not: 'pro' } })).toBe('1/3');
    expect(await attributes({ plan: { exists: false } })).toBe('0/1');
    // Numbers and yes/no count the same whether they came as such or as text; what is no number is in no range.
    expect(await attributes({ seats: { min: 3 } })).toBe('2/2');
    expect(await attributes({ seats: { min: 3.5, max: 12 } })).toBe('1/1');
    expect(await attributes({ seats: 3 })).toBe('1/1');
    expect(await attributes({ vip: 'true' })).toBe('1/1');
    expect(await attributes({ plan: { min: 0 } })).toBe('0/0');
    expect(await attributes({ renewal: { from: '2026-12-24', to: '2026-12-25' } })).toBe('1/1');
    expect(await attributes({ "x' or true --": "' or true --" })).toBe('0/0');
    const lastEvent = (last: object) => count({ lastEvent: last });
    expect(await lastEvent({ type: 'order', touchpointKey: 'delivery', withinDays: 30 })).toBe('1/1');
    expect(await lastEvent({ type: 'order', notWithinDays: 30 })).toBe('1/3');
    expect(await lastEvent({ withinDays: 60, notWithinDays: 30 })).toBe('1/1');
    const { body: bad } = await acme
      .post('/campaigns/audience-count', { audience: { filter: { lastEvent: { type: 'x' } } } })
      .expect(422);
    expect(bad.errors[0].path).toBe('audience.filter.lastEvent.withinDays');

    const c = await campaign(acme, surveyId, { audience: { filter: { attributes: { plan: 'trial' } } } });
    const { body: refused } = await acme.post(`/campaigns/${c.id}/launch`).expect(409);
    expect(refused).toMatchObject({ code: 'campaign.no_one_reachable', unreachable: { no_consent: 1 } });
    expect(await invitations(acme)).toEqual([]);
  });

  it('reminds in the campaign’s own words, shows them before, and knows its fields', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    await customer(acme, 'uwe', { locale: 'de' });
    const texts = {
      en: { subject: 'Still curious, {name}', intro: 'We wrote on {date}.\n\n<b>One</b> tap is enough.' },
    };
    const c = await campaign(acme, surveyId, { reminders: [{ afterDays: 3, texts }] });
    const { body: shown } = await acme
      .post(`/campaigns/${c.id}/mail-preview`, { locale: 'en', reminder: texts.en })
      .expect(200);
    expect(shown.subject).toBe('Still curious, Ingrid Halvorsen');
    expect(shown.html).toContain('&lt;b&gt;One&lt;/b&gt; tap is enough.');
    const wrong = { reminders: [{ afterDays: 3, texts: { en: { subject: 'Dear {password}' } } }] };
    const { body: bad } = await acme.patch(`/campaigns/${c.id}`, wrong).expect(422);
    expect(bad.errors[0]).toMatchObject({ path: 'reminders[0].texts.en.subject' });

    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    await t.sql(`update invitations set next_at = now() where tenant_id = $1 and next_at is not null`, [acme.tenantId]);
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    expect((await mailsTo(address(acme, 'ana'))).map((mail) => mail.subject)).toEqual([
      'Delivery: how did it go?',
      'Still curious, ana',
    ]);
    // German has no words of its own: the built-in ones.
    expect((await mailsTo(address(acme, 'uwe')))[1]?.subject).toMatch(/^Erinnerung: /);
  });

  it('sends again only what may not have arrived, when a manager says so', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, 'ana');
    const c = await campaign(acme, surveyId, { reminders: [{ afterDays: 3 }] });
    await acme.post(`/campaigns/${c.id}/launch`).expect(200);
    await t.runJobs();
    const [one] = await invitations(acme);
    await acme.post(`/invitations/${one?.id}/send-again`).expect(409);
    await t.sql(`update invitations set status = 'unknown', next_at = null where id = $1`, [one?.id]);
    await (await t.colleague(acme, 'agent')).post(`/invitations/${one?.id}/send-again`).expect(403);
    await (await t.signUp()).post(`/invitations/${one?.id}/send-again`).expect(404);
    const { body: again } = await acme.post(`/invitations/${one?.id}/send-again`).expect(200);
    expect(again).toMatchObject({ status: 'scheduled', surveyUrl: one?.surveyUrl });
    await acme.post(`/invitations/${one?.id}/send-again`).expect(409);
    await t.runJobs();
    const mails = await mailsTo(address(acme, 'ana'));
    expect(mails.map((mail) => mail.subject)).toEqual(['Delivery: how did it go?', 'Delivery: how did it go?']);
    expect((await acme.get(`/invitations/${one?.id}`)).body.status).toBe('sent');
    const [row] = await t.sql(`select next_step, next_at is not null as waits from invitations where id = $1`, [
      one?.id,
    ]);
    expect(row).toEqual({ next_step: 1, waits: true });
  });

  it('lists, copies and exports; refuses to launch with a survey that is closed', async () => {
    const { acme, surveyId } = await organization();
    await customer(acme, '=cmd', { email: address(acme, 'cmd') });
    await customer(acme, 'nobody', { email: null });
    const c = await campaign(acme, surveyId, {
      audience: { filter: { lifetimeValueMax: 10, attributes: {} } },
      sendAtLocal: { date: '2027-01-04', time: '09:00', zone: 'customer' },
      sampleRate: 0.5,
    });
    const { body: copy } = await acme.post(`/campaigns/${c.id}/duplicate`).expect(201);
    expect(copy).toMatchObject({
      name: 'Spring (copy)',
      status: 'draft',
      audience: c.audience,
      sendAtLocal: { time: '09:00', zone: 'customer' },
      sampleRate: 0.5,
    });
    const all = await campaign(acme, surveyId);
    await acme.post(`/campaigns/${all.id}/launch`).expect(200);
    await t.runJobs();
    expect(await invitations(acme, `&surveyId=${surveyId}`)).toHaveLength(2);
    expect(await invitations(acme, `&surveyId=${all.id}`)).toEqual([]);
    const { text, headers } = await acme.get(`/campaigns/${all.id}/invitations.csv`).expect(200);
    expect(headers['content-type']).toContain('text/csv');
    const lines = text.trim().split('\r\n');
    expect(lines[0]).toContain('customerName,address,language,cycle,status,skipReason');
    expect(lines).toHaveLength(3);
    expect(text).toContain(`'=cmd`);
    expect(text).toContain('skipped,no_address,There is no e-mail address.');
    await (await t.colleague(acme, 'viewer')).get(`/campaigns/${all.id}/invitations.csv`).expect(403);

    await acme.patch(`/surveys/${surveyId}`, { status: 'closed' });
    await t.sql(`update surveys set status = 'closed' where id = $1`, [surveyId]);
    const { body: refused } = await acme.post(`/campaigns/${copy.id}/launch`).expect(409);
    expect(refused).toMatchObject({ code: 'survey.not_live', detail: 'This survey is closed.' });
  });

  it('mails the newest words of a draft as a test that opens', async () => {
    const acme = await t.signUp();
    const { body: draft } = await acme.post('/surveys', { name: 'New', metric: 'nps' }).expect(201);
    const me = (await acme.get('/me').expect(200)).body.email;
    await acme.post(`/surveys/${draft.id}/test`, { wording: 'published' }).expect(409);
    expect((await acme.post(`/surveys/${draft.id}/test`).expect(202)).body).toEqual({ to: me });
    await t.runJobs();
    const mail = (await mailsTo(me)).find((one) => one.subject.startsWith('Test: '));
    const token = /\/s\/([\w-]{64})/.exec(mail?.text ?? '')?.[1];
    await t.http.get(`/s/${token}`).expect(200);
    expect(await invitations(acme)).toEqual([]);
  });

  it('asks about the events that fulfil the conditions, and says which would have', async () => {
    const { acme, surveyId } = await organization({ minDaysBetween: 10 });
    const ana = await customer(acme, 'ana');
    await customer(acme, 'bea');
    await customer(acme, 'cem', { consents: [] });
    const dee = await customer(acme, 'dee');
    await t.app
      .get(Db)
      .tenant(acme.tenantId, (tx) =>
        t.app
          .get(Customers)
          .choose(tx, dee, { relationship: true, transactional: false, minDaysBetween: null }, 'test', '1'),
      );
    const trigger = {
      eventType: 'order.delivered',
      touchpointKey: 'delivery',
      surveyId,
      conditions: {
        all: [{ property: 'value', op: 'gte', value: 50 }],
        any: [
          { property: 'carrier.name', op: 'in', value: ['DHL', 'UPS'] },
          { property: 'late', op: 'eq', value: true },
        ],
      },
    };
    const event = (id: string, externalCustomerId: string, fields: object = {}) => ({
      id,
      type: 'order.delivered',
      externalCustomerId,
      touchpointKey: 'delivery',
      occurredAt: daysAgo(1),
      value: 80,
      properties: { carrier: { name: 'DHL' } },
      ...fields,
    });
    const events = [
      event('e1', 'ana'),
      event('e2', 'bea', { value: 20 }),
      event('e3', 'bea', { properties: { carrier: { name: 'Post' } } }),
      event('e4', 'cem', { properties: { late: true } }),
      event('e5', 'bea', { occurredAt: daysAgo(20) }),
      event('e6', 'ana', { occurredAt: daysAgo(2) }),
      event('e7', 'dee'),
    ];
    await acme.post('/events', events).expect(202);
    await t.runJobs();
    const { body: tried } = await acme.post('/triggers/test', trigger).expect(200);
    expect(tried).toMatchObject({
      events: 7,
      asked: 1,
      notMatching: 2,
      skipped: { no_consent: 1, event_too_old: 1, contacted_recently: 1, not_wanted: 1 },
    });
    const of = (id: string) => tried.items.find((item: { externalId: string }) => item.externalId === id);
    expect(of('e2')).toMatchObject({ outcome: 'not_matching', unmet: [{ property: 'value' }] });
    expect(of('e3').unmet).toHaveLength(2);
    expect(await invitations(acme)).toEqual([]);

    await acme.post('/triggers', trigger).expect(201);
    await acme
      .post(
        '/events',
        events.map((one) => ({ ...one, id: `${one.id} again` })),
      )
      .expect(202);
    await acme
      .post(
        '/events',
        events.map((one) => ({ ...one, id: `${one.id} again` })),
      )
      .expect(202);
    await t.runJobs();
    expect((await invitations(acme)).map((one) => `${one.customerName} ${one.skipReason ?? 'asked'}`).sort()).toEqual([
      'ana asked',
      'ana contacted_recently',
      'bea event_too_old',
      'cem no_consent',
      'dee not_wanted',
    ]);
    await acme.post('/events', event('e8', 'ana', { occurredAt: daysAgo(15) })).expect(202);
    await t.runJobs();
    const { body: timeline } = await acme.get(`/customers/${ana}/timeline`).expect(200);
    expect(JSON.stringify(timeline.items)).toContain('event_too_old');

    const refused = await acme
      .post('/triggers', { ...trigger, conditions: { all: [{ property: 'x', op: 'eval', value: '1' }] } })
      .expect(422);
    expect(refused.body.errors[0].path).toBe('conditions.all[0].op');
    await acme.post('/triggers/test', { ...trigger, touchpointKey: 'moon' }).expect(422);
  });

  it('keeps events it cannot place, and replays those that it now can, all at once', async () => {
    const { acme, surveyId } = await organization();
    await acme.post('/triggers', { eventType: 'seen', touchpointKey: 'delivery', surveyId }).expect(201);
    const seen = (id: string, externalCustomerId: string, touchpointKey = 'delivery') => ({
      id,
      type: 'seen',
      externalCustomerId,
      touchpointKey,
    });
    const { body: accepted } = await acme
      .post('/events', [seen('1', 'later'), seen('2', 'later', 'moon'), seen('3', 'never')])
      .expect(202);
    expect(accepted.items.map((item: { rejected: string }) => item.rejected)).toEqual(
      Array.from({ length: 3 }, () => 'unknown_customer'),
    );
    await customer(acme, 'later');
    expect((await acme.post('/events/replay', { type: 'other' }).expect(200)).body).toMatchObject({ replayed: 0 });
    expect((await acme.post('/events/replay').expect(200)).body).toEqual({
      replayed: 1,
      stillRejected: 2,
      remaining: false,
    });
    await t.runJobs();
    expect(await invitations(acme)).toHaveLength(1);
    const { body: rejected } = await acme.get('/events?rejected=true').expect(200);
    expect(
      rejected.items.map((item: { externalId: string; rejected: string }) => [item.externalId, item.rejected]).sort(),
    ).toEqual([
      ['2', 'unknown_touchpoint'],
      ['3', 'unknown_customer'],
    ]);
    expect((await acme.post('/events/replay').expect(200)).body).toMatchObject({ replayed: 0, stillRejected: 2 });
    await (await t.colleague(acme, 'agent')).post('/events/replay').expect(403);
  });
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
