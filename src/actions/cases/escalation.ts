/** The escalation ladder as a pure rule: which step is taken when. */
import { addWorkingMinutes, type BusinessCalendar } from './calendar.js';
import type { EscalationStep } from './sla.contract.js';
import type { DueTimes, SlaFacts } from './sla.js';

export type EscalationClock = 'first_response' | 'next_response' | 'resolution';

/** One step of one clock. `key` names the step whatever its place in the list, so that reordering repeats nothing. */
export interface Rung {
  clock: EscalationClock;
  startedAt: Date;
  key: string;
  step: EscalationStep;
  at: Date;
}

/** Names a rung that was taken. */
export const rungKey = (rung: Pick<Rung, 'clock' | 'startedAt' | 'key'>): string =>
  `${rung.clock} ${rung.startedAt.getTime()} ${rung.key}`;

/** Every step of the clocks that run, earliest first; none for a case that is closed. */
export function rungs(
  steps: readonly EscalationStep[],
  due: DueTimes,
  facts: SlaFacts,
  calendar: BusinessCalendar,
): Rung[] {
  if (facts.resolvedAt !== null) return [];
  const clocks: { clock: EscalationClock; startedAt: Date | null; dueAt: Date | null; warnAt: Date | null }[] = [
    {
      clock: 'first_response',
      startedAt: facts.firstResponseAt === null ? facts.createdAt : null,
      ...due.firstResponse,
    },
    { clock: 'next_response', startedAt: facts.unansweredSince, ...due.nextResponse },
    { clock: 'resolution', startedAt: facts.resolutionStartedAt, ...due.resolution },
  ];
  return clocks
    .flatMap(({ clock, startedAt, dueAt, warnAt }) =>
      startedAt === null || dueAt === null
        ? []
        : steps.map((step): Rung => ({
            clock,
            startedAt,
            key: [step.when, step.minutes ?? 0, step.do, step.userId ?? ''].join(':'),
            step,
            at:
              step.when === 'warning'
                ? (warnAt ?? dueAt)
                : step.when === 'due'
                  ? dueAt
                  : addWorkingMinutes(calendar, dueAt, step.minutes ?? 0),
          })),
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * What is to be done at `now` and when to look again. A warning whose time has run out meanwhile (the policy became stricter, the server
 * stood still) is passed over: the steps of being late say more.
 */
export function climb(
  all: readonly Rung[],
  taken: ReadonlySet<string>,
  due: DueTimes,
  now: Date,
): { take: Rung[]; pass: Rung[]; nextAt: Date | null } {
  const dueOf = { first_response: due.firstResponse, next_response: due.nextResponse, resolution: due.resolution };
  const left = all.filter((rung) => !taken.has(rungKey(rung)));
  const reached = left.filter((rung) => rung.at <= now);
  const isStale = (rung: Rung): boolean => rung.step.when === 'warning' && (dueOf[rung.clock].dueAt ?? now) < now;
  return {
    take: reached.filter((rung) => !isStale(rung)),
    pass: reached.filter(isStale),
    nextAt: left.find((rung) => rung.at > now)?.at ?? null,
  };
}
