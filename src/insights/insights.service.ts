import { Injectable } from '@nestjs/common';
import { Customers } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid } from '../platform/errors.js';
import { DAY_MS, localDate, startOfLocalDay } from '../platform/zone.js';
import { HIDE_BELOW, type NpsCounts, READ_FROM, WIDEST_HALF, npsFromCounts } from '../responses/nps.js';
import type * as C from './insights.contract.js';
import * as Q from './insights.queries.js';
import { Marks } from './marks.service.js';
import { type Period, boundAt, comparedWith, lastDays, parsePeriod, periodOf } from './period.js';
import { type Bucket, type Interval, buckets, nextBucketDate } from './rules/buckets.js';
import { npsChange, shareChange } from '../responses/change.js';
import { drivers } from './rules/drivers.js';
import { kitagawa } from './rules/kitagawa.js';
import { forecastBacklog } from './rules/backlog.js';
import { promisesOf, slaByTeam, slaOfAll, type StageRow, stages } from './rules/loop-stages.js';
import { type LoopHealth, type LoopRow, loopHealth } from './rules/loop.js';
import { type Rate, wilson } from './rules/wilson.js';

type Metric = 'nps' | 'tnps';
type Filters = {
  from?: string | undefined;
  to?: string | undefined;
  touchpoint?: string | undefined;
  segment?: string | undefined;
  surveyId?: string | undefined;
  metric?: Metric | undefined;
};
/** Which answers a figure is made of. */
type Scope = Readonly<{
  metrics: Metric[];
  period: Period;
  touchpointId: string | null;
  touchpointKey: string | null;
  surveyId: string | null;
  segment: string | null;
  timeZone: string;
  /** True when the counts per local day are kept, in this time zone. */
  hasDays: boolean;
}>;
type Loop = LoopHealth &
  Readonly<{
    customers: number;
    cases: number;
    promises: number;
    brokenPromises: number;
    heard: number;
    fixed: number;
    rows: readonly StageRow[];
  }>;
type CountRow = NpsCounts & { bucket: number };
type LoopDbRow = Omit<LoopRow, 'reachable' | 'customerId'> &
  StageRow & {
    customerId: string | null;
    mayContact: boolean | null;
    email: string | null;
  };

const NONE: NpsCounts = { promoters: 0, passives: 0, detractors: 0 };
const WEEK_MS = 7 * 24 * 3_600_000;
const BACKLOG_WEEKS = 8;
const MOST_GROUPS = 100;
/** The exact method takes 2ⁿ steps for n drivers; ten keep an answer within a fifth of a second. */
const MOST_DRIVERS = 10;
const DRIVER_RESAMPLES = 40;
/** Newest answers that the drivers are made of. */
const DRIVER_ROWS = 5000;
const JOURNEY_COLUMNS = 12;
const OVERVIEW_DAYS = 91;

