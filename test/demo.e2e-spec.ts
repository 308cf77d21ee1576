import { Customers } from '../src/customers/customers.service.js';
import { loadDemo } from '../src/demo/load.js';
import { Identity } from '../src/identity/identity.service.js';
import { DEMO_PASSWORD } from '../src/identity/sign-ins.service.js';
import { PainPoints } from '../src/painpoints/painpoints.service.js';
import { Db } from '../src/platform/db.js';
import { SentimentService } from '../src/sentiment/sentiment.service.js';
import { type TestApp, startApp } from './support/app.js';

describe('the demo organization', () => {
  let t: TestApp;
  let tenantId: string;
  const steps: { done: number; total: number; label: string }[] = [];
  const count = async (from: string): Promise<number> =>
    Number((await t.sql<{ n: string }>(`select count(*) as n from ${from}`))[0]?.n);

  beforeAll(async () => {
    t = await startApp();
    const { app } = t;
    tenantId = await loadDemo(
      {
        db: app.get(Db),
        identity: app.get(Identity),
        customers: app.get(Customers),
        sentiment: app.get(SentimentService),
        painPoints: app.get(PainPoints),
      },
      { seed: 7, now: new Date(), progress: (done, total, label) => steps.push({ done, total, label }) },
    );
  }, 240_000);
  afterAll(() => t.close());

  it('signs in as each role', async () => {
    for (const role of ['admin', 'manager', 'agent', 'viewer']) {
      const answer = await t.http
        .post('/api/v1/session')
        .send({ email: `${role}@demo.test`, password: DEMO_PASSWORD })
        .expect(200);
      expect(answer.body).toMatchObject({ role, organization: { id: tenantId, name: 'Tarnholm Fibre' } });
    }
  });

  it('reports progress that only grows and ends at the whole', () => {
    const done = steps.map((one) => one.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toMatchObject({ done: steps[0]?.total, label: 'done' });
  });

  it('reads every comment and groups most complaints into named pain points', async () => {
    expect(await count(`responses where sentiment_state = 'pending'`)).toBe(0);
    expect(await count(`responses where comment is not null and sentiment_state = 'read'`)).toBeGreaterThan(4000);
    const named = await t.sql<{ name: string; n: string }>(
      `select p.name, count(*) as n from pain_points p join statements s on s.pain_point_id = p.id where p.named_by_person group by 1`,
    );
    expect(named.length).toBeGreaterThanOrEqual(20);
    const grouped = await count(`statements where label = 'negative' and pain_point_id is not null`);
    expect(grouped / (await count(`statements where label = 'negative'`))).toBeGreaterThan(0.5);
  });

  it('reads feelings that mostly agree with the scores', async () => {
    const wrong = await count(
      `responses where (score >= 9 and sentiment_label = 'negative') or (score <= 4 and sentiment_label = 'positive')`,
    );
    const extreme = await count(`responses where (score >= 9 or score <= 4) and sentiment_label is not null`);
    expect(wrong / extreme).toBeLessThan(0.15);
  });

  it('links cases and improvements to pain points and numbers new cases behind the old ones', async () => {
    expect(await count('case_pain_points')).toBeGreaterThan(400);
    expect(await count('improvement_pain_points')).toBeGreaterThanOrEqual(20);
    expect(await count('cases c, case_numbers n where n.tenant_id = c.tenant_id and c.number > n.last')).toBe(0);
    expect(await count(`cases where status not in ('resolved', 'confirmed', 'closed_silent')`)).toBeGreaterThan(15);
  });

  it('has a link, a widget and a kiosk that people opened and answered', async () => {
    const rows = await t.sql<{ channel: string; answers: number; openings: number }>(
      `select l.channel, (select count(*)::int from responses r where r.open_link_id = l.id and r.channel = l.channel) as answers,
         (select sum(n)::int from page_visits v where v.subject = l.id::text and v.page = l.channel and v.day <= current_date) as openings
       from open_links l order by 1`,
    );
    expect(rows.map((row) => row.channel)).toEqual(['kiosk', 'link', 'widget']);
    for (const { channel, answers, openings } of rows) {
      expect(answers).toBeGreaterThan(10);
      // One kiosk's screen is opened once a day and takes the answers of many.
      if (channel !== 'kiosk') expect(openings).toBeGreaterThan(answers);
    }
  });

  it('promises no work: history does not send mail again', async () => {
    expect(await count(`jobs where state = 'queued' and name not like 'painpoints.%'`)).toBe(0);
    expect(await count(`deliveries where state in ('pending', 'claimed')`)).toBe(0);
  });
});
