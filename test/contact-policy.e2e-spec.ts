import fc from 'fast-check';
import { Customers } from '../src/customers/customers.service.js';
import { Distribution } from '../src/distribution/distribution.service.js';
import { Db } from '../src/platform/db.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

const DAY_MS = 86_400_000;
const OPEN_POLICY = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: true,
  holidays: null,
  perMetric: null,
};
const YES = [{ purpose: 'feedback', granted: true, basis: 'existing_customer' }];

interface Invitation {
  id: string;
  customerId: string;
  status: string;
  surveyName: string;
  skipReason: string | null;
  skipReasonText: string | null;
  delayReason: string | null;
  delayReasonText: string | null;
  becauseOf: { invitationId: string; name: string } | null;
  sendAt: string | null;
  campaignId: string | null;
}

describe('contact policy', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });
  afterAll(() => t?.close());

  /** An organization with a live survey per metric at one touchpoint. */
  async function organization(policy: object = {}) {
    const acme = await t.signUp();
    await acme.put('/contact-policy', { ...OPEN_POLICY, ...policy }).expect(200);
    await acme.post('/touchpoints', { key: 'delivery', name: 'Delivery', stage: 'Use', area: 'process' }).expect(201);
    const surveys: Record<string, string> = {};
    for (const metric of ['nps', 'tnps', 'ces']) {
      const { body } = await acme
        .post('/surveys', { name: `The ${metric}`, metric, touchpointKey: 'delivery' })
        .expect(201);
      await acme.post(`/surveys/${body.id}/publish`).expect(200);
      surveys[metric] = body.id;
    }
    return { acme, surveys };
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

  async function launch(acme: Caller, surveyId: string | undefined, fields: object = {}): Promise<string> {
    const { body } = await acme.post('/campaigns', { name: 'Wave', surveyId, ...fields }).expect(201);
    await acme.post(`/campaigns/${body.id}/launch`).expect(200);
    await t.runJobs();
    return body.id;
  }

  async function invitations(acme: Caller, query = ''): Promise<Invitation[]> {
    return (await acme.get(`/invitations?limit=200${query}`).expect(200)).body.items;
  }

  const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

  it('takes holidays and clocks per metric besides what it always took, and keeps them when they are not named', async () => {
    const { acme } = await organization();
    const extra = {
      holidays: { calendars: ['DE-BY'], followCustomer: true, own: [{ date: '12-24', name: 'Christmas Eve' }] },
      perMetric: { nps: { minDaysBetween: 90, maxPerYear: 2 } },
    };
    expect((await acme.put('/contact-policy', { ...OPEN_POLICY, ...extra }).expect(200)).body).toMatchObject(extra);
    const { holidays: _, perMetric: __, ...plain } = OPEN_POLICY;
    expect((await acme.put('/contact-policy', plain).expect(200)).body).toMatchObject(extra);
    expect((await acme.put('/contact-policy', OPEN_POLICY).expect(200)).body).toMatchObject({ holidays: null });
    const bad = { calendars: ['DE', 'DE-XX'], own: [{ date: '02-30', name: '' }] };
    const { body: shape } = await acme.put('/contact-policy', { ...plain, holidays: bad }).expect(422);
    expect(shape.errors.map((e: { path: string }) => e.path)).toEqual(
      expect.arrayContaining(['holidays.own[0].date', 'holidays.own[0].name']),
    );
    const { body: unknown } = await acme
      .put('/contact-policy', { ...plain, holidays: { ...bad, own: [] } })
      .expect(422);
    expect(unknown.errors[0].path).toBe('holidays.calendars[1]');
    const { body: days } = await acme.get('/contact-policy/holidays?calendars=DE,DE-BY&limit=5').expect(200);
    expect(days.items).toHaveLength(5);
    const { body: calendars } = await acme.get('/contact-policy/calendars').expect(200);
    expect(calendars.items.find((c: { code: string }) => c.code === 'DE').regions).toContainEqual({
      code: 'DE-BY',
      name: 'Bayern',
    });
  });

  it('lets the higher priority have the slot, whichever of many parallel planners comes first', async () => {
    const { acme, surveys } = await organization({ minDaysBetween: 30 });
    const priorities = [10, 40, 90, 60];
    for (const priority of priorities)
      await acme
        .post('/triggers', {
          eventType: `e${priority}`,
          touchpointKey: 'delivery',
          surveyId: surveys['tnps'],
          delayMinutes: 60 * 24 + priority,
          priority,
          ...(priority === 60 ? { ifBusy: 'delay', maxDelayDays: 60 } : {}),
        })
        .expect(201);
    const people = Array.from({ length: 8 }, (_, i) => `p${i}`);
    // Two of them share a mailbox: to the policy they are one.
    for (const id of people) await customer(acme, id, id < 'p2' ? { email: 'shared@example.org' } : {});
    await acme
      .post(
        '/events',
        people.flatMap((externalCustomerId) =>
          priorities.map((priority) => ({ type: `e${priority}`, externalCustomerId, touchpointKey: 'delivery' })),
        ),
      )
      .expect(202);
    await Promise.all(Array.from({ length: 6 }, () => t.runJobs()));
    const all = await invitations(acme);
    expect(all).toHaveLength(people.length * priorities.length);
    const sizes = new Map<string, number>();
    for (const one of all.filter((i) => i.status === 'scheduled')) {
      const days = Math.round((Date.parse(one.sendAt ?? '') - Date.now()) / DAY_MS);
      sizes.set(`${days} ${one.delayReason}`, (sizes.get(`${days} ${one.delayReason}`) ?? 0) + 1);
    }
    // Seven mailboxes: each has the 90 in a day, and the 60, which may wait, thirty days later.
    const delayed = all.filter((i) => i.status === 'scheduled' && i.delayReason !== null);
    expect(sizes.get('1 null')).toBe(7);
    expect(delayed).toHaveLength(7);
    expect(delayed.every((i) => /Waits until .*which has a higher priority/.test(i.delayReasonText ?? ''))).toBe(true);
    const skipped = all.filter((i) => i.status === 'skipped');
    expect(skipped.every((i) => ['lower_priority', 'contacted_recently'].includes(i.skipReason ?? ''))).toBe(true);
    expect(
      skipped.filter((i) => i.skipReason === 'lower_priority').every((i) => i.becauseOf?.name === 'The tnps'),
    ).toBe(true);
    // No two scheduled asks of one customer or mailbox are nearer than the gap.
    const rows = await t.sql<{ n: number }>(
      `select count(*)::int as n from invitations a join invitations b on a.tenant_id = b.tenant_id and a.id < b.id
         and (a.customer_id = b.customer_id or a.address = b.address)
       where a.tenant_id = $1 and a.status = 'scheduled' and b.status = 'scheduled'
         and abs(extract(epoch from a.send_at - b.send_at)) < 30 * 86400`,
      [acme.tenantId],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('names the winner on the timeline, and never takes back what was sent', async () => {
    const { acme, surveys } = await organization({ minDaysBetween: 10 });
    const ana = await customer(acme, 'ana');
    await launch(acme, surveys['tnps'], { name: 'Small talk', sendAt: inDays(3), priority: 20 });
    await launch(acme, surveys['nps'], { name: 'Relationship', sendAt: inDays(2), priority: 80 });
    const { body } = await acme.get(`/customers/${ana}/timeline`).expect(200);
    const lines = body.items.filter((i: { kind: string }) => i.kind === 'invitation');
    expect(lines.map((i: { title: string; detail: string }) => [i.title, i.detail])).toEqual(
      expect.arrayContaining([
        ['Not asked: The tnps', '“Relationship”, which has a higher priority, took their time.'],
        ['Will be asked: The nps', expect.stringMatching(/^Goes \w{3} \d+ \w{3}, \d\d:\d\d in /)],
      ]),
    );
    const bea = await customer(acme, 'bea', { segments: ['b'] });
    await launch(acme, surveys['ces'], { audience: { segments: ['b'] }, priority: 1, name: 'Sent already' });
    await launch(acme, surveys['nps'], { audience: { segments: ['b'] }, priority: 100, ifBusy: 'delay' });
    const [late, sent] = await invitations(acme, `&customerId=${bea}`);
    expect(sent).toMatchObject({ status: 'sent', skipReason: null });
    expect(late).toMatchObject({
      status: 'scheduled',
      delayReason: 'contacted_recently',
      becauseOf: { name: 'Sent already' },
    });
  });

  it('waits while a case is open, asks after it, and gives up in the end', async () => {
    const { acme, surveys } = await organization();
    const [before, during, tired] = [
      await customer(acme, 'before'),
      await customer(acme, 'during'),
      await customer(acme, 'tired', { segments: ['now'] }),
    ];
    const customers = t.app.get(Customers);
    const db = t.app.get(Db);
    const hold = (id: string) => db.tenant(acme.tenantId, (tx) => customers.hold(tx, id, 'case:1'));
    await hold(during);
    await hold(tired);
    await launch(acme, surveys['nps'], { sendAt: inDays(1) });
    // At once, without waiting.
    await launch(acme, surveys['ces'], { audience: { segments: ['now'] }, maxDelayDays: 0 });
    const reasons = async () =>
      new Map(
        (await invitations(acme)).map((i) => [
          `${i.customerId} ${i.surveyName}`,
          i.skipReason ?? i.delayReason ?? i.status,
        ]),
      );
    const planned = await reasons();
    expect(planned.get(`${before} The nps`)).toBe('scheduled');
    expect(planned.get(`${during} The nps`)).toBe('open_case');
    expect(planned.get(`${tired} The ces`)).toBe('open_case');
    // A case is opened between planning and sending; the time has come.
    await hold(before);
    await t.sql(
      `update invitations set next_at = now(), send_at = now() where tenant_id = $1 and customer_id = $2 and status = 'scheduled'`,
      [acme.tenantId, before],
    );
    // For one the wait is over without an end of the case.
    await t.sql(
      `update invitations set next_at = now(), send_at = now(), wanted_at = now() - interval '15 days'
       where tenant_id = $1 and customer_id = $2 and status = 'scheduled'`,
      [acme.tenantId, tired],
    );
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    const waiting = await invitations(acme);
    expect(waiting.find((i) => i.customerId === before)).toMatchObject({
      status: 'scheduled',
      delayReason: 'open_case',
      delayReasonText: 'Waits until their case is confirmed: no survey before.',
    });
    expect(waiting.find((i) => i.customerId === tired && i.surveyName === 'The nps')).toMatchObject({
      status: 'skipped',
      skipReason: 'open_case',
    });
    await db.tenant(acme.tenantId, (tx) => customers.release(tx, before, 'case:1'));
    await t.runJobs();
    expect((await invitations(acme)).find((i) => i.customerId === before)).toMatchObject({ status: 'sent' });
    expect((await invitations(acme)).find((i) => i.customerId === during)).toMatchObject({ status: 'scheduled' });
  });

  it('looks at the clock and at what was sent when the mail is made, however late that is', async () => {
    const { acme, surveys } = await organization();
    await customer(acme, 'ana', { timeZone: 'Asia/Tokyo' });
    await launch(acme, surveys['nps'], { sendAt: inDays(1) });
    const due = () =>
      t.sql(
        `update invitations set next_at = now() - interval '9 hours' where tenant_id = $1 and status = 'scheduled'`,
        [acme.tenantId],
      );
    // Nobody was there to send it; now it is night wherever the customer is.
    await acme.put('/contact-policy', { ...OPEN_POLICY, quietHours: { from: '00:00', to: '23:59' } }).expect(200);
    await due();
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    const [late] = await invitations(acme);
    expect(late).toMatchObject({ status: 'scheduled', delayReason: 'quiet_hours' });
    expect(late?.delayReasonText).toMatch(/^Waits until .*, 23:59 in Asia\/Tokyo: no mails go in quiet hours\.$/);
    // A stricter policy, and another mail went in the meantime.
    await acme.put('/contact-policy', OPEN_POLICY).expect(200);
    await launch(acme, surveys['ces'], { name: 'Quicker' });
    await acme.put('/contact-policy', { ...OPEN_POLICY, minDaysBetween: 7 }).expect(200);
    await due();
    await t.app.get(Distribution).sweep();
    await t.runJobs();
    expect((await invitations(acme)).find((i) => i.id === late?.id)).toMatchObject({
      status: 'skipped',
      skipReason: 'contacted_recently',
      becauseOf: { name: 'Quicker' },
    });
  });

  it('makes preview and launch agree, and replays exactly what was recorded, for random policies and customers', async () => {
    const { acme, surveys } = await organization();
    const policies = fc.record({
      minDaysBetween: fc.integer({ min: 0, max: 40 }),
      maxPerYear: fc.option(fc.integer({ min: 1, max: 3 })),
      quietHours: fc.constantFrom(null, { from: '21:00', to: '08:00' }, { from: '09:00', to: '11:30' }),
      weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
      respectOpenCases: fc.boolean(),
      holidays: fc.constantFrom(null, { calendars: ['DE'], followCustomer: true, own: [] }),
      perMetric: fc.constantFrom(null, { nps: { minDaysBetween: 60, maxPerYear: 1 } }),
    });
    const waves = fc.array(
      fc.record({
        metric: fc.constantFrom('nps', 'tnps', 'ces'),
        day: fc.integer({ min: 1, max: 50 }),
        priority: fc.constantFrom(20, 50, 80),
        ifBusy: fc.constantFrom('delay', 'skip'),
        maxDelayDays: fc.integer({ min: 0, max: 30 }),
        sampleRate: fc.constantFrom(1, 0.7),
      }),
      { minLength: 3, maxLength: 4 },
    );
    for (let i = 0; i < 25; i++)
      await customer(acme, `c${i}`, {
        timeZone: ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', null][i % 4],
        ...(i % 9 === 0 ? { email: null } : i % 5 === 0 ? { email: `shared${i % 2}@example.org` } : {}),
        ...(i % 8 === 0 ? { consents: [] } : {}),
        ...(i % 6 === 0 ? { attributes: { country: 'JP' } } : {}),
      });
    await t.sql(
      `insert into customer_holds (tenant_id, customer_id, reason) select tenant_id, id, 'case' from customers where tenant_id = $1 and external_id in ('c1', 'c7')`,
      [acme.tenantId],
    );
    await fc.assert(
      fc.asyncProperty(policies, waves, async (policy, campaigns) => {
        // Each run starts with nobody asked.
        await t.sql(`delete from invitations where tenant_id = $1`, [acme.tenantId]);
        await acme.put('/contact-policy', policy).expect(200);
        const hour = 3_600_000;
        for (const { metric, day, ...fields } of campaigns) {
          const sendAt = new Date(Math.floor(Date.now() / hour) * hour + day * DAY_MS).toISOString();
          const { body: c } = await acme
            .post('/campaigns', { name: 'Wave', surveyId: surveys[metric], sendAt, ...fields })
            .expect(201);
          const { body: preview } = await acme.post(`/campaigns/${c.id}/preview`).expect(200);
          await acme.post(`/campaigns/${c.id}/launch`).expect(200);
          await t.runJobs();
          const mine = await invitations(acme, `&campaignId=${c.id}`);
          expect({
            audience: mine.length,
            send: mine.filter((i) => i.status === 'scheduled').length,
            skipped: counted(mine.map((i) => i.skipReason)),
            delays: counted(mine.map((i) => i.delayReason)),
            delayed: mine.filter((i) => i.delayReason !== null).length,
          }).toEqual({
            audience: preview.audience,
            send: preview.send,
            skipped: preview.skipped,
            delays: preview.delays,
            delayed: preview.delayed,
          });
        }
        const all = await invitations(acme);
        const { body: simulation } = await acme.post('/contact-policy/simulate', { policy }).expect(200);
        expect(simulation.wanted).toBe(all.length);
        expect(simulation.now).toEqual({
          asked: all.filter((i) => i.status === 'scheduled').length,
          skipped: counted(all.map((i) => i.skipReason)),
          delays: counted(all.map((i) => i.delayReason)),
          delayed: all.filter((i) => i.delayReason !== null).length,
        });
        expect(simulation.proposed).toEqual(simulation.now);
      }),
      { numRuns: 6 },
    );
  });

  it('simulates another policy without writing, and lets managers only', async () => {
    const { acme, surveys } = await organization();
    await customer(acme, 'ana');
    await customer(acme, 'bea');
    await launch(acme, surveys['nps'], { sendAt: inDays(1) });
    await launch(acme, surveys['ces'], { sendAt: inDays(5) });
    const { body: before } = await acme.get('/contact-policy').expect(200);
    const { body } = await acme
      .post('/contact-policy/simulate', { policy: { ...OPEN_POLICY, minDaysBetween: 30 } })
      .expect(200);
    expect(body).toMatchObject({
      wanted: 4,
      now: { asked: 4, skipped: {} },
      proposed: { asked: 2, skipped: { contacted_recently: 2 } },
      surveys: [
        { surveyName: 'The ces', wanted: 2, now: { asked: 2 }, proposed: { asked: 0 } },
        { surveyName: 'The nps', wanted: 2, now: { asked: 2 }, proposed: { asked: 2 } },
      ],
      leftOut: 0,
    });
    expect(body.limits.length).toBeGreaterThan(0);
    expect((await acme.get('/contact-policy').expect(200)).body).toEqual(before);
    expect((await invitations(acme, '&status=scheduled')).length).toBe(4);
    await acme.post('/contact-policy/simulate', { policy: { minDaysBetween: -1 } }).expect(422);
  });
});

/** How often each word stands there; nulls do not count. */
function counted(words: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) if (word !== null) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
