import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { Config } from '../config.js';
import type { Principal, Role } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, isUniqueViolation, notFound } from '../platform/errors.js';
import { GroupCommit } from '../platform/mail/group-commit.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, pageOfAll, toPage } from '../platform/page.js';
import { Clock } from '../platform/clock.js';
import { Mail, type MailContent } from '../platform/mail/mail.js';
import { PublicGuard } from '../platform/public-page/guard.js';
import { RateLimits } from '../platform/rate-limit.js';
import { readableBrand } from './brand.js';
import type * as Contract from './identity.contract.js';
import { ApiKey, Membership, Team, Tenant, User } from './identity.entity.js';
import { LINK_MAILS, type LinkMail, linkMail } from './mails/link-mail.js';
import { hashPassword, passwordMatches, requireGoodPassword } from './passwords.js';
import { sessionIdIn } from './session-cookie.js';

const SESSION_DAYS = 30;
const IDLE_HOURS = 12;
const SIGN_IN_PER_ACCOUNT = { name: 'sign_in_account', points: 10, seconds: 900 };
const SIGN_IN_PER_ADDRESS = { name: 'sign_in_ip', points: 100, seconds: 900 };
const FORGOT_PER_ADDRESS = { name: 'forgot', points: 5, seconds: 3600 };
/** Each costs an argon2 hash and, for forgotten passwords, perhaps a mail. */
const FORGOT_PER_NETWORK = { name: 'forgot_ip', points: 100, seconds: 900 };
const SIGN_UP_PER_NETWORK = { name: 'sign_up_ip', points: 300, seconds: 900 };
/** No answer to a forgotten password comes earlier, so that its time does not tell whether a mail was ordered. */
const FORGOT_TAKES_MS = 250;
const LINK_HOURS = { setup: 1, reset: 1, invite: 24 * 7 } as const;
type LinkTokenPurpose = keyof typeof LINK_HOURS;

/** A password for everybody in the demo; printed at the start and shown on the sign-in page of a demo. */
export const DEMO_PASSWORD = 'hearback-demo';

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

