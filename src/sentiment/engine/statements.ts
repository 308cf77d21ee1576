import type { Lexicon } from './lexicon.js';
import type { Token } from './tokens.js';

/** A run of tokens that makes one statement, and how it hangs on the one before it. */
export interface Clause {
  tokens: Token[];
  /** `concession`: the half of a contrast that its speaker plays down ("although the staff was nice"). */
  role: 'plain' | 'after_contrast' | 'concession';
}

/** More statements than this help nobody; the rest of such a comment is left unread. */
export const MOST_STATEMENTS = 200;
/** A sentence without any punctuation is cut here, so that one statement never grows with the comment. */
const LONGEST_CLAUSE = 60;

const ABBREVIATIONS = new Set(
  'mr mrs ms dr st vs etc eg ie approx no nr bzw usw ca evtl ggf inkl str z b d h u a m mme mlle p ex av sr sra ud uds ej'.split(
    ' ',
  ),
);

/**
 * Splits a comment into statements: sentences, list items and lines, and inside them the clauses on either side of a contrast word
 * ("but", "aber", "mais", "pero" …) or of "and" that starts over with a subject of its own. One pass over the tokens.
 */
export function splitStatements(tokens: readonly Token[], lexicon: Lexicon | null, text: string): Clause[] {
  const clauses: Clause[] = [];
  let current: Token[] = [];
  let role: Clause['role'] = 'plain';
  const flush = (next: Clause['role'] = 'plain'): void => {
    if (clauses.length < MOST_STATEMENTS && current.some(speaks)) clauses.push({ tokens: current, role });
    current = [];
    role = next;
  };
  for (let i = 0; i < tokens.length && clauses.length < MOST_STATEMENTS; i++) {
    const token = tokens[i];
    if (!token) break;
    if (token.kind === 'break') {
      // A wrapped line goes on in lower case after a word; a blank line, bullet or semicolon does not.
      if (token.norm === '\n' && continues(tokens, i, text)) continue;
      flush();
      continue;
    }
    current.push(token);
    if (token.kind === 'end' && endsSentence(tokens, i, text)) {
      flush();
      continue;
    }
    if (current.length >= LONGEST_CLAUSE && (token.kind === 'pause' || current.length >= LONGEST_CLAUSE * 1.5)) flush();
    if (!lexicon || token.kind !== 'word') continue;
    const before = count(current) - 1;
    if (lexicon.contrast.has(token.norm) && splitsContrast(tokens, i, before)) {
      current.pop();
      dropPause(current);
      flush('after_contrast');
      current.push(token);
    } else if (lexicon.concede.has(token.norm) && before >= 2 && wordsAhead(tokens, i) >= 3 && afterPause(tokens, i)) {
      current.pop();
      flush('concession');
      current.push(token);
    } else if (lexicon.concede.has(token.norm) && before === 0) {
      role = 'concession';
    } else if (role === 'concession' && before >= 3 && afterPause(tokens, i) && lexicon.subjects.has(token.norm)) {
      current.pop();
      dropPause(current);
      flush();
      current.push(token);
    } else if (lexicon.joiners.has(token.norm) && startsOver(tokens, i, before, lexicon)) {
      current.pop();
      dropPause(current);
      flush();
      current.push(token);
    } else if (
      before >= 3 &&
      lexicon.subjects.has(token.norm) &&
      afterPause(tokens, i) &&
      startsOver(tokens, i - 1, before, lexicon)
    ) {
      current.pop();
      dropPause(current);
      flush();
      current.push(token);
    }
  }
  flush();
  return clauses;
}

const speaks = (token: Token): boolean => token.kind === 'word' || token.kind === 'emoji' || token.kind === 'emoticon';

function count(tokens: readonly Token[]): number {
  let words = 0;
  for (const token of tokens) if (token.kind === 'word') words++;
  return words;
}

/** Words between here and the end of the clause, counted no further than anyone asks. */
function wordsAhead(tokens: readonly Token[], at: number): number {
  let words = 0;
  for (let i = at + 1; i < tokens.length && i <= at + 8; i++) {
    const kind = tokens[i]?.kind;
    if (kind === 'end' || kind === 'break') break;
    if (kind === 'word') words++;
  }
  return words;
}

function afterPause(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.kind === 'pause';
}

function splitsContrast(tokens: readonly Token[], at: number, before: number): boolean {
  const previous = tokens[at - 1]?.norm;
  const next = tokens[at + 1]?.norm;
  const word = tokens[at]?.norm;
  // "nothing but trouble", "last but not least", "not only fast but also cheap" are one thought.
  if (word === 'but' && (previous === 'nothing' || previous === 'anything' || previous === 'all' || next === 'also'))
    return false;
  if (word === 'yet' || word === 'doch' || word === 'leider' || word === 'nur' || word === 'only' || word === 'alleen')
    return afterPause(tokens, at) && before >= 2 && wordsAhead(tokens, at) >= 2;
  return before >= 1 && wordsAhead(tokens, at) >= 1;
}

/** "… and the courier never came": a joiner followed by a subject, with enough said on both sides to stand alone. */
function startsOver(tokens: readonly Token[], at: number, before: number, lexicon: Lexicon): boolean {
  const next = tokens[at + 1];
  return before >= 3 && next?.kind === 'word' && lexicon.subjects.has(next.norm) && wordsAhead(tokens, at) >= 4;
}

function dropPause(current: Token[]): void {
  while (current.at(-1)?.kind === 'pause') current.pop();
}

function continues(tokens: readonly Token[], at: number, text: string): boolean {
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (before?.kind !== 'word' && before?.kind !== 'pause') return false;
  if (after?.kind !== 'word') return false;
  const initial = text[after.start] ?? '';
  return initial !== initial.toUpperCase() && initial === initial.toLowerCase() && before.end >= 30;
}

function endsSentence(tokens: readonly Token[], at: number, text: string): boolean {
  const token = tokens[at];
  if (!token || token.norm !== '.') return true;
  const after = text[token.end];
  if (after !== undefined && /[\p{L}\p{N}]/u.test(after))
    return /\p{Lu}/u.test(after) && tokens[at - 1]?.kind === 'word' && (tokens[at - 1]?.norm.length ?? 0) > 2;
  const before = tokens[at - 1];
  if (before?.kind !== 'word') return true;
  return !ABBREVIATIONS.has(before.norm) || (tokens[at + 1]?.kind ?? 'break') === 'break';
}
