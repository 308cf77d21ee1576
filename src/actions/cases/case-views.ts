import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Customers } from '../../customers/customers.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/db.js';
import { Signer } from '../../platform/signing.js';
import { category } from '../../responses/nps.js';
import type { ActivityView, CaseFile, CaseRef, CaseView, MailState } from './cases.contract.js';
import type { ActivityName, Case } from './cases.entity.js';
import { dueOf, factsOf } from './clocks.js';
import { type LoopStep, loopSteps } from './loop-steps.js';
import { breached } from './sla.js';
import { type CaseStatus, isOpenStatus } from './transitions.js';

/** One row per case with everything that is one to one. Columns of `cases` come under their own names. */
const SELECT_CASES = `select c.*, c.created_at::text as created_text, c.due_at::text as due_text, om.name as owner_name, sp.name as sla_name, tm.name as team_name, cr.name as rule_name,
    t.key as touchpoint_key, t.name as touchpoint_name,
    r.metric, r.survey_id, r.channel, r.submitted_at, r.withdrawn_at, r.flags, r.sentiment_state, r.sentiment_label, r.sentiment_score,
    coalesce(r.score, c.score) as the_score, coalesce(r.comment, c.comment) as the_comment, coalesce(r.may_contact, c.may_contact) as the_may_contact,
    cu.external_id, cu.name as customer_name, cu.email, cu.locale, cu.segments, cu.lifetime_value, cu.created_at as customer_since, a.name as account
  from cases c
  left join responses r on r.id = c.response_id left join customers cu on cu.id = c.customer_id left join accounts a on a.id = cu.account_id
  left join touchpoints t on t.id = c.touchpoint_id left join case_rules cr on cr.id = c.rule_id left join teams tm on tm.id = c.team_id
  left join sla_policies sp on sp.id = c.sla_applied_id
  left join memberships om on om.tenant_id = c.tenant_id and om.user_id = c.owner_id`;

export interface CaseSelected {
  id: string;
  number: number;
  status: CaseStatus;
  priority: Case['priority'];
  owner_id: string | null;
  owner_name: string | null;
  team_id: string | null;
  team_name: string | null;
  rule_id: string | null;
  rule_name: string | null;
  sla_applied_id: string | null;
  sla_name: string | null;
  promised_at: Date | null;
  labels: string[];
  subject: string;
  first_response_due_at: Date | null;
  first_responded_at: Date | null;
  next_response_due_at: Date | null;
  last_customer_message_at: Date | null;
  unanswered_since: Date | null;
  resolution_due_at: Date | null;
  resolution_started_at: Date | null;
  pauses: Case['pauses'];
  waiting_since: Date | null;
  resolved_at: Date | null;
  closed_at: Date | null;
  reopened_count: number;
  due_at: Date | null;
  warn_at: Date | null;
  snoozed_until: Date | null;
  merged_into: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  /** With microseconds, for cursors. */
  created_text: string;
  due_text: string | null;
  root_cause: string | null;
  root_cause_id: string | null;
  resolution: string | null;
  response_id: string | null;
  customer_id: string | null;
  touchpoint_id: string | null;
  touchpoint_key: string | null;
  touchpoint_name: string | null;
  metric: 'nps' | 'tnps' | 'csat' | 'ces' | null;
  survey_id: string | null;
  channel: string | null;
  submitted_at: Date | null;
  withdrawn_at: Date | null;
  flags: NonNullable<CaseView['response']>['flags'] | null;
  sentiment_state: string | null;
  sentiment_label: 'negative' | 'neutral' | 'positive' | null;
  sentiment_score: number | null;
  the_score: number | null;
  the_comment: string | null;
  the_may_contact: boolean | null;
  external_id: string | null;
  customer_name: string | null;
  email: string | null;
  locale: string | null;
  segments: string[] | null;
  lifetime_value: string | null;
  customer_since: Date | null;
  account: string | null;
}

/** Whether a message to the customer may leave, and why not. */
export type Reply = CaseView['reply'];

const WHY: Record<NonNullable<Reply['reason']>, string> = {
  no_customer: 'Nobody knows who answered, so there is nobody to write to.',
  no_address: 'There is no mail address for this customer.',
  no_consent: 'This customer has not agreed to be contacted about their answers.',
  refused: 'This customer asked not to be contacted about this.',
  suppressed: 'This address takes no mail from us: it bounced or complained.',
  closed: 'This case is resolved. Reopen it to write to the customer.',
};

