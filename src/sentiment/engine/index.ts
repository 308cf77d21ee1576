import { aspectOf } from './aspects.js';
import { featuresOf } from './features.js';
import { detectLanguage } from './language.js';
import { isLanguage, type Language, type Lexicon, lexiconOf } from './lexicon.js';
import { logit as modelLogit, modelVersion } from './model.js';
import { type Clause, splitStatements } from './statements.js';
import { type Flag, flagsOf, type Tone, toneOf } from './signals.js';
import { separateElisions, type Token, tokenize } from './tokens.js';
import { respell, weigh } from './valence.js';
import { readsVectorsOf, vectorLogit, vectorModelVersion } from './vector-model.js';

export { ASPECTS } from './aspects.js';
export { type Flag, FLAGS } from './signals.js';
export { readsVectorsOf };

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
  /** Chance, 0…1, that a reader finds the same side (positive or negative) as `score`; null with it. */
  certainty: number | null;
  /** May be meant the other way round, or its witnesses contradict each other; then it is called neutral. */
  unsure: boolean;
  /** What it is about: one of ASPECTS, or null. */
  aspect: string | null;
  /** The words that counted, as the lexicon knows them. */
  cues: string[];
  flags: Flag[];
}

/** What the engine makes of one comment. `label` and `score` are null together; then `reason` says why. */
export interface CommentReading {
  /** ISO 639-1, or null when there are no words or none we know. */
  language: string | null;
  label: SentimentLabel | null;
  score: number | null;
  /** `low`: read by word lists only, or the words and the model disagree. */
  confidence: 'low' | 'normal';
  /** Ironic by the look of it, or praise and blame of like weight: a person should look before anybody acts on it. */
  unsure: boolean;
  reason?: 'empty' | 'no_words' | 'language';
  /** Every signal that any statement gives. */
  flags: Flag[];
  statements: StatementReading[];
}

/** Changes whenever the same comment may get another reading; stored with it, so that old readings can be told apart. */
export const engineVersion = `hearback-lexical-2+${modelVersion}`;
/** The version of readings that sentence vectors took part in. */
export const engineVersionWithVectors = `${engineVersion}+${vectorModelVersion}`;

/** Scores closer to zero than this are called neutral: unsure is not an opinion. */
const NEUTRAL = 0.25;
/** What is unsure keeps its side, but no more weight than this. */
const UNSURE = 0.15;
/** Log-odds that a lexicon score of 1 adds to the model's, and that a phrase of full weight adds on top: idioms mislead the model most. */
const LEXICON_WEIGHT = 1.5;
const PHRASE_WEIGHT = 1.5;
/** What the model over vectors counts beside the words. */
const VECTOR_WEIGHT = 0.75;
/** The training sets praise more often than customers do; taken off the log-odds of words, and of vectors. */
const PRAISED = 0.15;
const PRAISED_IN_VECTORS = 0.2;
/** Log-odds are too sure of themselves by this factor; fitted on the held-out part of the training sets. */
const CALM = 0.7;
/** Without a model of the language, word lists are right about so often at most. */
const LISTS_KNOW = 0.7;
/** Comments longer than this are read up to here; every step is linear, this bounds the constant. */
const MOST_CHARACTERS = 120_000;

/** A comment cut into statements and weighed by words, before it is summed up; what `conclude` needs. */
export interface Analysis {
  readonly language: string | null;
  readonly reason: 'empty' | 'no_words' | null;
  readonly clauses: readonly Read[];
}

/**
 * Reads one comment: its language, its statements, and how each of them and all of them together feel. Pure and synchronous; takes time
 * linear in the text, whatever the text is. The score of the answer beside the comment is never looked at.
 * @param options.locale language of the survey ("de", "de-AT"), used where the comment is too short to tell
 */
export function readComment(text: string, options: { locale?: string } = {}): CommentReading {
  return conclude(analyse(text, options));
}

/** The first half of `readComment`: whoever has sentence vectors asks for those of `statementsOf(analysis)` and hands them to `conclude`. */
export function analyse(text: string, options: { locale?: string } = {}): Analysis {
  if (text.trim() === '') return { language: null, reason: 'empty', clauses: [] };
  let tokens = tokenize(text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text);
  if (!tokens.some(speaks)) return { language: null, reason: 'no_words', clauses: [] };

  const language = detectLanguage(tokens, options.locale);
  const known = isLanguage(language) ? language : null;
  const lexicon = known ? lexiconOf(known) : null;
  if (known === 'fr' || known === 'it') tokens = separateElisions(tokens);
  if (lexicon) tokens = respell(tokens, lexicon);
  const shouting = mostlyCapitals(tokens);
  const clauses = splitStatements(tokens, lexicon, text).map((clause) =>
    readClause(clause, text, lexicon, known, shouting),
  );
  return { language, reason: null, clauses };
}

/** The texts of the statements, in order. */
export const statementsOf = (analysis: Analysis): string[] => analysis.clauses.map(({ text }) => text);

/**
 * Sums up.
 * @param vectors of each statement, by the provider that `readsVectorsOf` names; null where there is none
 */