/** Who is asking, for which tenant, in which role. */
@Injectable()
export class Identity {
  private readonly presented = new GroupCommit<
    { id: string; bearer: string },
    (Principal & { scopes: string[] }) | null
  >((tenantId, keys) => this.keysPresented(tenantId, keys));
  private readonly setups: ((tx: Tx, tenant: NewTenant & { id: string }) => Promise<void>)[] = [];

  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly limits: RateLimits,
    private readonly mail: Mail,
    private readonly clock: Clock,
    private readonly guard: PublicGuard,
  ) {
    for (const kind of LINK_MAILS)
      mail.on(kind, { toUsers: true, render: (tx, delivery) => this.linkMail(tx, kind, delivery.subjectId) });
  }

  /** What a module puts into every new tenant, in the transaction that creates it. */
  registerSetup(setup: (tx: Tx, tenant: NewTenant & { id: string }) => Promise<void>): void {
    this.setups.push(setup);
  }

  // ——— tenants ———

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

  /**
   * Signs up an organization with its first admin. A known address gets the same answer, no change, and a mail to its owner.
   * @throws AppError signup.invite_only, password.common, request.too_many
   */
  async signUp(input: View<typeof Contract.SignUp>, ip: string): Promise<View<typeof Contract.SignedUp>> {
    if (this.config.signup !== 'open')
      throw new AppError(
        'forbidden',
        'signup.invite_only',
        'New organizations are created by the operator of this installation.',
      );
    await this.limits.take(SIGN_UP_PER_NETWORK, this.guard.network(ip));
    return this.foundTenant(input, null);
  }

  /** The first organization of an installation, by the link that the start printed. @throws AppError setup.link */
  async setUp({ token, ...input }: View<typeof Contract.SetUp>): Promise<View<typeof Contract.SignedUp>> {
    return this.foundTenant(input, token);
  }

  /** A new organization by the operator's hand; the link with which its admin chooses a password. @throws AppError user.exists (409) */
  async foundByOperator(input: { organization: string; name: string; email: string }): Promise<string> {
    try {
      return await this.db.systemThenTenant(async (em, enter) => {
        const userId = newId();
        await em.insert(User, { id: userId, email: input.email, passwordHash: null });
        const tx = await this.createTenant(em, enter, { name: input.organization, timeZone: 'UTC', locale: 'en' });
        await em.insert(Membership, { tenantId: tx.tenantId, userId, role: 'admin', name: input.name });
        await this.audit(tx, 'system', 'organization.created');
        return `${this.config.publicUrl}/reset?token=${await this.makeLink(em, 'invite', userId)}`;
      });
    } catch (error) {
      if (isUniqueViolation(error, 'users_email_key'))
        throw new AppError('conflict', 'user.exists', 'This address already signs in here.');
      throw error;
    }
  }

  private async foundTenant(
    input: View<typeof Contract.SignUp>,
    setupToken: string | null,
  ): Promise<View<typeof Contract.SignedUp>> {
    requireGoodPassword(input.password, [input.email, input.email.split('@')[0] ?? '', input.name, input.organization]);
    const passwordHash = await hashPassword(input.password);
    try {
      return await this.db.systemThenTenant(async (em, enter) => {
        if (setupToken !== null && !(await this.useLink(em, 'setup', setupToken)))
          throw new AppError(
            'forbidden',
            'setup.link',
            'This set-up link was used or is older than an hour. Restart Hearback to get a new one.',
          );
        const userId = newId();
        const tx = await this.createTenant(em, enter, {
          name: input.organization,
          timeZone: input.timeZone ?? 'UTC',
          locale: input.locale ?? 'en',
        });
        // Last, so that a known address costs the same time as a new one.
        await em.insert(User, { id: userId, email: input.email, passwordHash });
        await em.insert(Membership, { tenantId: tx.tenantId, userId, role: 'admin', name: input.name });
        await this.audit(tx, { tenantId: tx.tenantId, userId, keyId: null, role: 'admin' }, 'organization.created');
        return { organization: { id: tx.tenantId, name: input.organization } };
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'users_email_key')) throw error;
      if (setupToken !== null)
        throw invalid('email', 'This address already signs in here. Use another one, or reset its password.');
      await this.tellOwner(input.email);
      return { organization: { id: newId(), name: input.organization } };
    }
  }

  async tenant(tx: Tx): Promise<Tenant> {
    return tx.em.findOneByOrFail(Tenant, { id: tx.tenantId });
  }

  organization(tenantId: string): Promise<View<typeof Contract.OrganizationView>> {
    return this.db.tenant(tenantId, async (tx) => organizationView(await this.tenant(tx), []));
  }

  /** @throws AppError organization.version (409) */
  changeOrganization(
    who: Principal,
    change: View<typeof Contract.ChangeOrganization>,
  ): Promise<View<typeof Contract.OrganizationView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await tx.em.findOneOrFail(Tenant, {
        where: { id: tx.tenantId },
        lock: { mode: 'pessimistic_write' },
      });
      requireVersion(row, change.version, 'organization');
      const { version: _, brand, sender, ...plain } = change;
      const notices: string[] = [];
      Object.assign(row, plain);
      if (brand) {
        const readable = brand.color ? readableBrand(brand.color) : null;
        if (readable?.changed)
          notices.push(
            `The brand colour ${brand.color} was changed to ${readable.color} so that white text on it can be read (${readable.contrast.toFixed(1)} to 1).`,
          );
        row.brand = { ...row.brand, ...brand, ...(readable ? { color: readable.color } : {}) };
      }
      if (sender) row.sender = { ...row.sender, ...sender };
      row.version += 1;
      await tx.em.save(row);
      await this.audit(
        tx,
        who,
        'organization.changed',
        { kind: 'organization', id: tx.tenantId },
        { fields: Object.keys(plain) },
      );
      return organizationView(row, notices);
    });
  }

  // ——— sessions ———

  /** Checks the password and starts a session; `id` is the cookie's value. @throws AppError session.wrong (401), request.too_many */
  async signIn(
    input: View<typeof Contract.SignIn>,
    ip: string,
  ): Promise<{ id: string; maxAgeSeconds: number; who: Principal }> {
    const account = accountKey(input.email);
    const network = this.guard.network(ip);
    await this.limits.take(SIGN_IN_PER_ADDRESS, network);
    await this.limits.take(SIGN_IN_PER_ACCOUNT, account);
    const candidate = await this.db.system(async (em) => {
      const [row]: { user_id: string; password_hash: string | null; tenant_id: string | null }[] = await em.query(
        `select u.id as user_id, u.password_hash, m.tenant_id from users u
         left join lateral (select tenant_id from memberships where user_id = u.id and disabled_at is null and accepted_at is not null and ($2::uuid is null or tenant_id = $2) order by created_at, tenant_id limit 1) m on true
         where lower(u.email) = lower($1)`,
        [input.email.trim(), input.organizationId ?? null],
      );
      return row;
    });
    const right = await passwordMatches(candidate?.password_hash ?? null, input.password);
    if (!right || !candidate?.tenant_id)
      throw new AppError('unauthorized', 'session.wrong', 'This address and password do not fit together.');
    await this.limits.clear(SIGN_IN_PER_ACCOUNT, account);
    await this.limits.giveBack(SIGN_IN_PER_ADDRESS, network);
    const id = randomBytes(32).toString('base64url');
    await this.db.system(async (em) => {
      await em.query(
        `delete from sessions where user_id = $1 and (expires_at < now() or last_seen_at < now() - make_interval(hours => ${IDLE_HOURS}))`,
        [candidate.user_id],
      );
      await em.query(
        `insert into sessions (id_hash, user_id, tenant_id, expires_at) values ($1, $2, $3, now() + make_interval(days => ${SESSION_DAYS}))`,
        [sha256(id), candidate.user_id, candidate.tenant_id],
      );
    });
    const who = await this.bySession(id);
    if (!who) throw new Error('a new session cannot be read');
    return { id, maxAgeSeconds: SESSION_DAYS * 86_400, who };
  }

  /** The person behind a session cookie, or null; costs one query, and one more per minute of use. */
  async bySession(id: string): Promise<Principal | null> {
    const idHash = sha256(id);
    return this.db.system(async (em) => {
      const [row]: { tenant_id: string; user_id: string; role: Role; stale: boolean }[] = await em.query(
        `select s.tenant_id, s.user_id, m.role, s.last_seen_at < now() - interval '1 minute' as stale
         from sessions s join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id and m.disabled_at is null and m.accepted_at is not null
         where s.id_hash = $1 and s.expires_at > now() and s.last_seen_at > now() - make_interval(hours => ${IDLE_HOURS})`,
        [idHash],
      );
      if (!row) return null;
      if (row.stale) await em.query(`update sessions set last_seen_at = now() where id_hash = $1`, [idHash]);
      return { tenantId: row.tenant_id, userId: row.user_id, keyId: null, role: row.role };
    });
  }

  /** The person whose session a `Cookie` header carries, or null. */
  async sessionBehind(cookie: string | undefined): Promise<Principal | null> {
    const id = sessionIdIn(cookie, this.config);
    return id ? this.bySession(id) : null;
  }

  /** True when somebody of the organization signs in with this address. */
  async isColleague(tx: Tx, email: string): Promise<boolean> {
    const rows: unknown[] = await tx.em.query(
      `select 1 from users u join memberships m on m.user_id = u.id where lower(u.email) = lower($1) and m.tenant_id = $2`,
      [email, tx.tenantId],
    );
    return rows.length > 0;
  }

  async signOut(id: string): Promise<void> {
    await this.db.system((em) => em.query(`delete from sessions where id_hash = $1`, [sha256(id)]));
  }

  me(who: Principal): Promise<View<typeof Contract.Me>> {
    const { userId } = who;
    if (!userId)
      throw new AppError('forbidden', 'me.program', 'An API key is not a person; ask for /organization instead.');
    return this.db.tenant(who.tenantId, async (tx) => {
      const tenant = await this.tenant(tx);
      const user = await tx.em.findOneByOrFail(User, { id: userId });
      const member = await tx.em.findOneByOrFail(Membership, { tenantId: tx.tenantId, userId });
      const organizations: { id: string; name: string }[] = await tx.em.query(
        `select t.id, t.name from memberships m join tenants t on t.id = m.tenant_id where m.user_id = $1 and m.disabled_at is null and m.accepted_at is not null order by t.name`,
        [userId],
      );
      return {
        id: user.id,
        name: member.name,
        email: user.email,
        role: member.role,
        organization: { id: tenant.id, name: tenant.name, timeZone: tenant.timeZone, locale: tenant.locale },
        organizations,
        preferences: user.preferences,
      };
    });
  }

  async changeMe(who: Principal, change: View<typeof Contract.ChangeMe>): Promise<View<typeof Contract.Me>> {
    if (who.userId)
      await this.db.tenant(who.tenantId, async (tx) => {
        if (change.preferences)
          await tx.em.query(`update users set preferences = preferences || $2::jsonb where id = $1`, [
            who.userId,
            JSON.stringify(change.preferences),
          ]);
        if (change.name)
          await tx.em.query(
            `update memberships set name = $3, version = version + 1 where tenant_id = $1 and user_id = $2`,
            [tx.tenantId, who.userId, change.name],
          );
      });
    return this.me(who);
  }

  /** The sign-ins of the demo, or null where there is none. */
  async demoSignIns(): Promise<View<typeof Contract.DemoSignIns> | null> {
    if (this.config.production) return null;
    const signIns: { email: string; role: Role }[] = await this.db.system((em) =>
      em.query(`select u.email, m.role from tenants t join memberships m on m.tenant_id = t.id join users u on u.id = m.user_id
        where t.is_demo and u.email in ('admin@demo.test', 'manager@demo.test', 'agent@demo.test', 'viewer@demo.test')
        order by array_position(array['admin', 'manager', 'agent', 'viewer'], m.role)`),
    );
    return signIns.length > 0 ? { signIns: signIns.map((row) => ({ ...row, password: DEMO_PASSWORD })) } : null;
  }

  // ——— one-use links ———

  /** A fresh one-use token; only its hash is kept. */
  async makeLink(em: EntityManager, purpose: LinkTokenPurpose, userId: string | null): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await em.query(
      `insert into link_tokens (token_hash, purpose, user_id, expires_at) values ($1, $2, $3, now() + make_interval(hours => $4))`,
      [sha256(token), purpose, userId, LINK_HOURS[purpose]],
    );
    return token;
  }

  /** The link for the first organization, while there is none; else null. */
  async setupLink(): Promise<string | null> {
    return this.db.system(async (em) => {
      const [any] = await em.query(`select 1 from tenants limit 1`);
      if (any) return null;
      await em.query(`delete from link_tokens where purpose = 'setup'`);
      return `${this.config.publicUrl}/setup?token=${await this.makeLink(em, 'setup', null)}`;
    });
  }

  private async useLink(
    em: EntityManager,
    purpose: LinkTokenPurpose,
    token: string,
  ): Promise<{ userId: string | null } | null> {
    const [rows]: [{ user_id: string | null }[], number] = await em.query(
      `update link_tokens set used_at = now() where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now() returning user_id`,
      [sha256(token), purpose],
    );
    return rows[0] ? { userId: rows[0].user_id } : null;
  }

  /** Mails a reset link when the address is known; the answer never tells. */
  async forgotPassword(email: string, ip: string): Promise<void> {
    await this.limits.take(FORGOT_PER_NETWORK, this.guard.network(ip));
    await this.limits.take(FORGOT_PER_ADDRESS, accountKey(email));
    await Promise.all([this.mailReset(email), sleep(FORGOT_TAKES_MS)]);
  }

  private async mailReset(email: string): Promise<void> {
    const owner = await this.ownerOf(email);
    if (owner) await this.db.tenant(owner.tenantId, (tx) => this.orderLinkMail(tx, 'user_reset', owner));
  }

  /** Sets a password by a reset or invitation link and ends all sessions. @throws AppError reset.link */
  async resetPassword(token: string, password: string): Promise<void> {
    requireGoodPassword(password, []);
    const passwordHash = await hashPassword(password);
    await this.db.system(async (em) => {
      const used = (await this.useLink(em, 'reset', token)) ?? (await this.useLink(em, 'invite', token));
      if (!used?.userId)
        throw new AppError(
          'forbidden',
          'reset.link',
          'This link was used or is too old. Ask for a new one on the sign-in page.',
        );
      await this.forgetPassword(em, used.userId);
      await em.query(`update users set password_hash = $2, proven_at = now() where id = $1`, [
        used.userId,
        passwordHash,
      ]);
      // Who reads the address's mail is who was invited.
      await em.query(`update memberships set accepted_at = coalesce(accepted_at, now()) where user_id = $1`, [
        used.userId,
      ]);
    });
  }

  /** Ends every way in that there was: password, sessions and links that were not used yet. */
  private async forgetPassword(em: EntityManager, userId: string): Promise<void> {
    await em.query(`update users set password_hash = null where id = $1`, [userId]);
    await em.query(`delete from sessions where user_id = $1`, [userId]);
    await em.query(`update link_tokens set used_at = now() where user_id = $1 and used_at is null`, [userId]);
  }

  /** For operators: a reset link, printed instead of mailed. @throws AppError user.not_found */
  async resetLink(email: string): Promise<string> {
    const owner = await this.ownerOf(email);
    if (!owner) throw notFound('user', 'user');
    return this.db.system(
      async (em) => `${this.config.publicUrl}/reset?token=${await this.makeLink(em, 'reset', owner.id)}`,
    );
  }

  private ownerOf(email: string): Promise<{ id: string; email: string; name: string; tenantId: string } | undefined> {
    return this.db.system(async (em) => {
      const [row] = await em.query(
        `select u.id, u.email, m.name, m.tenant_id as "tenantId" from users u join memberships m on m.user_id = u.id and m.disabled_at is null where lower(u.email) = lower($1) order by m.created_at limit 1`,
        [email],
      );
      return row;
    });
  }

  private async tellOwner(email: string): Promise<void> {
    try {
      await this.limits.take(FORGOT_PER_ADDRESS, accountKey(email));
    } catch (error) {
      // Told often enough; the caller hears nothing of it.
      if (error instanceof AppError && error.kind === 'too_many') return;
      throw error;
    }
    const owner = await this.ownerOf(email);
    if (owner) await this.db.tenant(owner.tenantId, (tx) => this.orderLinkMail(tx, 'user_known', owner));
  }

  /** At most one of a kind per person and minute. */
  private async orderLinkMail(tx: Tx, kind: LinkMail, to: { id: string; email: string }): Promise<void> {
    await this.mail.send(tx, {
      kind,
      subjectId: to.id,
      step: Math.floor(this.clock.now().getTime() / 60_000),
      to: to.email,
    });
  }

  /** The token is made as the mail is: only its hash is ever stored. */
  private async linkMail(tx: Tx, kind: LinkMail, userId: string): Promise<MailContent | null> {
    const user = await tx.em.findOneBy(User, { id: userId });
    const member = await tx.em.findOneBy(Membership, { tenantId: tx.tenantId, userId });
    if (!user || !member || member.disabledAt) return null;
    const purpose =
      kind === 'user_reset'
        ? 'reset'
        : kind === 'user_invite' && (user.passwordHash === null || member.acceptedAt === null)
          ? 'invite'
          : null;
    const url = purpose
      ? `${this.config.publicUrl}/reset?token=${await this.makeLink(tx.em, purpose, userId)}`
      : `${this.config.publicUrl}/sign-in`;
    const tenant = await this.tenant(tx);
    return linkMail(kind, {
      name: member.name,
      organization: tenant.name,
      brandColor: tenant.brand.color,
      url,
      hasPassword: purpose !== 'invite' && user.passwordHash !== null,
    });
  }

  // ——— users and teams ———

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
      for (const [at, teamId] of input.teamIds.entries()) await this.requireTeam(tx, teamId, `teamIds[${at}]`);
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
      await this.audit(tx, who, 'user.added', { kind: 'user', id: user.id }, { role: input.role });
      if (passwordHash === null || isClaimed)
        await this.orderLinkMail(tx, 'user_invite', { id: user.id, email: input.email });
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
      for (const [at, teamId] of (change.teamIds ?? []).entries()) await this.requireTeam(tx, teamId, `teamIds[${at}]`);
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
      await this.audit(tx, who, 'user.changed', { kind: 'user', id: userId }, { ...change });
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
    return this.db.tenant(tenantId, async (tx) => pageOfAll(await this.teams(tx), page));
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
      if (change.leadId) await this.requireUser(tx, change.leadId, 'leadId');
      if (change.name !== undefined && (await this.teams(tx)).some((one) => one.id !== id && one.name === change.name))
        throw new AppError('conflict', 'team.exists', 'There is a team of this name.');
      await tx.em.query(
        `update teams set name = coalesce($2, name), lead_id = case when $3::boolean then $4::uuid else lead_id end, version = version + 1 where id = $1`,
        [id, change.name ?? null, change.leadId !== undefined, change.leadId ?? null],
      );
      await this.audit(tx, who, 'team.changed', { kind: 'team', id }, { ...change });
      const team = (await this.teams(tx)).find((one) => one.id === id);
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
        await this.audit(tx, who, 'team.added', { kind: 'team', id });
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

  // ——— API keys ———

  listKeys(tenantId: string, page: View<typeof Contract.ListQuery>): Promise<Page<View<typeof Contract.ApiKeyView>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows = await tx.em
        .createQueryBuilder(ApiKey, 'k')
        .where('k.revoked_at is null')
        .orderBy('k.created_at')
        .addOrderBy('k.id')
        .getMany();
      return pageOfAll(rows.map(keyView), page);
    });
  }

  /** The secret is in this answer and nowhere else. */
  addKey(who: Principal, input: View<typeof Contract.NewApiKey>): Promise<View<typeof Contract.ApiKeyCreated>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const id = newId();
      const ids = Buffer.from(`${tx.tenantId}${id}`.replaceAll('-', ''), 'hex').toString('base64url');
      const secret = `hbk.${ids}.${randomBytes(32).toString('base64url')}`;
      await tx.em.insert(ApiKey, {
        id,
        name: input.name,
        scopes: input.scopes,
        secretHash: sha256(secret),
        prefix: secret.slice(0, 12),
        createdBy: who.userId,
        expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
      });
      await this.audit(tx, who, 'api_key.created', { kind: 'api_key', id }, { scopes: input.scopes });
      return { ...keyView(await tx.em.findOneByOrFail(ApiKey, { id })), secret };
    });
  }

  /** @throws AppError api_key.not_found */
  revokeKey(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const [, count]: [unknown[], number] = await tx.em.query(
        `update api_keys set revoked_at = now() where id = $1 and revoked_at is null`,
        [id],
      );
      if (count === 0) throw notFound('api_key', 'API key');
      await this.audit(tx, who, 'api_key.revoked', { kind: 'api_key', id });
    });
  }

  /**
   * The program behind a bearer key, or null. The key itself names its tenant, so the look-up runs under row security.
   * A key with `*` or `admin` acts as an admin, any other as a manager within its scopes.
   */
  async byKey(bearer: string): Promise<(Principal & { scopes: string[] }) | null> {
    const match = /^hbk\.([A-Za-z0-9_-]{43})\.[A-Za-z0-9_-]{43}$/.exec(bearer);
    if (!match?.[1]) return null;
    const hex = Buffer.from(match[1], 'base64url').toString('hex');
    return this.presented.add(hex.slice(0, 32), { id: hex.slice(32), bearer });
  }

  /** Keys that were presented while a look-up was under way share the next one. */
  private keysPresented(
    tenantId: string,
    presented: { id: string; bearer: string }[],
  ): Promise<((Principal & { scopes: string[] }) | null)[]> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows: { id: string; secret_hash: Buffer; scopes: string[]; stale: boolean; tenant_id: string }[] =
        await tx.em.query(
          `select tenant_id, id, secret_hash, scopes,
             last_used_at is null or last_used_at < now() - interval '1 minute' as stale from api_keys
           where id = any($1::uuid[]) and revoked_at is null and (expires_at is null or expires_at > now())`,
          [[...new Set(presented.map(({ id }) => id))]],
        );
      const known = new Map(rows.map((row) => [row.id.replaceAll('-', ''), row]));
      const used = new Set<string>();
      const found = presented.map(({ id, bearer }) => {
        const row = known.get(id);
        if (!row || !timingSafeEqual(row.secret_hash, sha256(bearer))) return null;
        if (row.stale) used.add(row.id);
        const admin = row.scopes.some((scope) => scope === '*' || scope === 'admin');
        return {
          tenantId: row.tenant_id,
          userId: null,
          keyId: row.id,
          role: admin ? ('admin' as const) : ('manager' as const),
          scopes: row.scopes,
        };
      });
      if (used.size > 0) await tx.em.query(`update api_keys set last_used_at = now() where id = any($1)`, [[...used]]);
      return found;
    });
  }

  // ——— audit log ———

  async audit(
    tx: Tx,
    who: Principal | 'system',
    action: string,
    subject?: { kind: string; id: string | null },
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const [kind, id] = who === 'system' ? ['system', null] : who.userId ? ['user', who.userId] : ['api_key', who.keyId];
    await tx.em.query(
      `insert into audit_log (id, actor_kind, actor_id, action, subject_kind, subject_id, details) values ($1, $2, $3, $4, $5, $6, $7)`,
      [newId(), kind, id, action, subject?.kind ?? null, subject?.id ?? null, JSON.stringify(details)],
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
const WORK_LOAD = `m.absent_from::text as "absentFrom", m.absent_to::text as "absentTo", m.capacity`;

const USER_VIEW = `select m.user_id as id, u.email, m.name, m.role, m.version, ${WORK_LOAD}, m.disabled_at is not null as disabled, u.password_hash is null or m.accepted_at is null as invited,
  coalesce((select array_agg(team_id order by team_id) from team_members where user_id = m.user_id), '{}') as "teamIds"
  from memberships m join users u on u.id = m.user_id`;

/** Counters are named without the address itself. */
const accountKey = (email: string): string => createHash('sha256').update(email.trim().toLowerCase()).digest('hex');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

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

function keyView(key: ApiKey): View<typeof Contract.ApiKeyView> {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    prefix: key.prefix,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
  };
}

function organizationView(row: Tenant, notices: string[]): View<typeof Contract.OrganizationView> {
  return {
    id: row.id,
    name: row.name,
    timeZone: row.timeZone,
    locale: row.locale,
    brand: row.brand,
    postalAddress: row.postalAddress,
    privacyUrl: row.privacyUrl,
    sender: row.sender,
    version: row.version,
    notices,
  };
}
