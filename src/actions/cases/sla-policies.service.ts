import { Injectable } from '@nestjs/common';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { holidayCountries, publicHolidays } from '../../platform/holidays.js';
import { newId } from '../../platform/ids.js';
import { type Page, pageOfAll } from '../../platform/page.js';
import { instantAt } from '../../platform/zone.js';
import { addWorkingMinutes, assertCalendar, CalendarError } from './calendar.js';
import type { ShortListQuery } from './cases.contract.js';
import { CalendarRow, SlaPolicyRow } from './cases.entity.js';
import { calendarOf, policyOf } from './clocks.js';
import { Replanning } from './replanning.service.js';
import { policySentence } from './rules.js';
import type * as C from './sla.contract.js';
import { type Due, dueTimes } from './sla.js';
import { OPEN_SQL } from './transitions.js';

type CalendarFields = Pick<CalendarRow, 'timeZone' | 'week' | 'holidays' | 'country' | 'region'>;

/** SLA policies and the business calendars they go by. Whatever changes here plans the open cases anew. */
@Injectable()
export class SlaPolicies {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly replanning: Replanning,
  ) {}

  // ——— policies ———

  list(tenantId: string, query: ShortListQuery): Promise<Page<C.SlaPolicyView>> {
    return this.db.tenant(tenantId, async (tx) => pageOfAll(await this.views(tx), query));
  }

  /** @throws AppError 422 for an unknown calendar, touchpoint or person, or two times of resolution */
  add(who: Principal, input: C.NewSlaPolicy): Promise<C.SlaPolicyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.alone(tx);
      const { order, calendarId, ...fields } = input;
      const calendar = calendarId ?? (await tx.em.findOneByOrFail(CalendarRow, { isDefault: true })).id;
      await this.check(tx, { ...fields, calendarId: calendar });
      const id = newId();
      await tx.em.insert(SlaPolicyRow, { id, ...fields, calendarId: calendar, position: 0, isDefault: false } as never);
      await this.place(tx, id, order ?? 1000);
      await this.identity.audit(tx, who, 'sla_policy.created', { kind: 'sla_policy', id });
      await this.replanning.start(tx, `SLA policy “${input.name}” was added`);
      return this.view(tx, id);
    });
  }

  /** @throws AppError sla_policy.not_found, sla_policy.version (409), 422 */
  change(who: Principal, id: string, { version, order, ...change }: C.ChangeSlaPolicy): Promise<C.SlaPolicyView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.alone(tx);
      const row = await tx.em.findOne(SlaPolicyRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('sla_policy', 'SLA policy');
      requireVersion(row, version, 'sla_policy');
      if (row.isDefault && change.conditions && Object.keys(change.conditions).length > 0)
        throw invalid('conditions', 'This policy is for every case that no other one fits; it has no conditions.');
      await this.check(tx, {
        calendarId: change.calendarId ?? row.calendarId,
        conditions: change.conditions ?? row.conditions,
        escalation: change.escalation ?? row.escalation,
        resolutionMinutes: change.resolutionMinutes === undefined ? row.resolutionMinutes : change.resolutionMinutes,
        resolutionDays: change.resolutionDays === undefined ? row.resolutionDays : change.resolutionDays,
      });
      await tx.em.update(SlaPolicyRow, { id }, { ...change, version: row.version + 1 } as never);
      if (order !== undefined && !row.isDefault) await this.place(tx, id, order);
      await this.identity.audit(tx, who, 'sla_policy.changed', { kind: 'sla_policy', id }, { ...change });
      await this.replanning.start(tx, `SLA policy “${change.name ?? row.name}” was changed`);
      return this.view(tx, id);
    });
  }

  /** Rules that asked for it go by the list from now on. @throws AppError sla_policy.not_found, sla_policy.is_default (409) */
  remove(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.alone(tx);
      const row = await tx.em.findOne(SlaPolicyRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('sla_policy', 'SLA policy');
      if (row.isDefault)
        throw new AppError(
          'conflict',
          'sla_policy.is_default',
          'This policy is for every case that no other one fits; change it instead.',
        );
      await tx.em.query(`update case_rules set sla_policy_id = null where sla_policy_id = $1`, [id]);
      await tx.em.query(`update cases set sla_policy_id = null where sla_policy_id = $1`, [id]);
      await tx.em.query(`update cases set sla_applied_id = null where sla_applied_id = $1`, [id]);
      await tx.em.delete(SlaPolicyRow, { id });
      await this.place(tx, null, 0);
      await this.identity.audit(tx, who, 'sla_policy.deleted', { kind: 'sla_policy', id });
      await this.replanning.start(tx, `SLA policy “${row.name}” was removed`);
    });
  }

  /** When a case would be due, for a policy and calendar as they stand in a form. @throws AppError 422 */
  preview(tenantId: string, input: C.PreviewRequest): Promise<C.Preview> {
    return this.db.tenant(tenantId, async (tx) => {
      const now = this.clock.now();
      const given = input.calendarId ? await tx.em.findOneBy(CalendarRow, { id: input.calendarId }) : null;
      if (input.calendarId && !given) throw invalid('calendarId', 'Choose a calendar of your organization.');
      const fields: CalendarFields =
        given ?? input.calendar ?? (await tx.em.findOneByOrFail(CalendarRow, { isDefault: true }));
      this.checkCalendar(fields, 'calendar.');
      const at = localInstant(input.at, fields.timeZone);
      // Holidays of the years around the case, which may be far from today.
      const calendar = calendarOf(fields, at > now ? at : now);
      if (input.resolutionMinutes !== null && input.resolutionDays !== null)
        throw invalid('resolutionDays', 'Give minutes or days, not both.');
      const due = dueTimes(policyOf(input), calendar, {
        createdAt: at,
        firstResponseAt: null,
        unansweredSince: at,
        resolutionStartedAt: at,
        pauses: [],
        resolvedAt: null,
      });
      const shown = ({ dueAt, warnAt }: Due) =>
        dueAt && warnAt ? { dueAt: dueAt.toISOString(), warnAt: warnAt.toISOString() } : null;
      return {
        timeZone: fields.timeZone,
        createdAt: at.toISOString(),
        firstResponse: shown(due.firstResponse),
        nextResponse: shown(due.nextResponse),
        resolution: shown(due.resolution),
      };
    });
  }

  // ——— calendars ———

  calendars(tenantId: string, query: ShortListQuery): Promise<Page<C.CalendarView>> {
    return this.db.tenant(tenantId, async (tx) => pageOfAll(await this.calendarViews(tx), query));
  }

  /** @throws AppError 422 for a calendar nobody can work by */
  addCalendar(who: Principal, input: C.NewCalendar): Promise<C.CalendarView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      this.checkCalendar(input as CalendarFields);
      const id = newId();
      await tx.em.insert(CalendarRow, { id, ...input, holidays: days(input.holidays), isDefault: false } as never);
      await this.identity.audit(tx, who, 'calendar.created', { kind: 'calendar', id });
      return this.calendarView(tx, id);
    });
  }

  /** @throws AppError calendar.not_found, calendar.version (409), 422 */
  changeCalendar(who: Principal, id: string, { version, ...change }: C.ChangeCalendar): Promise<C.CalendarView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await tx.em.findOne(CalendarRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('calendar', 'calendar');
      requireVersion(row, version, 'calendar');
      // A region is one of its country.
      const region = change.country !== undefined && change.region === undefined ? { region: null } : {};
      const next = { ...change, ...region, ...(change.holidays ? { holidays: days(change.holidays) } : {}) };
      this.checkCalendar({ ...calendarFields(row), ...next } as CalendarFields);
      await tx.em.update(CalendarRow, { id }, { ...next, version: row.version + 1 } as never);
      await this.identity.audit(tx, who, 'calendar.changed', { kind: 'calendar', id }, { ...change });
      await this.replanning.start(tx, `Calendar “${change.name ?? row.name}” was changed`);
      return this.calendarView(tx, id);
    });
  }

  /** @throws AppError calendar.not_found, calendar.in_use (409) */
  removeCalendar(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await tx.em.findOne(CalendarRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('calendar', 'calendar');
      if (row.isDefault || (await tx.em.existsBy(SlaPolicyRow, { calendarId: id })))
        throw new AppError(
          'conflict',
          'calendar.in_use',
          row.isDefault
            ? 'This is the organization’s own calendar; change it instead.'
            : 'An SLA policy goes by this calendar. Give the policy another one first.',
        );
      await tx.em.delete(CalendarRow, { id });
      await this.identity.audit(tx, who, 'calendar.deleted', { kind: 'calendar', id });
    });
  }

  holidays(country: string, region: string | undefined, year: number) {
    this.requireCountry(country, region ?? null, '');
    return { items: [...publicHolidays(country, region ?? null, year)] };
  }

  countries() {
    return { items: [...holidayCountries()] };
  }

  // ——— inside ———

  private async check(
    tx: Tx,
    policy: Pick<SlaPolicyRow, 'calendarId' | 'conditions' | 'escalation' | 'resolutionMinutes' | 'resolutionDays'>,
  ): Promise<void> {
    if (!(await tx.em.existsBy(CalendarRow, { id: policy.calendarId })))
      throw invalid('calendarId', 'Choose a calendar of your organization.');
    if (policy.resolutionMinutes !== null && policy.resolutionDays !== null)
      throw invalid('resolutionDays', 'Give minutes or days, not both.');
    const keys = new Set((await this.journeys.touchpoints(tx)).map((one) => one.key));
    for (const [at, key] of (policy.conditions.touchpoints ?? []).entries())
      if (!keys.has(key)) throw invalid(`conditions.touchpoints[${at}]`, 'Choose a touchpoint of your organization.');
    const users = await this.identity.users(tx);
    for (const [at, step] of policy.escalation.entries()) {
      if (step.userId === undefined) continue;
      const user = users.find((one) => one.id === step.userId && !one.disabled);
      if (!user || user.role === 'viewer')
        throw invalid(`escalation[${at}].userId`, 'Choose a person who works cases.');
    }
  }

  private checkCalendar(fields: CalendarFields, at = ''): void {
    if (fields.country !== null) this.requireCountry(fields.country, fields.region, at);
    else if (fields.region !== null) throw invalid(`${at}region`, 'Choose the country first.');
    try {
      const calendar = calendarOf(fields, this.clock.now());
      assertCalendar(calendar);
      addWorkingMinutes(calendar, this.clock.now(), 1);
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error;
      throw invalid(error.message.includes('zone') ? `${at}timeZone` : `${at}week`, error.message);
    }
  }

  private requireCountry(code: string, region: string | null, at: string): void {
    const country = holidayCountries().find((one) => one.code === code);
    if (!country) throw invalid(`${at}country`, 'The book of holidays does not know this country.');
    if (region !== null && !country.regions.some((one) => one.code === region))
      throw invalid(`${at}region`, 'This country has no such region.');
  }

  /** One change of the order at a time: each numbers all policies, and two would wait for each other. */
  private async alone(tx: Tx): Promise<void> {
    await tx.em.query(`select pg_advisory_xact_lock(hashtext('sla_policies.order'), hashtext($1))`, [tx.tenantId]);
  }

  /** Numbers all policies but the default 1…n with `id` at `order`. */
  private async place(tx: Tx, id: string | null, order: number): Promise<void> {
    const rows = await tx.em.find(SlaPolicyRow, {
      where: { isDefault: false },
      order: { position: 'ASC', name: 'ASC', id: 'ASC' },
    });
    const rest = rows.map((row) => row.id).filter((other) => other !== id);
    if (id !== null) rest.splice(Math.min(order - 1, rest.length), 0, id);
    await tx.em.query(
      `update sla_policies set position = n.position from unnest($1::uuid[]) with ordinality as n (id, position) where sla_policies.id = n.id`,
      [rest],
    );
  }

  private async views(tx: Tx): Promise<C.SlaPolicyView[]> {
    const calendars = new Map((await tx.em.find(CalendarRow)).map((row) => [row.id, row]));
    const touchpoints = new Map((await this.journeys.touchpoints(tx)).map((one) => [one.key, one.name]));
    const counts: { id: string; n: number }[] = await tx.em.query(
      `select sla_applied_id as id, count(*)::int as n from cases where status in (${OPEN_SQL}) and sla_applied_id is not null group by 1`,
    );
    const open = new Map(counts.map((row) => [row.id, row.n]));
    const rows = await tx.em.find(SlaPolicyRow, {
      order: { isDefault: 'ASC', position: 'ASC', name: 'ASC', id: 'ASC' },
    });
    return rows.flatMap((row, at) => {
      const calendar = calendars.get(row.calendarId);
      if (!calendar) return [];
      return [
        {
          id: row.id,
          name: row.name,
          order: at + 1,
          isDefault: row.isDefault,
          conditions: row.conditions,
          sentence: policySentence(row, { touchpoint: (key) => touchpoints.get(key) ?? key }),
          firstResponseMinutes: row.firstResponseMinutes,
          nextResponseMinutes: row.nextResponseMinutes,
          resolutionMinutes: row.resolutionMinutes,
          resolutionDays: row.resolutionDays,
          escalation: row.escalation,
          calendar: calendarFields(calendar),
          openCases: open.get(row.id) ?? 0,
          version: row.version,
        },
      ];
    });
  }

  private async view(tx: Tx, id: string): Promise<C.SlaPolicyView> {
    const view = (await this.views(tx)).find((one) => one.id === id);
    if (!view) throw notFound('sla_policy', 'SLA policy');
    return view;
  }

  private async calendarViews(tx: Tx): Promise<C.CalendarView[]> {
    const rows = await tx.em.find(CalendarRow, { order: { isDefault: 'DESC', name: 'ASC', id: 'ASC' } });
    const counts: { id: string; n: number }[] = await tx.em.query(
      `select calendar_id as id, count(*)::int as n from sla_policies group by 1`,
    );
    const used = new Map(counts.map((row) => [row.id, row.n]));
    return rows.map((row) => ({
      ...calendarFields(row),
      isDefault: row.isDefault,
      policies: used.get(row.id) ?? 0,
      version: row.version,
    }));
  }

  private async calendarView(tx: Tx, id: string): Promise<C.CalendarView> {
    const view = (await this.calendarViews(tx)).find((one) => one.id === id);
    if (!view) throw notFound('calendar', 'calendar');
    return view;
  }
}

const calendarFields = (row: CalendarRow) => ({
  id: row.id,
  name: row.name,
  timeZone: row.timeZone,
  week: row.week as C.CalendarView['week'],
  holidays: row.holidays,
  country: row.country,
  region: row.region,
});

/** Each once, in order. */
const days = (list: readonly string[]): string[] => [...new Set(list)].sort();

/** A wall clock's time as an instant. @throws AppError 422 for a day or time that is none */
function localInstant(text: string, timeZone: string): Date {
  const wall = Date.parse(`${text}:00Z`);
  if (Number.isNaN(wall)) throw invalid('at', 'Enter a local time such as 2026-11-20T16:30.');
  return new Date(instantAt(timeZone, wall));
}
