import { Injectable } from '@nestjs/common';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { type Page, pageOfAll } from '../../platform/page.js';
import { DAY_MS, localDate } from '../../platform/zone.js';
import { defaultCalendar } from './calendar.js';
import type {
  RootCauseView,
  Backtest,
  CaseRuleView,
  ChangeCaseRule,
  DraftBacktest,
  NewCaseRule,
  RuleAssign,
  RuleConditions,
  ShortListQuery,
} from './cases.contract.js';
import { CalendarRow, CaseRule, RootCause, SlaPolicyRow } from './cases.entity.js';
import { fits, policyFits, ruleSentence, type RuleFacts, workingTime } from './rules.js';

const BACKTEST_DAYS = 90;

/** What a new organization may choose from; its own words come with use. */
const ROOT_CAUSES: Record<RootCause['area'], readonly string[]> = {
  product: ['Quality defect', 'Missing feature', 'Hard to use'],
  process: [
    'Late or missed appointment',
    'Wrong or missing information',
    'Slow answer',
    'Handed over too often',
    'Billing error',
  ],
  business_model: ['Price', 'Contract terms', 'Not offered in this area'],
};

/** A response as rules see it, with what names its touchpoint's owner. */
export interface Candidate extends RuleFacts {
  responseId: string;
  customerId: string | null;
  touchpointId: string | null;
  submittedAt: Date;
  /** When we got it. */
  receivedAt: Date;
  /** Given on a page of ours, which says what happens next. */
  byPage: boolean;
}

