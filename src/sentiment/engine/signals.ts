import files from './data/flags.json' with { type: 'json' };
import ironyFiles from './data/irony.json' with { type: 'json' };
import type { Language, Lexicon } from './lexicon.js';
import { compilePatterns, matchesOf, type Patterns } from './patterns.js';
import type { Token } from './tokens.js';
import { isNegator, type Valence } from './valence.js';

/**
 * What somebody should know about a comment beside how it feels: the customer wants to leave, speaks of law or authorities, of danger to
 * people, of a hard situation in life, or asks for help soon.
 */
export const FLAGS = ['churn', 'legal', 'safety', 'vulnerable', 'urgent'] as const;
export type Flag = (typeof FLAGS)[number];

type FlagFile = Record<Flag, string[]> & { classes: Record<string, string> };
const FILES: Partial<Record<Language, FlagFile>> = files;

interface FlagPatterns {
  of: readonly [Flag, Patterns][];
  /** Every word that a pattern starts with: most clauses hold none and are done after one look. */
  first: ReadonlySet<string>;
}
const compiled = new Map<Language, FlagPatterns>();

function patternsOf(language: Language): FlagPatterns {
  let own = compiled.get(language);
  if (!own) {
    const file = FILES[language];
    const of = FLAGS.flatMap((flag): [Flag, Patterns][] =>
      file ? [[flag, compilePatterns({ classes: file.classes, patterns: file[flag] })]] : [],
    );
    own = { of, first: new Set(of.flatMap(([, { byFirst }]) => [...byFirst.keys()])) };
    compiled.set(language, own);
  }
  return own;
}

/** A negation so near in front of a signal takes it back: "no need for a lawyer", "not going to cancel". */
const TAKEN_BACK_WITHIN = 4;

/** The signals in a clause, each once; none for languages without a list. */
export function flagsOf(tokens: readonly Token[], language: Language, lexicon: Lexicon): Flag[] {
  const { of, first } = patternsOf(language);
  if (!tokens.some((token) => first.has(token.norm))) return [];
  const found: Flag[] = [];
  for (const [flag, patterns] of of) {
    const stands = matchesOf(patterns, tokens, lexicon.negators).some(({ from }) => {
      if (isNegator(tokens[from]?.norm ?? '', lexicon)) return true;
      for (let at = from - 1; at >= 0 && at >= from - TAKEN_BACK_WITHIN; at--) {
        const token = tokens[at];
        if (token?.kind !== 'word') return true;
        if (isNegator(token.norm, lexicon)) return false;
      }
      return true;
    });
    if (stands) found.push(flag);
  }
  return found;
}

interface IronyFile {
  praise: string;
  after: string;
  patterns: string[];
}
interface Irony {
  praise: ReadonlySet<string>;
  after: ReadonlySet<string>;
  patterns: Patterns;
}
const IRONY: Partial<Record<Language, IronyFile>> = ironyFiles;
const ironies = new Map<Language, Irony | null>();

function ironyOf(language: Language): Irony | null {
  let own = ironies.get(language);
  if (own === undefined) {
    const file = IRONY[language];
    own = file
      ? {
          praise: new Set(file.praise.split(' ')),
          after: new Set(file.after.split(' ')),
          patterns: compilePatterns({ classes: {}, patterns: file.patterns }),
        }
      : null;
    ironies.set(language, own);
  }
  return own;
}

const ROLLED_EYES = new Set(['🙄', '😒', '👏']);
const NO_BARS: ReadonlySet<string> = new Set();

/** How a clause may be meant the other way round. `praise`: praise alone, which turns sour beside a complaint. */
export type Tone = 'plain' | 'doubtful' | 'praise';

/**
 * Whether the words may be meant the other way round. Irony cannot be told from words alone, so this only finds its usual settings: a set
 * phrase ("thanks for nothing"), praise as an interjection before something bad ("Great, another delay"), rolled eyes beside praise.
 */
export function toneOf(tokens: readonly Token[], language: Language, valence: Valence): Tone {
  const irony = ironyOf(language);
  if (!irony) return 'plain';
  if (matchesOf(irony.patterns, tokens, NO_BARS).length > 0) return 'doubtful';
  const bad = valence.complaints > 0 || valence.negative >= 0.3;
  if (valence.positive > 0 && tokens.some((token) => token.kind === 'emoji' && ROLLED_EYES.has(token.norm) && bad))
    return 'doubtful';
  const words = tokens.filter((token) => token.kind === 'word');
  let lead = 0;
  while (irony.after.has(words[lead]?.norm ?? '')) lead++;
  if (!irony.praise.has(words[lead]?.norm ?? '')) return 'plain';
  const at = tokens.indexOf(words[lead] as Token);
  const next = tokens[at + 1];
  const alone = next === undefined || next.kind === 'pause' || next.kind === 'end' || next.kind === 'emoji';
  if (alone && bad) return 'doubtful';
  return words.length <= lead + 2 && valence.negative === 0 ? 'praise' : 'plain';
}
