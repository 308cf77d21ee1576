import type { PainKey, TouchpointKey } from '../pain-points.js';

export type Language = 'en' | 'de' | 'fr';

/**
 * What people write about one pain point, and what we write back.
 *
 * Phrases are in the form they take in the middle of a sentence (lower case unless the first word needs a capital), without the closing
 * full stop. `[a|b]` chooses, `{slot}` is filled with a detail. A leading `!` marks a phrase only for very low scores (0–4), a leading `~`
 * one only for mild complaints (5–9).
 */
export interface PainPhrases {
  say: readonly string[];
  /** A sentence that may follow a bad score's complaint. */
  after: readonly string[];
  /** Completes "I am sorry …" in our first reply. */
  sorry: string;
  /** What we did about it: the resolution that the customer reads. */
  done: readonly string[];
}

export interface LanguageCorpus {
  pains: Readonly<Record<PainKey, PainPhrases>>;
  /** Good things said at a touchpoint; `general` for the relationship survey. Same notation as `say`; `!` here: only for scores 9–10. */
  praise: Readonly<Record<TouchpointKey | 'general', readonly string[]>>;
  praiseShort: readonly string[];
  /** Before a praise; ends so that the praise can follow in the middle of a sentence. */
  praiseOpen: readonly string[];
  praiseClose: readonly string[];
  /** Neither good nor bad, scores 5–8. */
  meh: readonly string[];
  angryOpen: readonly string[];
  angryClose: readonly string[];
  angryShort: readonly string[];
  mildClose: readonly string[];
  /** Joins praise and complaint, with its own punctuation and spaces. */
  but: readonly string[];
  /** Joins two complaints. */
  and: readonly string[];
  /** A question of ours and the customer's answer to it. */
  asks: Readonly<Record<TouchpointKey | 'general', readonly (readonly [string, string])[]>>;
  greet: readonly string[];
  sorryOpen: readonly string[];
  mine: readonly string[];
  sign: readonly string[];
  fixed: readonly string[];
  notYet: readonly string[];
  again: readonly string[];
  days: readonly string[];
  months: readonly string[];
}
