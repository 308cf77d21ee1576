import type { Token } from './tokens.js';

/**
 * Patterns over the words of a clause, kept in data files. A pattern is elements separated by spaces; an element is words joined by `|`,
 * each a whole word, a beginning (`wait*`), a class (`@unit`) or any number (`#`); `~2` between elements lets up to two words stand
 * in between. The first element must be whole words, classes of whole words or a number, because patterns are looked up by it.
 */
export interface PatternFile {
  classes: Record<string, string>;
  patterns: readonly string[];
}

interface Element {
  words: ReadonlySet<string>;
  beginnings: readonly string[];
  number: boolean;
  /** Words that may be skipped before it. */
  gap: number;
}

type Pattern = readonly Element[];

export interface Patterns {
  byFirst: ReadonlyMap<string, readonly Pattern[]>;
}

const NUMBER = '#';

/** @throws Error naming the pattern when it is malformed: the data files are ours */
export function compilePatterns({ classes, patterns }: PatternFile): Patterns {
  const byFirst = new Map<string, Pattern[]>();
  for (const written of patterns) {
    const elements: Element[] = [];
    let gap = 0;
    for (const part of written.split(' ')) {
      if (/^~\d$/.test(part)) {
        gap = Number(part.slice(1));
        continue;
      }
      const members = part
        .split('|')
        .flatMap((member) => (member.startsWith('@') ? classWords(classes, member.slice(1), written) : [member]));
      elements.push({
        words: new Set(members.filter((member) => !member.endsWith('*') && member !== NUMBER)),
        beginnings: members.filter((member) => member.endsWith('*')).map((member) => member.slice(0, -1)),
        number: members.includes(NUMBER),
        gap,
      });
      gap = 0;
    }
    const [first] = elements;
    if (!first || first.beginnings.length > 0) throw new Error(`pattern "${written}" starts with no whole word`);
    for (const word of [...first.words, ...(first.number ? [NUMBER] : [])]) {
      const list = byFirst.get(word);
      if (list) list.push(elements);
      else byFirst.set(word, [elements]);
    }
  }
  return { byFirst };
}

function classWords(classes: Record<string, string>, name: string, pattern: string): string[] {
  const words = classes[name];
  if (words === undefined) throw new Error(`pattern "${pattern}" names a class that is not there: ${name}`);
  return words.split(' ');
}

/** A place where a pattern fits: token numbers `[from, to)`. */
export interface Match {
  from: number;
  to: number;
}

/**
 * Where any of the patterns fits, left to right, not overlapping; linear in the tokens (a pattern spans a bounded number of them).
 * @param bars words that never stand in a gap: a negation in the middle turns the meaning round ("had to … never wait")
 */
export function matchesOf({ byFirst }: Patterns, tokens: readonly Token[], bars: ReadonlySet<string>): Match[] {
  const found: Match[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'word' && token?.kind !== 'number') continue;
    const candidates = byFirst.get(token.kind === 'number' ? NUMBER : token.norm);
    if (!candidates) continue;
    let end = 0;
    for (const pattern of candidates) end = Math.max(end, fits(pattern, 1, tokens, at + 1, bars));
    if (end === 0) continue;
    found.push({ from: at, to: end });
    at = end - 1;
  }
  return found;
}

/** The token number behind the rest of a pattern that fits from `at` on, or 0. */
function fits(
  pattern: Pattern,
  element: number,
  tokens: readonly Token[],
  at: number,
  bars: ReadonlySet<string>,
): number {
  const wanted = pattern[element];
  if (!wanted) return at;
  for (let skipped = 0; skipped <= wanted.gap; skipped++) {
    const token = tokens[at + skipped];
    if (token?.kind !== 'word' && token?.kind !== 'number') return 0;
    const is =
      token.kind === 'number'
        ? wanted.number
        : wanted.words.has(token.norm) || wanted.beginnings.some((beginning) => token.norm.startsWith(beginning));
    const end = is ? fits(pattern, element + 1, tokens, at + skipped + 1, bars) : 0;
    if (end > 0) return end;
    if (bars.has(token.norm)) return 0;
  }
  return 0;
}
