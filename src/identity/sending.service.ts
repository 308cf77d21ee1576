import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid } from '../platform/errors.js';
import { SendRates } from '../platform/mail/send-rates.js';
import { Identity, requireVersion } from './identity.service.js';
import type { ChangeSending, SendingView } from './sending.contract.js';

/** The organization's send rates: what it chose, where a new domain stands, and what waits. */
@Injectable()
export class Sending {
  constructor(
    private readonly db: Db,
    private readonly rates: SendRates,
    private readonly identity: Identity,
  ) {}

  get(tenantId: string): Promise<SendingView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx));
  }

  /** @throws AppError sending.version, input.invalid when a limit is taken off where real servers are written to */
  change(who: Principal, change: ChangeSending): Promise<SendingView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const now = await this.rates.limits(tx);
      requireVersion(now, change.version, 'sending');
      for (const field of ['perMinute', 'domainPerMinute'] as const)
        if (change[field] === null && !this.rates.mayBeUnlimited)
          throw invalid(
            field,
            'Enter a number of mails a minute; only the built-in mailbox takes mail without a limit.',
          );
      const limits = {
        perMinute: change.perMinute === undefined ? now.perMinute : change.perMinute,
        domainPerMinute: change.domainPerMinute === undefined ? now.domainPerMinute : change.domainPerMinute,
        warmUp: change.warmUp ?? now.warmUp,
      };
      await this.rates.choose(tx, limits);
      await this.identity.audit(tx, who, 'sending.changed', undefined, limits);
      return this.view(tx);
    });
  }

  private async view(tx: Tx): Promise<SendingView> {
    const { perMinute, domainPerMinute, warmUp, version } = await this.rates.limits(tx);
    const backlog = await this.rates.backlog(tx);
    return {
      perMinute,
      domainPerMinute,
      warmUp,
      mayBeUnlimited: this.rates.mayBeUnlimited,
      warmUps: (await this.rates.warmUps(tx)).map((one) => ({ ...one, startedAt: one.startedAt.toISOString() })),
      held: backlog && { ...backlog, until: backlog.until.toISOString() },
      version,
    };
  }
}