interface ThreadRow {
  id: string;
  case_id: string;
  kind: ActivityName;
  actor_id: string | null;
  actor_name: string | null;
  body: string | null;
  data: Record<string, unknown>;
  at: Date;
}

interface MailRow {
  subject_id: string;
  state: string;
  send_at: Date;
  sent_at: Date | null;
  bounce_kind: string | null;
  smtp_reply: string | null;
  attempts: number;
}

/** Makes views of cases: a fixed number of statements for one case or for a page of them. */
@Injectable()
export class CaseViews {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly customers: Customers,
  ) {}

  select(tx: Tx, tail: string, values: unknown[]): Promise<CaseSelected[]> {
    return tx.em.query(`${SELECT_CASES} ${tail}`, values);
  }

  receiptUrl(tenantId: string, caseId: string): string {
    return `${this.config.publicUrl}/r/${this.signer.link('receipt', { tenantId, id: caseId })}`;
  }

  /** Who may be written to about their case, by case id. */
  async replies(
    tx: Tx,
    rows: readonly Pick<CaseSelected, 'id' | 'status' | 'customer_id' | 'email' | 'the_may_contact'>[],
  ): Promise<Map<string, Reply>> {
    const known = rows.flatMap((row) => (row.customer_id === null ? [] : [row.customer_id]));
    const consents = await this.customers.consents(tx, [...new Set(known)], 'follow_up');
    const stopped = await this.customers.unreachable(tx, [...new Set(rows.flatMap((row) => row.email ?? []))]);
    return new Map(
      rows.map((row) => {
        const reason: Reply['reason'] =
          row.customer_id === null
            ? 'no_customer'
            : row.the_may_contact === false
              ? 'refused'
              : row.the_may_contact === null && consents.get(row.customer_id)?.granted !== true
                ? 'no_consent'
                : row.email === null
                  ? 'no_address'
                  : stopped.has(row.email)
                    ? 'suppressed'
                    : !isOpenStatus(row.status)
                      ? 'closed'
                      : null;
        return [
          row.id,
          { possible: reason === null, reason, why: reason === null ? null : WHY[reason], to: row.email },
        ];
      }),
    );
  }

  async views(tx: Tx, who: Principal, rows: readonly CaseSelected[]): Promise<CaseView[]> {
    if (rows.length === 0) return [];
    const now = this.clock.now();
    const ids = rows.map((row) => row.id);
    const responseIds = rows.flatMap((row) => row.response_id ?? []);
    const customerIds = [...new Set(rows.flatMap((row) => row.customer_id ?? []))];
    const thread: ThreadRow[] = await tx.em.query(
      `select x.id, x.case_id, x.kind, x.actor_id, m.name as actor_name, x.body, x.data, x.at from case_activities x
       left join memberships m on m.tenant_id = x.tenant_id and m.user_id = x.actor_id where x.case_id = any($1::uuid[]) order by x.at, x.id`,
      [ids],
    );
    const mails = new Map(
      (
        await this.mails(
          tx,
          thread.filter((row) => row.kind === 'message' || row.kind === 'resolved').map((row) => row.id),
        )
      ).map((row) => [row.subject_id, row]),
    );
    const statements: { response_id: string; list: NonNullable<CaseView['response']>['statements'] }[] =
      await tx.em.query(
        `select response_id, json_agg(json_build_object('id', id, 'text', text, 'start', starts_at, 'end', ends_at,
         'sentiment', json_build_object('label', label, 'score', score), 'aspect', aspect, 'painPointId', pain_point_id) order by position) as list
       from statements where response_id = any($1::uuid[]) group by response_id`,
        [responseIds],
      );
    const painPoints: {
      case_id: string;
      id: string;
      name: string;
      customers: number;
      improvement: CaseView['painPoints'][number]['improvement'];
    }[] = await tx.em.query(
      // A pain point that was merged shows as what it became; its customers are counted once per pain point, not per case.
      `with linked as (select distinct l.case_id, coalesce(p.merged_into, p.id) as id from case_pain_points l join pain_points p on p.id = l.pain_point_id where l.case_id = any($1::uuid[])),
           counted as (select d.id, (select count(distinct s.customer_id) from statements s where s.pain_point_id = d.id)::int as customers from (select distinct id from linked) d)
         select l.case_id, p.id, p.name, counted.customers,
           (select json_build_object('id', i.id, 'name', i.name, 'status', i.status, 'dueAt', i.due_at) from improvement_pain_points ip join improvements i on i.id = ip.improvement_id
            where ip.pain_point_id = p.id and i.status <> 'declined' order by i.created_at desc limit 1) as improvement
         from linked l join pain_points p on p.id = l.id join counted on counted.id = p.id order by p.name`,
      [ids],
    );
    const scores: { customer_id: string; list: { at: string; score: number }[] }[] = await tx.em.query(
      `select n.id as customer_id, (select json_agg(json_build_object('at', x.submitted_at, 'score', x.score) order by x.submitted_at) from
         (select submitted_at, score from responses where customer_id = n.id and metric in ('nps', 'tnps') and withdrawn_at is null order by submitted_at desc limit 12) x) as list
       from unnest($1::uuid[]) as n (id)`,
      [customerIds],
    );
    const others: {
      customer_id: string;
      id: string;
      number: number;
      subject: string;
      status: CaseStatus;
      created_at: Date;
    }[] = await tx.em.query(
      `select x.customer_id, x.id, x.number, x.subject, x.status, x.created_at from unnest($1::uuid[]) as n (id)
       cross join lateral (select * from cases where customer_id = n.id order by created_at desc limit 11) x`,
      [customerIds],
    );
    const joined: { case_id: string; id: string; score: number; comment: string | null; submitted_at: Date }[] =
      await tx.em.query(
        `select j.case_id, r.id, r.score, r.comment, r.submitted_at from case_responses j join responses r on r.id = j.response_id
         where j.case_id = any($1::uuid[]) order by j.joined_at, r.id`,
        [ids],
      );
    const replies = await this.replies(tx, rows);
    const around = await this.around(tx, who, ids);
    const statementsOf = new Map(statements.map((row) => [row.response_id, row.list]));
    const scoresOf = new Map(scores.map((row) => [row.customer_id, row.list ?? []]));

    return rows.map((row): CaseView => {
      const activity = thread.filter((entry) => entry.case_id === row.id);
      const facts = factsOf(clockColumns(row));
      const due = dueOf({
        firstResponseDueAt: row.first_response_due_at,
        nextResponseDueAt: row.next_response_due_at,
        resolutionDueAt: row.resolution_due_at,
      });
      const open = isOpenStatus(row.status);
      const linked = painPoints.filter((one) => one.case_id === row.id);
      const last = loopSteps(caseFacts(row), activity.map(stepFacts), []).at(-1);
      return {
        id: row.id,
        number: row.number,
        status: row.status,
        priority: row.priority,
        ownerId: row.owner_id,
        owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
        teamId: row.team_id,
        team: row.team_id === null ? null : { id: row.team_id, name: row.team_name ?? '' },
        subject: row.subject,
        firstResponseDueAt: iso(row.first_response_due_at),
        nextResponseDueAt: iso(row.next_response_due_at),
        resolutionDueAt: iso(row.resolution_due_at),
        sla: row.sla_applied_id === null ? null : { id: row.sla_applied_id, name: row.sla_name ?? '' },
        promisedAt: iso(row.promised_at),
        promiseBroken: row.promised_at !== null && (row.first_responded_at ?? row.resolved_at ?? now) > row.promised_at,
        snoozedUntil: open && row.snoozed_until !== null && row.snoozed_until > now ? iso(row.snoozed_until) : null,
        labels: row.labels,
        dueAt: iso(row.due_at),
        dueFor: dueFor(row),
        warnAt: iso(row.warn_at),
        breached: breached(due, facts, now),
        needsReply:
          open && row.status !== 'waiting' && (row.first_responded_at === null || row.next_response_due_at !== null),
        firstRespondedAt: iso(row.first_responded_at),
        lastCustomerMessageAt: iso(row.last_customer_message_at),
        waitingSince: row.status === 'waiting' ? iso(row.waiting_since) : null,
        resolvedAt: iso(row.resolved_at),
        closedAt: iso(row.closed_at),
        reopenedCount: row.reopened_count,
        responseId: row.response_id,
        score: row.the_score,
        category:
          row.the_score !== null && (row.metric === null || row.metric === 'nps' || row.metric === 'tnps')
            ? category(row.the_score)
            : null,
        comment: row.the_comment,
        response:
          row.response_id === null || row.metric === null
            ? null
            : {
                id: row.response_id,
                metric: row.metric,
                surveyId: row.survey_id,
                channel: row.channel ?? '',
                submittedAt: (row.submitted_at ?? row.created_at).toISOString(),
                withdrawnAt: iso(row.withdrawn_at),
                flags: row.flags ?? [],
                sentiment:
                  row.sentiment_state === 'pending' ? null : { label: row.sentiment_label, score: row.sentiment_score },
                statements: statementsOf.get(row.response_id) ?? [],
              },
        joined: joined
          .filter((one) => one.case_id === row.id)
          .map(({ id, score, comment, submitted_at: at }) => ({ id, score, comment, submittedAt: at.toISOString() })),
        touchpoint:
          row.touchpoint_id === null
            ? null
            : { id: row.touchpoint_id, key: row.touchpoint_key ?? '', name: row.touchpoint_name ?? '' },
        customer:
          row.customer_id === null
            ? null
            : {
                id: row.customer_id,
                externalId: row.external_id ?? '',
                name: row.customer_name,
                email: row.email,
                locale: row.locale,
                account: row.account,
                segments: row.segments ?? [],
                lifetimeValue: row.lifetime_value === null ? null : Number(row.lifetime_value),
                since: (row.customer_since ?? row.created_at).toISOString(),
                scores: (scoresOf.get(row.customer_id) ?? []).map((one) => ({
                  ...one,
                  at: new Date(one.at).toISOString(),
                })),
              },
        painPointIds: linked.map((one) => one.id),
        painPoints: linked.map(({ id, name, customers, improvement }) => ({
          id,
          name,
          customers,
          improvement: improvement && {
            ...improvement,
            dueAt: iso(improvement.dueAt === null ? null : new Date(improvement.dueAt)),
          },
        })),
        mayContact: row.the_may_contact,
        reply: replies.get(row.id) ?? { possible: false, reason: 'no_customer', why: WHY.no_customer, to: null },
        rootCause: row.root_cause,
        rootCauseInTree: row.root_cause_id !== null,
        resolution: row.resolution,
        // Whoever has this link can answer in the customer's name.
        receiptUrl: who.role === 'viewer' ? null : this.receiptUrl(tx.tenantId, row.id),
        customerSees: { text: last ? staffWords(last) : '', at: (last?.at ?? row.created_at).toISOString() },
        rule: row.rule_id === null || row.rule_name === null ? null : { id: row.rule_id, name: row.rule_name },
        activity: activity.map((entry) => activityView(entry, mails.get(entry.id), now)),
        earlierCases: others
          .filter((other) => other.customer_id === row.customer_id && other.id !== row.id)
          .slice(0, 10)
          .map((other) => ({
            id: other.id,
            number: other.number,
            subject: other.subject,
            status: other.status,
            createdAt: other.created_at.toISOString(),
          })),
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
        ...around(row.id),
        version: row.version,
      };
    });
  }

  /** Who follows, which cases belong here, what came with mails, and when the caller was here: by case. */
  private async around(tx: Tx, who: Principal, ids: string[]): Promise<(id: string) => Around> {
    const rows: {
      id: string;
      followers: Around['followers'] | null;
      related: CaseRef[] | null;
      merged: CaseRef[] | null;
      into: CaseRef | null;
      files: CaseFile[] | null;
      read_at: Date | null;
    }[] = await tx.em.query(
      `select n.id,
           (select json_agg(json_build_object('id', f.user_id, 'name', m.name) order by m.name) from case_followers f
             join memberships m on m.tenant_id = f.tenant_id and m.user_id = f.user_id where f.case_id = n.id) as followers,
           (select json_agg(${REF_SQL} order by o.number) from case_relations l join cases o on o.id = l.other_id where l.case_id = n.id) as related,
           (select json_agg(${REF_SQL} order by o.number) from cases o where o.merged_into = n.id) as merged,
           (select ${REF_SQL} from cases c join cases o on o.id = c.merged_into where c.id = n.id) as into,
           (select json_agg(json_build_object('id', f.id, 'activityId', f.activity_id, 'name', f.name, 'contentType', f.content_type, 'size', f.size,
             'state', f.state, 'scan', f.scan) order by f.created_at, f.id) from case_files f where f.case_id = n.id) as files,
           (select read_at from case_reads where case_id = n.id and user_id = $2::uuid) as read_at
         from unnest($1::uuid[]) as n (id)`,
      [ids, who.userId],
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    return (id) => {
      const row = found.get(id);
      return {
        followers: row?.followers ?? [],
        related: row?.related ?? [],
        mergedInto: row?.into ?? null,
        merged: row?.merged ?? [],
        files: row?.files ?? [],
        readAt: iso(row?.read_at ?? null),
      };
    };
  }

  private mails(tx: Tx, subjectIds: string[]): Promise<MailRow[]> {
    if (subjectIds.length === 0) return Promise.resolve([]);
    return tx.em.query(
      `select subject_id, state, send_at, sent_at, bounce_kind, smtp_reply, attempts from deliveries
       where kind in ('case_message', 'resolution') and subject_id = any($1::uuid[]) and step = 0`,
      [subjectIds],
    );
  }
}

