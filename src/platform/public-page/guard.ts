import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { type Limit, RateLimits } from '../rate-limit.js';
import { Signer } from '../signing.js';

const PER_TOKEN: Limit = { name: 'public_token', points: 10, seconds: 60 };
const PER_NETWORK: Limit = { name: 'public_network', points: 600, seconds: 60 };
const ANSWERS: Limit = { name: 'public_burst', points: 1_000_000, seconds: 10 };

/**
 * Keeps count of posts to public pages. An address is never stored: counters are named by a hash of the network under a key of the day, so
 * that no counter can be traced to anybody, or to another day.
 */
@Injectable()
export class PublicGuard {
  constructor(
    private readonly limits: RateLimits,
    private readonly signer: Signer,
    private readonly clock: Clock,
  ) {}

  /** Counts one post of a token; the seconds to wait when it is one too many, else null. */
  async tooMany(token: string, ip: string): Promise<number | null> {
    return (await this.over(PER_NETWORK, this.network(ip))) ?? this.over(PER_TOKEN, this.name('token', token));
  }

  /** Counts one new answer of a network; how many came from there within about 10 s. */
  countAnswer(ip: string): Promise<number> {
    return this.limits.count(ANSWERS, this.network(ip));
  }

  private async over(limit: Limit, key: string): Promise<number | null> {
    try {
      await this.limits.take(limit, key);
      return null;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'too_many')
        return Math.ceil(error.details.retryAfterSeconds ?? limit.seconds);
      throw error;
    }
  }

  /** A name of the network for a counter of the day. */
  network(ip: string): string {
    return this.name(`network ${this.clock.now().toISOString().slice(0, 10)}`, networkOf(ip));
  }

  private name(purpose: string, value: string): string {
    return this.signer.hash(purpose, value).toString('base64url').slice(0, 22);
  }
}

/** The address itself for IPv4, the first 64 bits for IPv6, where one line has so many addresses. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4'
    ? address.toString()
    : address
        .toByteArray()
        .slice(0, 8)
        .map((byte) => byte.toString(16))
        .join(':');
}
