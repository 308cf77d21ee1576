import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { CaseViews, type Reply } from './case-views.js';
import type { CaseView } from './cases.contract.js';
import { type ActivityName, Case, CaseActivity, Resolution } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { firstName } from './loop-steps.js';
import { type CaseAction, type CaseStatus, next } from './transitions.js';

/** What others may know of a change, in the transaction that makes it. */
export interface CaseEvent {
  caseId: string;
  number: number;
  kind: ActivityName | 'changed';
  status: CaseStatus;
  version: number;
  actorId: string | null;
  /** The entry of the thread that says it; null for a change without one. */
  activityId: string | null;
  ownerId: string | null;
  teamId: string | null;
}

/** The rows of a case: locked, checked, stored and told of; every part of the module that changes a case does it through here. */
@Injectable()
export class CaseStore {
  private readonly observers: ((tx: Tx, event: CaseEvent) => Promise<void>)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly clocks: Clocks,
    private readonly caseViews: CaseViews,
  ) {}

  /** Hears of every change of a case, in its transaction: for live screens and webhooks. */
  registerObserver(observe: (tx: Tx, event: CaseEvent) => Promise<void>): void {
    this.observers.push(observe);
  }

  /** The case that goes on for this one: itself, or the one that took it in. */
  async lockCurrent(tx: Tx, id: string): Promise<Case> {
    const row = await this.lock(tx, id);
    return row.mergedInto === null ? row : this.lockCurrent(tx, row.mergedInto);
  }

  async lock(tx: Tx, id: string): Promise<Case> {
    const row = await tx.em.findOne(Case, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('case', 'case');
    return row;
  }

  /** The status after `action`. @throws AppError case.illegal_transition (409) */
  allowed(row: Case, action: CaseAction): CaseStatus {
    const status = next(row.status, action);
    if (status === null) throw illegal(row, action);
    return status;
  }

  async save(tx: Tx, row: Case): Promise<void> {
    row.version += 1;
    row.updatedAt = this.clock.now();
    const { tenantId: _tenant, id, number: _number, ...columns } = row;
    await tx.em.update(Case, { id }, columns as never);
  }

  async activity(
    tx: Tx,
    row: Case,
    kind: ActivityName,
    actorId: string | null,
    body: string | null,
    data: Record<string, unknown> = {},
  ): Promise<string> {
    const id = newId();
    await tx.em.insert(CaseActivity, { id, caseId: row.id, kind, actorId, body, data, at: this.clock.now() } as never);
    await this.tell(tx, row, kind, actorId, id);
    return id;
  }

  async tell(
    tx: Tx,
    row: Pick<Case, 'id' | 'number' | 'status' | 'version' | 'ownerId' | 'teamId'>,
    kind: CaseEvent['kind'],
    actorId: string | null,
    activityId: string | null = null,
  ): Promise<void> {
    const { number, status, version, ownerId, teamId } = row;
    const event = { caseId: row.id, number, kind, status, version, actorId, activityId, ownerId, teamId };
    for (const observe of this.observers) await observe(tx, event);
  }

  async assigned(tx: Tx, row: Case, actorId: string | null, fromOwnerId: string | null): Promise<string> {
    const owner =
      row.ownerId === null ? undefined : (await this.identity.users(tx)).find((user) => user.id === row.ownerId);
    const team = row.teamId === null ? undefined : (await this.identity.teams(tx)).find((one) => one.id === row.teamId);
    return this.activity(tx, row, 'assigned', actorId, null, {
      ownerId: row.ownerId,
      ownerName: owner?.name ?? null,
      teamId: row.teamId,
      teamName: team?.name ?? null,
      fromOwnerId,
    });
  }

  async reopened(tx: Tx, row: Case, status: CaseStatus, by: 'customer' | 'staff'): Promise<void> {
    await this.clocks.record(tx, row, { type: 'reopened', at: this.clock.now(), by }, status);
    row.reopenedCount += 1;
    row.closedAt = null;
    if (row.customerId !== null) await this.customers.hold(tx, row.customerId, `case:${row.id}`);
  }

  async release(tx: Tx, row: Case): Promise<void> {
    if (row.customerId !== null) await this.customers.release(tx, row.customerId, `case:${row.id}`);
  }

  /** A person who may work cases. */
  async requireOwner(tx: Tx, userId: string, path = 'ownerId'): Promise<void> {
    const user = await this.identity.requireUser(tx, userId, path);
    if (user.role === 'viewer')
      throw invalid(path, `${firstName(user.name)} may only look. Choose somebody who works cases.`);
  }

  async reply(tx: Tx, caseId: string): Promise<Reply> {
    const rows = await this.caseViews.select(tx, `where c.id = $1`, [caseId]);
    const reply = (await this.caseViews.replies(tx, rows)).get(caseId);
    if (!reply) throw notFound('case', 'case');
    return reply;
  }

  async lastResolution(tx: Tx, caseId: string): Promise<Resolution | null> {
    const [row] = await tx.em
      .createQueryBuilder(Resolution, 'n')
      .where('n.case_id = :caseId and n.undone_at is null', { caseId })
      .orderBy('n.resolved_at', 'DESC')
      .limit(1)
      .getMany();
    return row ?? null;
  }

  async view(tx: Tx, who: Principal, id: string): Promise<CaseView> {
    const [view] = await this.caseViews.views(tx, who, await this.caseViews.select(tx, `where c.id = $1`, [id]));
    if (!view) throw notFound('case', 'case');
    return view;
  }
}

const ACTION_WORDS: Record<CaseAction, string> = {
  assign: 'be assigned',
  message: 'send messages',
  note: 'take notes',
  message_wait: 'send messages',
  customer_message: 'take messages',
  resolve: 'be resolved',
  customer_fixed: 'be confirmed',
  customer_not_yet: 'be reopened',
  silence: 'be closed',
  reopen: 'be reopened',
  merge: 'be merged',
};

/** The refusal of an action that the state does not allow. */
export const illegal = (row: Pick<Case, 'status'>, action: CaseAction): AppError =>
  new AppError(
    'conflict',
    'case.illegal_transition',
    `A case that is ${row.status.replace('_', ' ')} cannot ${ACTION_WORDS[action]}.`,
    { extra: { caseStatus: row.status } },
  );
