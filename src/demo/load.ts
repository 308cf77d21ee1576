import type { EntityManager } from 'typeorm';
import type { Customers } from '../customers/customers.service.js';
import type { Identity } from '../identity/identity.service.js';
import { DEMO_PASSWORD } from '../identity/sign-ins.service.js';
import { hashPassword } from '../identity/passwords.js';
import type { PainPoints } from '../painpoints/painpoints.service.js';
import type { Db, Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import type { SentimentService } from '../sentiment/sentiment.service.js';
import type { DemoData } from './demo-data.js';
import { demoConditions, recurringCampaign } from './load-campaigns.js';
import { loadSla } from './load-sla.js';
import { branchingSurveys } from './load-surveys.js';
import { generateDemo } from './generator.js';
import type { PainKey } from './pain-points.js';

export interface DemoServices {
  db: Db;
  identity: Identity;
  customers: Customers;
  sentiment: SentimentService;
  painPoints: PainPoints;
}

/** `done` of `total` rows and comments; `label` says in a few words what is being done. */
export type Progress = (done: number, total: number, label: string) => void;

/**
 * Generates the demo organization and writes all of it in one transaction: an interrupted load leaves nothing behind. Rows go in bulk, past
 * the modules' services, since history cannot be made by living it; comments are read by the real engine and grouped by the real grouping.
 * Nothing is promised to the outbox: what history would have caused is part of it.
 * @returns the new tenant's id
 */
export async function loadDemo(
  services: DemoServices,
  options: { seed: number; now: Date; progress?: Progress },
): Promise<string> {
  const data = generateDemo(options);
  const hashes = await Promise.all(data.users.map(() => hashPassword(DEMO_PASSWORD)));
  return services.db.systemThenTenant(async (em, enter) => {
    const branching = branchingSurveys(data, { ...options, sentiment: services.sentiment });
    data.surveys.push(...branching.surveys);
    const loader = new Loader(services, data, branching, options.progress ?? (() => undefined));
    return loader.load(em, enter, hashes);
  });
}

type Row = Record<string, unknown>;

/** Rows in one statement: bounded so that no single message to the server grows beyond a few megabytes. */
const CHUNK = 2000;
/** Comments read before other work of this process gets its turn. */
const BREATH = 100;
/** From this share of one complaint on, a group is taken to be about it. */
const MAJORITY = 0.5;

class Loader {
  private done = 0;
  private readonly total: number;
  private readonly user: Map<string, string>;
  private readonly team: Map<string, string>;
  private readonly touchpoint: Map<string, string>;

  constructor(
    private readonly services: DemoServices,
    private readonly data: DemoData,
    private readonly branching: ReturnType<typeof branchingSurveys>,
    private readonly progress: Progress,
  ) {
    const activities = data.cases.reduce((sum, one) => sum + one.activities.length, 0);
    const comments = data.responses.filter((one) => one.comment !== null).length;
    this.total =
      data.customers.length +
      data.events.length +
      data.invitations.length +
      data.responses.length +
      comments +
      data.cases.length +
      activities;
    this.user = new Map(data.users.map((one) => [one.key, one.id]));
    this.team = new Map(data.teams.map((one) => [one.key, one.id]));
    this.touchpoint = new Map(data.touchpoints.map((one) => [one.key, one.id]));
  }

  async load(em: EntityManager, enter: (tenantId: string) => Promise<Tx>, hashes: readonly string[]): Promise<string> {
    const { data } = this;
    const { name, timeZone, locale } = data.organization;
    const tx = await this.services.identity.createTenant(em, enter, { name, timeZone, locale, isDemo: true });
    await this.organization(tx, hashes);
    await this.listening(tx);
    await this.people(tx);
    await this.asking(tx);
    await this.answers(tx);
    const found = await this.grouping(tx);
    await this.cases(tx, found);
    await this.improving(tx, found);
    this.step(this.total - this.done, 'done');
    return tx.tenantId;
  }

  private step(count: number, label: string): void {
    this.done = Math.min(this.total, this.done + count);
    this.progress(this.done, this.total, label);
  }

  /** Bulk insert; the first row's keys are the columns, everything else gets its default. */
  private async insert(tx: Tx, table: string, rows: readonly Row[], label?: string): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const columns = Object.keys(first).join(', ');
    for (let at = 0; at < rows.length; at += CHUNK) {
      const chunk = rows.slice(at, at + CHUNK);
      await tx.em.query(
        `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [JSON.stringify(chunk)],
      );
      if (label !== undefined) this.step(chunk.length, label);
    }
  }

  private async organization(tx: Tx, hashes: readonly string[]): Promise<void> {
    const { organization, users, teams } = this.data;
    await tx.em.query(
      `update tenants set brand = $2, postal_address = $3, privacy_url = $4, sender = $5, created_at = $6 where id = $1`,
      [
        tx.tenantId,
        JSON.stringify(organization.brand),
        organization.postalAddress,
        organization.privacyUrl,
        JSON.stringify(organization.sender),
        organization.createdAt,
      ],
    );
    await this.insert(
      tx,
      'users',
      users.map((one, index) => ({
        id: one.id,
        email: one.email,
        password_hash: hashes[index],
        // The demo is set up already: its admin starts on the Overview.
        preferences: one.role === 'admin' ? { setUpDone: true } : {},
        created_at: organization.createdAt,
      })),
    );
    await this.insert(
      tx,
      'memberships',
      users.map((one) => ({
        tenant_id: tx.tenantId,
        user_id: one.id,
        name: one.name,
        role: one.role,
        version: 1,
        created_at: organization.createdAt,
      })),
    );
    const own = this.own(tx);
    await this.insert(
      tx,
      'teams',
      teams.map((one) => own({ id: one.id, name: one.name })),
    );
    await this.insert(
      tx,
      'team_members',
      users.flatMap((one) =>
        one.teams.map((key) => ({ tenant_id: tx.tenantId, team_id: this.team.get(key), user_id: one.id })),
      ),
    );
  }

  /** Rows read from JSON carry no defaults for columns that are named, so the tenant is named too. */
  private own(tx: Tx): (row: Row) => Row {
    return (row) => ({ tenant_id: tx.tenantId, ...row });
  }

  /** Journey, surveys, rules: in place of what every new tenant starts with. */
  private async listening(tx: Tx): Promise<void> {
    const { data } = this;
    const own = this.own(tx);
    for (const table of [
      'case_rules',
      'sla_policies',
      'business_calendars',
      'root_causes',
      'stages',
      'journeys',
      'contact_policies',
    ])
      await tx.em.query(`delete from ${table}`);
    await this.insert(tx, 'journeys', [
      own({
        id: data.journey.id,
        key: data.journey.key,
        name: data.journey.name,
        is_default: true,
        created_at: data.organization.createdAt,
      }),
    ]);
    await this.insert(
      tx,
      'stages',
      data.journey.stages.map((one) => own({ ...one, journey_id: data.journey.id })),
    );
    const stage = new Map(data.journey.stages.map((one) => [one.name, one.id]));
    await this.insert(
      tx,
      'touchpoints',
      data.touchpoints.map((one) =>
        own({
          id: one.id,
          key: one.key,
          name: one.name,
          stage_id: stage.get(one.stage),
          position: one.position,
          area: one.area,
          team_id: this.team.get(one.teamKey),
          owner_id: this.user.get(one.ownerKey),
          version: 1,
          created_at: data.organization.createdAt,
        }),
      ),
    );
    await this.insert(
      tx,
      'surveys',
      data.surveys.map((one) =>
        own({
          id: one.id,
          name: one.name,
          metric: one.metric,
          touchpoint_id: this.at(one.touchpointKey),
          status: 'live',
          locales: one.locales,
          questions: one.questions,
          published_version: 1,
          version: 1,
          created_at: one.publishedAt,
          updated_at: one.publishedAt,
        }),
      ),
    );
    await this.insert(
      tx,
      'survey_versions',
      data.surveys.map((one) =>
        own({
          survey_id: one.id,
          number: 1,
          metric: one.metric,
          locales: one.locales,
          questions: one.questions,
          published_at: one.publishedAt,
          published_by: this.user.get('manager'),
        }),
      ),
    );
    await this.insert(
      tx,
      'triggers',
      data.triggers.map((one) =>
        own({
          id: one.id,
          event_type: one.eventType,
          touchpoint_id: this.at(one.touchpointKey),
          survey_id: one.surveyId,
          delay_minutes: one.delayMinutes,
          sample_rate: one.sampleRate,
          conditions: demoConditions(one.eventType),
          enabled: one.enabled,
          version: 1,
          created_at: one.createdAt,
        }),
      ),
    );
    await this.insert(
      tx,
      'campaigns',
      data.campaigns.map((one) =>
        own({
          id: one.id,
          name: one.name,
          survey_id: one.surveyId,
          audience: one.audience,
          send_at: one.sendAt,
          reminders: one.reminders,
          sample_rate: one.sampleRate,
          status: one.status,
          launched_at: one.launchedAt,
          finished_at: one.finishedAt,
          version: 1,
          created_at: one.launchedAt,
        }),
      ),
    );
    await this.insert(tx, 'campaigns', [own({ id: newId(), ...recurringCampaign(data) })]);
    const { contactPolicy } = data;
    await this.insert(tx, 'contact_policies', [
      own({
        min_days_between: contactPolicy.minDaysBetween,
        max_per_year: contactPolicy.maxPerYear,
        quiet_hours: contactPolicy.quietHours,
        weekdays: contactPolicy.weekdays,
        respect_open_cases: contactPolicy.respectOpenCases,
        version: 1,
        updated_at: data.organization.createdAt,
      }),
    ]);
    await this.insert(tx, 'business_calendars', [
      own({
        id: data.calendar.id,
        name: data.calendar.name,
        time_zone: data.calendar.timeZone,
        week: data.calendar.week,
        holidays: data.calendar.holidays,
        is_default: true,
      }),
    ]);
    await this.insert(
      tx,
      'sla_policies',
      data.slaPolicies.map((one) =>
        own({
          id: one.id,
          name: one.name,
          calendar_id: data.calendar.id,
          first_response_minutes: one.firstResponseMinutes,
          next_response_minutes: one.nextResponseMinutes,
          resolution_minutes: one.resolutionMinutes,
          is_default: one.isDefault,
        }),
      ),
    );
    await this.insert(tx, 'root_causes', data.rootCauses.map(own));
    await this.insert(
      tx,
      'case_rules',
      data.caseRules.map((one) =>
        own({
          id: one.id,
          name: one.name,
          position: one.position,
          conditions: one.conditions,
          assign: one.assign.to === 'team' ? { to: 'team', teamId: this.team.get(one.assign.team) } : one.assign,
          sla_policy_id: one.slaId,
          priority: one.priority,
          enabled: true,
          version: 1,
          created_at: data.organization.createdAt,
        }),
      ),
    );
    await this.insert(
      tx,
      'annotations',
      data.annotations.map((one) =>
        own({
          id: one.id,
          day: one.day,
          text: one.text,
          touchpoint_id: this.at(one.touchpointKey),
          created_by: this.user.get(one.createdBy),
          created_at: one.day,
        }),
      ),
    );
    await this.insert(
      tx,
      'goals',
      data.goals.map((one) =>
        own({
          id: one.id,
          metric: one.metric,
          target: one.target,
          touchpoint_id: this.at(one.touchpointKey),
          due_on: one.dueOn,
          team_ids: one.teamKeys.map((key) => this.team.get(key)),
          created_at: data.organization.createdAt,
        }),
      ),
    );
  }

  private at(key: string | null): string | null {
    return key === null ? null : (this.touchpoint.get(key) ?? null);
  }

  private async people(tx: Tx): Promise<void> {
    const { data } = this;
    const own = this.own(tx);
    await this.insert(
      tx,
      'accounts',
      data.accounts.map((one) => own({ id: one.id, name: one.name, created_at: one.createdAt })),
    );
    await this.insert(
      tx,
      'customers',
      data.customers.map((one) =>
        own({
          id: one.id,
          external_id: one.externalId,
          email: one.email,
          phone: one.phone?.replaceAll(' ', '') ?? null,
          name: one.name,
          locale: one.locale,
          time_zone: data.organization.timeZone,
          account_id: one.accountId,
          lifetime_value: one.lifetimeValue,
          segments: one.segments,
          attributes: one.attributes,
          version: 1,
          created_at: one.createdAt,
          updated_at: one.createdAt,
        }),
      ),
      'customers',
    );
    await this.insert(
      tx,
      'consents',
      data.customers.flatMap((one) =>
        one.consents.map((consent) => own({ id: newId(), customer_id: one.id, ...consent, created_at: consent.at })),
      ),
    );
    for (const one of data.suppressions)
      await this.services.customers.suppress(tx, one.address, one.reason, one.source);
    await tx.em.query(
      `update suppressions s set created_at = n.at from jsonb_to_recordset($1::jsonb) as n (address text, at timestamptz) where s.address = n.address`,
      [JSON.stringify(data.suppressions)],
    );
  }

  private async asking(tx: Tx): Promise<void> {
    const { data } = this;
    const own = this.own(tx);
    const external = new Map(data.customers.map((one) => [one.id, one.externalId]));
    await this.insert(
      tx,
      'events',
      data.events.map((one) =>
        own({
          id: one.id,
          external_id: one.externalId,
          type: one.type,
          external_customer_id: external.get(one.customerId),
          touchpoint_key: one.touchpointKey,
          customer_id: one.customerId,
          touchpoint_id: this.at(one.touchpointKey),
          occurred_at: one.occurredAt,
          value: one.value,
          properties: one.properties,
          received_at: one.occurredAt,
        }),
      ),
      'events',
    );
    await this.insert(
      tx,
      'invitations',
      data.invitations.map((one) =>
        own({
          id: one.id,
          customer_id: one.customerId,
          address: one.address,
          survey_id: one.surveyId,
          survey_version: 1,
          touchpoint_id: this.at(one.touchpointKey),
          campaign_id: one.campaignId,
          trigger_id: one.triggerId,
          event_id: one.eventId,
          channel: 'email',
          locale: one.locale,
          status: one.status,
          skip_reason: one.skipReason,
          send_at: one.sendAt,
          sent_at: one.sentAt,
          answered_at: one.answeredAt,
          expires_at: one.expiresAt,
          created_at: one.createdAt,
        }),
      ),
      'invitations',
    );
  }

  private async answers(tx: Tx): Promise<void> {
    const own = this.own(tx);
    const responses: Row[] = [];
    const statements: Row[] = [];
    for (const [index, one] of this.data.responses.entries()) {
      // An empty comment has nothing to be read; `read` with nothing said is what the engine's job leaves behind.
      const reading = one.comment === null ? null : this.services.sentiment.read(one.comment, one.locale);
      responses.push(
        own({
          id: one.id,
          invitation_id: one.invitationId,
          customer_id: one.customerId,
          survey_id: one.surveyId,
          survey_version: 1,
          touchpoint_id: this.at(one.touchpointKey),
          metric: one.metric,
          score: one.score,
          picked: one.picked,
          comment: one.comment,
          answers: {},
          may_contact: one.mayContact,
          channel: one.channel,
          locale: one.locale,
          flags: one.flags,
          sentiment_state: reading === null || reading.label === null ? 'unreadable' : 'read',
          sentiment_label: reading?.label ?? null,
          sentiment_score: reading?.score ?? null,
          sentiment_reason: reading === null ? 'empty' : (reading.reason ?? null),
          language: reading?.language ?? null,
          engine: reading?.engine ?? null,
          submitted_at: one.submittedAt,
          created_at: one.submittedAt,
          version: 1,
        }),
      );
      for (const [position, statement] of (reading?.statements ?? []).entries())
        statements.push(
          own({
            id: newId(),
            response_id: one.id,
            position,
            text: statement.text,
            starts_at: statement.start,
            ends_at: statement.end,
            label: statement.label,
            score: statement.score,
            aspect: statement.aspect,
            language: reading?.language ?? null,
            touchpoint_id: this.at(one.touchpointKey),
            customer_id: one.customerId,
            placed_by_person: false,
            submitted_at: one.submittedAt,
            created_at: one.submittedAt,
          }),
        );
      if (reading !== null) this.done += 1;
      if (index % BREATH === 0) {
        this.step(0, 'reading comments');
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await this.insert(tx, 'responses', responses, 'responses');
    await this.insert(tx, 'statements', statements);
    const placed = ({ touchpoint, ...row }: Row): Row => own({ ...row, touchpoint_id: this.at(String(touchpoint)) });
    const manager = this.user.get('manager');
    await this.insert(
      tx,
      'open_links',
      this.branching.openLinks.map((row) => own({ ...row, created_by: manager })),
    );
    await this.insert(tx, 'page_visits', this.branching.visits.map(own));
    await this.insert(tx, 'responses', this.branching.responses.map(placed));
    await this.insert(tx, 'statements', this.branching.statements.map(placed));
  }

  /**
   * Groups what was said, then does what a team does in two years: gives the groups their names, owners and states, and puts together those
   * that say the same in different words or languages.
   * @returns the pain point that stands for each complaint
   */
  private async grouping(tx: Tx): Promise<Map<PainKey, string>> {
    const touchpoints = [...this.touchpoint.values(), null];
    this.step(0, 'finding pain points');
    for (const id of touchpoints) await this.services.painPoints.regroup(tx, id);
    const truth = new Map(this.data.responses.map((one) => [one.id, one.painKeys]));
    const rows: { pain_point_id: string; touchpoint_id: string | null; responses: string[] }[] = await tx.em.query(
      `select pain_point_id, touchpoint_id, array_agg(response_id) as responses from statements where pain_point_id is not null
       group by 1, 2 order by count(*) desc, 1`,
    );
    const found = new Map<PainKey, string>();
    const standing = new Map<string, string>();
    const merges: { id: string; into: string }[] = [];
    const named: Row[] = [];
    const dismissed: string[] = [];
    for (const row of rows) {
      const votes = new Map<PainKey, number>();
      for (const id of row.responses) for (const key of truth.get(id) ?? []) votes.set(key, (votes.get(key) ?? 0) + 1);
      const [winner] = [...votes].sort((x, y) => y[1] - x[1]);
      const plan = this.data.painPoints.find((one) => one.key === winner?.[0]);
      if (!plan || !winner || winner[1] < row.responses.length * MAJORITY) {
        // Praise that was misread, or anger without a reason: somebody looked and put it aside.
        dismissed.push(row.pain_point_id);
        continue;
      }
      // What the relationship survey says about a touchpoint stays a pain point of its own.
      const place = `${row.touchpoint_id ?? ''} ${plan.key}`;
      const known = standing.get(place);
      if (known !== undefined) merges.push({ id: row.pain_point_id, into: known });
      else {
        standing.set(place, row.pain_point_id);
        if (row.touchpoint_id === this.at(plan.touchpointKey)) found.set(plan.key, row.pain_point_id);
        named.push({
          id: row.pain_point_id,
          name: plan.name,
          owner_id: this.user.get(plan.ownerKey),
          status: plan.status,
        });
      }
    }
    await tx.em.query(`update pain_points set status = 'dismissed', version = version + 1 where id = any($1::uuid[])`, [
      dismissed,
    ]);
    await tx.em.query(
      `update pain_points p set name = n.name, named_by_person = true, owner_id = n.owner_id, status = n.status, version = version + 1
       from jsonb_to_recordset($1::jsonb) as n (id uuid, name text, owner_id uuid, status text) where p.id = n.id`,
      [JSON.stringify(named)],
    );
    const merged = JSON.stringify(merges);
    await tx.em.query(
      `update statements s set pain_point_id = n.into_id from (select id, "into" as into_id from jsonb_to_recordset($1::jsonb) as r (id uuid, "into" uuid)) n where s.pain_point_id = n.id`,
      [merged],
    );
    await tx.em.query(
      `update pain_points p set status = 'merged', merged_into = n.into_id, version = version + 1
       from (select id, "into" as into_id from jsonb_to_recordset($1::jsonb) as r (id uuid, "into" uuid)) n where p.id = n.id`,
      [merged],
    );
    // Once more, so that the merged ones know all their words and take in what is near.
    for (const id of touchpoints) await this.services.painPoints.regroup(tx, id);
    return found;
  }

  private async cases(tx: Tx, found: ReadonlyMap<PainKey, string>): Promise<void> {
    const { data } = this;
    const own = this.own(tx);
    const cause = new Map(data.rootCauses.map((one) => [one.name, one.id]));
    const rule = new Map(data.caseRules.map((one) => [one.id, one.name]));
    const person = new Map(data.users.map((one) => [one.key, one]));
    const team = new Map(data.teams.map((one) => [one.key, one]));
    await this.insert(
      tx,
      'cases',
      data.cases.map((one) =>
        own({
          id: one.id,
          number: one.number,
          status: one.status,
          priority: one.priority,
          owner_id: one.ownerKey === null ? null : this.user.get(one.ownerKey),
          team_id: this.team.get(one.teamKey),
          customer_id: one.customerId,
          response_id: one.responseId,
          touchpoint_id: this.at(one.touchpointKey),
          rule_id: one.ruleId,
          sla_policy_id: one.slaId,
          subject: one.subject,
          score: one.score,
          may_contact: one.mayContact,
          root_cause: one.rootCause,
          root_cause_id: one.rootCause === null ? null : cause.get(one.rootCause),
          resolution: one.resolution,
          first_response_due_at: one.firstResponseDueAt,
          first_responded_at: one.firstRespondedAt,
          next_response_due_at: one.nextResponseDueAt,
          last_customer_message_at: one.lastCustomerMessageAt,
          resolution_due_at: one.resolutionDueAt,
          waiting_since: one.waitingSince,
          waited_minutes: one.waitedMinutes,
          resolved_at: one.resolvedAt,
          closed_at: one.closedAt,
          reopened_count: one.reopenedCount,
          due_at: one.dueAt,
          version: one.activities.length,
          created_at: one.createdAt,
          updated_at: one.updatedAt,
        }),
      ),
      'cases',
    );
    await this.insert(
      tx,
      'case_activities',
      data.cases.flatMap((one) =>
        one.activities.map((step) => {
          const owner = step.data.ownerKey === undefined ? undefined : person.get(step.data.ownerKey);
          const facts: Row =
            step.kind === 'opened'
              ? { rule: { id: one.ruleId, name: rule.get(one.ruleId) } }
              : step.kind === 'assigned'
                ? {
                    ownerId: owner?.id ?? null,
                    ownerName: owner?.name ?? null,
                    teamId: this.team.get(one.teamKey),
                    teamName: team.get(one.teamKey)?.name,
                    fromOwnerId: null,
                  }
                : step.kind === 'message'
                  ? { wait: step.data.wait === true }
                  : step.kind === 'resolved'
                    ? { rootCause: one.rootCause, mailed: one.resolutions[0]?.mailed ?? false }
                    : {};
          return own({
            id: step.id,
            case_id: one.id,
            kind: step.kind,
            actor_id: step.actorKey === null ? null : this.user.get(step.actorKey),
            body: step.kind === 'opened' ? null : step.body,
            data: facts,
            at: step.at,
          });
        }),
      ),
      'cases',
    );
    await this.insert(
      tx,
      'resolutions',
      data.cases.flatMap((one) =>
        one.resolutions.map((each) =>
          own({
            id: each.id,
            case_id: one.id,
            root_cause: each.rootCause,
            body: each.body,
            resolved_by: this.user.get(each.resolvedByKey),
            resolved_at: each.resolvedAt,
            mailed: each.mailed,
            answer: each.answer,
            answer_comment: each.answerComment,
            answered_at: each.answeredAt,
          }),
        ),
      ),
    );
    // What was mailed stands in the ledger as it would, and what waits for the customer's word will be reminded and, in the end, closed.
    await tx.em.query(
      `insert into deliveries (kind, subject_id, to_address, customer_id, state, send_at, sent_at, attempts, message_id)
       select 'case_message', a.id, c.email, c.id, 'sent', a.at, a.at + interval '10 seconds', 1, '<' || a.id || '@demo.test>'
       from case_activities a join cases x on x.id = a.case_id join customers c on c.id = x.customer_id where a.kind = 'message' and c.email is not null
       union all
       select 'resolution', r.id, c.email, c.id, 'sent', r.resolved_at, r.resolved_at + interval '10 seconds', 1, '<' || r.id || '@demo.test>'
       from resolutions r join cases x on x.id = r.case_id join customers c on c.id = x.customer_id where r.mailed and c.email is not null`,
    );
    await tx.em.query(
      `update resolutions r set remind_at = greatest(r.resolved_at + interval '7 days', now() + interval '1 day'), silent_at = greatest(r.resolved_at + interval '14 days', now() + interval '8 days')
       from cases c where c.id = r.case_id and c.status = 'resolved' and r.answer is null and r.mailed`,
    );
    await tx.em.query(
      `insert into case_pain_points (case_id, pain_point_id)
       select distinct c.id, s.pain_point_id from cases c join statements s on s.response_id = c.response_id where s.pain_point_id is not null`,
    );
    // What grouping missed and a colleague linked by hand.
    const linked = data.cases.flatMap((one) =>
      one.painKeys.flatMap((key) =>
        found.has(key) && one.touchpointKey !== null
          ? [
              {
                case_id: one.id,
                pain_point_id: found.get(key),
                linked_by: one.ownerKey === null ? null : this.user.get(one.ownerKey),
              },
            ]
          : [],
      ),
    );
    await tx.em.query(
      `insert into case_pain_points (case_id, pain_point_id, linked_by)
       select n.case_id, n.pain_point_id, n.linked_by from jsonb_to_recordset($1::jsonb) as n (case_id uuid, pain_point_id uuid, linked_by uuid)
       where n.linked_by is not null and not exists (select 1 from case_pain_points p where p.case_id = n.case_id) on conflict do nothing`,
      [JSON.stringify(linked)],
    );
    await tx.em.query(
      `insert into case_numbers (tenant_id, last) values ($1, $2) on conflict (tenant_id) do update set last = excluded.last`,
      [tx.tenantId, data.cases.at(-1)?.number ?? 0],
    );
    await loadSla(tx);
    for (const one of data.cases)
      if (['new', 'assigned', 'in_progress', 'waiting', 'reopened'].includes(one.status))
        await this.services.customers.hold(tx, one.customerId, `case:${one.id}`);
  }

  private async improving(tx: Tx, found: ReadonlyMap<PainKey, string>): Promise<void> {
    const { data } = this;
    const own = this.own(tx);
    await this.insert(
      tx,
      'improvements',
      data.improvements.map((one) =>
        own({
          id: one.id,
          name: one.name,
          description: one.description,
          owner_id: this.user.get(one.ownerKey),
          due_at: one.dueAt,
          status: one.status,
          outcome: one.outcome,
          started_at: one.startedAt,
          finished_at: one.finishedAt,
          announced_at: one.announcedAt,
          version: 1,
          created_at: one.createdAt,
        }),
      ),
    );
    await this.insert(
      tx,
      'improvement_pain_points',
      data.improvements.flatMap((one) =>
        one.painKeys.flatMap((key) =>
          found.has(key) ? [own({ improvement_id: one.id, pain_point_id: found.get(key) })] : [],
        ),
      ),
    );
    const locale = new Map(data.customers.map((one) => [one.id, one.locale]));
    await this.insert(
      tx,
      'announcements',
      data.improvements.flatMap((one) =>
        one.announcedTo.map((to) =>
          own({
            id: newId(),
            improvement_id: one.id,
            customer_id: to.customerId,
            skip_reason: to.skipReason,
            body: one.announcement?.[locale.get(to.customerId) ?? 'en'] ?? '',
            created_at: one.announcedAt,
          }),
        ),
      ),
    );
  }
}
