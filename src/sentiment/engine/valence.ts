import pictures from './data/emoji.json' with { type: 'json' };
import type { Lexicon, PhraseNode } from './lexicon.js';
import { matchesOf } from './patterns.js';
import type { Token } from './tokens.js';

/** What the words of a clause weigh together, and which of them counted. */
export interface Valence {
  /** −1…1 after squashing; 0 when nothing counted. */
  score: number;
  /** Sums of what spoke for and against, before squashing; both ≥ 0. */
  positive: number;
  negative: number;
  /** The part of the sum that whole phrases brought: firmer ground than single words. */
  phrased: number;
  /** Plain accounts of something that went wrong, at most two. */
  complaints: number;
  /** Which tokens a negation covers, and the phrases by the token they start at; both empty without a lexicon. */
  marks: readonly boolean[];
  phrases: ReadonlyMap<number, Phrase>;
  /** The words, phrases and emoji that counted, as the lexicon knows them. */
  cues: string[];
}

/** How a negation reaches forward: so many tokens, but never past clause punctuation; and what it leaves of a weight. */
const NEGATION_REACH = 4;
const NEGATION_FACTOR = -0.7;
/** Sum of weights at which the score reaches 0.71. */
const SQUASH = 0.7;
const MOST_CUES = 12;
/** What a plain account of something that went wrong ("the parcel never arrived") weighs, and how many of them count in a clause. */
const COMPLAINT = -0.7;
const MOST_COMPLAINTS = 2;
/** A word this bad inside such an account has said it already. */
const SAID_ALREADY = -0.3;

const table = (rows: Record<string, string>, split: (members: string) => Iterable<string>): Map<string, number> => {
  const map = new Map<string, number>();
  for (const [value, members] of Object.entries(rows))
    for (const member of split(members)) map.set(member, Number(value));
  return map;
};
const EMOJI = table(pictures.emoji, (members) => members);
const EMOTICONS = table(pictures.emoticons, (members) => members.split(' '));

/** A known phrase that starts at a token. `complete`: it holds its own negation, so none from outside turns it round. */
export interface Phrase {
  value: number;
  length: number;
  complete: boolean;
}

/** The known phrases in a clause by the token they start at, the longest at each place, not overlapping. */
function phrasesIn(tokens: readonly Token[], lexicon: Lexicon): Map<number, Phrase> {
  const found = new Map<number, Phrase>();
  for (let i = 0; i < tokens.length; i++) {
    const phrase = longestPhrase(tokens, i, lexicon.phrases);
    if (!phrase) continue;
    found.set(i, { ...phrase, complete: holdsNegator(tokens, i, phrase.length, lexicon) });
    i += phrase.length - 1;
  }
  return found;
}

/**
 * Marks which tokens stand under a negation. The window ends at punctuation and contrast words, because "I am not happy, the staff is
 * great" must not flip "great"; and a phrase with a negation of its own opens none ("no problems great service").
 */
function negated(tokens: readonly Token[], lexicon: Lexicon, phrases: ReadonlyMap<number, Phrase>): boolean[] {
  const marks = tokens.map(() => false);
  let left = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) break;
    const phrase = phrases.get(i);
    if (phrase?.complete) {
      left = 0;
      i += phrase.length - 1;
      continue;
    }
    if (token.kind !== 'word' && token.kind !== 'number') {
      if (token.kind !== 'emoji') left = 0;
      continue;
    }
    if (lexicon.contrast.has(token.norm)) left = 0;
    marks[i] = left > 0;
    left = isNegator(token.norm, lexicon) ? NEGATION_REACH : Math.max(0, left - 1);
  }
  return marks;
}

export const isNegator = (word: string, lexicon: Lexicon): boolean =>
  lexicon.negators.has(word) || word.endsWith("n't");

/**
 * Weighs a clause by its lexicon: the longest known phrase first, then single words, with negation, intensifiers, capitals, emoji and
 * exclamation marks. Without a lexicon (unknown language) only emoji and emoticons count. Linear in the tokens.
 */
