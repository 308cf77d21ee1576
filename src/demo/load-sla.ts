import { randomUUID } from 'node:crypto';
import type { Tx } from '../platform/db.js';

const OPEN = `('new', 'assigned', 'in_progress', 'waiting', 'reopened')`;

/**
 * What policies, promises and the ladder would have left behind: conditions and a calendar with a lunch break for business customers, public
 * holidays, labels, and for cases that are late by now the steps that were taken. Those still in time climb by themselves from here on.
 */
export async function loadSla(tx: Tx): Promise<void> {
  const lunch = [
    { from: '08:00', to: '12:00' },
    { from: '13:00', to: '18:00' },
  ];
  const calendarId = randomUUID();
  await tx.em.query(`update business_calendars set country = 'DE', is_default = true`);
  await tx.em.query(
    `insert into business_calendars (id, name, time_zone, week, holidays, country, region) values ($1, 'Business desk, with a lunch break', 'Europe/Berlin', $2::jsonb, '{}', 'DE', 'SH')`,
    [calendarId, JSON.stringify(Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, lunch])))],
  );
  await tx.em.query(
    `update sla_policies set conditions = '{"segments": ["Business"]}', calendar_id = $1, escalation = $2::jsonb where not is_default`,
    [
      calendarId,
      JSON.stringify([
        { when: 'warning', do: 'notify_owner' },
        { when: 'due', do: 'notify_owner' },
        { when: 'due', do: 'notify_lead' },
        { when: 'late', minutes: 120, do: 'notify_managers' },
      ]),
    ],
  );
  await tx.em.query(`update teams set lead_id = (
      select m.user_id from team_members m join memberships p on p.tenant_id = m.tenant_id and p.user_id = m.user_id
      where m.team_id = teams.id and p.role in ('manager', 'agent') order by p.role desc, p.name limit 1)`);
  await tx.em.query(
    `update cases c set sla_applied_id = c.sla_policy_id, promised_at = case when c.may_contact then c.first_response_due_at end,
       labels = case when r.name like '%business%' then '{Business}'::text[] else '{}' end || case when c.score <= 1 then '{At risk}'::text[] else '{}' end
     from case_rules r where r.id = c.rule_id`,
  );
  const late = `select c.*, u.name as owner_name from cases c left join memberships u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id
    where c.status in ${OPEN} and c.first_responded_at is null and c.first_response_due_at < now()`;
  for (const step of [
    'warning:0:notify_owner:',
    'due:0:notify_owner:',
    'due:0:notify_lead:',
    'late:120:notify_managers:',
  ])
    await tx.em.query(
      `insert into case_escalations (case_id, clock, started_at, step, told, at)
       select id, 'first_response', created_at, $1, array_remove(array[owner_id], null), first_response_due_at from (${late}) c`,
      [step],
    );
  await tx.em.query(
    `insert into case_activities (case_id, kind, data, at)
     select id, 'escalated', jsonb_build_object('clock', 'first_response', 'when', 'due', 'do', 'notify_owner',
       'told', case when owner_id is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object('id', owner_id, 'name', owner_name)) end), first_response_due_at
     from (${late}) c`,
  );
  await tx.em.query(
    `update cases set escalate_at = due_at where status in ${OPEN} and due_at > now() and first_responded_at is null`,
  );
}
