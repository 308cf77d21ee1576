import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/db.js';
import { publicHolidays } from '../../platform/holidays.js';
import { type BusinessCalendar, workingMinutesBetween } from './calendar.js';
import { CalendarRow, type Case, type CaseEscalation, SlaPolicyRow } from './cases.entity.js';
import { climb, rungKey, rungs } from './escalation.js';
import { type PolicyFacts, policyFits } from './rules.js';
import type { EscalationStep } from './sla.contract.js';
import { applySlaEvent, type DueTimes, dueTimes, type SlaEvent, type SlaFacts, type SlaPolicy } from './sla.js';
import { isOpenStatus } from './transitions.js';

export interface Plan {
  policyId: string;
  policy: SlaPolicy;
  calendar: BusinessCalendar;
  escalation: readonly EscalationStep[];
}

/** What chooses the policy of a case. `slaPolicyId`: the one its rule asked for, whatever the list says. */
export type Planned = Pick<Case, 'slaPolicyId' | 'priority' | 'touchpointId' | 'customerId'>;

/** Policies and calendars of the tenant, read once for many cases. */
export interface PolicyBook {
  policies: readonly SlaPolicyRow[];
  calendars: ReadonlyMap<string, BusinessCalendar>;
}

/** The stored clocks of cases: from a row to the facts of `sla.ts`, and back with due times. */
@Injectable()
export class Clocks {
  constructor(private readonly clock: Clock) {}

  async book(tx: Tx): Promise<PolicyBook> {
    const now = this.clock.now();
    return {
      policies: await tx.em.find(SlaPolicyRow, {
        order: { isDefault: 'ASC', position: 'ASC', name: 'ASC', id: 'ASC' },
      }),
      calendars: new Map((await tx.em.find(CalendarRow)).map((row) => [row.id, calendarOf(row, now)])),
    };
  }

  /** The policy that counts for the case: its rule's, else the first that fits, else the tenant's own. */
  async plan(tx: Tx, about: Planned): Promise<Plan> {
    const [plan] = await this.plans(tx, await this.book(tx), [about]);
    if (!plan) throw new Error('a plan was lost');
    return plan;
  }

  /** `plan` for many, in one statement at most; in their order. */
  async plans(tx: Tx, book: PolicyBook, all: readonly Planned[]): Promise<Plan[]> {
    const facts = await this.factsFor(tx, book, all);
    return all.map((about, at) => {
      const row =
        book.policies.find((policy) => policy.id === about.slaPolicyId) ??
        book.policies.find((policy) => policy.isDefault || policyFits(policy.conditions, facts[at] ?? NOTHING));
      const calendar = row && book.calendars.get(row.calendarId);
      if (!row || !calendar) throw new Error('a tenant without an SLA policy');
      return { policyId: row.id, policy: policyOf(row), calendar, escalation: row.escalation };
    });
  }

  /** Moves the row to `status` and its clocks by what happened, and plans the due times anew; the caller stores it. */
  async record(tx: Tx, row: Case, event: SlaEvent | null, status = row.status): Promise<void> {
    const plan = await this.plan(tx, row);
    const taken = await this.taken(tx, [row.id]);
    this.apply(row, plan, taken.get(row.id) ?? new Set(), event, status);
  }

  /** `record` with everything at hand. */
  apply(
    row: Case,
    plan: Plan,
    taken: ReadonlySet<string>,
    event: SlaEvent | null = null,
    status: Case['status'] = row.status,
  ): void {
    const before = factsOf(row);
    const facts = event ? applySlaEvent(before, event) : before;
    row.status = status;
    row.slaAppliedId = plan.policyId;
    writeFacts(row, facts, plan.calendar);
    const due = dueTimes(plan.policy, plan.calendar, facts);
    writeDue(row, due, isOpenStatus(row.status));
    // What is due by now is looked at by the next sweep.
    const left = rungs(plan.escalation, due, facts, plan.calendar).find((rung) => !taken.has(rungKey(rung)));
    row.escalateAt = left?.at ?? null;
  }

