// The whole sending path of a campaign (claim, suppression, render, ledger, SMTP, record) beside plain nodemailer with the same message, the
// same sink in a process of its own and as many connections, in the same run. What is claimed was planned and ordered before.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { organization, ratio, report, withApp } from './support.mjs';

const COUNT = Number(process.env.MAILS ?? 6000);
const CONNECTIONS = 20;

const sink = fork(fileURLToPath(new URL('./smtp-sink.mjs', import.meta.url)));
const { port } = await new Promise((resolve) => sink.once('message', resolve));
const state = () =>
  new Promise((resolve) => {
    sink.once('message', resolve);
    sink.send('state');
  });

await withApp(
  async ({ app, url }) => {
    const { Db } = await import('../dist/src/platform/db.js');
    const { Jobs } = await import('../dist/src/platform/jobs.js');
    const { Planning } = await import('../dist/src/distribution/planning.service.js');
    const { tenantId, authorization } = await organization(url);
    const db = app.get(Db);
    const sql = (text, values) => db.tenant(tenantId, (tx) => tx.em.query(text, values));
    const post = async (path, body) => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    await sql(
      `update contact_policies set quiet_hours = null, weekdays = '{1,2,3,4,5,6,7}', min_days_between = 0, max_per_year = null`,
    );
    await sql(`insert into send_settings (per_minute, domain_per_minute, warm_up) values (600000, 600000, false)`);
    const survey = await post('/surveys', { name: 'Bench', metric: 'nps', locales: ['en'] });
    await post(`/surveys/${survey.id}/publish`, {});

    const order = async (segment, count) => {
      await sql(
        `with c as (insert into customers (external_id, name, email, segments)
           select $1 || n, 'Customer ' || n, $1 || n || '@example.org', array[$1] from generate_series(1, $2::int) n returning id)
         insert into consents (customer_id, purpose, granted, basis, source, text_version) select id, 'feedback', true, 'consent', 'bench', '1' from c`,
        [segment, count],
      );
      const campaign = await post('/campaigns', {
        name: segment,
        surveyId: survey.id,
        audience: { segments: [segment], filter: {} },
        sendAt: new Date(Date.now() + 3600_000).toISOString(),
      });
      await post(`/campaigns/${campaign.id}/launch`, {});
      await app.get(Jobs).drain();
      // Its hour has come.
      await sql(`update invitations set next_at = now(), send_at = now() where campaign_id = $1`, [campaign.id]);
      while (await db.tenant(tenantId, (tx) => app.get(Planning).handOver(tx)));
      return campaign.id;
    };
    await order('warm', 200);
    await app.get(Jobs).drain();
    const before = await state();
    const example = await simpleParser(before.last);

    const campaignId = await order('main', COUNT);
    const start = performance.now();
    await app.get(Jobs).drain();
    const ours = COUNT / ((performance.now() - start) / 1000);
    const after = await state();
    const [counts] = await sql(
      `select count(*) filter (where d.state = 'sent' and i.status = 'sent')::int as sent from invitations i join deliveries d on d.subject_id = i.id where i.campaign_id = $1`,
      [campaignId],
    );

    const transport = createTransport({
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: Infinity,
    });
    const floor = async (count) => {
      const began = performance.now();
      let n = 0;
      const one = async () => {
        while (n < count) {
          n += 1;
          await transport.sendMail({
            from: 'Bench <feedback@bench.example>',
            to: `floor${n}@example.org`,
            subject: example.subject,
            html: example.html.replace('</body>', `<!-- ${n} --></body>`),
            text: `${example.text}${n}`,
            headers: {
              'List-Unsubscribe': '<https://example.org/u/1>',
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            },
          });
        }
      };
      await Promise.all(Array.from({ length: 2 * CONNECTIONS }, one));
      return count / ((performance.now() - began) / 1000);
    };
    await floor(300);
    const plain = await floor(Math.ceil(COUNT / 2));
    transport.close();
    report('mail', {
      perSecond: ours,
      floor: plain,
      ratio: ratio(ours, plain),
      mails: COUNT,
      accepted: after.accepted - before.accepted,
      recorded: counts.sent,
      messageBytes: before.last.length,
    });
  },
  { env: { SMTP_URL: `smtp://127.0.0.1:${port}?ignoreTLS=true`, MAIL_FROM: 'feedback@bench.example' } },
);
sink.disconnect();
