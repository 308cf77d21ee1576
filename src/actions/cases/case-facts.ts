import { Injectable } from '@nestjs/common';
import { Customers, type TimelineEntry } from '../../customers/customers.service.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import type { Tx } from '../../platform/db.js';
import { type Outcome, Responses } from '../../responses/responses.service.js';
import { CaseViews } from './case-views.js';
import type { ActivityName } from './cases.entity.js';
import { type CaseStatus, OPEN_SQL } from './transitions.js';

/** What the modules to the left may know of cases, and what becomes of a customer's words: answers to their ports. */
@Injectable()
export class CaseFacts {
  constructor(
    private readonly customers: Customers,
    responses: Responses,
    painPoints: PainPoints,
    private readonly caseViews: CaseViews,
  ) {
    responses.registerOutcome((tx, responseId) => this.outcome(tx, responseId));
    responses.registerCaseLookup((tx, ids) => this.idsByResponse(tx, ids));
    painPoints.registerFacts({
      openCases: (tx, ids) => this.openByPainPoint(tx, ids),
      improvements: (tx, ids) => this.improvementsByPainPoint(tx, ids),
      caseIds: (tx, ids) => this.idsByResponse(tx, ids),
    });
    customers.registerPersonalData({
      timeline: (tx, customerId) => this.timeline(tx, customerId),
      export: (tx, customerId) => this.export(tx, customerId),
      erase: (tx, customerId) => this.erase(tx, customerId),
    });
  }

  async idsByResponse(tx: Tx, responseIds: string[]): Promise<Map<string, string>> {
    const rows: { id: string; response_id: string }[] = await tx.em.query(
      `select id, response_id from cases where response_id = any($1::uuid[]) and status <> 'merged' union all select case_id, response_id from case_responses where response_id = any($1::uuid[])`,
      [responseIds],
    );
    return new Map(rows.map((row) => [row.response_id, row.id]));
  }

  private async openByPainPoint(tx: Tx, painPointIds: string[]): Promise<Map<string, number>> {
    const rows: { id: string; n: number }[] = await tx.em.query(
      `select coalesce(p.merged_into, p.id) as id, count(distinct c.id)::int as n from case_pain_points l join pain_points p on p.id = l.pain_point_id
         join cases c on c.id = l.case_id and c.status in (${OPEN_SQL})
       where coalesce(p.merged_into, p.id) = any($1::uuid[]) group by 1`,
      [painPointIds],
    );
    return new Map(rows.map((row) => [row.id, row.n]));
  }

  private async improvementsByPainPoint(
    tx: Tx,
    painPointIds: string[],
  ): Promise<Map<string, { id: string; name: string; status: string }>> {
    const rows: { pain_point_id: string; id: string; name: string; status: string }[] = await tx.em.query(
      `select distinct on (ip.pain_point_id) ip.pain_point_id, i.id, i.name, i.status from improvement_pain_points ip join improvements i on i.id = ip.improvement_id
       where ip.pain_point_id = any($1::uuid[]) order by ip.pain_point_id, i.status = 'declined', i.created_at desc`,
      [painPointIds],
    );
    return new Map(rows.map(({ pain_point_id: painPointId, ...improvement }) => [painPointId, improvement]));
  }

  /** What became of an answer, for its customer; null when it opened no case. */
  private async outcome(tx: Tx, responseId: string): Promise<Outcome | null> {
    const [row]: { id: string; status: CaseStatus; at: Date; told: string | null }[] = await tx.em.query(
      `select c.id, c.status, coalesce(r.body, '') as told,
         greatest(c.created_at, (select max(x.at) from case_activities x where x.case_id = c.id and x.kind <> 'note')) as at
       from cases c left join lateral (select body from resolutions where case_id = c.id and undone_at is null order by resolved_at desc limit 1) r on true
       where (c.response_id = $1 or c.id = (select case_id from case_responses where response_id = $1)) and c.status <> 'merged' order by c.created_at desc limit 1`,
      [responseId],
    );
    if (!row) return null;
    const isOver = row.status === 'resolved' || row.status === 'confirmed' || row.status === 'closed_silent';
    return {
      state: OUTCOMES[row.status],
      at: row.at,
      whatWeDid: isOver && row.told ? row.told : null,
      receiptUrl: this.caseViews.receiptUrl(tx.tenantId, row.id),
    };
  }

