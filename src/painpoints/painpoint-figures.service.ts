import { Injectable } from '@nestjs/common';
import { Journeys, type Touchpoint } from '../journeys/journeys.service.js';
import type { Tx } from '../platform/db.js';
import { DAY_MS, dateOfWall, localDate } from '../platform/zone.js';
import { EMERGING_DAYS, type Rising, risingByDay } from './emerging.js';
import { painPointImpact } from './impact.js';
import type * as Contract from './painpoints.contract.js';
import { PainPoint } from './painpoints.entity.js';
import { COUNTS, EXEMPLARS, MENTIONS_BY_DAY, NAMED_RESPONSES, VALUES, WITHIN } from './painpoints.queries.js';

type View = Contract.PainPointView;

/** What pain points show of the modules to their right; those register it. */
export interface PainPointFacts {
  openCases(tx: Tx, painPointIds: string[]): Promise<Map<string, number>>;
  improvements(tx: Tx, painPointIds: string[]): Promise<Map<string, { id: string; name: string; status: string }>>;
  caseIds(tx: Tx, responseIds: string[]): Promise<Map<string, string>>;
}

/** `[from, to)`, and whose answers count. */
export interface Period {
  from: Date;
  to: Date;
  timeZone: string;
  segment: string | null;
  surveyId: string | null;
}

/** What each pain point means: how often, since when, rising or not, and what it costs. */
@Injectable()
export class PainPointFigures {
  constructor(private readonly journeys: Journeys) {}

  /** All pain points of the period (of one touchpoint, or only one of them). Costs six set queries, whatever their number. */
  async views(
    tx: Tx,
    period: Period,
    touchpoint: Touchpoint | null,
    only: string | null,
    facts: PainPointFacts,
  ): Promise<{ views: View[]; score: number | null }> {
    const { from, to } = period;
    const within = [period.segment, period.surveyId];
    const before = new Date(from.getTime() - (to.getTime() - from.getTime()));
    const rows: PainPoint[] = await tx.em
      .createQueryBuilder(PainPoint, 'p')
      .where(`p.status <> 'merged'`)
      .andWhere(touchpoint ? 'p.touchpointId = :touchpoint' : 'true', { touchpoint: touchpoint?.id })
      .andWhere(only ? 'p.id = :only' : 'true', { only })
      .getMany();
    const ids = rows.map((row) => row.id);
    const counts = byId<{ id: string; count: number; customers: number; before: number; last_seen: Date | null }>(
      await tx.em.query(COUNTS, [from, to, before, ...within]),
    );
    const impact = painPointImpact(await tx.em.query(NAMED_RESPONSES, [from, to, touchpoint?.id ?? null, ...within]));
    const shares = new Map(impact.painPoints.map((one) => [one.key, one.share]));
    const values = byId<{ id: string; value: number | null }>(await tx.em.query(VALUES, [from, to, ...within]));
    const exemplars = byId<{ id: string; texts: string[] }>(await tx.em.query(EXEMPLARS, [ids]));
    const rising = await this.rising(tx, period);
    const trends = await this.trends(tx, period);
    const openCases = await facts.openCases(tx, ids);
    const improvements = await facts.improvements(tx, ids);
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
        recent: { seen: risen?.recent ?? 0, expected: risen?.expected ?? 0, days: risen?.days ?? 7 },
        openCases: openCases.get(row.id) ?? 0,
        lifetimeValue: values.get(row.id)?.value ?? 0,
        status: row.status as View['status'],
        ownerId: row.ownerId,
        improvement: improvements.get(row.id) ?? null,
        exemplars: exemplars.get(row.id)?.texts ?? [],
        firstSeenAt: row.firstSeenAt.toISOString(),
        lastSeenAt: count?.last_seen?.toISOString() ?? null,
        theme: row.theme,
        sureness: surenessOf(row, count?.customers ?? 0),
        version: row.version,
      };
    });
    return { views, score: impact.score };
  }

  /** Who is mentioned more than its own past leads to expect; over all touchpoints at once, so that false discoveries are controlled once. */
  private async rising(tx: Tx, { to, timeZone, segment, surveyId }: Period): Promise<Map<string, Rising>> {
    const since = new Date(to.getTime() - EMERGING_DAYS * DAY_MS);
    const mentions: DayCount[] = await tx.em.query(MENTIONS_BY_DAY, [since, to, timeZone, segment, surveyId]);
    const answers: DayCount[] = await tx.em.query(
      `select 'all' as id, ((r.submitted_at at time zone $3)::date)::text as day, count(*)::int as count from responses r where r.submitted_at >= $1 and r.submitted_at < $2 and ${WITHIN('r', 4)} group by 2`,
      [since, to, timeZone, segment, surveyId],
    );
    const lastDay = Date.parse(`${localDate(timeZone, new Date(to.getTime() - 1))}T00:00:00Z`);
    const daysAgo = ({ day }: DayCount): number => Math.round((lastDay - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
    return risingByDay(
      mentions.map((row) => ({ key: row.id, daysAgo: daysAgo(row), count: row.count })),
      answers.map((row) => ({ daysAgo: daysAgo(row), count: row.count })),
    );
  }

  /** Mentions per week of the period, at most 26 points. */
  private async trends(
    tx: Tx,
    { from, to, timeZone, segment, surveyId }: Period,
  ): Promise<(id: string) => { start: string; count: number }[]> {
    const rows: { id: string; day: string; count: number }[] = await tx.em.query(MENTIONS_BY_DAY, [
      from,
      to,
      timeZone,
      segment,
      surveyId,
    ]);
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
}

interface DayCount {
  id: string;
  day: string;
  count: number;
}

const byId = <R extends { id: string }>(rows: R[]): Map<string, R> => new Map(rows.map((row) => [row.id, row]));

/** Cosines to the centre above which a reader finds the statements to say the same (high) or much the same (fair). */
const ALIKE = { high: 0.66, fair: 0.56 } as const;
/** Of fewer customers nobody can say whether they are a group. */
const FEW = 10;

/** How far the grouping can be trusted; null where there are no vectors to tell by (words alone). */
function surenessOf({ cohesion }: PainPoint, customers: number): View['sureness'] {
  if (customers < FEW) return 'low';
  if (cohesion === null) return null;
  return cohesion >= ALIKE.high ? 'high' : cohesion >= ALIKE.fair ? 'fair' : 'low';
}