/** The figures for executives. Reads only; every answer is made of set queries, whose number does not depend on the data. */
@Injectable()
export class Insights {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly marks: Marks,
  ) {}

  /** NPS in total, over time and by group. Costs one query per part: buckets, groups, what was left out, invitations. */
  nps(tenantId: string, query: C.NpsQuery): Promise<C.NpsView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const scope = await this.scope(tx, query, timeZone);
      const spans = this.spans(scope.period, query.interval, timeZone);
      const counts = await this.countsByBucket(tx, scope, spans);
      const groups = query.groupBy ? await this.groups(tx, scope, spans, query.groupBy) : [];
      return {
        ...instants(scope.period),
        interval: query.interval,
        timeZone,
        metrics: scope.metrics,
        total: figures(sum(counts)),
        buckets: this.bucketViews(spans, counts, scope.period),
        groupBy: query.groupBy ?? null,
        groups: groups.slice(0, MOST_GROUPS).map((group) => ({
          key: group.key,
          name: group.name,
          ...figures(sum(group.counts)),
          buckets: this.bucketViews(spans, group.counts, scope.period),
        })),
        groupsLeftOut: Math.max(0, groups.length - MOST_GROUPS),
        excluded: await this.excluded(tx, scope),
        invitations: await this.invitations(tx, scope),
      };
    });
  }

  /** Two periods against each other. Costs one query per period. */
  change(tenantId: string, query: C.ChangeQuery): Promise<C.ChangeView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const { a, b } = this.sides(query, timeZone);
      const scope = await this.scope(tx, { ...query, from: b.from.toISOString(), to: b.to.toISOString() }, timeZone);
      const side = async (period: Period) => {
        const groups = await this.groups(tx, { ...scope, period }, [period], query.by);
        return { period, groups, total: sum(groups.flatMap((group) => group.counts)) };
      };
      const [before, after] = [await side(a), await side(b)];
      return {
        ...npsChange(before.total, after.total),
        metrics: scope.metrics,
        a: { ...instants(a), ...figures(before.total) },
        b: { ...instants(b), ...figures(after.total) },
        decomposition: decompose(query.by, before.groups, after.groups),
      };
    });
  }

  /** What in the comments goes along with the score. Costs two queries and up to 200 ms of computing. */
  drivers(tenantId: string, query: C.DriversQuery): Promise<C.DriversView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      return this.driversOf(tx, await this.scope(tx, query, timeZone));
    });
  }

  /** The heat table: touchpoints in journey order by periods. Costs three queries. @throws AppError 422 for an unknown journey */
  journey(tenantId: string, query: C.JourneyQuery): Promise<C.JourneyMapView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const [journey]: { key: string; name: string }[] = await tx.em.query(
        `select key, name from journeys where case when $1::text is null then is_default else key = $1 end`,
        [query.journey ?? null],
      );
      if (!journey) throw invalid('journey', `There is no journey "${query.journey}".`);
      const scope = await this.scope(tx, { ...query, ...this.journeyRange(query, timeZone) }, timeZone);
      const spans = this.spans(scope.period, query.interval, timeZone);
      // Pain is counted from the statements.
      const days = query.measure === 'pain' ? null : paramsByDay(scope, spans);
      const rows: (CountRow & { touchpoint: string | null; pained: number })[] = days
        ? await tx.em.query(Q.JOURNEY_BY_DAYS, days)
        : await tx.em.query(Q.JOURNEY, [...paramsBySpan(scope, spans), query.measure === 'pain']);
      const touchpoints = (await this.journeys.touchpoints(tx)).filter((one) => one.journeyKey === journey.key);
      return {
        ...instants(scope.period),
        interval: query.interval,
        measure: query.measure,
        journey,
        metrics: scope.metrics,
        columns: spans.map((span) => this.bucketView(span, scope.period)),
        rows: touchpoints.map(({ id, key, name, stage }) => {
          const own = rows.filter((row) => row.touchpoint === id);
          const cells = spans.map((_, at) =>
            measured(
              query.measure,
              own.filter((row) => row.bucket === at + 1),
            ),
          );
          const total = measured(query.measure, own);
          return {
            touchpoint: { id, key, name, stage },
            total,
            note: query.measure === 'responses' ? null : noteOf(cells, total.n, query.interval),
            cells,
          };
        }),
        withoutTouchpoint: rows.filter((row) => row.touchpoint === null).reduce((all, row) => all + size(row), 0),
      };
    });
  }

  /** What became of the invitations planned in the period. Costs two queries. */
  funnel(tenantId: string, query: C.FunnelQuery): Promise<C.FunnelView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const scope = await this.scope(tx, query, timeZone);
      const [row]: Record<(typeof STEPS)[number] | 'bounced', number>[] = await tx.em.query(Q.FUNNEL, params(scope));
      const skipped: { reason: string; n: number }[] = await tx.em.query(Q.SKIPPED, params(scope));
      return {
        ...instants(scope.period),
        metrics: scope.metrics,
        steps: STEPS.map((key, at) => {
          const n = row?.[key] ?? 0;
          const previous = STEPS[at - 1];
          return { key, n, ofPrevious: previous === undefined ? null : wilson(n, row?.[previous] ?? 0) };
        }),
        skipped: Object.fromEntries(skipped.map(({ reason, n }) => [reason, n])),
        bounced: row?.bounced ?? 0,
      };
    });
  }

  /** Did those who raised a problem hear back? Costs four queries; memory grows with the cases of the period (≈ 0.5 KB each). */
  loop(tenantId: string, query: C.LoopQuery): Promise<C.LoopView> {
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const filters = await this.filters(tx, query, timeZone);
      const now = this.clock.now();
      const [{ first }] = await tx.em.query(`select min(created_at) as first from cases`);
      const to = query.to ? boundAt('to', query.to, timeZone) : new Date(now.getTime() + 1);
      const from = query.from ? boundAt('from', query.from, timeZone) : ((first as Date | null) ?? to);
      const period = query.from && query.to ? periodOf(from, to) : { from: from < to ? from : to, to };
      const found = await this.loopOf(tx, { ...filters, metrics: [], period });
      const [announced] = await tx.em.query(Q.ANNOUNCED, [period.from, period.to, filters.touchpointId]);
      const all = slaOfAll(found.rows, now);
      return {
        ...instants(period),
        customers: found.customers,
        cases: found.cases,
        heardBack: found.heardBack,
        confirmed: found.confirmed,
        notYetPercent: notYetPercent(found),
        notReachable: found.notReachable,
        notYetDue: found.notYetDue,
        reopened: found.reopened,
        closedSilent: found.closedSilent,
        medianHours: found.medianHours,
        promises: found.promises,
        brokenPromises: found.brokenPromises,
        announced: announced.n,
        hours: stages(found.rows),
        sla: { ...all, teams: slaByTeam(found.rows, now) },
        backlog: await this.backlogOf(tx, filters.touchpointId, now),
      };
    });
  }

  /** The first screen in one round trip: about fifteen queries and the drivers' computing. */
  overview(tenantId: string, query: C.OverviewQuery): Promise<C.OverviewView> {
    return this.db.tenant(tenantId, (tx) => this.overviewOf(tx, query));
  }

  /** `overview` within a transaction, for the digest. */
  async overviewOf(tx: Tx, query: C.OverviewQuery): Promise<C.OverviewView> {
    const { timeZone } = await this.identity.tenant(tx);
    const now = this.clock.now();
    const period = this.overviewPeriod(query, now, timeZone);
    const scope = { ...(await this.filters(tx, query, timeZone)), metrics: metricsOf(query.metric), period };
    const before = { ...scope, period: comparedWith(period, query.compare, timeZone) };
    const spans = this.spans(period, query.interval, timeZone);
    const counts = await this.countsByBucket(tx, scope, spans);
    const total = sum(counts);
    const totalBefore = sum(await this.countsByBucket(tx, before, [before.period]));
    const loop = await this.loopOf(tx, scope);
    const loopBefore = await this.loopOf(tx, before);
    const [reading]: { comments: number; waiting: number }[] = await tx.em.query(Q.READING, params(scope));
    return {
      ...instants(period),
      compare: query.compare,
      before: instants(before.period),
      interval: query.interval,
      timeZone,
      metrics: scope.metrics,
      tiles: {
        nps: { ...figures(total), change: npsChange(totalBefore, total), before: figures(totalBefore) },
        heardBack: {
          ...loop.heardBack,
          change: shareChange(share(loopBefore.heard, loopBefore.heardBack), share(loop.heard, loop.heardBack)),
          notReachable: loop.notReachable,
          notYetDue: loop.notYetDue,
        },
        confirmed: {
          ...loop.confirmed,
          change: shareChange(share(loopBefore.fixed, loopBefore.confirmed), share(loop.fixed, loop.confirmed)),
          notYetPercent: notYetPercent(loop),
        },
        medianHours: loop.medianHours,
        responses: {
          n: size(total),
          before: size(totalBefore),
          excluded: await this.excluded(tx, scope),
          invitations: await this.invitations(tx, scope),
          waiting: reading?.waiting ?? 0,
          comments: reading?.comments ?? 0,
        },
      },
      buckets: this.bucketViews(spans, counts, period),
      annotations: await this.marks.annotationsOn(
        tx,
        localDate(timeZone, period.from),
        localDate(timeZone, new Date(period.to.getTime() - 1)),
        scope.touchpointId,
      ),
      goals: await this.marks.goalsFor(tx, scope.metrics, scope.touchpointId),
      drivers: await this.driversOf(tx, scope),
      asOf: now.toISOString(),
    };
  }

  // ——— which answers ———

  private async scope(tx: Tx, query: Filters, timeZone: string): Promise<Scope> {
    const metrics = metricsOf(query.metric);
    return {
      ...(await this.filters(tx, query, timeZone)),
      metrics,
      period: await this.period(tx, query, metrics, timeZone),
    };
  }

  /** @throws AppError 422 for an unknown touchpoint or survey */
  private async filters(tx: Tx, query: Filters, timeZone: string): Promise<Omit<Scope, 'metrics' | 'period'>> {
    const touchpoint = query.touchpoint ? await this.journeys.byKey(tx, query.touchpoint) : null;
    if (query.touchpoint && !touchpoint) throw invalid('touchpoint', `There is no touchpoint "${query.touchpoint}".`);
    if (query.surveyId) {
      const [survey] = await tx.em.query(`select 1 from surveys where id = $1`, [query.surveyId]);
      if (!survey) throw invalid('surveyId', 'There is no such survey.');
    }
    const [days]: { zone: string }[] = await tx.em.query(Q.DAYS_ZONE);
    return {
      timeZone,
      hasDays: days?.zone === timeZone,
      touchpointId: touchpoint?.id ?? null,
      touchpointKey: touchpoint?.key ?? null,
      surveyId: query.surveyId ?? null,
      segment: query.segment || null,
    };
  }

  /** An end that is left out is the day of the first or of the last answer; the last is today at the earliest. */
  private async period(tx: Tx, query: Filters, metrics: Metric[], timeZone: string): Promise<Period> {
    const from = query.from ? boundAt('from', query.from, timeZone) : null;
    const to = query.to ? boundAt('to', query.to, timeZone) : null;
    if (from && to) return periodOf(from, to);
    const [extent]: { first: Date | null; last: Date | null }[] = await tx.em.query(Q.EXTENT, [metrics]);
    const latest = Math.max(
      this.clock.now().getTime(),
      (extent?.last?.getTime() ?? 0) + 1,
      from ? from.getTime() : Number.NEGATIVE_INFINITY,
    );
    const end = to ?? startOfLocalDay(timeZone, nextBucketDate(localDate(timeZone, new Date(latest)), 'day'));
    const first = extent?.first && extent.first < end ? extent.first : end;
    return { from: from ?? startOfLocalDay(timeZone, localDate(timeZone, first)), to: end };
  }

  private sides(query: C.ChangeQuery, timeZone: string): { a: Period; b: Period } {
    if (query.a && !query.b) throw invalid('b', 'Give the newer period as b, or use from and to.');
    const b = query.b
      ? parsePeriod('b', query.b, timeZone)
      : query.from && query.to
        ? periodOf(boundAt('from', query.from, timeZone), boundAt('to', query.to, timeZone))
        : query.from || query.to
          ? null
          : lastDays(this.clock.now(), OVERVIEW_DAYS, timeZone);
    if (!b) throw invalid(query.from ? 'to' : 'from', 'Give both ends of the period, or a and b.');
    return { a: query.a ? parsePeriod('a', query.a, timeZone) : comparedWith(b, query.compare, timeZone), b };
  }

  private overviewPeriod(query: C.OverviewQuery, now: Date, timeZone: string): Period {
    const usual = lastDays(now, OVERVIEW_DAYS, timeZone);
    const to = query.to ? boundAt('to', query.to, timeZone) : usual.to;
    if (query.from) return periodOf(boundAt('from', query.from, timeZone), to);
    return query.to ? lastDays(new Date(to.getTime() - 1), OVERVIEW_DAYS, timeZone) : usual;
  }

  /** The last twelve weeks or months up to now, unless asked otherwise. */
  private journeyRange(query: C.JourneyQuery, timeZone: string): { from: string; to: string } {
    const to = query.to ? boundAt('to', query.to, timeZone) : lastDays(this.clock.now(), 1, timeZone).to;
    if (query.from)
      return { from: periodOf(boundAt('from', query.from, timeZone), to).from.toISOString(), to: to.toISOString() };
    const spread = (query.interval === 'week' ? 7 : 31) * DAY_MS * (JOURNEY_COLUMNS + 1);
    const spans = buckets(new Date(to.getTime() - spread), to, query.interval, timeZone);
    return { from: (spans.at(-JOURNEY_COLUMNS)?.start ?? to).toISOString(), to: to.toISOString() };
  }

  private spans(period: Period, interval: Interval, timeZone: string): Bucket[] {
    try {
      return buckets(period.from, period.to, interval, timeZone);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw invalid('interval', 'This range has too many steps; choose a longer interval or a shorter range.');
    }
  }

  // ——— parts ———

  /** Counts of each span, in order. */
  private async countsByBucket(tx: Tx, scope: Scope, spans: readonly (Bucket | Period)[]): Promise<NpsCounts[]> {
    const days = paramsByDay(scope, spans);
    const rows: CountRow[] = days
      ? await tx.em.query(Q.COUNTS_BY_DAYS, days)
      : await tx.em.query(Q.COUNTS_BY_BUCKET, paramsBySpan(scope, spans));
    return spread(rows, spans.length);
  }

  /** Touchpoints in journey order, others by n; those without one last. */
  private async groups(
    tx: Tx,
    scope: Scope,
    spans: readonly (Bucket | Period)[],
    by: Q.Group,
  ): Promise<{ key: string | null; name: string | null; counts: NpsCounts[] }[]> {
    const days = by === 'touchpoint' || by === 'survey' ? paramsByDay(scope, spans) : null;
    const rows: (CountRow & { key: string | null; name: string | null })[] =
      days && (by === 'touchpoint' || by === 'survey')
        ? await tx.em.query(Q.countsByGroupAndDays(by), days)
        : await tx.em.query(Q.countsByGroup(by), paramsBySpan(scope, spans));
    const found = new Map<string | null, (typeof rows)[number][]>();
    for (const row of rows) found.set(row.key, [...(found.get(row.key) ?? []), row]);
    const groups = [...found].map(([key, own]) => ({
      key,
      name: own[0]?.name ?? null,
      counts: spread(own, spans.length),
    }));
    const order =
      by === 'touchpoint'
        ? new Map(
            (await this.journeys.touchpoints(tx)).map((touchpoint, at): [string | null, number] => [
              touchpoint.key,
              at,
            ]),
          )
        : new Map(
            groups
              .map((group) => ({ key: group.key, n: size(sum(group.counts)) }))
              .sort((x, y) => y.n - x.n || String(x.key).localeCompare(String(y.key)))
              .map(({ key }, at): [string | null, number] => [key, at]),
          );
    const place = (key: string | null) => (key === null ? Number.MAX_SAFE_INTEGER : (order.get(key) ?? order.size));
    return groups.sort((x, y) => place(x.key) - place(y.key));
  }

  private bucketView(span: Bucket, period: Period) {
    const seen = Math.min(period.to.getTime(), this.clock.now().getTime());
    return {
      start: span.start.toISOString(),
      end: span.end.toISOString(),
      date: span.date,
      partial: span.start < period.from || span.end.getTime() > seen,
    };
  }

  private bucketViews(spans: readonly Bucket[], counts: readonly NpsCounts[], period: Period): C.NpsBucket[] {
    return spans.map((span, at) => ({ ...this.bucketView(span, period), ...figures(counts[at] ?? NONE) }));
  }

  private async excluded(tx: Tx, scope: Scope): Promise<C.Excluded> {
    const [row]: C.Excluded[] = await tx.em.query(Q.EXCLUDED, params(scope));
    return row ?? { total: 0, byReason: {} };
  }

  private async invitations(tx: Tx, scope: Scope): Promise<C.NpsView['invitations']> {
    const [row]: { sent: number; bounced: number; answered: number }[] = await tx.em.query(
      Q.INVITATIONS,
      params(scope),
    );
    const { sent, bounced, answered } = row ?? { sent: 0, bounced: 0, answered: 0 };
    return { sent, bounced, answered, responseRate: wilson(answered, sent - bounced), standard: 'AAPOR RR1' };
  }

  private async driversOf(tx: Tx, scope: Scope): Promise<C.DriversView> {
    const rows: { score: number; aspects: Record<string, number> }[] = await tx.em.query(Q.ASPECTS, [
      ...params(scope),
      DRIVER_ROWS,
    ]);
    const mentions = new Map<string, { n: number; positive: number }>();
    for (const { aspects } of rows)
      for (const [aspect, value] of Object.entries(aspects)) {
        const seen = mentions.get(aspect) ?? { n: 0, positive: 0 };
        mentions.set(aspect, { n: seen.n + 1, positive: seen.positive + (value > 0 ? 1 : 0) });
      }
    const chosen = [...mentions]
      .filter(([, { n }]) => n >= HIDE_BELOW)
      .sort((x, y) => y[1].n - x[1].n || (x[0] < y[0] ? -1 : 1))
      .slice(0, MOST_DRIVERS)
      .map(([aspect]) => aspect);
    const report = drivers(
      chosen.map((key) => ({ key, positiveFrom: 0 })),
      rows.map(({ score, aspects }) => ({ score, values: chosen.map((aspect) => aspects[aspect] ?? 0) })),
      { resamples: DRIVER_RESAMPLES },
    );
    const examples: { aspect: string; responseId: string; statementId: string; text: string }[] = report
      ? await tx.em.query(Q.ASPECT_EXAMPLES, [...params(scope), chosen])
      : [];
    return {
      ...instants(scope.period),
      metrics: scope.metrics,
      n: rows.length,
      r2: report?.r2 ?? null,
      method: report?.method ?? null,
      tooFew: rows.length < READ_FROM,
      drivers: (report?.drivers ?? []).map((driver) => {
        const { n, positive } = mentions.get(driver.key) ?? { n: 0, positive: 0 };
        return {
          ...driver,
          label: driver.key.charAt(0).toUpperCase() + driver.key.slice(1),
          n,
          tooFew: n < READ_FROM,
          // Of those who speak of it: silence is no dissatisfaction.
          performance: n === 0 ? 0 : positive / n,
          examples: examples
            .filter((one) => one.aspect === driver.key)
            .map(({ responseId, statementId, text }) => ({ responseId, statementId, text })),
        };
      }),
    };
  }

  private async backlogOf(tx: Tx, touchpointId: string | null, now: Date): Promise<C.LoopView['backlog']> {
    const [row]: { open: number; first: Date | null; weeks: { opened: number; closed: number }[] }[] =
      await tx.em.query(Q.BACKLOG, [now, BACKLOG_WEEKS, touchpointId]);
    const weeks = (row?.weeks ?? []).map((week, at) => ({
      start: new Date(now.getTime() - (at + 1) * WEEK_MS).toISOString(),
      ...week,
    }));
    // Weeks before the first case say nothing about the pace.
    const lived = weeks.filter((week) => row?.first && new Date(week.start) >= row.first);
    return {
      open: row?.open ?? 0,
      weeks: weeks.reverse(),
      forecast: forecastBacklog(
        row?.open ?? 0,
        lived.map((week) => week.opened - week.closed),
      ),
    };
  }

  private async loopOf(tx: Tx, scope: Scope): Promise<Loop> {
    const { from, to } = scope.period;
    const all: LoopDbRow[] = await tx.em.query(Q.LOOP, [from, to, scope.touchpointId, scope.surveyId, scope.segment]);
    // Nobody stands behind a case without a customer, so nobody can hear back.
    const rows = all.filter((row): row is LoopDbRow & { customerId: string } => row.customerId !== null);
    const open = rows.filter((row) => row.heardBackAt === null && row.email !== null && row.mayContact !== false);
    const consents = await this.customers.consents(tx, [...new Set(open.map((row) => row.customerId))], 'follow_up');
    const stopped = await this.customers.suppressed(tx, [...new Set(open.map((row) => row.email ?? ''))]);
    const reachable = (row: LoopDbRow & { customerId: string }) =>
      row.email !== null &&
      row.mayContact !== false &&
      !stopped.has(row.email) &&
      (row.mayContact === true || consents.get(row.customerId)?.granted === true);
    const now = this.clock.now();
    const health = loopHealth(
      rows.map((row) => ({ ...row, reachable: row.heardBackAt !== null || reachable(row) })),
      now,
    );
    return {
      ...health,
      customers: new Set(rows.map((row) => row.customerId)).size,
      cases: rows.length,
      heard: Math.round((health.heardBack.rate ?? 0) * health.heardBack.n),
      fixed: Math.round((health.confirmed.rate ?? 0) * health.confirmed.n),
      ...promisesOf(rows, now),
      rows,
    };
  }
}

