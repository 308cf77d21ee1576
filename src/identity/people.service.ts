import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Principal, Role } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, isUniqueViolation, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, pageOfAll, toPage } from '../platform/page.js';
import type * as Contract from './identity.contract.js';
import { Team } from './identity.entity.js';
import { Identity, WORK_LOAD, requireVersion } from './identity.service.js';
import { hashPassword, requireGoodPassword } from './passwords.js';
import { SignIns } from './sign-ins.service.js';

type View<T extends z.ZodType> = z.infer<T>;

const USER_VIEW = `select m.user_id as id, u.email, m.name, m.role, m.version, ${WORK_LOAD}, m.disabled_at is not null as disabled, u.password_hash is null or m.accepted_at is null as invited,
  coalesce((select array_agg(team_id order by team_id) from team_members where user_id = m.user_id), '{}') as "teamIds"
  from memberships m join users u on u.id = m.user_id`;

/** Users and teams of an organization. */
@Injectable()
export class People {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly signIns: SignIns,
  ) {}

  listUsers(tenantId: string, page: View<typeof Contract.ListQuery>): Promise<Page<View<typeof Contract.UserView>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = page.cursor ? decodeCursor(page.cursor, 2) : null;
      const rows: View<typeof Contract.UserView>[] = await tx.em.query(
        `${USER_VIEW} where m.tenant_id = $1 and ($2::text is null or (m.name, m.user_id) > ($2, $3::uuid)) order by m.name, m.user_id limit $4`,
        [tx.tenantId, after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
      );
      return toPage(
        rows,
        page.limit,
        (row) => [row.name, row.id],
        (row) => row,
      );
    });
  }

  /** Adds a person; without a password they get an invitation by mail. @throws AppError user.exists (409) */
  async addUser(who: Principal, input: View<typeof Contract.NewUser>): Promise<View<typeof Contract.UserView>> {
    if (input.password !== undefined) requireGoodPassword(input.password, [input.email, input.name]);
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    return this.db.tenant(who.tenantId, async (tx) => {
      for (const [at, teamId] of input.teamIds.entries()) await this.identity.requireTeam(tx, teamId, `teamIds[${at}]`);
      const id = newId();
      await tx.em.query(`insert into users (id, email, password_hash) values ($1, $2, $3) on conflict do nothing`, [
        id,
        input.email,
        passwordHash,
      ]);
      const [user]: { id: string; is_proven: boolean }[] = await tx.em.query(
        `select id, proven_at is not null as is_proven from users where lower(email) = lower($1) for update`,
        [input.email],
      );
      if (!user) throw new Error('user vanished');
      // Whoever signed up with this address elsewhere has not shown that it is theirs: only the mail's reader gets in here.
      const isClaimed = user.id !== id && !user.is_proven;
      const added: unknown[] = await tx.em.query(
        `insert into memberships (tenant_id, user_id, name, role, accepted_at) values ($1, $2, $3, $4, case when $5::boolean then null else now() end)
         on conflict do nothing returning 1`,
        [tx.tenantId, user.id, input.name, input.role, isClaimed],
      );
      if (added.length === 0) throw new AppError('conflict', 'user.exists', 'This address already works here.');
      await this.setTeams(tx, user.id, input.teamIds);
      await this.identity.audit(tx, who, 'user.added', { kind: 'user', id: user.id }, { role: input.role });
      if (passwordHash === null || isClaimed)
        await this.signIns.orderLinkMail(tx, 'user_invite', { id: user.id, email: input.email });
      return this.userView(tx, user.id);
    });
  }

  /** @throws AppError user.not_found, user.version (409), user.last_admin (409) */
  changeUser(
    who: Principal,
    userId: string,
    change: View<typeof Contract.ChangeUser>,
  ): Promise<View<typeof Contract.UserView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      // One change of members at a time, or two admins who demote each other leave none.
      await tx.em.query(`select 1 from tenants where id = $1 for no key update`, [tx.tenantId]);
      const [member]: { role: Role; version: number; disabled_at: Date | null }[] = await tx.em.query(
        `select role, version, disabled_at from memberships where tenant_id = $1 and user_id = $2 for update`,
        [tx.tenantId, userId],
      );
      if (!member) throw notFound('user', 'user');
      requireVersion(member, change.version, 'user');
      for (const [at, teamId] of (change.teamIds ?? []).entries())
        await this.identity.requireTeam(tx, teamId, `teamIds[${at}]`);
      await tx.em.query(
        `update memberships set name = coalesce($3, name), role = coalesce($4, role),
           disabled_at = case when $5::boolean is null then disabled_at when $5 then coalesce(disabled_at, now()) end, version = version + 1
         where tenant_id = $1 and user_id = $2`,
        [tx.tenantId, userId, change.name ?? null, change.role ?? null, change.disabled ?? null],
      );
      await this.setWorkLoad(tx, userId, change);
      const [left] = await tx.em.query(
        `select 1 from memberships where tenant_id = $1 and role = 'admin' and disabled_at is null and accepted_at is not null limit 1`,
        [tx.tenantId],
      );
      if (!left)
        throw new AppError(
          'conflict',
          'user.last_admin',
          'An organization needs at least one admin. Make somebody else an admin first.',
        );
      if (change.teamIds) await this.setTeams(tx, userId, change.teamIds);
      if (change.disabled)
        await tx.em.query(`delete from sessions where tenant_id = $1 and user_id = $2`, [tx.tenantId, userId]);
      await this.identity.audit(tx, who, 'user.changed', { kind: 'user', id: userId }, { ...change });
      return this.userView(tx, userId);
    });
  }

  private async setWorkLoad(
    tx: Tx,
    userId: string,
    change: Pick<View<typeof Contract.ChangeUser>, 'absentFrom' | 'absentTo' | 'capacity'>,
  ): Promise<void> {
    if (change.capacity !== undefined)
      await tx.em.query(`update memberships set capacity = $3 where tenant_id = $1 and user_id = $2`, [
        tx.tenantId,
        userId,
        change.capacity,
      ]);
    if (change.absentFrom === undefined && change.absentTo === undefined) return;
    const from = change.absentFrom ?? null;
    const to = change.absentTo ?? null;
    if (from === null && to !== null) throw invalid('absentFrom', 'Enter the first day away too.');
    if (from !== null && to !== null && to < from) throw invalid('absentTo', 'The last day is before the first one.');
    await tx.em.query(
      `update memberships set absent_from = $3::date, absent_to = $4::date where tenant_id = $1 and user_id = $2`,
      [tx.tenantId, userId, from, to],
    );
  }

  listTeams(tenantId: string, page: View<typeof Contract.ListQuery>): Promise<Page<View<typeof Contract.TeamView>>> {
    return this.db.tenant(tenantId, async (tx) => pageOfAll(await this.identity.teams(tx), page));
  }

  /** @throws AppError team.not_found, team.version (409), 422 for a lead who is nobody here */
  changeTeam(
    who: Principal,
    id: string,
    change: View<typeof Contract.ChangeTeam>,
  ): Promise<View<typeof Contract.TeamView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await tx.em.findOne(Team, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!row) throw notFound('team', 'team');
      requireVersion(row, change.version, 'team');
      if (change.leadId) await this.identity.requireUser(tx, change.leadId, 'leadId');
      if (
        change.name !== undefined &&
        (await this.identity.teams(tx)).some((one) => one.id !== id && one.name === change.name)
      )
        throw new AppError('conflict', 'team.exists', 'There is a team of this name.');
      await tx.em.query(
        `update teams set name = coalesce($2, name), lead_id = case when $3::boolean then $4::uuid else lead_id end, version = version + 1 where id = $1`,
        [id, change.name ?? null, change.leadId !== undefined, change.leadId ?? null],
      );
      await this.identity.audit(tx, who, 'team.changed', { kind: 'team', id }, { ...change });
      const team = (await this.identity.teams(tx)).find((one) => one.id === id);
      if (!team) throw notFound('team', 'team');
      return team;
    });
  }

  /** @throws AppError team.exists (409) */
  async addTeam(who: Principal, name: string): Promise<View<typeof Contract.TeamView>> {
    try {
      return await this.db.tenant(who.tenantId, async (tx) => {
        const id = newId();
        await tx.em.insert(Team, { id, name });
        await this.identity.audit(tx, who, 'team.added', { kind: 'team', id });
        return { id, name, members: [], leadId: null, version: 1 };
      });
    } catch (error) {
      if (isUniqueViolation(error, 'teams_name_key'))
        throw new AppError('conflict', 'team.exists', 'There is already a team of this name.');
      throw error;
    }
  }

  private async userView(tx: Tx, userId: string): Promise<View<typeof Contract.UserView>> {
    const [row] = await tx.em.query(`${USER_VIEW} where m.tenant_id = $1 and m.user_id = $2`, [tx.tenantId, userId]);
    return row;
  }

  private async setTeams(tx: Tx, userId: string, teamIds: string[]): Promise<void> {
    await tx.em.query(`delete from team_members where user_id = $1 and not team_id = any($2::uuid[])`, [
      userId,
      teamIds,
    ]);
    await tx.em.query(
      `insert into team_members (team_id, user_id) select unnest($2::uuid[]), $1 on conflict do nothing`,
      [userId, teamIds],
    );
  }
}