export function weigh(tokens: readonly Token[], lexicon: Lexicon | null, shouting = false): Valence {
  const phrases: ReadonlyMap<number, Phrase> = lexicon ? phrasesIn(tokens, lexicon) : new Map();
  const marks = lexicon ? negated(tokens, lexicon, phrases) : [];
  let positive = 0;
  let negative = 0;
  let factor = 1;
  let emphasis = 1;
  let pictured = 0;
  let asks = false;
  let phrased = 0;
  const cues: string[] = [];
  const spoke: { at: number; value: number }[] = [];
  const add = (value: number, cue: string, at: number): void => {
    if (value > 0) positive += value;
    else negative -= value;
    spoke.push({ at, value });
    if (value !== 0 && cues.length < MOST_CUES) cues.push(cue);
  };
  /** Weight of the last weighed word, for languages that put the negation behind it ("gefällt mir nicht"). */
  let last: { value: number; at: number; cue: string } | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) break;
    if (token.kind === 'emoji' || token.kind === 'emoticon') {
      const value = (token.kind === 'emoji' ? EMOJI : EMOTICONS).get(token.norm);
      // Ten thousand thumbs say little more than three.
      if (value !== undefined && pictured++ < 3) add(value, token.norm, i);
      continue;
    }
    if (token.kind === 'end') {
      if (token.norm.includes('!')) emphasis = 1.2;
      if (token.norm.includes('?')) asks = true;
    }
    if (token.kind !== 'word' || !lexicon) {
      if (token.kind === 'pause') {
        factor = 1;
        last = null;
      }
      continue;
    }
    const phrase = phrases.get(i);
    if (phrase) {
      // A phrase with a negation of its own is complete: "n'est jamais venu" is not the opposite of "jamais venu".
      const flipped = marks[i] === true && !phrase.complete;
      const weight = phrase.value * (flipped ? NEGATION_FACTOR : 1) * factor;
      const cue = cueOf(tokens, i, phrase.length);
      add(weight, flipped ? `not ${cue}` : cue, i);
      phrased += weight;
      i += phrase.length - 1;
      factor = 1;
      last = flipped || weight === 0 ? null : { value: weight, at: i, cue };
      continue;
    }
    const word = token.norm;
    const boost = lexicon.intensify.get(word);
    const value = lexicon.words.get(word);
    if (isNegator(word, lexicon)) {
      if (lexicon.negatesBehind && last && i - last.at <= 3 && !reaches(tokens, i, lexicon)) {
        if (last.value > 0) positive -= last.value;
        else negative += last.value;
        add(last.value * NEGATION_FACTOR, `${last.cue} ${word}`, i);
        last = null;
      }
      continue;
    }
    if (boost !== undefined && (value === undefined || Math.abs(value) < 0.5)) {
      factor = boost;
      continue;
    }
    if (value !== undefined && value !== 0) {
      const weight = value * (marks[i] === true ? NEGATION_FACTOR : 1) * factor * (token.caps && !shouting ? 1.25 : 1);
      add(weight, marks[i] === true ? `not ${word}` : word, i);
      last = marks[i] === true ? null : { value: weight, at: i, cue: word };
      factor = 1;
    } else if (factor !== 1 && !lexicon.stop.has(word)) {
      factor = 1;
    }
  }
  let complaints = 0;
  for (const { from, to } of lexicon ? matchesOf(lexicon.complaints, tokens, lexicon.negators) : []) {
    if (complaints >= MOST_COMPLAINTS || denied(tokens, from, marks, lexicon)) continue;
    complaints++;
    const inside = spoke.filter(({ at }) => at >= from && at < to);
    if (inside.some(({ value }) => value <= SAID_ALREADY)) continue;
    // "closed without warning": a bad word turned round by a negation is no praise when the whole is a complaint.
    for (const { at, value } of inside) if (value > 0 && marks[at] === true) positive -= value;
    add(COMPLAINT, cueOf(tokens, from, to - from), from);
    phrased += COMPLAINT;
  }
  positive = Math.max(0, positive);
  negative = Math.max(0, negative);
  const sum = (positive - negative) * emphasis * (asks ? 0.8 : 1);
  return { score: squash(sum), positive, negative, phrased, complaints, marks, phrases, cues };
}

/** "I never had to wait two hours": a negation in front, outside of the account itself, takes it back. */
function denied(tokens: readonly Token[], from: number, marks: readonly boolean[], lexicon: Lexicon | null): boolean {
  const first = tokens[from];
  return marks[from] === true && first?.kind === 'word' && lexicon !== null && !isNegator(first.norm, lexicon);
}

export const squash = (sum: number): number => sum / Math.sqrt(sum * sum + SQUASH);

/** Whether the negation at `at` has a weighed word of its own ahead of it. */
function reaches(tokens: readonly Token[], at: number, lexicon: Lexicon): boolean {
  for (let i = at + 1; i <= at + NEGATION_REACH; i++) {
    const token = tokens[i];
    if (!token || (token.kind !== 'word' && token.kind !== 'number')) return false;
    if ((lexicon.words.get(token.norm) ?? 0) !== 0) return true;
  }
  return false;
}

function longestPhrase(
  tokens: readonly Token[],
  at: number,
  root: PhraseNode,
): { value: number; length: number } | null {
  let node: PhraseNode | undefined = root;
  let found: { value: number; length: number } | null = null;
  for (let length = 1; node && length <= 6; length++) {
    const token = tokens[at + length - 1];
    if (token?.kind !== 'word') break;
    node = node.next.get(token.norm);
    if (node?.value !== undefined) found = { value: node.value, length };
  }
  return found;
}

function holdsNegator(tokens: readonly Token[], at: number, length: number, lexicon: Lexicon): boolean {
  for (let i = at; i < at + length; i++) if (isNegator(tokens[i]?.norm ?? '', lexicon)) return true;
  return false;
}

/** Gives drawn-out words ("sooo", "slooow") the spelling the lexicon knows, where it knows one. */
export function respell(tokens: readonly Token[], lexicon: Lexicon): Token[] {
  const knows = (word: string): boolean =>
    lexicon.words.has(word) || lexicon.stop.has(word) || lexicon.intensify.has(word) || lexicon.negators.has(word);
  return tokens.map((token) => {
    if (token.kind !== 'word' || token.end - token.start <= token.norm.length || knows(token.norm)) return token;
    const norm = token.norm.replace(/(\p{L})\1/gu, '$1');
    return knows(norm) ? { ...token, norm } : token;
  });
}

function cueOf(tokens: readonly Token[], at: number, length: number): string {
  return tokens
    .slice(at, at + length)
    .map((token) => token.norm)
    .join(' ');
}