const STEPS = ['invited', 'sent', 'answered', 'detractors', 'cases', 'heardBack', 'confirmed'] as const;

const metricsOf = (metric: Metric | undefined): Metric[] => (metric ? [metric] : ['nps', 'tnps']);
const instants = ({ from, to }: Period) => ({ from: from.toISOString(), to: to.toISOString() });
const params = (scope: Scope): unknown[] => [
  scope.metrics,
  scope.period.from,
  scope.period.to,
  scope.touchpointId,
  scope.surveyId,
  scope.segment,
];
/** The same with each span's own ends in place of the period's, cut to the period. */
const paramsBySpan = (scope: Scope, spans: readonly (Bucket | Period)[]): unknown[] => {
  const ends = spans.map((span) => ('date' in span ? { from: span.start, to: span.end } : span));
  const { from, to } = scope.period;
  const all = params(scope);
  all[1] = ends.map((span) => (span.from < from ? from : span.from).toISOString());
  all[2] = ends.map((span) => (span.to > to ? to : span.to).toISOString());
  return all;
};
/** The spans as local days, or null where they are not such days one after the other, or days cannot tell (segments). */
function paramsByDay(scope: Scope, spans: readonly (Bucket | Period)[]): unknown[] | null {
  if (!scope.hasDays || scope.segment !== null) return null;
  const [metrics, starts, ends, touchpoint, survey] = paramsBySpan(scope, spans) as [
    unknown,
    string[],
    string[],
    unknown,
    unknown,
  ];
  const last = ends.at(-1);
  if (last === undefined || starts.some((start, at) => at > 0 && start !== ends[at - 1])) return null;
  const days = [...starts, last].map((instant) => {
    const date = localDate(scope.timeZone, new Date(instant));
    return startOfLocalDay(scope.timeZone, date).getTime() === Date.parse(instant) ? date : null;
  });
  return days.includes(null) ? null : [metrics, days.slice(0, -1), days.at(-1), touchpoint, survey];
}