/** Which responses open which case for whom. */
@Injectable()
export class CaseRules {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly painPoints: PainPoints,
  ) {
    identity.registerSetup((tx, tenant) => this.setUp(tx, tenant.timeZone));
  }

  /** The first enabled rule that fits, or null. */
  async firstMatch(tx: Tx, facts: RuleFacts): Promise<CaseRule | null> {
    return (await this.rules(tx)).find((rule) => rule.enabled && fits(rule.conditions, facts)) ?? null;
  }

  /** The response as rules see it now; null when there is none. */
  async candidate(tx: Tx, responseId: string): Promise<(Candidate & { withdrawn: boolean }) | null> {
    const [row] = await this.candidates(tx, `r.id = $1`, [responseId]);
    return row ?? null;
  }

  // ——— HTTP ———

  list(tenantId: string, query: ShortListQuery): Promise<Page<CaseRuleView>> {
    return this.db.tenant(tenantId, async (tx) => pageOfAll(await this.views(tx, await this.rules(tx)), query));
  }

  /** @throws AppError 422 for an unknown touchpoint, person, team, pain point or SLA policy */
  add(who: Principal, input: NewCaseRule): Promise<CaseRuleView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.alone(tx);
      await this.check(tx, input);
      const rules = await this.rules(tx);
      const row = { id: newId(), ...columns(input), position: 0 };
      await tx.em.insert(CaseRule, row as CaseRule);
      await this.place(tx, row.id, input.order ?? rules.length + 1);
      await this.identity.audit(tx, who, 'case_rule.created', { kind: 'case_rule', id: row.id });
      return this.one(tx, row.id);
    });
  }

  /** @throws AppError case_rule.not_found, case_rule.version (409) */
  change(who: Principal, id: string, { version, order, ...change }: ChangeCaseRule): Promise<CaseRuleView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, version, 'case_rule');
      await this.check(tx, change);
      await tx.em.update(CaseRule, { id }, { ...columns(change), version: row.version + 1 } as never);
      if (order !== undefined) await this.place(tx, id, order);
      await this.identity.audit(tx, who, 'case_rule.changed', { kind: 'case_rule', id }, { ...change });
      return this.one(tx, id);
    });
  }

  /** Cases that it opened stay. @throws AppError case_rule.not_found */
  remove(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.lock(tx, id);
      await tx.em.delete(CaseRule, { id });
      await this.place(tx, null, 0);
      await this.identity.audit(tx, who, 'case_rule.deleted', { kind: 'case_rule', id });
    });
  }

  /** What the rule would have done in the last 90 days. @throws AppError case_rule.not_found */
  backtest(tenantId: string, id: string): Promise<Backtest> {
    return this.db.tenant(tenantId, async (tx) => {
      const rules = await this.rules(tx);
      const rule = rules.find((candidate) => candidate.id === id);
      if (!rule) throw notFound('case_rule', 'case rule');
      return this.backtested(tx, rule, rules);
    });
  }

  /** The same for a rule as it stands in a form, before anything is stored. @throws AppError case_rule.not_found, 422 as `add` */
  backtestDraft(tenantId: string, { id, ...draft }: DraftBacktest): Promise<Backtest> {
    return this.db.tenant(tenantId, async (tx) => {
      await this.check(tx, draft);
      const rules = await this.rules(tx);
      const known = rules.find((rule) => rule.id === id);
      if (id !== undefined && !known) throw notFound('case_rule', 'case rule');
      // A new rule comes last; it is asked before the one at its place.
      const position = draft.order === undefined ? (known?.position ?? rules.length + 1) : draft.order - 0.5;
      const rule = { id: id ?? newId(), ...columns(draft), position } as CaseRule;
      return this.backtested(tx, rule, rules);
    });
  }

  rootCauses(tenantId: string, query: ShortListQuery): Promise<Page<RootCauseView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows: RootCauseView[] = await tx.em.query(
        `select t.id, t.area, t.name, (select count(*)::int from cases c where c.root_cause_id = t.id) as cases from root_causes t order by t.area, t.name`,
      );
      return pageOfAll(rows, query);
    });
  }

  /** Adds to the tree; one that is there stays as it is. */
  addRootCause(who: Principal, input: { area: RootCause['area']; name: string }) {
    return this.db.tenant(who.tenantId, async (tx) => {
      await tx.em.query(`insert into root_causes (id, area, name) values ($1, $2, $3) on conflict do nothing`, [
        newId(),
        input.area,
        input.name,
      ]);
      const row = await tx.em.findOneByOrFail(RootCause, { name: input.name });
      await this.adoptCause(tx, row.id, row.name);
      return this.rootCause(tx, row.id);
    });
  }

  /** Renames it everywhere or moves it to another area. @throws AppError 404 root_cause.not_found, 409 root_cause.exists */
  changeRootCause(
    who: Principal,
    id: string,
    { area, name }: { area?: RootCause['area'] | undefined; name?: string | undefined },
  ) {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.rootCause(tx, id);
      const [other] = await tx.em.query(`select 1 from root_causes where lower(name) = lower($1) and id <> $2`, [
        name ?? null,
        id,
      ]);
      if (other) throw new AppError('conflict', 'root_cause.exists', 'There is a root cause of this name.');
      await tx.em.query(`update root_causes set area = coalesce($2, area), name = coalesce($3, name) where id = $1`, [
        id,
        area ?? null,
        name ?? null,
      ]);
      if (name !== undefined) {
        // A cause is one thing whatever it is called: cases and their resolutions show its present name.
        await tx.em.query(
          `update resolutions set root_cause = $2 where root_cause <> $2 and case_id in (select id from cases where root_cause_id = $1)
             and lower(root_cause) = (select lower(root_cause) from cases where id = resolutions.case_id)`,
          [id, name],
        );
        await tx.em.query(`update cases set root_cause = $2 where root_cause_id = $1`, [id, name]);
        await this.adoptCause(tx, id, name);
      }
      await this.identity.audit(tx, who, 'root_cause.changed', { kind: 'root_cause', id }, { area, name });
      return this.rootCause(tx, id);
    });
  }

  /** Cases keep its name as a text of their own, not in the tree. @throws AppError 404 root_cause.not_found */
  removeRootCause(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const { name } = await this.rootCause(tx, id);
      await tx.em.query(`update cases set root_cause_id = null where root_cause_id = $1`, [id]);
      await tx.em.query(`delete from root_causes where id = $1`, [id]);
      await this.identity.audit(tx, who, 'root_cause.deleted', { kind: 'root_cause', id }, { name });
    });
  }

  /** Causes that were typed in under this name before it stood in the tree. */
  private async adoptCause(tx: Tx, id: string, name: string): Promise<void> {
    await tx.em.query(
      `update cases set root_cause_id = $1, root_cause = $2 where root_cause_id is null and lower(root_cause) = lower($2)`,
      [id, name],
    );
  }

  private async rootCause(tx: Tx, id: string): Promise<RootCauseView> {
    const [row]: RootCauseView[] = await tx.em.query(
      `select t.id, t.area, t.name, (select count(*)::int from cases c where c.root_cause_id = t.id) as cases from root_causes t where t.id = $1`,
      [id],
    );
    if (!row) throw notFound('root_cause', 'root cause');
    return row;
  }

  // ——— inside ———

  private async backtested(tx: Tx, rule: CaseRule, rules: readonly CaseRule[]): Promise<Backtest> {
    const to = this.clock.now();
    const from = new Date(to.getTime() - BACKTEST_DAYS * DAY_MS);
    const { timeZone } = await this.identity.tenant(tx);
    const rows = await this.candidates(tx, `r.submitted_at >= $1 and r.submitted_at < $2 and r.withdrawn_at is null`, [
      from,
      to,
    ]);
    const others = rules.filter((other) => other.enabled && other.id !== rule.id);
    const before = others.filter((other) => other.position < rule.position);
    const days = new Map<string, number>();
    for (let at = from.getTime(); at < to.getTime(); at += DAY_MS) days.set(localDate(timeZone, new Date(at)), 0);
    const load = await this.loadOf(tx, rule.assign);
    const result = { matches: 0, cases: 0, detractors: 0, missedDetractors: 0 };
    for (const facts of rows) {
      const matches = fits(rule.conditions, facts);
      const isDetractor = (facts.metric === 'nps' || facts.metric === 'tnps') && facts.score <= 6;
      if (isDetractor) {
        result.detractors += 1;
        if (!matches && !others.some((other) => fits(other.conditions, facts))) result.missedDetractors += 1;
      }
      if (!matches) continue;
      result.matches += 1;
      if (before.some((other) => fits(other.conditions, facts))) continue;
      result.cases += 1;
      const day = localDate(timeZone, facts.submittedAt);
      days.set(day, (days.get(day) ?? 0) + 1);
      load.give(facts);
    }
    const names = await this.names(tx);
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      responses: rows.length,
      ...result,
      perDay: result.cases / BACKTEST_DAYS,
      days: [...days].map(([day, cases]) => ({ day, cases })),
      perOwner: load
        .owners()
        .map((owner) => ({
          ...owner,
          name: owner.ownerId ? names.user(owner.ownerId) : owner.teamId ? names.team(owner.teamId) : 'Nobody yet',
        }))
        .sort((a, b) => b.cases - a.cases),
    };
  }

  /**
   * Counts whom the rule would have given its cases. Turns and loads are spread evenly over the team as it is: who was away and how full
   * they were 90 days ago is not known any more.
   */
  private async loadOf(tx: Tx, assign: RuleAssign) {
    const owners = new Map<string, { ownerId: string | null; teamId: string | null; cases: number }>();
    const touchpoints = new Map((await this.journeys.touchpoints(tx)).map((one) => [one.id, one]));
    const users = (await this.identity.users(tx)).filter((user) => !user.disabled && user.role !== 'viewer');
    const count = (ownerId: string | null, teamId: string | null): void => {
      const key = `${ownerId} ${teamId}`;
      const known = owners.get(key);
      if (known) known.cases += 1;
      else owners.set(key, { ownerId, teamId, cases: 1 });
    };
    const members = 'teamId' in assign ? users.filter((user) => user.teamIds.includes(assign.teamId)) : [];
    const named =
      assign.to === 'customer_field'
        ? new Map(
            (
              (await tx.em.query(
                `select id, lower(trim(attributes ->> $1)) as value from customers where attributes ? $1`,
                [assign.field],
              )) as { id: string; value: string | null }[]
            ).map((row) => [row.id, row.value]),
          )
        : new Map<string, string | null>();
    let turn = 0;
    return {
      owners: () => [...owners.values()],
      give: (facts: Candidate): void => {
        const touchpoint = facts.touchpointId === null ? undefined : touchpoints.get(facts.touchpointId);
        switch (assign.to) {
          case 'nobody':
            return count(null, null);
          case 'user':
            return count(assign.userId, null);
          case 'team':
            return count(null, assign.teamId);
          case 'round_robin':
          case 'least_loaded': {
            const member = members[turn++ % Math.max(1, members.length)];
            return count(member?.id ?? null, member ? null : assign.teamId);
          }
          case 'customer_field': {
            const value = facts.customerId === null ? null : (named.get(facts.customerId) ?? null);
            const user = users.find(
              (one) => value !== null && (one.email.toLowerCase() === value || one.name.toLowerCase() === value),
            );
            return count(user?.id ?? null, user ? null : (touchpoint?.teamId ?? null));
          }
          case 'touchpoint':
            return count(touchpoint?.ownerId ?? null, touchpoint?.ownerId ? null : (touchpoint?.teamId ?? null));
        }
      },
    };
  }

  private async setUp(tx: Tx, timeZone: string): Promise<void> {
    const calendar = defaultCalendar(timeZone);
    const calendarId = newId();
    await tx.em.insert(CalendarRow, {
      id: calendarId,
      name: 'Monday to Friday, 9 to 17',
      timeZone,
      week: calendar.week as CalendarRow['week'],
      holidays: [],
      isDefault: true,
    } as never);
    await tx.em.insert(SlaPolicyRow, {
      id: newId(),
      name: 'Standard',
      calendarId,
      firstResponseMinutes: 240,
      nextResponseMinutes: 240,
      resolutionMinutes: null,
      resolutionDays: 3,
      isDefault: true,
    } as never);
    for (const [area, names] of Object.entries(ROOT_CAUSES))
      await tx.em.insert(RootCause, names.map((name) => ({ id: newId(), area, name })) as RootCause[]);
    await tx.em.insert(CaseRule, {
      id: newId(),
      name: 'Unhappy customers',
      position: 1,
      conditions: { scoreFrom: 0, scoreTo: 6, metrics: ['nps', 'tnps'], knownCustomer: true },
      assign: { to: 'touchpoint' },
      priority: 'normal',
      enabled: true,
    } as never);
    await tx.em.query(`insert into case_numbers (last) values (0) on conflict do nothing`);
  }

  private rules(tx: Tx): Promise<CaseRule[]> {
    return tx.em.find(CaseRule, { order: { position: 'ASC', createdAt: 'ASC', id: 'ASC' } });
  }

  /** One change of the order at a time: each numbers all rules, and two would wait for each other. */
  private async alone(tx: Tx): Promise<void> {
    await tx.em.query(`select pg_advisory_xact_lock(hashtext('case_rules.order'), hashtext($1))`, [tx.tenantId]);
  }

  private async lock(tx: Tx, id: string): Promise<CaseRule> {
    await this.alone(tx);
    const row = await tx.em.findOne(CaseRule, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('case_rule', 'case rule');
    return row;
  }

  private async one(tx: Tx, id: string): Promise<CaseRuleView> {
    const [view] = await this.views(tx, await tx.em.findBy(CaseRule, { id }));
    if (!view) throw notFound('case_rule', 'case rule');
    return view;
  }

  /** Numbers all rules 1…n with `id` at `order`. */
  private async place(tx: Tx, id: string | null, order: number): Promise<void> {
    const rest = (await this.rules(tx)).map((rule) => rule.id).filter((other) => other !== id);
    if (id !== null) rest.splice(Math.min(order - 1, rest.length), 0, id);
    await tx.em.query(
      `update case_rules set position = n.position from unnest($1::uuid[]) with ordinality as n (id, position)
       where case_rules.id = n.id and case_rules.position <> n.position`,
      [rest],
    );
  }

  private async check(
    tx: Tx,
    input: {
      conditions?: RuleConditions | undefined;
      assign?: RuleAssign | undefined;
      sla?: string | null | undefined;
    },
  ): Promise<void> {
    const keys = new Set(
      input.conditions?.touchpoints ? (await this.journeys.touchpoints(tx)).map((one) => one.key) : [],
    );
    for (const [at, key] of (input.conditions?.touchpoints ?? []).entries())
      if (!keys.has(key)) throw invalid(`conditions.touchpoints[${at}]`, 'Choose a touchpoint of your organization.');
    for (const [at, id] of (input.conditions?.painPointIds ?? []).entries())
      await this.painPoints.requirePainPoint(tx, id, `conditions.painPointIds[${at}]`);
    if (input.assign?.to === 'user') await this.identity.requireUser(tx, input.assign.userId, 'assign.userId');
    if (input.assign && 'teamId' in input.assign)
      await this.identity.requireTeam(tx, input.assign.teamId, 'assign.teamId');
    if (input.sla && !(await tx.em.existsBy(SlaPolicyRow, { id: input.sla })))
      throw invalid('sla', 'Choose an SLA policy of your organization.');
  }

  private async names(tx: Tx, painPointIds: string[] = []) {
    const users = new Map((await this.identity.users(tx)).map((user) => [user.id, user.name]));
    const teams = new Map((await this.identity.teams(tx)).map((team) => [team.id, team.name]));
    const touchpoints = new Map((await this.journeys.touchpoints(tx)).map((one) => [one.key, one.name]));
    const painPoints =
      painPointIds.length > 0 ? await this.painPoints.names(tx, painPointIds) : new Map<string, { name: string }>();
    return {
      user: (id: string) => users.get(id) ?? 'somebody who left',
      team: (id: string) => teams.get(id) ?? 'a team that is gone',
      touchpoint: (key: string) => touchpoints.get(key) ?? key,
      painPoint: (id: string) => painPoints.get(id)?.name ?? 'a pain point that is gone',
    };
  }

  private async views(tx: Tx, rules: CaseRule[]): Promise<CaseRuleView[]> {
    const names = await this.names(
      tx,
      rules.flatMap((rule) => rule.conditions.painPointIds ?? []),
    );
    const policies = await tx.em.find(SlaPolicyRow, { order: { isDefault: 'ASC', position: 'ASC' } });
    const opened: { rule_id: string; n: number }[] = await tx.em.query(
      `select rule_id, count(*)::int as n from cases where rule_id = any($1::uuid[]) and created_at >= $2 group by rule_id`,
      [rules.map((rule) => rule.id), new Date(this.clock.now().getTime() - BACKTEST_DAYS * DAY_MS)],
    );
    const counts = new Map(opened.map((row) => [row.rule_id, row.n]));
    return rules.map((rule) => {
      const policy =
        policies.find((one) => one.id === rule.slaPolicyId) ??
        policies.find((one) => one.isDefault || ruleFits(one, rule));
      const reply = policy?.firstResponseMinutes ?? null;
      return {
        id: rule.id,
        name: rule.name,
        order: rule.position,
        conditions: rule.conditions,
        assign: rule.assign,
        sla: rule.slaPolicyId,
        slaName: policy?.name ?? '',
        priority: rule.priority,
        enabled: rule.enabled,
        labels: rule.labels,
        acknowledge: rule.acknowledge,
        sentence: ruleSentence(rule, {
          ...names,
          sla: reply === null ? 'no reply time' : `reply in ${workingTime(reply)}`,
        }),
        opened: counts.get(rule.id) ?? 0,
        createdAt: rule.createdAt.toISOString(),
        version: rule.version,
      };
    });
  }

  private async candidates(tx: Tx, where: string, values: unknown[]): Promise<(Candidate & { withdrawn: boolean })[]> {
    // Segments, account and value stand with the customer as of now: a backtest asks what today's rule would do.
    const rows: {
      id: string;
      metric: RuleFacts['metric'];
      score: number;
      comment: string | null;
      language: string | null;
      sentiment_label: RuleFacts['sentiment'];
      may_contact: boolean | null;
      customer_id: string | null;
      touchpoint_id: string | null;
      touchpoint_key: string | null;
      segments: string[] | null;
      account: string | null;
      lifetime_value: string | null;
      pain_point_ids: string[];
      submitted_at: Date;
      created_at: Date;
      by_page: boolean;
      withdrawn: boolean;
    }[] = await tx.em.query(
      `select r.id, r.metric, r.score, r.comment, r.language, r.sentiment_label, r.may_contact, r.customer_id, r.touchpoint_id, t.key as touchpoint_key,
         c.segments, a.name as account, c.lifetime_value, r.submitted_at, r.created_at, r.submission_id is not null or r.invitation_id is not null as by_page, r.withdrawn_at is not null as withdrawn,
         coalesce((select array_agg(distinct s.pain_point_id) from statements s where s.response_id = r.id and s.pain_point_id is not null), '{}') as pain_point_ids
       from responses r left join touchpoints t on t.id = r.touchpoint_id left join customers c on c.id = r.customer_id left join accounts a on a.id = c.account_id
       where ${where}`,
      values,
    );
    return rows.map((row) => ({
      responseId: row.id,
      metric: row.metric,
      score: row.score,
      comment: row.comment,
      language: row.language,
      sentiment: row.sentiment_label,
      mayContact: row.may_contact,
      customerId: row.customer_id,
      touchpointId: row.touchpoint_id,
      touchpointKey: row.touchpoint_key,
      painPointIds: row.pain_point_ids,
      customer:
        row.customer_id === null
          ? null
          : {
              segments: row.segments ?? [],
              account: row.account,
              lifetimeValue: row.lifetime_value === null ? null : Number(row.lifetime_value),
            },
      submittedAt: row.submitted_at,
      receivedAt: row.created_at,
      byPage: row.by_page,
      withdrawn: row.withdrawn,
    }));
  }
}

/** True when the policy is for every case that the rule opens, as far as that can be said beforehand: by its priority. */
const ruleFits = (policy: SlaPolicyRow, rule: CaseRule): boolean =>
  policyFits(policy.conditions, { priority: rule.priority, touchpointKey: null, customer: null });

function columns(input: Partial<NewCaseRule> | Omit<ChangeCaseRule, 'version' | 'order'>): Partial<CaseRule> {
  return {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.conditions === undefined ? {} : { conditions: input.conditions }),
    ...(input.assign === undefined ? {} : { assign: input.assign }),
    ...(input.sla === undefined ? {} : { slaPolicyId: input.sla }),
    ...(input.priority === undefined ? {} : { priority: input.priority }),
    ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
    ...(input.labels === undefined ? {} : { labels: input.labels }),
    ...(input.acknowledge === undefined ? {} : { acknowledge: input.acknowledge }),
  };
}
