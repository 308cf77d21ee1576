import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { Changes } from './changes.js';
import { Clock } from './clock.js';
import { Db } from './db.js';
import { AccessGuard } from './http/access.guard.js';
import { HealthController } from './http/health.controller.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { Readiness } from './http/readiness.js';
import { ProblemFilter } from './http/problem.filter.js';
import { validationPipe } from './http/validation.js';
import './http/words.js';
import { Jobs } from './jobs.js';
import { Metrics } from './metrics.js';
import { AddressPolicy, Outbound } from './outbound.js';
import { PublicGuard } from './public-page/guard.js';
import { Visits } from './public-page/visits.js';
import { RateLimits } from './rate-limit.js';
import { Signer } from './signing.js';
import { Vault } from './vault.js';

/** What other modules may ask for. */
const SERVICES = [
  AddressPolicy,
  Outbound,
  Changes,
  Clock,
  Db,
  Jobs,
  Metrics,
  PublicGuard,
  RateLimits,
  Readiness,
  Signer,
  Vault,
  Visits,
];

/** Everything without a domain word in it. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController],
  providers: [
    ...SERVICES,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
  exports: SERVICES,
})
export class PlatformModule {}
