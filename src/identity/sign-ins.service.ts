import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { Config } from '../config.js';
import type { Principal, Role } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, notFound } from '../platform/errors.js';
import { Mail, type MailContent } from '../platform/mail/mail.js';
import { PublicGuard } from '../platform/public-page/guard.js';
import { RateLimits } from '../platform/rate-limit.js';
import type * as Contract from './identity.contract.js';
import { Membership, Tenant, User } from './identity.entity.js';
import { LINK_MAILS, type LinkMail, linkMail } from './mails/link-mail.js';
import { hashPassword, passwordMatches, requireGoodPassword } from './passwords.js';
import { sessionIdIn } from './session-cookie.js';

const SESSION_DAYS = 30;
const IDLE_HOURS = 12;
const SIGN_IN_PER_ACCOUNT = { name: 'sign_in_account', points: 10, seconds: 900 };
const SIGN_IN_PER_ADDRESS = { name: 'sign_in_ip', points: 100, seconds: 900 };
const FORGOT_PER_ADDRESS = { name: 'forgot', points: 5, seconds: 3600 };
/** Each costs an argon2 hash and, perhaps, a mail. */
const FORGOT_PER_NETWORK = { name: 'forgot_ip', points: 100, seconds: 900 };
/** No answer to a forgotten password comes earlier, so that its time does not tell whether a mail was ordered. */
const FORGOT_TAKES_MS = 250;
const LINK_HOURS = { setup: 1, reset: 1, invite: 24 * 7 } as const;
type LinkTokenPurpose = keyof typeof LINK_HOURS;

/** A password for everybody in the demo; printed at the start and shown on the sign-in page of a demo. */
export const DEMO_PASSWORD = 'hearback-demo';

type View<T extends z.ZodType> = z.infer<T>;

/** How people get in: passwords, sessions and one-use links. */
@Injectable()
export class SignIns {
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

  async signOut(id: string): Promise<void> {
    await this.db.system((em) => em.query(`delete from sessions where id_hash = $1`, [sha256(id)]));
  }

  me(who: Principal): Promise<View<typeof Contract.Me>> {
    const { userId } = who;
    if (!userId)
      throw new AppError('forbidden', 'me.program', 'An API key is not a person; ask for /organization instead.');
    return this.db.tenant(who.tenantId, async (tx) => {
      const tenant = await tx.em.findOneByOrFail(Tenant, { id: tx.tenantId });
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

  /** Uses a link up; null when it is unknown, used or too old. */
  async useLink(
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

  /** Tells the owner of an address that somebody signed up with it, as often as links may be asked for. */
  async tellOwner(email: string): Promise<void> {
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
  async orderLinkMail(tx: Tx, kind: LinkMail, to: { id: string; email: string }): Promise<void> {
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
    const tenant = await tx.em.findOneByOrFail(Tenant, { id: tx.tenantId });
    return linkMail(kind, {
      name: member.name,
      organization: tenant.name,
      brandColor: tenant.brand.color,
      url,
      hasPassword: purpose !== 'invite' && user.passwordHash !== null,
    });
  }
}

/** Counters are named without the address itself. */
const accountKey = (email: string): string => createHash('sha256').update(email.trim().toLowerCase()).digest('hex');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
