import { aspectOf } from './aspects.js';
import { featuresOf } from './features.js';
import { detectLanguage } from './language.js';
import { isLanguage, type Lexicon, lexiconOf } from './lexicon.js';
import { logit, modelVersion } from './model.js';
import { type Clause, splitStatements } from './statements.js';
import { separateElisions, type Token, tokenize } from './tokens.js';
import { respell, weigh } from './valence.js';

export { ASPECTS } from './aspects.js';

const NONE: ReadonlySet<string> = new Set();

/** The words and breaks of a text as this engine cuts them, for others that must count the same words. Offsets into `text`. */
export function piecesOf(text: string, language: string | null): Token[] {
  const tokens = tokenize(text);
  return language === 'fr' || language === 'it' ? separateElisions(tokens) : tokens;
}

/** Only the words, in their normal form. */
export function wordsOf(text: string, language: string | null): string[] {
  return piecesOf(text, language)
    .filter((token) => token.kind === 'word')
    .map((token) => token.norm);
}

/** Words of a language that say nothing about a subject; empty for languages without a lexicon. */
export const stopWordsOf = (language: string | null): ReadonlySet<string> =>
  isLanguage(language) ? lexiconOf(language).stop : NONE;

/** Words of a language that turn a statement into its opposite. */
export const negatorsOf = (language: string | null): ReadonlySet<string> =>
  isLanguage(language) ? lexiconOf(language).negators : NONE;

export type SentimentLabel = 'negative' | 'neutral' | 'positive';

/** One sentence or clause of a comment. `text` is `comment.slice(start, end)`; `label` and `score` are null together. */
export interface StatementReading {
  text: string;
  start: number;
  end: number;
  label: SentimentLabel | null;
  /** −1…1. */
  score: number | null;
  /** What it is about: one of ASPECTS, or null. */
  aspect: string | null;
  /** The words that counted, as the lexicon knows them. */
  cues: string[];
}

/** What the engine makes of one comment. `label` and `score` are null together; then `reason` says why. */
export interface CommentReading {
  /** ISO 639-1, or null when there are no words or none we know. */
  language: string | null;
  label: SentimentLabel | null;
  score: number | null;
  /** `low`: read by word lists only, or the words and the model disagree. */
  confidence: 'low' | 'normal';
  reason?: 'empty' | 'no_words' | 'language';
  statements: StatementReading[];
}

/** Changes whenever the same comment may get another reading; stored with it, so that old readings can be told apart. */
export const engineVersion = `hearback-lexical-1+${modelVersion}`;

/** Scores closer to zero than this are called neutral: unsure is not an opinion. */
const NEUTRAL = 0.2;
/** Log-odds that a lexicon score of 1 adds to the model's, and that a phrase of full weight adds on top: idioms mislead the model most. */
const LEXICON_WEIGHT = 1.5;
const PHRASE_WEIGHT = 1.5;
/** Comments longer than this are read up to here; every step is linear, this bounds the constant. */
const MOST_CHARACTERS = 120_000;

/**
 * Reads one comment: its language, its statements, and how each of them and all of them together feel. Pure and synchronous; takes time
 * linear in the text, whatever the text is. The score of the answer beside the comment is never looked at.
 * @param options.locale language of the survey ("de", "de-AT"), used where the comment is too short to tell
 */
export function readComment(text: string, options: { locale?: string } = {}): CommentReading {
  const unread = (reason: 'empty' | 'no_words', language: string | null = null): CommentReading => ({
    language,
    label: null,
    score: null,
    confidence: 'low',
    reason,
    statements: [],
  });
  if (text.trim() === '') return unread('empty');
  let tokens = tokenize(text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text);
  if (!tokens.some(speaks)) return unread('no_words');

  const language = detectLanguage(tokens, options.locale);
  const known = isLanguage(language) ? language : null;
  const lexicon = known ? lexiconOf(known) : null;
  if (known === 'fr' || known === 'it') tokens = separateElisions(tokens);
  if (lexicon) tokens = respell(tokens, lexicon);
  const shouting = mostlyCapitals(tokens);

  const read = splitStatements(tokens, lexicon, text).map((clause) =>
    readClause(clause, text, lexicon, known, shouting),
  );
  const scored = read.filter((one) => one.statement.score !== null);
  const statements = read.map((one) => one.statement);
  if (scored.length === 0)
    return { language, label: null, score: null, confidence: 'low', reason: 'language', statements };

  let sum = 0;
  let weight = 0;
  let disagree = 0;
  for (const { statement, share, unsure } of scored) {
    sum += (statement.score ?? 0) * share;
    weight += share;
    if (unsure) disagree += share;
  }
  const score = round(weight > 0 ? sum / weight : 0);
  const confidence = known === 'en' && disagree < weight / 2 ? 'normal' : 'low';
  return { language, label: labelOf(score), score, confidence, statements };
}

const speaks = (token: Token): boolean => token.kind === 'word' || token.kind === 'emoji' || token.kind === 'emoticon';

interface Read {
  statement: StatementReading;
  /** How much it counts for the whole comment. */
  share: number;
  unsure: boolean;
}

function readClause(
  { tokens, role }: Clause,
  text: string,
  lexicon: Lexicon | null,
  language: string | null,
  shouting: boolean,
): Read {
  const spoken = tokens.filter((token) => token.kind !== 'noise');
  const start = tokens.find(speaks)?.start ?? 0;
  const end = tokens.at(-1)?.end ?? start;
  const valence = weigh(spoken, lexicon, shouting);
  let score: number | null = null;
  let unsure = false;
  if (lexicon && language === 'en') {
    const fromModel = logit(featuresOf(spoken, valence));
    score = Math.tanh((fromModel + LEXICON_WEIGHT * valence.score + PHRASE_WEIGHT * clamp(valence.phrased)) / 2);
    unsure = fromModel * valence.score < 0 && Math.abs(valence.score) > 0.3;
  } else if (lexicon || valence.cues.length > 0) {
    score = valence.score;
    unsure = valence.cues.length === 0;
  }
  if (score !== null) score = round(score);
  const words = spoken.filter(speaks).length;
  const share =
    Math.sqrt(Math.min(words, 25)) *
    (0.3 + Math.abs(score ?? 0)) *
    (role === 'after_contrast' ? 1.3 : role === 'concession' ? 0.7 : 1);
  return {
    statement: {
      text: text.slice(start, end),
      start,
      end,
      label: score === null ? null : labelOf(score),
      score,
      aspect: aspectOf(spoken),
      cues: valence.cues,
    },
    share,
    unsure,
  };
}

const labelOf = (score: number): SentimentLabel =>
  score > NEUTRAL ? 'positive' : score < -NEUTRAL ? 'negative' : 'neutral';

const clamp = (value: number): number => Math.max(-1, Math.min(1, value));

/** Three digits; adding 0 turns −0 into 0. */
const round = (score: number): number => Math.round(clamp(score) * 1000) / 1000 + 0;

/** When a whole comment is in capitals, capitals stress nothing. */
function mostlyCapitals(tokens: readonly Token[]): boolean {
  let words = 0;
  let caps = 0;
  for (const token of tokens) {
    if (token.kind !== 'word' || token.norm.length < 3) continue;
    words++;
    if (token.caps) caps++;
  }
  return words > 0 && caps > words / 2;
}
