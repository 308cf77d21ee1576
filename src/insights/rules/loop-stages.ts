/** How fast and how reliably the loop runs, stage by stage and team by team. docs/methods.md, "The loop". */
import { median } from './loop.js';
import { type Rate, wilson } from './wilson.js';

/** One case opened in the period. */
export type StageRow = Readonly<{
  openedAt: Date;
  firstResponseAt: Date | null;
  firstResponseDueAt: Date | null;
  resolvedAt: Date | null;
  resolutionDueAt: Date | null;
  answeredAt: Date | null;
  promisedAt: Date | null;
  waiting: boolean;
  teamId: string | null;
  teamName: string | null;
}>;

export type Stage = Readonly<{ n: number; median: number | null; p90: number | null }>;
export type TeamSla = Readonly<{
  teamId: string | null;
  name: string | null;
  cases: number;
  firstResponse: Rate;
  resolution: Rate;
}>;

/** The value that `share` of the values do not exceed (nearest rank); null for none. Source: Hyndman & Fan 1996, definition 1. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Elapsed hours: opened → first word of a person, opened → resolved, resolved → the customer's answer. */
export function stages(rows: readonly StageRow[]): Record<'firstResponse' | 'resolution' | 'answer', Stage> {
  const stage = (values: number[]): Stage => ({
    n: values.length,
    median: median(values),
    p90: percentile(values, 0.9),
  });
  const between = (from: Date | null, to: Date | null): number[] =>
    from && to && to >= from ? [(to.getTime() - from.getTime()) / 3_600_000] : [];
  return {
    firstResponse: stage(rows.flatMap((row) => between(row.openedAt, row.firstResponseAt))),
    resolution: stage(rows.flatMap((row) => between(row.openedAt, row.resolvedAt))),
    answer: stage(rows.flatMap((row) => between(row.resolvedAt, row.answeredAt))),
  };
}

/** Was the clock kept? Null while it still runs in time or is not measured. Resolving says something too. */
const firstResponseMet = (row: StageRow, now: Date): boolean | null =>
  met(row.firstResponseAt ?? row.resolvedAt, row.firstResponseDueAt, now, false);
const resolutionMet = (row: StageRow, now: Date): boolean | null =>
  met(row.resolvedAt, row.resolutionDueAt, now, row.waiting);

function met(stoppedAt: Date | null, dueAt: Date | null, now: Date, stands: boolean): boolean | null {
  if (dueAt === null) return null;
  if (stoppedAt !== null) return stoppedAt <= dueAt;
  return !stands && now > dueAt ? false : null;
}

/** Of the clocks that are decided, the share that was kept; per team, never per person, most cases first. */
export function slaByTeam(rows: readonly StageRow[], now: Date): TeamSla[] {
  const teams = new Map<string | null, StageRow[]>();
  for (const row of rows) {
    const own = teams.get(row.teamId);
    if (own) own.push(row);
    else teams.set(row.teamId, [row]);
  }
  return [...teams]
    .map(([teamId, own]): TeamSla => ({
      teamId,
      name: own[0]?.teamName ?? null,
      cases: own.length,
      firstResponse: share(own.map((row) => firstResponseMet(row, now))),
      resolution: share(own.map((row) => resolutionMet(row, now))),
    }))
    .sort((a, b) => b.cases - a.cases || (a.name ?? '').localeCompare(b.name ?? '', 'en'));
}

/** The same of all. */
export const slaOfAll = (rows: readonly StageRow[], now: Date): Pick<TeamSla, 'firstResponse' | 'resolution'> => ({
  firstResponse: share(rows.map((row) => firstResponseMet(row, now))),
  resolution: share(rows.map((row) => resolutionMet(row, now))),
});

function share(results: readonly (boolean | null)[]): Rate {
  const decided = results.filter((result) => result !== null);
  return wilson(decided.filter(Boolean).length, decided.length);
}

/** Customers who were told a time, and those who had no word from a person by then. */
export function promisesOf(rows: readonly StageRow[], now: Date): { promises: number; brokenPromises: number } {
  const promised = rows.filter((row) => row.promisedAt !== null);
  return {
    promises: promised.length,
    brokenPromises: promised.filter(
      (row) => row.promisedAt !== null && (row.firstResponseAt ?? row.resolvedAt ?? now) > row.promisedAt,
    ).length,
  };
}
