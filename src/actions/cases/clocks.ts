import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/db.js';
import { type BusinessCalendar, workingMinutesBetween } from './calendar.js';
import { CalendarRow, type Case, SlaPolicyRow } from './cases.entity.js';
import { applySlaEvent, type DueTimes, dueTimes, type SlaEvent, type SlaFacts, type SlaPolicy } from './sla.js';
import { isOpenStatus } from './transitions.js';

export interface Plan {
  policy: SlaPolicy;
  calendar: BusinessCalendar;
}

/** The stored clocks of cases: from a row to the facts of `sla.ts`, and back with due times. */
@Injectable()
export class Clocks {
  /** The policy and its calendar; null: the tenant's own. */
  async plan(tx: Tx, policyId: string | null): Promise<Plan> {
    const row =
      (policyId === null ? null : await tx.em.findOneBy(SlaPolicyRow, { id: policyId })) ??
      (await tx.em.findOneBy(SlaPolicyRow, { isDefault: true }));
    const calendar = row ? await tx.em.findOneBy(CalendarRow, { id: row.calendarId }) : null;
    if (!row || !calendar) throw new Error('a tenant without an SLA policy');
    return { policy: policyOf(row), calendar: calendarOf(calendar) };
  }

  /** Moves the row to `status` and its clocks by what happened, and plans the due times anew; the caller stores it. */
  async record(tx: Tx, row: Case, event: SlaEvent | null, status = row.status): Promise<void> {
    const plan = await this.plan(tx, row.slaPolicyId);
    const before = factsOf(row);
    const facts = event ? applySlaEvent(before, event) : before;
    row.status = status;
    writeFacts(row, facts, plan.calendar);
    writeDue(row, dueTimes(plan.policy, plan.calendar, facts), isOpenStatus(row.status));
  }
}

export const policyOf = (row: SlaPolicyRow): SlaPolicy => ({
  firstResponse: { minutes: row.firstResponseMinutes },
  nextResponse: { minutes: row.nextResponseMinutes },
  resolution:
    row.resolutionDays !== null
      ? { days: row.resolutionDays }
      : row.resolutionMinutes !== null
        ? { minutes: row.resolutionMinutes }
        : null,
});

export const calendarOf = (row: CalendarRow): BusinessCalendar => ({
  timeZone: row.timeZone,
  week: row.week,
  holidays: row.holidays,
});

type ClockColumns = Pick<
  Case,
  | 'status'
  | 'createdAt'
  | 'firstRespondedAt'
  | 'unansweredSince'
  | 'nextResponseDueAt'
  | 'lastCustomerMessageAt'
  | 'resolutionStartedAt'
  | 'pauses'
  | 'waitingSince'
  | 'resolvedAt'
>;

export function factsOf(row: ClockColumns): SlaFacts {
  const pauses = row.pauses.map(({ from, to }) => ({ from: new Date(from), to: to === null ? null : new Date(to) }));
  if (row.status === 'waiting' && row.waitingSince && pauses.at(-1)?.to !== null)
    pauses.push({ from: row.waitingSince, to: null });
  return {
    createdAt: row.createdAt,
    firstResponseAt: row.firstRespondedAt,
    unansweredSince: row.unansweredSince ?? (row.nextResponseDueAt ? row.lastCustomerMessageAt : null),
    resolutionStartedAt: row.resolutionStartedAt ?? row.createdAt,
    pauses,
    resolvedAt: isOpenStatus(row.status) ? null : row.resolvedAt,
  };
}

/** The stored due times in the shape of the rules; warnings are not stored but for the nearest clock. */
export const dueOf = (row: Pick<Case, 'firstResponseDueAt' | 'nextResponseDueAt' | 'resolutionDueAt'>): DueTimes => ({
  firstResponse: { dueAt: row.firstResponseDueAt, warnAt: null },
  nextResponse: { dueAt: row.nextResponseDueAt, warnAt: null },
  resolution: { dueAt: row.resolutionDueAt, warnAt: null },
});

function writeFacts(row: Case, facts: SlaFacts, calendar: BusinessCalendar): void {
  row.firstRespondedAt = facts.firstResponseAt;
  row.unansweredSince = facts.unansweredSince;
  row.resolutionStartedAt = facts.resolutionStartedAt;
  row.pauses = facts.pauses.map(({ from, to }) => ({ from: from.toISOString(), to: to?.toISOString() ?? null }));
  row.waitingSince = facts.pauses.find((pause) => pause.to === null)?.from ?? null;
  row.waitedMinutes = Math.round(
    facts.pauses.reduce((sum, { from, to }) => sum + (to ? workingMinutesBetween(calendar, from, to) : 0), 0),
  );
  row.resolvedAt = facts.resolvedAt;
}

/** Stored, and of those that still run the nearest one: what the list is sorted by. */
function writeDue(row: Case, due: DueTimes, open: boolean): void {
  row.firstResponseDueAt = due.firstResponse.dueAt;
  row.nextResponseDueAt = due.nextResponse.dueAt;
  row.resolutionDueAt = due.resolution.dueAt;
  const running = !open
    ? []
    : [...(row.firstRespondedAt === null ? [due.firstResponse] : []), due.nextResponse, due.resolution].filter(
        (clock) => clock.dueAt !== null,
      );
  running.sort((a, b) => (a.dueAt?.getTime() ?? 0) - (b.dueAt?.getTime() ?? 0));
  row.dueAt = running[0]?.dueAt ?? null;
  row.warnAt = running[0]?.warnAt ?? null;
}
