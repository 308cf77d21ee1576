import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Customers } from '../customers/customers.service.js';
import { Identity, requireVersion } from '../identity/identity.service.js';
import { Journeys, type Touchpoint } from '../journeys/journeys.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { type Page, decodeCursor, encodeCursor, toPage } from '../platform/page.js';
import { DAY_MS, dateOfWall, localDate, parseBound, startOfLocalDay } from '../platform/zone.js';
import { Responses } from '../responses/responses.service.js';
import { SentimentTagged } from '../sentiment/sentiment.messages.js';
import { emerging } from './emerging.js';
import { type Centre, type GroupItem, include, nearest, regroup, vectorize } from './grouping/index.js';
import { painPointImpact } from './impact.js';
import type * as Contract from './painpoints.contract.js';
import { PainPoint } from './painpoints.entity.js';
import { PainPointsMatched, RegroupDue } from './painpoints.messages.js';
import { COUNTS, EXEMPLARS, MENTIONS_BY_DAY, NAMED_RESPONSES, VALUES } from './painpoints.queries.js';

type View = Contract.PainPointView;
type StatementRow = {
  id: string;
  text: string;
  language: string | null;
  touchpoint_id: string | null;
  customer_id: string | null;
  response_id: string;
};

/** The least that a trend and its comparison look at. */
const SHORTEST_OPEN_PERIOD_DAYS = 91;
/** New pain points are looked for at most this often per touchpoint, and only when the pool may hold one. */
const REGROUP_EVERY_MS = 20_000;
const POOL_WORTH_A_LOOK = 3;
/** Statements of a touchpoint that one grouping looks at: the newest of a year. */
const MOST_STATEMENTS = 5000;
/** Days that count as recent: the second catches what has been growing for longer than a week. */
const EMERGING_WINDOWS = [7, 14] as const;
/** So many windows of the same length before it are its past. */
const EMERGING_BASELINE = 4;

/** What pain points show of the modules to their right; those register it. */
export interface PainPointFacts {
  openCases(tx: Tx, painPointIds: string[]): Promise<Map<string, number>>;
  improvements(tx: Tx, painPointIds: string[]): Promise<Map<string, { id: string; name: string; status: string }>>;
  caseIds(tx: Tx, responseIds: string[]): Promise<Map<string, string>>;
}

