import { createHash } from 'node:crypto';
import type { SUPPRESSION_REASONS } from '../customers/customers.contract.js';
import type { AskChannel } from './channels/channels.contract.js';
import type { SkipReason } from './distribution.contract.js';
import type { Clocks } from './policy/clocks.js';
import type { OpenTimes } from './policy/opening.js';

export { sendTimes } from './policy/opening.js';

type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** The contact policy as the planner reads it. */
export interface Policy extends OpenTimes, Clocks {
  respectOpenCases: boolean;
}

/** All that is known about one customer at the moment of planning, but for when they were asked before. */
export interface Situation {
  address: string | null;
  /** By which channel they would be asked; default: e-mail. */
  channel?: AskChannel;
  /** Why mail to the address is stopped. */
  stopped: SuppressionReason | null;
  /** Newest word on being asked; null: never given. */
  consent: { granted: boolean } | null;
  /** False when the customer chose not to get surveys of this kind. */
  isWanted?: boolean;
  hasOpenCase: boolean;
  /** Whether an ask may wait for the end of an open case. */
  mayWait: boolean;
  /** In [0, 1), from `draw`; asked when it is below `sampleRate`. */
  draw: number;
  sampleRate: number;
  /** Another customer of the same campaign has this address and is asked. */
  addressTaken: boolean;
}

/** What a suppressed address means for an ask. */
export const SKIP_OF_STOP: Record<SuppressionReason, SkipReason> = {
  erased: 'erased',
  complaint: 'complaint',
  unsubscribed: 'unsubscribed',
  hard_bounce: 'bounced',
  soft_bounce: 'bounced',
  manual: 'suppressed',
};

/**
 * Why a customer is not asked, whatever else is planned; null: they may be asked. What is up to the person comes first, then chance; of
 * several reasons the first is named. How often and when is `Board`'s part.
 */
export function refusal(policy: Policy, situation: Situation): SkipReason | null {
  if (situation.stopped === 'erased') return 'erased';
  if (situation.address === null) return (situation.channel ?? 'email') === 'email' ? 'no_address' : 'no_phone';
  if (situation.stopped !== null) return SKIP_OF_STOP[situation.stopped];
  if (!situation.consent?.granted) return 'no_consent';
  if (situation.isWanted === false) return 'not_wanted';
  if (policy.respectOpenCases && situation.hasOpenCase && !situation.mayWait) return 'open_case';
  if (situation.draw >= situation.sampleRate) return 'not_sampled';
  if (situation.addressTaken) return 'duplicate_address';
  return null;
}

/** An even draw in [0, 1) that is the same whenever it is asked again: of a campaign and customer, or a trigger and event. */
export function draw(source: string, subject: string): number {
  return createHash('sha256').update(`${source}:${subject}`).digest().readUInt32BE(0) / 2 ** 32;
}