  /** The steps that were taken, by case. */
  async taken(tx: Tx, caseIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const rows: { case_id: string; clock: CaseEscalation['clock']; started_at: Date; step: string }[] =
      await tx.em.query(
        `select case_id, clock, started_at, step from case_escalations where case_id = any($1::uuid[])`,
        [caseIds],
      );
    const found = new Map<string, Set<string>>();
    for (const row of rows) {
      const key = rungKey({ clock: row.clock, startedAt: row.started_at, key: row.step });
      found.set(row.case_id, (found.get(row.case_id) ?? new Set()).add(key));
    }
    return found;
  }

  /** What is to be done for the case at `now`; `row.escalateAt` becomes the time to look again. */
  climb(row: Case, plan: Plan, taken: ReadonlySet<string>, now: Date): ReturnType<typeof climb> {
    const facts = factsOf(row);
    const due = dueTimes(plan.policy, plan.calendar, facts);
    const found = climb(rungs(plan.escalation, due, facts, plan.calendar), taken, due, now);
    row.escalateAt = found.nextAt;
    return found;
  }

  private async factsFor(tx: Tx, book: PolicyBook, all: readonly Planned[]): Promise<PolicyFacts[]> {
    const asks = (key: keyof SlaPolicyRow['conditions']): boolean =>
      book.policies.some((policy) => policy.conditions[key] !== undefined);
    const aboutCustomers = asks('segments') || asks('accounts') || asks('lifetimeValueFrom');
    const customers = new Map<string, NonNullable<PolicyFacts['customer']>>();
    const touchpoints = new Map<string, string>();
    if (aboutCustomers) {
      const rows: { id: string; segments: string[] | null; account: string | null; value: string | null }[] =
        await tx.em.query(
          `select c.id, c.segments, a.name as account, c.lifetime_value as value from customers c left join accounts a on a.id = c.account_id where c.id = any($1::uuid[])`,
          [[...new Set(all.flatMap((one) => one.customerId ?? []))]],
        );
      for (const row of rows)
        customers.set(row.id, {
          segments: row.segments ?? [],
          account: row.account,
          lifetimeValue: row.value === null ? null : Number(row.value),
        });
    }
    if (asks('touchpoints')) {
      const rows: { id: string; key: string }[] = await tx.em.query(
        `select id, key from touchpoints where id = any($1::uuid[])`,
        [[...new Set(all.flatMap((one) => one.touchpointId ?? []))]],
      );
      for (const row of rows) touchpoints.set(row.id, row.key);
    }
    return all.map((one) => ({
      priority: one.priority,
      touchpointKey: one.touchpointId === null ? null : (touchpoints.get(one.touchpointId) ?? null),
      customer: one.customerId === null ? null : (customers.get(one.customerId) ?? null),
    }));
  }
}

const NOTHING: PolicyFacts = { priority: 'normal', touchpointKey: null, customer: null };

export const policyOf = (
  row: Pick<SlaPolicyRow, 'firstResponseMinutes' | 'nextResponseMinutes' | 'resolutionMinutes' | 'resolutionDays'>,
): SlaPolicy => ({
  firstResponse: row.firstResponseMinutes === null ? null : { minutes: row.firstResponseMinutes },
  nextResponse: row.nextResponseMinutes === null ? null : { minutes: row.nextResponseMinutes },
  resolution:
    row.resolutionDays !== null
      ? { days: row.resolutionDays }
      : row.resolutionMinutes !== null
        ? { minutes: row.resolutionMinutes }
        : null,
});

/** With the public holidays of its country for the years that due times of today's cases may fall in. */
export function calendarOf(
  row: Pick<CalendarRow, 'timeZone' | 'week' | 'holidays' | 'country' | 'region'>,
  now: Date,
): BusinessCalendar {
  const { country } = row;
  const year = now.getUTCFullYear();
  return {
    timeZone: row.timeZone,
    week: row.week,
    holidays:
      country === null
        ? row.holidays
        : [
            ...row.holidays,
            ...[-1, 0, 1, 2].flatMap((by) =>
              publicHolidays(country, row.region, year + by).map((holiday) => holiday.day),
            ),
          ],
  };
}

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
