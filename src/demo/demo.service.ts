import { Injectable } from '@nestjs/common';
import { Customers } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { PainPoints } from '../painpoints/painpoints.service.js';
import { Clock } from '../platform/clock.js';
import { Db } from '../platform/db.js';
import { SentimentService } from '../sentiment/sentiment.service.js';
import { StatementVectors } from '../sentiment/vectors.service.js';
import { type Progress, loadDemo } from './load.js';

/** Everybody sees the same organization on the same day. */
const SEED = 20_240_917;

/** The demo organization, loaded once into an installation that asks for it. */
@Injectable()
export class Demo {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly sentiment: SentimentService,
    private readonly painPoints: PainPoints,
    private readonly vectors: StatementVectors,
  ) {}

  /** Loads it unless it is there; true when it was loaded now. */
  async ensure(progress: Progress): Promise<boolean> {
    const there: unknown[] = await this.db.system((em) => em.query(`select 1 from tenants where is_demo limit 1`));
    if (there.length > 0) return false;
    const { db, identity, customers, sentiment, painPoints } = this;
    const services = { db, identity, customers, sentiment, painPoints };
    const tenantId = await loadDemo(services, { seed: SEED, now: this.clock.now(), progress });
    await this.vectors.promise(tenantId);
    return true;
  }
}
