import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Config } from '../config.js';
import type { Principal } from '../platform/auth.js';
import { Db } from '../platform/db.js';
import { AppError, invalid, isUniqueViolation } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { PublicGuard } from '../platform/public-page/guard.js';
import { RateLimits } from '../platform/rate-limit.js';
import { readableBrand } from './brand.js';
import type * as Contract from './identity.contract.js';
import { Membership, Tenant, User } from './identity.entity.js';
import { Identity, requireVersion } from './identity.service.js';
import { hashPassword, requireGoodPassword } from './passwords.js';
import { SignIns } from './sign-ins.service.js';

const SIGN_UP_PER_NETWORK = { name: 'sign_up_ip', points: 300, seconds: 900 };

type View<T extends z.ZodType> = z.infer<T>;

/** Organizations: how they come into being, and what they say about themselves. */
@Injectable()
export class Organizations {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly limits: RateLimits,
    private readonly guard: PublicGuard,
    private readonly identity: Identity,
    private readonly signIns: SignIns,
  ) {}

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
        const tx = await this.identity.createTenant(em, enter, {
          name: input.organization,
          timeZone: 'UTC',
          locale: 'en',
        });
        await em.insert(Membership, { tenantId: tx.tenantId, userId, role: 'admin', name: input.name });
        await this.identity.audit(tx, 'system', 'organization.created');
        return `${this.config.publicUrl}/reset?token=${await this.signIns.makeLink(em, 'invite', userId)}`;
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
        if (setupToken !== null && !(await this.signIns.useLink(em, 'setup', setupToken)))
          throw new AppError(
            'forbidden',
            'setup.link',
            'This set-up link was used or is older than an hour. Restart Hearback to get a new one.',
          );
        const userId = newId();
        const tx = await this.identity.createTenant(em, enter, {
          name: input.organization,
          timeZone: input.timeZone ?? 'UTC',
          locale: input.locale ?? 'en',
        });
        // Last, so that a known address costs the same time as a new one.
        await em.insert(User, { id: userId, email: input.email, passwordHash });
        await em.insert(Membership, { tenantId: tx.tenantId, userId, role: 'admin', name: input.name });
        await this.identity.audit(
          tx,
          { tenantId: tx.tenantId, userId, keyId: null, role: 'admin' },
          'organization.created',
        );
        return { organization: { id: tx.tenantId, name: input.organization } };
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'users_email_key')) throw error;
      if (setupToken !== null)
        throw invalid('email', 'This address already signs in here. Use another one, or reset its password.');
      await this.signIns.tellOwner(input.email);
      return { organization: { id: newId(), name: input.organization } };
    }
  }

  organization(tenantId: string): Promise<View<typeof Contract.OrganizationView>> {
    return this.db.tenant(tenantId, async (tx) => organizationView(await this.identity.tenant(tx), []));
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
            `We darkened ${brand.color} to ${readable.color.toUpperCase()} so that white text on it can be read (${readable.contrast.toFixed(1)} to 1).`,
          );
        row.brand = { ...row.brand, ...brand, ...(readable ? { color: readable.color } : {}) };
      }
      if (sender) row.sender = { ...row.sender, ...sender };
      row.version += 1;
      await tx.em.save(row);
      await this.identity.audit(
        tx,
        who,
        'organization.changed',
        { kind: 'organization', id: tx.tenantId },
        { fields: Object.keys(plain) },
      );
      return organizationView(row, notices);
    });
  }
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