type Around = Pick<CaseView, 'followers' | 'related' | 'mergedInto' | 'merged' | 'files' | 'readAt'>;

const REF_SQL = `json_build_object('id', o.id, 'number', o.number, 'subject', o.subject, 'status', o.status)`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const clockColumns = (row: CaseSelected) => ({
  status: row.status,
  createdAt: row.created_at,
  firstRespondedAt: row.first_responded_at,
  unansweredSince: row.unanswered_since,
  nextResponseDueAt: row.next_response_due_at,
  lastCustomerMessageAt: row.last_customer_message_at,
  resolutionStartedAt: row.resolution_started_at,
  pauses: row.pauses,
  waitingSince: row.waiting_since,
  resolvedAt: row.resolved_at,
});

function dueFor(row: CaseSelected): CaseView['dueFor'] {
  const at = row.due_at?.getTime();
  if (at === undefined) return null;
  if (row.first_responded_at === null && row.first_response_due_at?.getTime() === at) return 'first_response';
  if (row.next_response_due_at?.getTime() === at) return 'next_response';
  return 'resolution';
}

/** What the loop's steps need of a case. */
export const caseFacts = (row: Pick<CaseSelected, 'created_at' | 'submitted_at' | 'team_name'>) => ({
  toldAt: row.submitted_at ?? row.created_at,
  teamName: row.team_name,
});

