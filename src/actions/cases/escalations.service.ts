import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config.js';
import { Identity, type UserSummary } from '../../identity/identity.service.js';
import { Db, type Tx } from '../../platform/db.js';
import { newId } from '../../platform/ids.js';
import { Jobs } from '../../platform/jobs.js';
import { type Delivery, Mail, type MailContent } from '../../platform/mail/mail.js';
import { Assignees } from './assignees.service.js';
import { answerable, managersOf } from './assignment.js';
import { CaseStore } from './case-store.js';
import { Case, CaseEscalation } from './cases.entity.js';
import { Clocks } from './clocks.js';
import type { EscalationClock, Rung } from './escalation.js';
import { escalationMail } from './mails/escalation-mail.js';
import type { EscalationStep } from './sla.contract.js';
import { isOpenStatus } from './transitions.js';

const SWEEP_MS = 60_000;
/** Of one tenant in one sweep: the rest waits a minute, so that a flood of one organization does not keep the others waiting. */
const CASES_PER_SWEEP = 500;

const KIND = 'case_escalation';

/**
 * Takes the steps of the ladder when their time comes. Looked at by the clock of the database, one for all processes; each step is a row that
 * can exist once, written with what it does in one transaction: a crash repeats nothing and skips nothing.
 */
@Injectable()
export class Escalations {
  constructor(
    private readonly db: Db,
    jobs: Jobs,
    private readonly config: Config,
    private readonly mail: Mail,
    private readonly identity: Identity,
    private readonly clocks: Clocks,
    private readonly store: CaseStore,
    private readonly assignees: Assignees,
  ) {
    jobs.every('cases.escalate', SWEEP_MS, z.strictObject({}), () => this.sweep());
    mail.on(KIND, { toUsers: true, render: (tx, delivery) => this.render(tx, delivery) });
  }

  private async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const due: { id: string }[] = await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `select id from cases where escalate_at <= now() order by escalate_at, id limit ${CASES_PER_SWEEP}`,
        ),
      );
      for (const { id } of due) await this.db.tenant(tenantId, (tx) => this.climb(tx, id));
    }
  }

  private async climb(tx: Tx, id: string): Promise<void> {
    const row = await this.store.lock(tx, id);
    const [{ now }] = await tx.em.query(`select now() as now`);
    const plan = await this.clocks.plan(tx, row);
    const taken = (await this.clocks.taken(tx, [id])).get(id) ?? new Set<string>();
    const { take, pass } = this.clocks.climb(row, plan, taken, now);
    for (const rung of pass) await this.claim(tx, row, rung, []);
    const told = new Set<string>();
    let isGiven = false;
    for (const rung of take) isGiven = (await this.step(tx, row, rung, told)) || isGiven;
    if (isGiven) await this.store.save(tx, row);
    else await tx.em.update(Case, { id }, { escalateAt: row.escalateAt });
  }

  /** One step; true when the case changed hands. `told`: who heard of this case in this sweep; one mail says it. */
  private async step(tx: Tx, row: Case, rung: Rung, told: Set<string>): Promise<boolean> {
    const { step } = rung;
    const from = row.ownerId;
    const owner =
      step.do === 'reassign' ? (step.userId ?? (await this.assignees.colleague(tx, row.teamId, row.ownerId))) : null;
    const isGiven = owner !== null && owner !== row.ownerId;
    const people =
      step.do === 'reassign'
        ? (await this.identity.users(tx)).filter((user) => user.id === owner && !user.disabled)
        : await this.recipients(tx, row, step);
    const fresh = people.filter((user) => isGiven || !told.has(user.id));
    const escalationId = await this.claim(
      tx,
      row,
      rung,
      fresh.map((user) => user.id),
    );
    if (escalationId === null) return false;
    if (isGiven && people.length > 0) {
      row.ownerId = owner;
      row.status = this.store.allowed(row, 'assign');
    }
    for (const user of fresh) {
      told.add(user.id);
      const noticeId = newId();
      await tx.em.query(`insert into escalation_notices (id, escalation_id, user_id) values ($1, $2, $3)`, [
        noticeId,
        escalationId,
        user.id,
      ]);
      await this.mail.send(tx, { kind: KIND, subjectId: noticeId, to: user.email });
    }
    await this.store.activity(tx, row, 'escalated', null, null, {
      clock: rung.clock,
      when: step.when,
      do: step.do,
      told: people.map(({ id, name }) => ({ id, name })),
    });
    if (row.ownerId !== from) await this.store.assigned(tx, row, null, from);
    return row.ownerId !== from;
  }

  /** The row that makes the step happen once; null when it happened already. */
  private async claim(tx: Tx, row: Case, rung: Rung, told: string[]): Promise<string | null> {
    const rows: { id: string }[] = await tx.em.query(
      `insert into case_escalations (id, case_id, clock, started_at, step, told) values ($1, $2, $3, $4, $5, $6::uuid[])
       on conflict on constraint case_escalations_once do nothing returning id`,
      [newId(), row.id, rung.clock, rung.startedAt, rung.key, told],
    );
    return rows[0]?.id ?? null;
  }

  /** Those who are here; where nobody is, the next above them. */
  private async recipients(tx: Tx, row: Case, step: EscalationStep): Promise<UserSummary[]> {
    const present = await this.assignees.present(tx);
    if (step.do === 'notify_managers') return managersOf(present);
    if (step.do === 'notify_owner') {
      const owner = present.filter((user) => user.id === row.ownerId);
      if (owner.length > 0) return owner;
    }
    return answerable(present, (await this.identity.teams(tx)).find((one) => one.id === row.teamId) ?? null);
  }

  /** Rights and reasons are looked at again as the mail leaves: whoever left gets none, and a case that was answered needs none. */
  private async render(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const [notice]: { user_id: string; escalation_id: string }[] = await tx.em.query(
      `select user_id, escalation_id from escalation_notices where id = $1`,
      [delivery.subjectId],
    );
    const escalation = notice && (await tx.em.findOneBy(CaseEscalation, { id: notice.escalation_id }));
    const row = escalation && (await tx.em.findOneBy(Case, { id: escalation.caseId }));
    const users = await this.identity.users(tx);
    const user = users.find((one) => one.id === notice?.user_id && !one.disabled);
    if (!escalation || !row || !user || !isOpenStatus(row.status)) return null;
    const dueAt = dueOfClock(row, escalation.clock);
    if (dueAt === null) return null;
    const [when, , what] = escalation.step.split(':') as [EscalationStep['when'], string, EscalationStep['do']];
    const organization = await this.identity.tenant(tx);
    return {
      ...(await escalationMail({
        name: user.name,
        organization: organization.name,
        brandColor: organization.brand.color,
        timeZone: organization.timeZone,
        number: row.number,
        url: `${this.config.publicUrl}/cases/${row.id}`,
        clock: escalation.clock,
        when,
        dueAt,
        owner: users.find((one) => one.id === row.ownerId)?.name ?? null,
        isGiven: what === 'reassign' && row.ownerId === user.id,
      })),
      fromName: organization.name,
    };
  }
}

/** The due time of a clock that still runs. */
function dueOfClock(row: Case, clock: EscalationClock): Date | null {
  if (clock === 'first_response') return row.firstRespondedAt === null ? row.firstResponseDueAt : null;
  return clock === 'next_response' ? row.nextResponseDueAt : row.resolutionDueAt;
}