export function conclude(
  { language, reason, clauses }: Analysis,
  vectors: readonly (Float32Array | null)[] = [],
): CommentReading {
  if (reason)
    return { language, label: null, score: null, confidence: 'low', unsure: false, reason, flags: [], statements: [] };
  const judged = clauses.map((clause, n) => judge(clause, clauses, n, vectors[n] ?? null));
  const statements = judged.map(({ statement }) => statement);
  const flags = [...new Set(statements.flatMap((statement) => statement.flags))];
  const scored = judged.filter(({ statement }) => statement.score !== null);
  if (scored.length === 0)
    return {
      language,
      label: null,
      score: null,
      confidence: 'low',
      unsure: false,
      reason: 'language',
      flags,
      statements,
    };

  let sum = 0;
  let weight = 0;
  let contradicted = 0;
  let doubted = 0;
  let praise = 0;
  let blame = 0;
  for (const { statement, share, disagree } of scored) {
    const score = statement.score ?? 0;
    sum += score * share;
    weight += share;
    if (disagree) contradicted += share;
    if (statement.unsure) doubted += share;
    if (score > NEUTRAL) praise += score * share;
    if (score < -NEUTRAL) blame -= score * share;
  }
  const score = round(weight > 0 ? sum / weight : 0);
  const torn = Math.min(praise, blame) > 0.7 * Math.max(praise, blame) && Math.abs(score) <= NEUTRAL;
  const unsure = doubted >= weight / 2 || torn;
  const confidence = language === 'en' && contradicted < weight / 2 && !unsure ? 'normal' : 'low';
  return { language, label: sentimentLabel(score), score, confidence, unsure, flags, statements };
}

const speaks = (token: Token): boolean => token.kind === 'word' || token.kind === 'emoji' || token.kind === 'emoticon';

/** What the words of one clause say. */
interface Read {
  text: string;
  start: number;
  end: number;
  role: Clause['role'];
  words: number;
  /** Log-odds by words; null when the language has no model. */
  logit: number | null;
  /** The lexicon's score, or null when nothing can be said. */
  lexical: number | null;
  /** The model over words and the lexicon point in different directions. */
  disagree: boolean;
  tone: Tone;
  complains: boolean;
  aspect: string | null;
  cues: string[];
  flags: Flag[];
}

function readClause(
  { tokens, role }: Clause,
  text: string,
  lexicon: Lexicon | null,
  language: Language | null,
  shouting: boolean,
): Read {
  const spoken = tokens.filter((token) => token.kind !== 'noise');
  const start = tokens.find(speaks)?.start ?? 0;
  const end = tokens.at(-1)?.end ?? start;
  const valence = weigh(spoken, lexicon, shouting);
  const fromModel = lexicon && language === 'en' ? modelLogit(featuresOf(spoken, valence)) : null;
  return {
    text: text.slice(start, end),
    start,
    end,
    role,
    words: spoken.filter(speaks).length,
    logit:
      fromModel === null ? null : fromModel + LEXICON_WEIGHT * valence.score + PHRASE_WEIGHT * clamp(valence.phrased),
    lexical: lexicon || valence.cues.length > 0 ? valence.score : null,
    disagree:
      fromModel === null ? valence.cues.length === 0 : fromModel * valence.score < 0 && Math.abs(valence.score) > 0.3,
    tone: language && lexicon ? toneOf(spoken, language, valence) : 'plain',
    complains: valence.complaints > 0 || valence.score < -NEUTRAL,
    aspect: aspectOf(spoken),
    cues: valence.cues,
    flags: language && lexicon ? flagsOf(spoken, language, lexicon) : [],
  };
}

/** How a clause feels among its neighbours, and how much it counts for the whole comment. */
function judge(
  read: Read,
  all: readonly Read[],
  n: number,
  vector: Float32Array | null,
): { statement: StatementReading; share: number; disagree: boolean } {
  const fromVector = read.logit !== null && vector ? vectorLogit(vector) : null;
  const logit =
    read.logit === null
      ? null
      : read.logit - PRAISED + (fromVector === null ? 0 : VECTOR_WEIGHT * (fromVector - PRAISED_IN_VECTORS));
  let score = logit === null ? read.lexical : Math.tanh(logit / 2);
  const ironic =
    read.tone === 'doubtful' ||
    (read.tone === 'praise' &&
      read.role === 'plain' &&
      (all[n - 1]?.complains === true || all[n + 1]?.complains === true));
  const unsure = score !== null && ironic && score > -NEUTRAL;
  if (score !== null && unsure) score = Math.max(-UNSURE, Math.min(UNSURE, score));
  if (score !== null) score = round(score);
  const sure = logit === null ? LISTS_KNOW * Math.abs(score ?? 0) : 1 / (1 + Math.exp(-CALM * Math.abs(logit)));
  const share =
    Math.sqrt(Math.min(read.words, 25)) *
    (0.3 + Math.abs(score ?? 0)) *
    (read.role === 'after_contrast' ? 1.3 : read.role === 'concession' ? 0.7 : 1);
  return {
    statement: {
      text: read.text,
      start: read.start,
      end: read.end,
      label: score === null ? null : sentimentLabel(score),
      score,
      certainty: score === null ? null : Math.round((unsure ? 0.5 : Math.max(0.5, sure)) * 100) / 100,
      unsure,
      aspect: read.aspect,
      cues: read.cues,
      flags: read.flags,
    },
    share,
    disagree: read.disagree,
  };
}

/** What a score is called. */
export const sentimentLabel = (score: number): SentimentLabel =>
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
