/** How the mails of a campaign were taken. */
export interface SendHealth {
  /** Taken or refused by servers. */
  mails: number;
  /** Came back for good, or were refused as unknown. */
  hardBounces: number;
  complaints: number;
}

/**
 * A server's own word that there is no such mailbox: RFC 3463 class 5.1, or 550, 551 and 553 without an enhanced code. As text, since JavaScript
 * and PostgreSQL both read it.
 */
export const NO_SUCH_MAILBOX = '^55[013](?![ -]5[.])|^5[0-9][0-9][ -]5[.]1[.]';

/** Mail providers act on senders above these; a few hundred mails more would make it worse. */
const MOST_HARD_BOUNCES = 0.05;
const MOST_COMPLAINTS = 0.001;
const FEWEST_MAILS = 50;
const FEWEST_COMPLAINTS = 3;

/** One sentence for people when the share is certainly (95 %) too high, else null. Few mails prove nothing: the lower end of Wilson's interval counts. */
export function reasonToPause({ mails, hardBounces, complaints }: SendHealth): string | null {
  if (complaints >= FEWEST_COMPLAINTS && wilsonLower(complaints, mails) > MOST_COMPLAINTS)
    return `${complaints} of ${mails} mails were marked as spam. Providers block senders above 1 in 1,000.`;
  if (mails >= FEWEST_MAILS && wilsonLower(hardBounces, mails) > MOST_HARD_BOUNCES)
    return `${hardBounces} of ${mails} mails came back because the address does not exist. Check where these addresses are from before you go on.`;
  return null;
}

/** Lower end of the 95 % interval of a share (Wilson 1927); 0 without any. */
export function wilsonLower(count: number, of: number): number {
  if (of === 0 || count === 0) return 0;
  const z = 1.96;
  const share = Math.min(1, count / of);
  const centre = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return Math.max(0, (centre - half) / (1 + (z * z) / of));
}
