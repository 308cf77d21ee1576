import { Injectable } from '@nestjs/common';
import { Identity, type UserSummary } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/db.js';
import { localDate } from '../../platform/zone.js';
import { hasRoom, isAway, leastLoaded, roundRobin, type Taker } from './assignment.js';
import type { RuleAssign } from './cases.contract.js';
import { OPEN_SQL } from './transitions.js';

export interface Assigned {
  ownerId: string | null;
  teamId: string | null;
}

/** Finds the person and team for a case: by the touchpoint, in turns, by load, or whom the customer's record names. */
@Injectable()
export class Assignees {
  constructor(
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
  ) {}

  /**
   * Owner and team that a rule gives the case. Who is away, disabled, only looks or is full gets none: then the team has it. Takes the turn of
   * whom it chooses; call it where cases are opened one after the other (`CaseOpening.open`), so that two do not get the same turn.
   */
  async choose(
    tx: Tx,
    assign: RuleAssign,
    about: { touchpointId: string | null; customerId: string | null },
  ): Promise<Assigned> {
    const touchpoint =
      about.touchpointId === null
        ? null
        : ((await this.journeys.touchpoints(tx)).find((one) => one.id === about.touchpointId) ?? null);
    switch (assign.to) {
      case 'nobody':
        return { ownerId: null, teamId: null };
      case 'team':
        return { ownerId: null, teamId: assign.teamId };
      case 'user':
        return { ownerId: await this.ifHere(tx, assign.userId), teamId: touchpoint?.teamId ?? null };
      case 'touchpoint':
        return { ownerId: await this.ifHere(tx, touchpoint?.ownerId ?? null), teamId: touchpoint?.teamId ?? null };
      case 'customer_field': {
        const named = await this.namedBy(tx, about.customerId, assign.field);
        return { ownerId: await this.ifHere(tx, named), teamId: touchpoint?.teamId ?? null };
      }
      case 'round_robin':
      case 'least_loaded': {
        const takers = await this.takers(tx, assign.teamId);
        const ownerId = assign.to === 'round_robin' ? roundRobin(takers) : leastLoaded(takers);
        if (ownerId !== null)
          await tx.em.query(
            `insert into assignment_turns (team_id, user_id) values ($1, $2) on conflict (tenant_id, team_id, user_id) do update set taken_at = clock_timestamp()`,
            [assign.teamId, ownerId],
          );
        return { ownerId, teamId: assign.teamId };
      }
    }
  }

  /** The least loaded colleague of the team other than `exceptId`; null when nobody can take one. */
  async colleague(tx: Tx, teamId: string | null, exceptId: string | null): Promise<string | null> {
    if (teamId === null) return null;
    return leastLoaded((await this.takers(tx, teamId)).filter((taker) => taker.id !== exceptId));
  }

  /** Everybody who is here today and works cases. */
  async present(tx: Tx): Promise<UserSummary[]> {
    const { timeZone } = await this.identity.tenant(tx);
    const today = localDate(timeZone, this.clock.now());
    return (await this.identity.users(tx)).filter(
      (user) => !user.disabled && user.role !== 'viewer' && !isAway(user, today),
    );
  }

  private async ifHere(tx: Tx, userId: string | null): Promise<string | null> {
    if (userId === null) return null;
    const user = (await this.present(tx)).find((one) => one.id === userId);
    if (!user) return null;
    const openCases = (await this.openCases(tx, [userId])).get(userId) ?? 0;
    return hasRoom({ openCases, capacity: user.capacity }) ? userId : null;
  }

  private async takers(tx: Tx, teamId: string): Promise<Taker[]> {
    const users = (await this.present(tx)).filter((user) => user.teamIds.includes(teamId));
    const ids = users.map((user) => user.id);
    const open = await this.openCases(tx, ids);
    const turns: { user_id: string; taken_at: Date }[] = await tx.em.query(
      `select user_id, taken_at from assignment_turns where team_id = $1`,
      [teamId],
    );
    const taken = new Map(turns.map((turn) => [turn.user_id, turn.taken_at]));
    return users.map(({ id, capacity }) => ({
      id,
      capacity,
      openCases: open.get(id) ?? 0,
      takenAt: taken.get(id) ?? null,
    }));
  }

  private async openCases(tx: Tx, userIds: string[]): Promise<Map<string, number>> {
    const rows: { owner_id: string; n: number }[] = await tx.em.query(
      `select owner_id, count(*)::int as n from cases where owner_id = any($1::uuid[]) and status in (${OPEN_SQL}) group by owner_id`,
      [userIds],
    );
    return new Map(rows.map((row) => [row.owner_id, row.n]));
  }

  /** The person whose address or name stands in the customer's attribute. */
  private async namedBy(tx: Tx, customerId: string | null, field: string): Promise<string | null> {
    if (customerId === null) return null;
    const [row]: { value: string | null }[] = await tx.em.query(
      `select attributes ->> $2 as value from customers where id = $1`,
      [customerId, field],
    );
    const value = row?.value?.trim().toLocaleLowerCase() ?? '';
    if (value === '') return null;
    const users = await this.identity.users(tx);
    return (
      (
        users.find((user) => user.email.toLocaleLowerCase() === value) ??
        users.find((user) => user.name.toLocaleLowerCase() === value)
      )?.id ?? null
    );
  }
}
