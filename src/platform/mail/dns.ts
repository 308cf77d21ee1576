import { Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** As `dns.promises.resolve` answers for the type; what mailauth takes as its resolver. */
export type DnsLookup = (name: string, type: string) => Promise<unknown>;

/** What DNS says about a name: `absent` is its word that there is nothing, `failed` that it gave no word. */
export type TxtAnswer = { state: 'found'; values: string[] } | { state: 'absent' } | { state: 'failed' };

const TIMEOUT_MS = 3_000;
const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);

/** DNS for everything about mail, with a limit on how long it may take. Tests answer in its place. */
@Injectable()
export class MailDns {
  private readonly resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  private answer: DnsLookup = (name, type) => this.resolver.resolve(name, type);

  /** Answers in place of DNS; rejections need node's codes (`ENOTFOUND`, `ENODATA`, `ETIMEOUT`). */
  use(answer: DnsLookup): void {
    this.answer = answer;
  }

  readonly lookup: DnsLookup = (name, type) => this.answer(name, type);

  /** The TXT records of a name, the strings of each joined (RFC 7208, 3.3). */
  async txt(name: string): Promise<TxtAnswer> {
    try {
      const records = (await this.answer(name, 'TXT')) as string[][];
      return records.length === 0
        ? { state: 'absent' }
        : { state: 'found', values: records.map((one) => one.join('')) };
    } catch (error) {
      return { state: ABSENT.has((error as { code?: string }).code ?? '') ? 'absent' : 'failed' };
    }
  }
}
