import type { Tx } from '../db.js';

/** What is known about a domain that mails may come from. */
export interface SenderDomain {
  /** True: the organization may send from addresses of this domain although MAIL_FROM's is another. */
  mayUse: boolean;
  /**
   * `DKIM-Signature: …` header lines (RFC 6376), each ended by CRLF, to stand in front of the finished message; null: sent unsigned. When it
   * throws, the mail waits as after a 4xx.
   */
  sign: ((message: Buffer) => Promise<string>) | null;
}

/** Looks a From domain (lower case) up for the organization of the transaction; null when nothing is known of it. */
export type SenderDomains = (tx: Tx, domain: string) => Promise<SenderDomain | null>;