/** Clusters of negative statements at a touchpoint, each with an identity that lasts. */
@Injectable()
export class PainPoints {
  private facts: PainPointFacts = {
    openCases: async () => new Map(),
    improvements: async () => new Map(),
    caseIds: async () => new Map(),
  };

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly responses: Responses,
    customers: Customers,
  ) {
    customers.registerPersonalData({ erase: (tx, customerId) => this.erase(tx, customerId) });
    jobs.on(SentimentTagged, 'painpoints.match', ({ responseId, version }, job) =>
      this.match(job.tenantId, responseId, version),
    );
    jobs.on(RegroupDue, 'painpoints.regroup', ({ touchpointId }, job) =>
      this.db.tenant(job.tenantId, async (tx) => {
        if (await this.poolIsWorthALook(tx, touchpointId)) await this.regroup(tx, touchpointId);
      }),
    );
  }

  registerFacts(facts: PainPointFacts): void {
    this.facts = facts;
  }

  /** Ids and names; merged ones answer with what they were merged into. Unknown ones are left out. */
  async names(tx: Tx, ids: string[]): Promise<Map<string, { id: string; name: string }>> {
    const rows: { asked: string; id: string; name: string }[] = await tx.em.query(
      `select p.id as asked, coalesce(m.id, p.id) as id, coalesce(m.name, p.name) as name
       from pain_points p left join pain_points m on m.id = p.merged_into where p.id = any($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map(({ asked, id, name }) => [asked, { id, name }]));
  }

  /** Pain points that the statements of these responses belong to. */
  async ofResponses(tx: Tx, responseIds: string[]): Promise<Map<string, string[]>> {
    const rows: { response_id: string; ids: string[] }[] = await tx.em.query(
      `select response_id, array_agg(distinct pain_point_id) as ids from statements where response_id = any($1::uuid[]) and pain_point_id is not null group by response_id`,
      [responseIds],
    );
    return new Map(rows.map((row) => [row.response_id, row.ids]));
  }

  /** @throws AppError 422 at `path` unless this is a pain point that stands */
  async requirePainPoint(tx: Tx, id: string, path = 'painPointIds'): Promise<PainPoint> {
    const row = await tx.em.findOneBy(PainPoint, { id });
    if (!row || row.status === 'merged') throw invalid(path, 'Choose a pain point of your organization.');
    return row;
  }

  // ——— grouping ———

  /** Each negative statement joins the nearest pain point of its touchpoint, or waits in the pool. Milliseconds: one vector against the centres. */
  private match(tenantId: string, responseId: string, version: number): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const response = await this.responses.find(tx, responseId);
      if (!response || response.version !== version) return;
      const statements: StatementRow[] = await tx.em.query(
        `select id, text, language, touchpoint_id, customer_id, response_id from statements
         where response_id = $1 and label = 'negative' and pain_point_id is null and not placed_by_person order by position`,
        [responseId],
      );
      if (statements.length > 0) {
        const centres = await this.centres(tx, response.touchpointId, true);
        const changed = new Map<string, Centre>();
        let pooled = 0;
        for (const statement of statements) {
          const terms = vectorize(statement.text, statement.language);
          const found = nearest(terms, [...centres.values()]);
          const centre = found ? centres.get(found.id) : undefined;
          if (!centre) {
            pooled += 1;
            continue;
          }
          await tx.em.query(`update statements set pain_point_id = $2 where id = $1`, [statement.id, centre.id]);
          const grown = include(centre, terms);
          centres.set(centre.id, grown);
          changed.set(centre.id, grown);
        }
        for (const centre of changed.values())
          await tx.em.query(`update pain_points set terms = $2, size = $3 where id = $1`, [
            centre.id,
            JSON.stringify(centre.terms),
            centre.size,
          ]);
        if (pooled > 0) await this.promiseRegrouping(tx, response.touchpointId);
      }
      await this.jobs.send(tx, PainPointsMatched, `${responseId}:${version}`, { responseId, version });
    });
  }

  /** Answers that arrive together do not see each other's statements, so whether the pool is worth a look is asked when its time has come. */
  private async promiseRegrouping(tx: Tx, touchpointId: string | null): Promise<void> {
    const slot = Math.floor(this.clock.now().getTime() / REGROUP_EVERY_MS) + 1;
    await this.jobs.send(
      tx,
      RegroupDue,
      `${touchpointId ?? 'none'}:${slot}`,
      { touchpointId },
      new Date(slot * REGROUP_EVERY_MS),
    );
  }

  private async poolIsWorthALook(tx: Tx, touchpointId: string | null): Promise<boolean> {
    const [{ pool }] = await tx.em.query(
      `select count(*)::int as pool from (select 1 from statements where touchpoint_id is not distinct from $1 and label = 'negative' and pain_point_id is null and not placed_by_person limit $2) p`,
      [touchpointId, POOL_WORTH_A_LOOK],
    );
    return pool >= POOL_WORTH_A_LOOK;
  }

  /** Groups a touchpoint's negative statements anew; identities, names, owners and what people moved stay. */
  async regroup(tx: Tx, touchpointId: string | null): Promise<void> {
    const centres = await this.centres(tx, touchpointId, true);
    const rows: (StatementRow & { pain_point_id: string | null; placed_by_person: boolean })[] = await tx.em.query(
      `select id, text, language, touchpoint_id, customer_id, response_id, pain_point_id, placed_by_person from statements
       where touchpoint_id is not distinct from $1 and label = 'negative' and not (placed_by_person and pain_point_id is null)
       order by submitted_at desc, id desc limit ${MOST_STATEMENTS}`,
      [touchpointId],
    );
    const items = rows.map((row): GroupItem => ({
      id: row.id,
      text: row.text,
      language: row.language,
      customerId: row.customer_id ?? row.response_id,
      currentId: row.pain_point_id,
      pinnedTo: row.placed_by_person ? row.pain_point_id : null,
    }));
    const { assignments, groups, retired } = regroup(items, [...centres.values()]);
    const ids = new Map<string, string>();
    for (const group of groups) {
      const id = group.isNew ? newId() : group.key;
      ids.set(group.key, id);
      if (group.isNew)
        await tx.em.query(
          `insert into pain_points (id, touchpoint_id, name, terms, size, exemplar_ids, first_seen_at)
           values ($1, $2, $3, $4, $5, $7, coalesce((select min(submitted_at) from statements where id = any($6::uuid[])), now()))`,
          [
            id,
            touchpointId,
            group.name,
            JSON.stringify(group.terms),
            group.size,
            [...assignments].filter(([, key]) => key === group.key).map(([itemId]) => itemId),
            group.exemplars,
          ],
        );
      else
        await tx.em.query(`update pain_points set terms = $2, size = $3, exemplar_ids = $4 where id = $1`, [
          id,
          JSON.stringify(group.terms),
          group.size,
          group.exemplars,
        ]);
    }
    const moved = rows
      .map((row) => ({ id: row.id, from: row.pain_point_id, to: mapKey(assignments.get(row.id) ?? null, ids) }))
      .filter((move) => move.from !== move.to);
    await tx.em.query(
      `update statements s set pain_point_id = n.pain_point_id from jsonb_to_recordset($1::jsonb) as n (id uuid, pain_point_id uuid) where s.id = n.id and not s.placed_by_person`,
      [JSON.stringify(moved.map(({ id, to }) => ({ id, pain_point_id: to })))],
    );
    for (const { id, into } of retired) await this.mergeInto(tx, id, mapKey(into, ids));
  }

  /** Retires a pain point; what is left of it goes along. With no heir its statements return to the pool. */
  private async mergeInto(tx: Tx, id: string, into: string | null): Promise<void> {
    await tx.em.query(`update statements set pain_point_id = $2 where pain_point_id = $1`, [id, into]);
    await tx.em.query(`update pain_points set merged_into = $2 where merged_into = $1`, [id, into]);
    await tx.em.query(
      `update pain_points set status = 'merged', merged_into = $2, version = version + 1 where id = $1`,
      [id, into],
    );
  }

  private async centres(tx: Tx, touchpointId: string | null, lock: boolean): Promise<Map<string, Centre>> {
    const rows: { id: string; terms: Centre['terms']; size: number; pinned: boolean }[] = await tx.em.query(
      `select id, terms, size, named_by_person or owner_id is not null or status <> 'new' as pinned from pain_points
       where touchpoint_id is not distinct from $1 and status <> 'merged' order by id ${lock ? 'for update' : ''}`,
      [touchpointId],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  // ——— reading ———

  list(tenantId: string, query: Contract.PainPointQuery): Promise<z.infer<typeof Contract.PainPointPage>> {
    return this.db.tenant(tenantId, async (tx) => {
      const period = await this.period(tx, query);
      const touchpoint = query.touchpoint ? await this.journeys.byKey(tx, query.touchpoint) : null;
      if (query.touchpoint && !touchpoint) throw invalid('touchpoint', `There is no touchpoint "${query.touchpoint}".`);
      const { views, score } = await this.views(tx, period, touchpoint, null);
      const shown = views
        .filter((view) => query.status === undefined || view.status === query.status)
        .filter((view) => query.dismissed === undefined || (view.status === 'dismissed') === query.dismissed)
        .filter((view) => query.emerging === undefined || view.emerging === query.emerging)
        .sort(ORDERS[query.sort]);
      const start = query.cursor ? Number(decodeCursor(query.cursor, 1)[0]) : 0;
      const [{ ungrouped }] = await tx.em.query(
        `select count(*)::int as ungrouped from statements where label = 'negative' and pain_point_id is null and submitted_at >= $1 and submitted_at < $2 and ($3::uuid is null or touchpoint_id = $3)`,
        [period.from, period.to, touchpoint?.id ?? null],
      );
      return {
        items: shown.slice(start, start + query.limit),
        nextCursor: shown.length > start + query.limit ? encodeCursor([start + query.limit]) : null,
        from: period.from.toISOString(),
        to: period.to.toISOString(),
        score,
        ungrouped,
      };
    });
  }

  /** @throws AppError painpoint.not_found; a merged one answers with its heir */
  get(tenantId: string, id: string, query: { from?: string | undefined; to?: string | undefined }): Promise<View> {
    return this.db.tenant(tenantId, (tx) => this.one(tx, id, query));
  }

  private async one(
    tx: Tx,
    id: string,
    query: { from?: string | undefined; to?: string | undefined } = {},
  ): Promise<View> {
    const period = await this.period(tx, query);
    const heir = (await this.names(tx, [id])).get(id)?.id;
    const row = heir ? await tx.em.findOneBy(PainPoint, { id: heir }) : null;
    if (!row || row.status === 'merged') throw notFound('painpoint', 'pain point');
    const touchpoint = row.touchpointId ? await this.journeys.requireTouchpoint(tx, row.touchpointId) : null;
    const { views } = await this.views(tx, period, touchpoint, row.id);
    const [view] = views;
    if (!view) throw notFound('painpoint', 'pain point');
    return view;
  }

  statements(
    tenantId: string,
    id: string,
    query: z.infer<typeof Contract.StatementQuery>,
  ): Promise<Page<z.infer<typeof Contract.PainPointStatement>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const heir = (await this.names(tx, [id])).get(id)?.id;
      if (!heir) throw notFound('painpoint', 'pain point');
      const after = query.cursor ? decodeCursor(query.cursor, 2) : null;
      const { timeZone } = await this.identity.tenant(tx);
      const rows: StatementListRow[] = await tx.em.query(
        `select s.id, s.response_id, s.text, s.starts_at, s.ends_at, s.label, s.score, s.aspect, s.language, s.placed_by_person, s.submitted_at, s.submitted_at::text as at_text,
           r.comment, r.score as response_score, c.id as customer_id, c.name as customer_name
         from statements s join responses r on r.tenant_id = s.tenant_id and r.id = s.response_id left join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
         where s.pain_point_id = $1 and ($2::timestamptz is null or (s.submitted_at, s.id) < ($2, $3::uuid))
           and ($5::timestamptz is null or s.submitted_at >= $5) and ($6::timestamptz is null or s.submitted_at < $6)
         order by s.submitted_at desc, s.id desc limit $4`,
        [
          heir,
          after?.[0] ?? null,
          after?.[1] ?? null,
          query.limit + 1,
          bound('from', query.from, timeZone),
          bound('to', query.to, timeZone),
        ],
      );
      const cases = await this.facts.caseIds(
        tx,
        rows.map((row) => row.response_id),
      );
      return toPage(
        rows,
        query.limit,
        (row) => [row.at_text, row.id],
        (row) => ({
          id: row.id,
          responseId: row.response_id,
          text: row.text,
          comment: row.comment,
          start: row.starts_at,
          end: row.ends_at,
          sentiment: { label: row.label, score: row.score },
          aspect: row.aspect,
          language: row.language,
          score: row.response_score,
          customer: row.customer_id ? { id: row.customer_id, name: row.customer_name } : null,
          caseId: cases.get(row.response_id) ?? null,
          placedByPerson: row.placed_by_person,
          submittedAt: row.submitted_at.toISOString(),
        }),
      );
    });
  }

  /** Without bounds all time: from the first response, 13 weeks at least, to the end of today. */
  private async period(tx: Tx, query: { from?: string | undefined; to?: string | undefined }): Promise<Period> {
    const { timeZone } = await this.identity.tenant(tx);
    const now = this.clock.now();
    const to =
      bound('to', query.to, timeZone) ??
      startOfLocalDay(timeZone, dateOfWall(Date.parse(`${localDate(timeZone, now)}T00:00:00Z`) + DAY_MS));
    const from = bound('from', query.from, timeZone) ?? (await this.firstDay(tx, to, timeZone));
    if (from >= to) throw invalid('from', 'The period must begin before it ends.');
    return { from, to, timeZone };
  }

  private async firstDay(tx: Tx, to: Date, timeZone: string): Promise<Date> {
    const [{ first }]: [{ first: Date | null }] = await tx.em.query(`select min(submitted_at) as first from responses`);
    const latest = new Date(to.getTime() - SHORTEST_OPEN_PERIOD_DAYS * DAY_MS);
    return first && first < latest ? startOfLocalDay(timeZone, localDate(timeZone, first)) : latest;
  }

  /** All pain points of the period (of one touchpoint, or only one of them). Costs six set queries, whatever their number. */
  private async views(
    tx: Tx,
    period: Period,
    touchpoint: Touchpoint | null,
    only: string | null,
  ): Promise<{ views: View[]; score: number | null }> {
    const { from, to } = period;
    const before = new Date(from.getTime() - (to.getTime() - from.getTime()));
    const rows: PainPoint[] = await tx.em
      .createQueryBuilder(PainPoint, 'p')
      .where(`p.status <> 'merged'`)
      .andWhere(touchpoint ? 'p.touchpointId = :touchpoint' : 'true', { touchpoint: touchpoint?.id })
      .andWhere(only ? 'p.id = :only' : 'true', { only })
      .getMany();
    const ids = rows.map((row) => row.id);
    const counts = byId<{ id: string; count: number; customers: number; before: number; last_seen: Date | null }>(
      await tx.em.query(COUNTS, [from, to, before]),
    );
    const impact = painPointImpact(await tx.em.query(NAMED_RESPONSES, [from, to, touchpoint?.id ?? null]));
    const shares = new Map(impact.painPoints.map((one) => [one.key, one.share]));
    const values = byId<{ id: string; value: number | null }>(await tx.em.query(VALUES, [from, to]));
    const exemplars = byId<{ id: string; texts: string[] }>(await tx.em.query(EXEMPLARS, [ids]));
    const rising = await this.rising(tx, period);
    const trends = await this.trends(tx, period);
    const openCases = await this.facts.openCases(tx, ids);
    const improvements = await this.facts.improvements(tx, ids);
    const touchpoints = new Map((await this.journeys.touchpoints(tx)).map((one) => [one.id, one]));
    const views = rows.map((row): View => {
      const at = row.touchpointId ? touchpoints.get(row.touchpointId) : undefined;
      const count = counts.get(row.id);
      const risen = rising.get(row.id);
      return {
        id: row.id,
        name: row.name,
        touchpointKey: at?.key ?? null,
        touchpointName: at?.name ?? null,
        count: count?.count ?? 0,
        customers: count?.customers ?? 0,
        customersBefore: count?.before ?? 0,
        trend: trends(row.id),
        impact: impact.score === null ? null : (shares.get(row.id) ?? 0),
        emerging: risen?.emerging ?? false,
        recent: { seen: risen?.recent ?? 0, expected: risen?.expected ?? 0 },
        openCases: openCases.get(row.id) ?? 0,
        lifetimeValue: values.get(row.id)?.value ?? 0,
        status: row.status as View['status'],
        ownerId: row.ownerId,
        improvement: improvements.get(row.id) ?? null,
        exemplars: exemplars.get(row.id)?.texts ?? [],
        firstSeenAt: row.firstSeenAt.toISOString(),
        lastSeenAt: count?.last_seen?.toISOString() ?? null,
        version: row.version,
      };
    });
    return { views, score: impact.score };
  }

  /**
   * Who is mentioned more than its own past leads to expect: in the last week against the four before, or in the last fortnight against
   * the four before. Over all touchpoints at once, so that false discoveries are controlled once per window.
   */
  private async rising(
    tx: Tx,
    { to, timeZone }: Period,
  ): Promise<Map<string, { recent: number; expected: number; emerging: boolean }>> {
    const since = new Date(to.getTime() - Math.max(...EMERGING_WINDOWS) * (EMERGING_BASELINE + 1) * DAY_MS);
    const mentions: DayCount[] = await tx.em.query(MENTIONS_BY_DAY, [since, to, timeZone]);
    const answers: DayCount[] = await tx.em.query(
      `select 'all' as id, ((submitted_at at time zone $3)::date)::text as day, count(*)::int as count from responses where submitted_at >= $1 and submitted_at < $2 group by 2`,
      [since, to, timeZone],
    );
    const lastDay = Date.parse(`${localDate(timeZone, new Date(to.getTime() - 1))}T00:00:00Z`);
    const found = new Map<string, { recent: number; expected: number; emerging: boolean }>();
    for (const days of EMERGING_WINDOWS) {
      const exposure = windows(answers, days, lastDay).get('all') ?? [];
      const items = [...windows(mentions, days, lastDay)].map(([key, [recent = 0, ...baseline]]) => ({
        key,
        recent,
        baseline: baseline.reverse(),
      }));
      const judged = emerging(items, {
        recentExposure: Math.max(1, exposure[0] ?? 0),
        baselineExposure: Math.max(
          1,
          exposure.slice(1).reduce((sum, count) => sum + count, 0),
        ),
        falseDiscoveryRate: 0.05 / EMERGING_WINDOWS.length,
      });
      for (const one of judged) {
        const before = found.get(one.key);
        if (!before || (one.emerging && !before.emerging))
          found.set(one.key, { recent: one.recent, expected: one.expected, emerging: one.emerging });
      }
    }
    return found;
  }

  /** Mentions per week of the period, at most 26 points. */
  private async trends(
    tx: Tx,
    { from, to, timeZone }: Period,
  ): Promise<(id: string) => { start: string; count: number }[]> {
    const rows: { id: string; day: string; count: number }[] = await tx.em.query(MENTIONS_BY_DAY, [from, to, timeZone]);
    const first = Date.parse(`${localDate(timeZone, from)}T00:00:00Z`);
    const days = Math.max(1, Math.round((to.getTime() - from.getTime()) / DAY_MS));
    const step = Math.max(7, Math.ceil(days / 26 / 7) * 7);
    const starts = Array.from({ length: Math.ceil(days / step) }, (_, index) =>
      dateOfWall(first + index * step * DAY_MS),
    );
    const counts = new Map<string, number[]>();
    for (const row of rows) {
      const line = counts.get(row.id) ?? starts.map(() => 0);
      counts.set(row.id, line);
      const index = Math.min(
        starts.length - 1,
        Math.max(0, Math.floor((Date.parse(`${row.day}T00:00:00Z`) - first) / DAY_MS / step)),
      );
      line[index] = (line[index] ?? 0) + row.count;
    }
    return (id) => starts.map((start, index) => ({ start, count: counts.get(id)?.[index] ?? 0 }));
  }

  // ——— what people decide ———

  /** @throws AppError painpoint.not_found, painpoint.version (409) */
  change(who: Principal, id: string, change: z.infer<typeof Contract.ChangePainPoint>): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, change.version, 'painpoint');
      if (change.ownerId) await this.identity.requireUser(tx, change.ownerId);
      await tx.em.update(
        PainPoint,
        { id: row.id },
        {
          ...(change.name !== undefined ? { name: change.name, namedByPerson: true } : {}),
          ...(change.status !== undefined ? { status: change.status } : {}),
          ...(change.ownerId !== undefined ? { ownerId: change.ownerId } : {}),
          version: row.version + 1,
        },
      );
      await this.identity.audit(
        tx,
        who,
        'painpoint.changed',
        { kind: 'pain_point', id: row.id },
        { from: { name: row.name, status: row.status, ownerId: row.ownerId }, to: change },
      );
      return this.one(tx, row.id);
    });
  }

  /** Joins two of the same touchpoint; the other's link keeps working. @throws AppError painpoint.not_found, 422 intoId */
  merge(who: Principal, id: string, intoId: string): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.lockInOrder(tx, [id, intoId]);
      const row = await this.lock(tx, id);
      const into = await this.requirePainPoint(tx, intoId, 'intoId');
      if (into.id === row.id) throw invalid('intoId', 'Choose another pain point.');
      if (into.touchpointId !== row.touchpointId)
        throw invalid('intoId', 'Choose a pain point of the same touchpoint.');
      await this.mergeInto(tx, row.id, into.id);
      await tx.em.query(`update pain_points set named_by_person = true, version = version + 1 where id = $1`, [
        into.id,
      ]);
      await this.recentre(tx, into.id);
      await this.identity.audit(tx, who, 'painpoint.merged', { kind: 'pain_point', id: row.id }, { into: into.id });
      return this.one(tx, into.id);
    });
  }

  /** Takes statements out into a pain point of their own. @throws AppError painpoint.not_found, 422 statementIds */
  split(who: Principal, id: string, input: z.infer<typeof Contract.SplitPainPoint>): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      const newPainPointId = newId();
      await tx.em.insert(PainPoint, {
        id: newPainPointId,
        touchpointId: row.touchpointId,
        name: input.name,
        namedByPerson: true,
      });
      const [moved]: [{ id: string }[], number] = await tx.em.query(
        `update statements set pain_point_id = $3, placed_by_person = true where id = any($1::uuid[]) and pain_point_id = $2 returning id`,
        [input.statementIds, row.id, newPainPointId],
      );
      if (moved.length !== new Set(input.statementIds).size)
        throw invalid('statementIds', 'Choose statements of this pain point.');
      await tx.em.query(`update pain_points set version = version + 1 where id = $1`, [row.id]);
      for (const each of [row.id, newPainPointId]) await this.recentre(tx, each);
      await this.identity.audit(
        tx,
        who,
        'painpoint.split',
        { kind: 'pain_point', id: row.id },
        { into: newPainPointId, statements: moved.length },
      );
      return this.one(tx, newPainPointId);
    });
  }

  /** Puts one statement where a person says; null throws it out for good. @throws AppError statement.not_found, 422 painPointId */
  move(who: Principal, statementId: string, painPointId: string | null): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      // Pain points first, then statements, like the grouping does; where it is may change until both are held.
      const where = `select pain_point_id, touchpoint_id from statements where id = $1`;
      type Place = { pain_point_id: string | null; touchpoint_id: string | null };
      const [seen]: Place[] = await tx.em.query(where, [statementId]);
      if (!seen) throw notFound('statement', 'statement');
      await this.centres(tx, seen.touchpoint_id, true);
      const [row]: Place[] = await tx.em.query(`${where} for update`, [statementId]);
      if (!row) throw notFound('statement', 'statement');
      if (painPointId) {
        const target = await this.requirePainPoint(tx, painPointId, 'painPointId');
        if (target.touchpointId !== row.touchpoint_id)
          throw invalid('painPointId', 'Choose a pain point of the same touchpoint.');
      }
      await tx.em.query(`update statements set pain_point_id = $2, placed_by_person = true where id = $1`, [
        statementId,
        painPointId,
      ]);
      for (const each of [row.pain_point_id, painPointId]) if (each) await this.recentre(tx, each);
      await this.identity.audit(
        tx,
        who,
        'statement.moved',
        { kind: 'statement', id: statementId },
        { from: row.pain_point_id, to: painPointId },
      );
    });
  }

  /** The customer's words leave the centres too; their statements go with their responses, which are erased next. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    const rows: { id: string; named_by_person: boolean }[] = await tx.em.query(
      `select id, named_by_person from pain_points where id in (select pain_point_id from statements where customer_id = $1) order by id for update`,
      [customerId],
    );
    for (const row of rows) {
      const isEmpty = (await this.recentre(tx, row.id, customerId)) === 0;
      // Its name was made of the words that go.
      if (isEmpty && !row.named_by_person)
        await tx.em.query(`update pain_points set name = 'Erased', version = version + 1 where id = $1`, [row.id]);
    }
  }

  /** The centre anew from its statements (but those of one customer), after a person changed which they are; how many there are. */
  private async recentre(tx: Tx, id: string, without: string | null = null): Promise<number> {
    const rows: { text: string; language: string | null }[] = await tx.em.query(
      `select text, language from statements where pain_point_id = $1 and ($2::uuid is null or customer_id is distinct from $2)
       order by submitted_at desc limit ${MOST_STATEMENTS}`,
      [id, without],
    );
    const centre = rows.reduce<Centre>((sum, row) => include(sum, vectorize(row.text, row.language)), {
      id,
      terms: {},
      size: 0,
      pinned: true,
    });
    await tx.em.query(`update pain_points set terms = $2, size = $3 where id = $1`, [
      id,
      JSON.stringify(centre.terms),
      centre.size,
    ]);
    return rows.length;
  }

  /** In the order in which the grouping holds them, or two that meet would wait for each other. */
  private async lockInOrder(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.em.query(`select id from pain_points where id = any($1::uuid[]) order by id for update`, [ids]);
  }

  private async lock(tx: Tx, id: string): Promise<PainPoint> {
    const row = await tx.em.findOne(PainPoint, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('painpoint', 'pain point');
    if (row.status === 'merged')
      throw new AppError('conflict', 'painpoint.merged', 'This pain point was merged into another one.', {
        extra: { mergedInto: row.mergedInto },
      });
    return row;
  }
}

interface DayCount {
  id: string;
  day: string;
  count: number;
}

/** Counts per window of `days` that ends with `lastDay`, newest first: the recent one and its past. */
function windows(rows: readonly DayCount[], days: number, lastDay: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { id, day, count } of rows) {
    const line = found.get(id) ?? Array.from({ length: EMERGING_BASELINE + 1 }, () => 0);
    found.set(id, line);
    const index = Math.floor((lastDay - Date.parse(`${day}T00:00:00Z`)) / DAY_MS / days);
    if (index >= 0 && index < line.length) line[index] = (line[index] ?? 0) + count;
  }
  return found;
}

interface Period {
  from: Date;
  to: Date;
  timeZone: string;
}

interface StatementListRow {
  id: string;
  response_id: string;
  text: string;
  starts_at: number;
  ends_at: number;
  label: 'negative' | 'neutral' | 'positive' | null;
  score: number | null;
  aspect: string | null;
  language: string | null;
  placed_by_person: boolean;
  submitted_at: Date;
  at_text: string;
  comment: string | null;
  response_score: number;
  customer_id: string | null;
  customer_name: string | null;
}

const ORDERS: Record<z.infer<typeof Contract.PainPointSort>, (a: View, b: View) => number> = {
  impact: (a, b) => (a.impact ?? 0) - (b.impact ?? 0) || b.customers - a.customers || a.id.localeCompare(b.id),
  customers: (a, b) => b.customers - a.customers || a.id.localeCompare(b.id),
  count: (a, b) => b.count - a.count || a.id.localeCompare(b.id),
  newest: (a, b) => b.firstSeenAt.localeCompare(a.firstSeenAt) || a.id.localeCompare(b.id),
  name: (a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id),
};

const byId = <R extends { id: string }>(rows: R[]): Map<string, R> => new Map(rows.map((row) => [row.id, row]));

const mapKey = (key: string | null, ids: Map<string, string>): string | null =>
  key === null ? null : (ids.get(key) ?? key);

function bound(path: string, text: string | undefined, timeZone: string): Date | null {
  if (text === undefined) return null;
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}
