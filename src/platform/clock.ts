import { Injectable } from '@nestjs/common';

/** The one source of "now" for rules; replaced in tests that travel in time. Leases and expiries use the database's clock instead. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
