import { Injectable } from '@nestjs/common';
import { Identity } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { invalid } from '../../platform/errors.js';
import { type Page, decodeCursor, toPage } from '../../platform/page.js';
import { parseBound } from '../../platform/zone.js';
import { CaseViews } from './case-views.js';
import { loopSql } from './loop-filter.js';
import type { CaseCounts, CaseQuery, CaseView, CountsQuery } from './cases.contract.js';
import { OPEN_SQL } from './transitions.js';

const NEEDS_REPLY_SQL = `c.status in ('new', 'assigned', 'in_progress', 'reopened') and (c.first_responded_at is null or c.next_response_due_at is not null)`;
const JOINS = `left join responses r on r.id = c.response_id left join customers cu on cu.id = c.customer_id left join touchpoints t on t.id = c.touchpoint_id`;

/** The inbox: which cases, in which order, and the counts beside the tabs. */
@Injectable()
export class CaseList {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly caseViews: CaseViews,
  ) {}

  list(who: Principal, query: CaseQuery): Promise<Page<CaseView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const { where, param, values } = await this.filter(tx, who, query);
      const me = () => param(who.userId);
      if (query.view) where.push(INBOX_SQL[query.view](me, () => param(this.clock.now())));
      // What is resolved has no due time left.
      const byDue = query.sort === 'due' && query.view !== 'resolved';
      if (query.cursor) {
        const [at, id] = decodeCursor(query.cursor, 2);
        if (!isId(id) || (at !== null && !isInstant(at)) || (at === null && !byDue))
          throw invalid('cursor', 'Use the nextCursor of the page before.');
        if (!byDue) where.push(`(c.created_at, c.id) < (${param(at)}::timestamptz, ${param(id)}::uuid)`);
        else if (at === null) where.push(`c.due_at is null and c.id > ${param(id)}::uuid`);
        else where.push(`((c.due_at, c.id) > (${param(at)}::timestamptz, ${param(id)}::uuid) or c.due_at is null)`);
      }
      const order = byDue ? 'c.due_at asc nulls last, c.id' : 'c.created_at desc, c.id desc';
      const rows = await this.caseViews.select(
        tx,
        `where ${where.join(' and ')} order by ${order} limit ${param(query.limit + 1)}`,
        values,
      );
      const page = toPage(
        rows,
        query.limit,
        (row) => [byDue ? row.due_text : row.created_text, row.id],
        (row) => row,
      );
      return { items: await this.caseViews.views(tx, who, page.items), nextCursor: page.nextCursor };
    });
  }

  /** The counts beside the tabs. `resolved` counts those that wait for the customer's yes. */
  counts(who: Principal, query: CountsQuery): Promise<CaseCounts> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const { where, values, param } = await this.filter(tx, who, query);
      const me = param(who.userId);
      const awake = awakeSql(param(this.clock.now()));
      const [row] = await tx.em.query(
        `select count(*) filter (where ${NEEDS_REPLY_SQL} and ${awake})::int as "needsReply",
           count(*) filter (where c.status in (${OPEN_SQL}) and c.owner_id = ${me}::uuid and ${awake})::int as mine,
           count(*) filter (where c.status in (${OPEN_SQL}) and c.owner_id is null and ${awake})::int as unassigned,
           count(*) filter (where c.status = 'waiting' and ${awake})::int as waiting,
           count(*) filter (where c.status in (${OPEN_SQL}) and not ${awake})::int as snoozed,
           count(*) filter (where c.status = 'resolved')::int as resolved,
           count(*) filter (where c.status in (${OPEN_SQL}) and c.due_at < ${param(this.clock.now())})::int as overdue
         from cases c ${JOINS} where c.status in (${OPEN_SQL}, 'resolved') and ${where.join(' and ')}`,
        values,
      );
      return row;
    });
  }

  private async filter(tx: Tx, who: Principal, query: CountsQuery) {
    const values: unknown[] = [];
    const param = (value: unknown): string => `$${values.push(value)}`;
    const where: string[] = ['true'];
    if (query.status) where.push(`c.status = any(${param(query.status)})`);
    if (query.ownerId === 'none') where.push('c.owner_id is null');
    else if (query.ownerId)
      where.push(`c.owner_id = ${param(query.ownerId === 'me' ? who.userId : query.ownerId)}::uuid`);
    if (query.teamId === 'none') where.push('c.team_id is null');
    else if (query.teamId) where.push(`c.team_id = ${param(query.teamId)}`);
    if (query.customerId) where.push(`c.customer_id = ${param(query.customerId)}`);
    if (query.painPointId)
      where.push(
        `exists (select 1 from case_pain_points l join pain_points p on p.id = l.pain_point_id where l.case_id = c.id and coalesce(p.merged_into, p.id) = ${param(query.painPointId)})`,
      );
    if (query.touchpoint) where.push(`t.key = ${param(query.touchpoint)}`);
    if (query.label) where.push(`lower(${param(query.label)}) = any(select lower(l) from unnest(c.labels) as l)`);
    if (query.loop) where.push(loopSql(query.loop, () => param(this.clock.now())));
    if (query.priority) where.push(`c.priority = ${param(query.priority)}`);
    if (query.scoreFrom !== undefined) where.push(`coalesce(r.score, c.score) >= ${param(query.scoreFrom)}`);
    if (query.scoreTo !== undefined) where.push(`coalesce(r.score, c.score) <= ${param(query.scoreTo)}`);
    if (query.overdue !== undefined) {
      const late = `(c.status in (${OPEN_SQL}) and c.due_at < ${param(this.clock.now())})`;
      where.push(query.overdue ? late : `not coalesce(${late}, false)`);
    }
    if (query.from || query.to) {
      const { timeZone } = await this.identity.tenant(tx);
      if (query.from) where.push(`c.created_at >= ${param(bound('from', query.from, timeZone))}`);
      if (query.to) where.push(`c.created_at < ${param(bound('to', query.to, timeZone))}`);
    }
    const q = query.q?.trim() ?? '';
    const number = /^#?(\d{1,9})$/.exec(q)?.[1];
    if (number !== undefined) {
      // Both numbers stay findable: the merged case under its own, and the one that goes on for it.
      const asked = param(Number(number));
      where.push(`(c.number = ${asked} or c.id = (select merged_into from cases where number = ${asked}))`);
      return { where, values, param };
    }
    if (!query.status) where.push(`c.status <> 'merged'`);
    if (q !== '') {
      const like = param(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
      const fields = ['cu.name', 'cu.email', 'cu.external_id', 'c.subject', 'c.comment', 'r.comment'];
      where.push(`(${fields.map((field) => `${field} ilike ${like}`).join(' or ')})`);
    }
    return { where, values, param };
  }
}

/** Not snoozed; exact also before the sweep that wakes. */
const awakeSql = (now: string): string => `(c.snoozed_until is null or c.snoozed_until <= ${now})`;

const INBOX_SQL: Record<NonNullable<CaseQuery['view']>, (me: () => string, now: () => string) => string> = {
  needs_reply: (_, now) => `${NEEDS_REPLY_SQL} and ${awakeSql(now())}`,
  mine: (me, now) => `c.status in (${OPEN_SQL}) and c.owner_id = ${me()}::uuid and ${awakeSql(now())}`,
  unassigned: (_, now) => `c.status in (${OPEN_SQL}) and c.owner_id is null and ${awakeSql(now())}`,
  waiting: (_, now) => `c.status = 'waiting' and ${awakeSql(now())}`,
  snoozed: (_, now) => `c.status in (${OPEN_SQL}) and not ${awakeSql(now())}`,
  resolved: () => `c.status in ('resolved', 'confirmed', 'closed_silent')`,
};

function bound(path: string, text: string, timeZone: string): Date {
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}

const isInstant = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value);
