import { type Rate, wilson } from '../rules/wilson.js';

/** What became of invitations that were sent, by the final disposition codes of AAPOR; whole numbers ≥ 0. Hard bounces stand apart. */
export type Dispositions = Readonly<{
  /** I: answered to the end. */
  finished: number;
  /** P: gave the score and did not finish. */
  partial: number;
  /** R: opted out, complained or took the answer back. */
  refused: number;
  /** NC: delivered, no answer (yet). */
  noContact: number;
  /** O: an answer came that does not count, such as a machine's. */
  other: number;
  /** U: nobody knows whether it was delivered. */
  unknown: number;
}>;

export type ResponseRates = Readonly<{ rr1: Rate; rr2: Rate; rr5: Rate; rr6: Rate }>;

/**
 * Response rates, each with its 95 % interval: RR1 = I / ((I + P) + (R + NC + O) + U); RR2 counts the partial ones as answers; RR5 and RR6 are
 * those two without U.
 * Source: AAPOR, Standard Definitions, 10th edition, 2023.
 */
export function responseRates({ finished, partial, refused, noContact, other, unknown }: Dispositions): ResponseRates {
  const known = finished + partial + refused + noContact + other;
  return {
    rr1: wilson(finished, known + unknown),
    rr2: wilson(finished + partial, known + unknown),
    rr5: wilson(finished, known),
    rr6: wilson(finished + partial, known),
  };
}
