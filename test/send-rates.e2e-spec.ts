import { Db } from '../src/platform/db.js';
import { newId } from '../src/platform/ids.js';
import { Mail } from '../src/platform/mail/mail.js';
import { SendHealthWatch } from '../src/distribution/send-health.service.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

describe('send rates', () => {
  let t: TestApp;
  let admin: Caller;
  beforeAll(async () => {
    t = await startApp();
    admin = await t.signUp();
    t.app.get(Mail).on('test.bulk', {
      bulk: true,
      render: () => Promise.resolve({ subject: 'Hi', html: '<p>Hi</p>', text: 'Hi', locale: 'en' }),
    });
    t.app.get(Mail).on('test.asked', {
      render: () => Promise.resolve({ subject: 'Hi', html: '<p>Hi</p>', text: 'Hi', locale: 'en' }),
    });
  });
  afterAll(() => t.close());

  const order = (kind: string, addresses: string[]): Promise<string[]> =>
    t.app.get(Db).tenant(admin.tenantId, (tx) =>
      t.app.get(Mail).sendMany(
        tx,
        addresses.map((to) => ({ kind, subjectId: newId(), to })),
      ),
    );
  const states = async (ids: string[]): Promise<Record<string, number>> => {
    const rows = await t.sql<{ state: string; attempts: number; n: number }>(
      `select state, max(attempts) as attempts, count(*)::int as n from deliveries where id = any($1) group by state`,
      [ids],
    );
    return Object.fromEntries(rows.map((row) => [`${row.state} ${row.attempts}`, row.n]));
  };

  it('holds bulk mail by organization and by recipient domain without an attempt, and lets other mail pass', async () => {
    await admin.patch('/organization/sending', { perMinute: 100, domainPerMinute: 50 }).expect(200);
    // Buckets of 10 and 5 mails; what flows in while the test runs is taken out again.
    const many = (n: number, domain: string) => Array.from({ length: n }, (_, i) => `c${i}@${domain}`);
    const one = await order('test.bulk', many(20, 'one.example'));
    await t.sql(`update deliveries set send_at = send_at - interval '1 second' where id = any($1)`, [one]);
    const rest = await order('test.bulk', [...many(2, 'two.example'), ...many(20, 'three.example')]);
    await t.runJobs();
    const sent = async (ids: string[]) => (await states(ids))['sent 1'] ?? 0;
    const [first, others] = [await sent(one), await sent(rest)];
    expect(first).toBeGreaterThanOrEqual(5);
    expect(first).toBeLessThan(20);
    expect(first + others).toBeGreaterThanOrEqual(10);
    expect(first + others).toBeLessThan(42);
    // None of those that wait was tried.
    expect((await states([...one, ...rest]))['pending 0']).toBe(42 - first - others);
    const asked = await order('test.asked', many(15, 'one.example'));
    await t.runJobs();
    expect(await states(asked)).toEqual({ 'sent 1': 15 });

    const { body } = await admin.get('/organization/sending').expect(200);
    expect(body).toMatchObject({ perMinute: 100, domainPerMinute: 50, version: 1, mayBeUnlimited: true });
    expect(body.held.mails).toBeGreaterThan(0);
    expect(new Date(body.held.until).getTime()).toBeGreaterThan(Date.now());

    await admin.patch('/organization/sending', { perMinute: null, domainPerMinute: null }).expect(200);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'mail.deliver'`);
    await t.runJobs();
    expect(await states([...one, ...rest])).toEqual({ 'sent 1': 42 });
    await admin.patch('/organization/sending', { perMinute: 0 }).expect(422);
    await admin.patch('/organization/sending', { warmUp: true, version: 1 }).expect(409);
  });

  it('warms a new sender domain up: 50 mails on the first day, then double', async () => {
    await admin.patch('/organization', { sender: { address: 'hello@new-shop.example' } }).expect(200);
    await admin.patch('/organization/sending', { warmUp: true }).expect(200);
    const ids = await order(
      'test.bulk',
      Array.from({ length: 180 }, (_, n) => `w${n}@w.example`),
    );
    await t.runJobs();
    expect(await states(ids)).toEqual({ 'sent 1': 50, 'pending 0': 130 });
    const warmUps = async () => (await admin.get('/organization/sending').expect(200)).body.warmUps;
    expect(await warmUps()).toMatchObject([{ domain: 'new-shop.example', day: 1, cap: 50, sentToday: 50 }]);
    await t.sql(`update sender_warm_ups set day_on = day_on - 1`);
    await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'mail.deliver'`);
    await t.runJobs();
    expect(await states(ids)).toEqual({ 'sent 1': 150, 'pending 0': 30 });
    expect(await warmUps()).toMatchObject([{ day: 2, cap: 100, sentToday: 100 }]);
  });

  it('keeps real mail servers from being written to without a limit', async () => {
    const real = await startApp({ SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'a@acme.example' });
    const owner = await real.signUp();
    const { body } = await owner.get('/organization/sending').expect(200);
    expect(body).toMatchObject({
      perMinute: 600,
      domainPerMinute: 300,
      warmUp: true,
      mayBeUnlimited: false,
      held: null,
    });
    const refused = await owner.patch('/organization/sending', { perMinute: null }).expect(422);
    expect(JSON.stringify(refused.body)).toContain('perMinute');
    await real.close();
  });

  it('pauses a campaign whose mails bounce, says why, tells managers once, and judges anew when a person resumes it', async () => {
    const survey = (await admin.post('/surveys', { name: 'S', metric: 'nps', locales: ['en'] }).expect(201)).body;
    await admin.post(`/surveys/${survey.id}/publish`, {}).expect((answer) => expect(answer.status).toBeLessThan(300));
    const campaign = (await admin.post('/campaigns', { name: 'C', surveyId: survey.id }).expect(201)).body;
    await t.sql(`update campaigns set status = 'running', launched_at = now(), planned_at = now() where id = $1`, [
      campaign.id,
    ]);
    const bounce = (bad: number): Promise<unknown> =>
      t.sql(
        `with i as (insert into invitations (tenant_id, survey_id, survey_version, campaign_id, locale, status, address, next_at)
           select $1, $2, 1, $3, 'en', 'scheduled', n || '@x.example', now() + interval '1 day' from generate_series(1, 60) n returning id, address)
         insert into deliveries (tenant_id, kind, subject_id, to_address, state, sent_at, bounce_kind)
         select $1, 'invitation', id, address, 'sent', now(), case when split_part(address, '@', 1)::int <= $4 then 'hard' end from i`,
        [admin.tenantId, survey.id, campaign.id, bad],
      );
    const look = async () => {
      await t.app.get(SendHealthWatch).look();
      await t.runJobs();
      return (await admin.get(`/campaigns/${campaign.id}`).expect(200)).body;
    };
    await bounce(2);
    expect(await look()).toMatchObject({ status: 'running', pausedBecause: null });
    await bounce(30);
    expect(await look()).toMatchObject({ status: 'paused', pausedBecause: expect.stringContaining('32 of 120 mails') });
    await look();
    expect(await t.sql(`select state from deliveries where kind = 'campaign_paused'`)).toEqual([{ state: 'sent' }]);
    expect(await t.sql(`select actor_kind from audit_log where action = 'campaign.pause'`)).toEqual([
      { actor_kind: 'system' },
    ]);
    await admin.post(`/campaigns/${campaign.id}/resume`).expect((answer) => expect(answer.status).toBeLessThan(300));
    expect(await look()).toMatchObject({ status: 'running', pausedBecause: null });
  });
});