const size = (counts: NpsCounts): number => counts.promoters + counts.passives + counts.detractors;
const share = (hits: number, rate: Rate) => ({ hits, n: rate.n });

function sum(counts: readonly NpsCounts[]): NpsCounts {
  return counts.reduce(
    (all, one) => ({
      promoters: all.promoters + one.promoters,
      passives: all.passives + one.passives,
      detractors: all.detractors + one.detractors,
    }),
    NONE,
  );
}

/** One entry per bucket, also where no row is. */
function spread(rows: readonly CountRow[], length: number): NpsCounts[] {
  const found = new Map(rows.map((row) => [row.bucket, row]));
  return Array.from({ length }, (_, at) => found.get(at + 1) ?? NONE);
}

function figures({ promoters, passives, detractors }: NpsCounts): C.NpsFigures {
  const { n, nps, low, high, tooFew } = npsFromCounts({ promoters, passives, detractors });
  return { n, promoters, passives, detractors, nps, low, high, tooFew };
}

/** Percent of those who heard back; null when nobody did. */
const notYetPercent = (loop: LoopHealth): number | null =>
  loop.confirmed.n === 0 ? null : (100 * loop.notYet) / loop.confirmed.n;

function measured(
  measure: C.JourneyQuery['measure'],
  rows: readonly (NpsCounts & { pained: number })[],
): C.JourneyMapView['rows'][number]['total'] {
  const { n, nps, low, high, tooFew } = npsFromCounts(sum(rows));
  if (measure === 'nps') return { n, value: nps, low, high, tooFew };
  if (measure === 'responses') return { n, value: n, low: null, high: null, tooFew: false };
  if (n < HIDE_BELOW) return { n, value: null, low: null, high: null, tooFew: true };
  const pained = wilson(
    rows.reduce((all, row) => all + row.pained, 0),
    n,
  );
  const [bottom, top] = [100 * (pained.low ?? 0), 100 * (pained.high ?? 0)];
  return {
    n,
    value: 100 * (pained.rate ?? 0),
    low: bottom,
    high: top,
    tooFew: n < READ_FROM || (top - bottom) / 2 > WIDEST_HALF,
  };
}

