import { Injectable } from '@nestjs/common';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { AppError } from './errors.js';

export interface Limit {
  name: string;
  points: number;
  seconds: number;
}

/** Counts attempts in PostgreSQL, so that limits hold across processes and without Redis; in memory while the database is away. */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<string, RateLimiterAbstract>();

  constructor(private readonly ds: DataSource) {}

  /** Counts one attempt of `key`. @throws AppError 429 with Retry-After when the limit is passed */
  async take(limit: Limit, key: string): Promise<void> {
    try {
      await this.limiter(limit).consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new AppError('too_many', 'request.too_many', 'Too many attempts. Wait a little and try again.', {
        retryAfterSeconds: Math.max(1, refusal.msBeforeNext / 1000),
      });
    }
  }

  /** Counts one attempt of `key` and refuses nothing; how many there were within the limit's time, this one too. */
  async count(limit: Limit, key: string): Promise<number> {
    try {
      return (await this.limiter(limit).consume(key)).consumedPoints;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return refusal.consumedPoints;
    }
  }

  /** Forgets the attempts of `key`, e.g. after a right password. */
  async clear(limit: Limit, key: string): Promise<void> {
    await this.limiter(limit).delete(key);
  }

  /** Takes one attempt back that turned out to be right. */
  async giveBack(limit: Limit, key: string): Promise<void> {
    await this.limiter(limit).reward(key);
  }

  private limiter(limit: Limit): RateLimiterAbstract {
    let limiter = this.limiters.get(limit.name);
    if (!limiter) {
      const base = { keyPrefix: limit.name, points: limit.points, duration: limit.seconds };
      limiter = new RateLimiterPostgres({
        ...base,
        storeClient: this.ds,
        storeType: 'typeorm',
        tableName: 'rate_limits',
        tableCreated: true,
        insuranceLimiter: new RateLimiterMemory(base),
      });
      this.limiters.set(limit.name, limiter);
    }
    return limiter;
  }
}
