import type { Tx } from '../db.js';
import type { BounceKind, Delivery } from './ledger.js';

/** What a mail says; made anew for each attempt. Line breaks in names and the subject become spaces. */
export interface MailContent {
  subject: string;
  html: string;
  /** The `text/plain` part, written for reading. */
  text: string;
  /** BCP 47, e.g. `de`; stands in Content-Language. */
  locale: string;
  fromName?: string | undefined;
  /** The organization's own sender address. Used where its domain is MAIL_FROM's or one that is proven (or in the built-in mailbox), else MAIL_FROM is. */
  fromAddress?: string | undefined;
  /** `'token'`: answers come back to us and reach the kind's `replied` (where no inbound port is open, they go to the sender); else an address. */
  replyTo?: 'token' | (string & {}) | undefined;
  /** One-click unsubscribe (RFC 8058): a page that takes POST. */
  listUnsubscribeUrl?: string | undefined;
  /** Message-IDs with angle brackets. */
  inReplyTo?: string | undefined;
  references?: string[] | undefined;
  /** False for a mail that a person wrote, e.g. a message in a case. Default true: `Auto-Submitted: auto-generated`. */
  autoSubmitted?: boolean | undefined;
  /** Images that the HTML shows by `cid:`. */
  inline?: { cid: string; filename: string; contentType: string; content: Buffer }[] | undefined;
}

/** A person's answer by mail. */
export interface MailReply {
  /** What they wrote, without the quoted mail and their signature; at most 50,000 characters. */
  text: string;
  /** The address it claims to come from. */
  from: string;
  /** True when that is the address we wrote to. A claim all the same: anyone who has the mail can write this. */
  fromMatches: boolean;
  /** True when the domain in From vouches for the mail (DMARC or an aligned DKIM signature); false also where that could not be found out. */
  verified: boolean;
  /** With angle brackets. */
  messageId: string;
  /** What was attached. The type is what the sender says; whoever keeps the files looks at the bytes. */
  attachments: { filename: string; contentType: string; size: number; content: Buffer }[];
}

/** The hooks that follow from a state. */
export type Outcome = 'sent' | 'failed' | 'unknown' | 'suppressed';

/** What a module does for its mails. All run in a transaction; none may do anything outside it. */
export interface MailKind {
  /** The mail as of now, or null when it is no longer wanted (then it is `cancelled`). */
  render(tx: Tx, delivery: Delivery): Promise<MailContent | null>;
  /** `render` for a batch, in order, for kinds that come by the thousand: what they share is read once. */
  renderMany?(tx: Tx, deliveries: readonly Delivery[]): Promise<(MailContent | null)[]>;
  sent?(tx: Tx, delivery: Delivery): Promise<void>;
  /** `sent` for a batch. */
  sentMany?(tx: Tx, deliveries: readonly Delivery[]): Promise<void>;
  /** The server refused it for good, or 24 hours of trying were not enough. */
  failed?(tx: Tx, delivery: Delivery): Promise<void>;
  /** The connection broke after the content was on its way: it may have arrived, and is never sent again by itself. */
  unknown?(tx: Tx, delivery: Delivery): Promise<void>;
  /** The address is on the list of those we must not write to. */
  suppressed?(tx: Tx, delivery: Delivery): Promise<void>;
  bounced?(tx: Tx, delivery: Delivery, kind: BounceKind): Promise<void>;
  replied?(tx: Tx, delivery: Delivery, reply: MailReply): Promise<void>;
  /** Mails to users (sign-in, digests): the suppression list, which is about customers, is not asked. */
  toUsers?: boolean;
  /** The customer asked for this mail (an answer in their case, a link to their data): that they want no surveys does not stop it. */
  requested?: boolean;
  /** A cancelled delivery of this kind goes out after all when it is ordered again (a campaign that was paused). Nothing of it was sent. */
  cancelledMayReturn?: boolean;
  /** One of many, such as a campaign's mails: held to the organization's send rates, and all others go first. */
  bulk?: boolean;
}

/** Those of the addresses (as given) that must not be written to; `isRequested` as the mail's kind says. */
export type Suppression = (tx: Tx, addresses: readonly string[], isRequested: boolean) => Promise<ReadonlySet<string>>;