const WEEKS_PER_MONTH = 4.345;

function noteOf(
  cells: readonly { tooFew: boolean }[],
  n: number,
  interval: 'week' | 'month',
): 'try_month' | 'few' | null {
  if (cells.length === 0 || cells.filter((cell) => cell.tooFew).length * 2 <= cells.length) return null;
  const aMonth = interval === 'month' ? n / cells.length : (n / cells.length) * WEEKS_PER_MONTH;
  return interval === 'week' && aMonth >= READ_FROM ? 'try_month' : 'few';
}

type PeriodCounts = readonly { key: string | null; name: string | null; counts: readonly NpsCounts[] }[];

/** Groups with 1 to 4 answers in a period go into one, so that nobody can be told apart by what they moved. */
function decompose(
  by: 'touchpoint' | 'survey' | 'account',
  before: PeriodCounts,
  after: PeriodCounts,
): C.ChangeView['decomposition'] {
  const one = (groups: PeriodCounts, key: string | null) =>
    sum(groups.find((group) => group.key === key)?.counts ?? []);
  const named = new Map([...before, ...after].map((group) => [group.key, group.name]));
  const small = (counts: NpsCounts) => size(counts) > 0 && size(counts) < HIDE_BELOW;
  const all = [...named].map(([key, name]) => ({ key, name, a: one(before, key), b: one(after, key), pooled: false }));
  const pool = all.filter(({ a, b }) => small(a) || small(b));
  const rows = [
    ...all.filter((group) => !pool.includes(group)),
    ...(pool.length > 0
      ? [{ key: null, name: null, a: sum(pool.map(({ a }) => a)), b: sum(pool.map(({ b }) => b)), pooled: true }]
      : []),
  ];
  if ([before, after].some((side) => size(sum(side.flatMap((group) => group.counts))) < HIDE_BELOW)) return null;
  const score = (counts: NpsCounts) => ({
    n: size(counts),
    score: size(counts) === 0 ? 0 : (100 * (counts.promoters - counts.detractors)) / size(counts),
  });
  const found = kitagawa(rows.map(({ a, b }, at) => ({ key: String(at), before: score(a), after: score(b) })));
  if (!found) return null;
  const shown = (counts: NpsCounts) => ({ n: size(counts), nps: npsFromCounts(counts).nps });
  return {
    by,
    within: found.within,
    mix: found.mix,
    groups: found.groups
      .flatMap(({ key: at, within, mix }) => {
        const row = rows[Number(at)];
        return row
          ? [{ key: row.key, name: row.name, pooled: row.pooled, within, mix, a: shown(row.a), b: shown(row.b) }]
          : [];
      })
      .sort((x, y) => Math.abs(y.within + y.mix) - Math.abs(x.within + x.mix)),
  };
}
