import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { Principal, Role } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import type * as Contract from './identity.contract.js';
import { Team, Tenant } from './identity.entity.js';
import { SignIns } from './sign-ins.service.js';

export interface NewTenant {
  name: string;
  timeZone: string;
  locale: string;
}

export interface UserSummary {
  id: string;
  name: string;
  email: string;
  role: Role;
  teamIds: string[];
  disabled: boolean;
  /** First and last local day away, 'YYYY-MM-DD'. */
  absentFrom: string | null;
  absentTo: string | null;
  capacity: number | null;
}

type View<T extends z.ZodType> = z.infer<T>;

/** Who is asking, for which tenant, in which role: what the other modules want to know of it. */
@Injectable()
export class Identity {
  private readonly setups: ((tx: Tx, tenant: NewTenant & { id: string }) => Promise<void>)[] = [];

  constructor(
    private readonly db: Db,
    private readonly signIns: SignIns,
  ) {}

  /** What a module puts into every new tenant, in the transaction that creates it. */
  registerSetup(setup: (tx: Tx, tenant: NewTenant & { id: string }) => Promise<void>): void {
    this.setups.push(setup);
  }

  /** Creates a tenant with its defaults. `em` is the transaction of `Db.systemThenTenant`. */
  async createTenant(
    em: EntityManager,
    enter: (tenantId: string) => Promise<Tx>,
    tenant: NewTenant & { isDemo?: boolean },
  ): Promise<Tx> {
    const id = newId();
    await em.insert(Tenant, {
      id,
      name: tenant.name,
      timeZone: tenant.timeZone,
      locale: tenant.locale,
      isDemo: tenant.isDemo ?? false,
    });
    const tx = await enter(id);
    for (const setup of this.setups) await setup(tx, { ...tenant, id });
    return tx;
  }

  async tenant(tx: Tx): Promise<Tenant> {
    return tx.em.findOneByOrFail(Tenant, { id: tx.tenantId });
  }

  /** The person whose session a `Cookie` header carries, or null. */
  sessionBehind(cookie: string | undefined): Promise<Principal | null> {
    return this.signIns.sessionBehind(cookie);
  }

  /** True when somebody of the organization signs in with this address. */
  async isColleague(tx: Tx, email: string): Promise<boolean> {
    const rows: unknown[] = await tx.em.query(
      `select 1 from users u join memberships m on m.user_id = u.id where lower(u.email) = lower($1) and m.tenant_id = $2`,
      [email, tx.tenantId],
    );
    return rows.length > 0;
  }

  /** Everybody of the tenant, by name. */
  async users(tx: Tx): Promise<UserSummary[]> {
    return tx.em.query(
      `select m.user_id as id, m.name, u.email, m.role, m.disabled_at is not null as disabled, ${WORK_LOAD},
         coalesce((select array_agg(team_id order by team_id) from team_members where user_id = m.user_id), '{}') as "teamIds"
       from memberships m join users u on u.id = m.user_id where m.tenant_id = $1 order by m.name, m.user_id`,
      [tx.tenantId],
    );
  }

  /** @throws AppError 422 at `path` when this is nobody who works here */
  async requireUser(tx: Tx, userId: string, path = 'ownerId'): Promise<UserSummary> {
    const user = (await this.users(tx)).find((candidate) => candidate.id === userId && !candidate.disabled);
    if (!user) throw invalid(path, 'Choose a person of your organization.');
    return user;
  }

  /** @throws AppError 422 at `path` when there is no such team */
  async requireTeam(tx: Tx, teamId: string, path = 'teamId'): Promise<{ id: string; name: string }> {
    const team = await tx.em.findOneBy(Team, { id: teamId });
    if (!team) throw invalid(path, 'Choose a team of your organization.');
    return { id: team.id, name: team.name };
  }

  async teams(tx: Tx): Promise<View<typeof Contract.TeamView>[]> {
    return tx.em.query(
      `select t.id, t.name, t.version, t.lead_id as "leadId", coalesce((select array_agg(user_id order by user_id) from team_members where team_id = t.id), '{}') as members from teams t order by t.name, t.id`,
    );
  }

  async audit(
    tx: Tx,
    who: Principal | 'system',
    action: string,
    subject?: { kind: string; id: string | null },
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await this.auditAll(tx, who, action, [{ kind: subject?.kind ?? null, id: subject?.id ?? null, details }]);
  }

  /** The same action on many subjects, an entry each, in one statement. */
  async auditAll(
    tx: Tx,
    who: Principal | 'system',
    action: string,
    subjects: readonly { kind: string | null; id: string | null; details: Record<string, unknown> }[],
  ): Promise<void> {
    const [kind, id] = who === 'system' ? ['system', null] : who.userId ? ['user', who.userId] : ['api_key', who.keyId];
    await tx.em.query(
      `insert into audit_log (id, actor_kind, actor_id, action, subject_kind, subject_id, details)
       select n.id, $2, $3, $4, n.subject_kind, n.subject_id, n.details
       from jsonb_to_recordset($1::jsonb) as n (id uuid, subject_kind text, subject_id uuid, details jsonb)`,
      [
        JSON.stringify(
          subjects.map((one) => ({
            id: newId(),
            subject_kind: one.kind,
            subject_id: one.id,
            details: one.details,
          })),
        ),
        kind,
        id,
        action,
      ],
    );
  }

  auditLog(tenantId: string, page: View<typeof Contract.ListQuery>): Promise<Page<View<typeof Contract.AuditEntry>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = page.cursor ? decodeCursor(page.cursor, 2) : null;
      const rows: {
        id: string;
        at: Date;
        at_text: string;
        actor_kind: string;
        actor_id: string | null;
        actor_name: string | null;
        action: string;
        subject_kind: string | null;
        subject_id: string | null;
        details: Record<string, unknown>;
      }[] = await tx.em.query(
        `select a.*, a.at::text as at_text, coalesce(m.name, k.name) as actor_name from audit_log a
           left join memberships m on m.tenant_id = a.tenant_id and m.user_id = a.actor_id left join api_keys k on k.tenant_id = a.tenant_id and k.id = a.actor_id
           where $1::timestamptz is null or (a.at, a.id) < ($1, $2::uuid) order by a.at desc, a.id desc limit $3`,
        [after?.[0] ?? null, after?.[1] ?? null, page.limit + 1],
      );
      return toPage(
        rows,
        page.limit,
        (row) => [row.at_text, row.id],
        (row) => ({
          id: row.id,
          at: row.at.toISOString(),
          actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
          action: row.action,
          subject: row.subject_kind ? { kind: row.subject_kind, id: row.subject_id } : null,
          details: row.details,
        }),
      );
    });
  }
}

/** As text: a date has no zone, and a `Date` would give it one. */
export const WORK_LOAD = `m.absent_from::text as "absentFrom", m.absent_to::text as "absentTo", m.capacity`;

/** @throws AppError `<thing>.version` (409) when the caller changed an older version; absent means "the newest" */
export function requireVersion(row: { version: number }, version: number | undefined, thing: string): void {
  if (version !== undefined && version !== row.version)
    throw new AppError(
      'conflict',
      `${thing}.version`,
      'Somebody changed this in the meantime. Reload, look, and try again.',
      { extra: { currentVersion: row.version } },
    );
}