  private async timeline(tx: Tx, customerId: string): Promise<TimelineEntry[]> {
    const rows: {
      at: Date;
      kind: ActivityName;
      body: string | null;
      case_id: string;
      number: number;
      subject: string;
    }[] = await tx.em.query(
      `select x.at, x.kind, x.body, x.case_id, c.number, c.subject from cases c join case_activities x on x.case_id = c.id
       where c.customer_id = $1 and x.kind = any($2) and not (x.data ? 'undone') order by x.at desc limit 500`,
      [customerId, Object.keys(TIMELINE_WORDS)],
    );
    return rows.map((row) => ({
      at: row.at,
      kind: row.kind === 'message' || row.kind === 'customer_message' ? 'message' : 'case',
      title: `${TIMELINE_WORDS[row.kind] ?? ''} (case ${row.number})`,
      detail: row.kind === 'opened' ? row.subject : row.body,
      link: { kind: 'case', id: row.case_id },
      data: { number: row.number, what: row.kind },
    }));
  }

  private async export(tx: Tx, customerId: string): Promise<Record<string, unknown[]>> {
    const cases: unknown[] = await tx.em.query(
      `select c.number, c.status, c.subject, c.comment, c.score, c.may_contact as "mayContact", c.resolution, c.created_at as "openedAt", c.resolved_at as "resolvedAt", c.closed_at as "closedAt",
         coalesce((select json_agg(json_build_object('at', x.at, 'kind', x.kind, 'text', x.body) order by x.at, x.id) from case_activities x
           where x.case_id = c.id and x.kind in ('opened', 'message', 'customer_message', 'note', 'resolved', 'fixed', 'not_yet', 'reopened', 'closed_silent')), '[]') as thread
       from cases c where c.customer_id = $1 order by c.created_at`,
      [customerId],
    );
    return { cases };
  }

  /** Counts and times stay, for the loop's health; words and the person go. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    const rows: { id: string }[] = await tx.em.query(`select id from cases where customer_id = $1 for update`, [
      customerId,
    ]);
    const ids = rows.map((row) => row.id);
    for (const id of ids) await this.customers.release(tx, customerId, `case:${id}`);
    await tx.em.query(
      `update case_activities set body = null, data = case when kind = 'root_cause' then '{}' else data - 'from' - 'messageId' - 'attachments' - 'rootCause' end
       where case_id = any($1::uuid[])`,
      [ids],
    );
    // A cause of the tree says nothing about anybody; one that was typed in may.
    await tx.em.query(
      `update resolutions n set body = '', answer_comment = null,
         root_cause = coalesce((select name from root_causes t where lower(t.name) = lower(n.root_cause) limit 1), '') where case_id = any($1::uuid[])`,
      [ids],
    );
    await tx.em.query(
      `update cases set customer_id = null, may_contact = null, comment = null, subject = 'Erased', subject_by_person = true, resolution = null, root_cause = case when root_cause_id is null then null else root_cause end,
         version = version + 1 where id = any($1::uuid[])`,
      [ids],
    );
    await tx.em.query(`delete from case_files where case_id = any($1::uuid[])`, [ids]);
    // What undo would restore names the customer.
    await tx.em.query(`delete from bulk_changes where position($1 in before::text) > 0`, [customerId]);
  }
}

const OUTCOMES: Record<CaseStatus, Outcome['state']> = {
  new: 'received',
  assigned: 'received',
  in_progress: 'in_work',
  waiting: 'waiting',
  reopened: 'in_work',
  resolved: 'resolved',
  confirmed: 'confirmed',
  closed_silent: 'closed',
  merged: 'in_work',
};

const TIMELINE_WORDS: Partial<Record<ActivityName, string>> = {
  opened: 'Case opened',
  message: 'We wrote',
  customer_message: 'The customer wrote',
  resolved: 'Resolved',
  fixed: 'The customer said: fixed',
  not_yet: 'The customer said: not yet',
  reopened: 'Opened again',
  closed_silent: 'Closed without an answer',
  acknowledged: 'We said until when we write',
};