export const stepFacts = (entry: Pick<ThreadRow, 'kind' | 'at' | 'body' | 'data' | 'actor_name'>) => ({
  kind: entry.kind,
  at: entry.at,
  body: entry.body,
  data: entry.data,
  actorName: entry.actor_name,
});

function activityView(entry: ThreadRow, mail: MailRow | undefined, now: Date): ActivityView {
  return {
    id: entry.id,
    kind: entry.kind,
    at: entry.at.toISOString(),
    actor: entry.actor_id === null ? null : { id: entry.actor_id, name: entry.actor_name ?? '' },
    body: entry.body,
    data: entry.data,
    mail:
      entry.kind !== 'message' && entry.kind !== 'resolved'
        ? null
        : mail
          ? mailState(mail, now)
          : { state: 'none', sendAt: null, sentAt: null, problem: null },
  };
}

function mailState(mail: MailRow, now: Date): MailState {
  const times = { sendAt: mail.send_at.toISOString(), sentAt: iso(mail.sent_at) };
  if (mail.bounce_kind === 'hard')
    return { state: 'bounced', ...times, problem: 'The address takes no mail: it came back.' };
  if (mail.bounce_kind === 'complaint')
    return { state: 'bounced', ...times, problem: 'The customer marked it as spam.' };
  switch (mail.state) {
    case 'sent':
      return {
        state: 'sent',
        ...times,
        problem: mail.bounce_kind === 'soft' ? 'Their server could not take it for now and may try again.' : null,
      };
    case 'failed':
      return { state: 'failed', ...times, problem: `It could not be sent. ${mail.smtp_reply ?? ''}`.trim() };
    case 'unknown':
      return {
        state: 'unknown',
        ...times,
        problem: 'The connection broke while it was on its way: it may have arrived.',
      };
    case 'suppressed':
      return { state: 'stopped', ...times, problem: 'This address takes no mail from us.' };
    case 'cancelled':
      return { state: 'stopped', ...times, problem: null };
    default:
      return {
        state: mail.send_at > now ? 'waiting' : 'sending',
        ...times,
        problem: mail.state === 'deferred' ? 'Their server asked us to try again later.' : null,
      };
  }
}

/** The newest step of the customer's page, for staff. */
function staffWords(step: LoopStep): string {
  switch (step.kind) {
    case 'told':
      return 'You told us';
    case 'taken':
      return step.team ? `${step.name} in ${step.team} took it on` : `${step.name} took it on`;
    case 'message':
      return step.body;
    case 'answer':
      return 'You wrote to us';
    case 'resolved':
      return `What we did: ${step.body}`;
    case 'fixed':
      return 'You said: it is fixed';
    case 'not_yet':
      return 'You said: not yet. We are on it again';
    case 'reopened':
      return 'We opened it again';
    case 'everyone':
      return `What changes for everyone: ${step.body}`;
  }
}
