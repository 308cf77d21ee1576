/** What an organization's own corrections teach: a second opinion from the nearest statements that people judged. */
import { incompleteBeta, seeded } from '../platform/statistics.js';
import { sentimentLabel, stopWordsOf, wordsOf } from './engine/index.js';
import type { Label } from './corrections.service.js';

/** A statement that a person judged. */
export interface Example {
  text: string;
  language: string | null;
  label: Label;
  /** The engine's own score of it, −1…1; null when it has none. */
  score: number | null;
  /** Length 1; null for languages without. All of one provider's version. */
  vector: Float32Array | null;
}

/** How far a judged statement reaches: nothing below `from` (cosine), and `weight` against the engine's one at cosine 1. */
export interface LayerOptions {
  from: number;
  weight: number;
}

export interface Score {
  n: number;
  right: number;
  accuracy: number;
  macroF1: number;
  /** 95 % interval of macro-F1 (bootstrap over statements, fixed seed). */
  low: number;
  high: number;
}

export interface LayerTrial {
  options: LayerOptions;
  before: Score;
  after: Score;
  /** Held-out statements that only the layer, or only the engine, had right. */
  mended: number;
  harmed: number;
  wins: boolean;
}

const CHOICES: readonly LayerOptions[] = [0.55, 0.65, 0.75, 0.85].flatMap((from) =>
  [1.5, 4, 12].map((weight) => ({ from, weight })),
);
const TARGET: Readonly<Record<Label, number>> = { negative: -0.8, neutral: 0, positive: 0.8 };
const FOLDS = 5;
/** Judged statements before a layer is tried at all. */
export const LEAST_EXAMPLES = 20;
/** … and so many of them must be ones that the engine had right, or nobody could see what the layer breaks. */
const LEAST_RIGHT = 5;
/** Rows of the table of likenesses between two breaths of the event loop: some milliseconds. */
const ROWS_PER_BREATH = 10;

type Likeness = (example: Example) => number;

/** How like a statement is to judged ones: by its vector where both have one, else by the words they share. */
export function likenessOf(one: Pick<Example, 'text' | 'language' | 'vector'>): Likeness {
  const own = contentOf(one);
  return (example) => {
    if (one.vector && example.vector) return dot(one.vector, example.vector);
    const theirs = contentOf(example);
    if (own.size === 0 || theirs.size === 0) return own.size === theirs.size && one.text === example.text ? 1 : 0;
    let common = 0;
    for (const word of own) if (theirs.has(word)) common++;
    return common / Math.sqrt(own.size * theirs.size);
  };
}

const contents = new WeakMap<object, Set<string>>();

/** Words that carry a statement; negations stay, because they turn it round. */
function contentOf(one: Pick<Example, 'text' | 'language'>): Set<string> {
  const known = contents.get(one);
  if (known) return known;
  const stop = stopWordsOf(one.language);
  const words = wordsOf(one.text.slice(0, 2000), one.language);
  const made = new Set(
    words.filter((word) => !stop.has(word) || /^(not?|never|nicht|kein\w*|pas|jamais|nunca)$/.test(word)),
  );
  contents.set(one, made);
  return made;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c] ?? 0) * (b[c] ?? 0);
  return sum;
}

/** The engine's score, drawn towards what people said about statements like it. Without any near one it stays as it is. */
export function adjust(
  score: number,
  near: Iterable<{ likeness: number; label: Label }>,
  { from, weight }: LayerOptions,
): number {
  let sum = score;
  let total = 1;
  for (const { likeness, label } of near) {
    if (likeness <= from) continue;
    const w = weight * ((likeness - from) / (1 - from)) ** 2;
    sum += w * TARGET[label];
    total += w;
  }
  return Math.max(-1, Math.min(1, sum / total));
}

/**
 * Tries the layer on statements it did not see (five folds; like words in the same fold; reach and weight chosen within the other four).
 * It wins when what it mends outnumbers what it breaks beyond chance (one-sided sign test, 5 %). Null below 20 judged statements.
 */
export async function tryLayer(examples: readonly Example[], breathe: () => Promise<void>): Promise<LayerTrial | null> {
  if (examples.length < LEAST_EXAMPLES) return null;
  const n = examples.length;
  const likeness: Float32Array[] = [];
  for (const [i, example] of examples.entries()) {
    const of = likenessOf(example);
    likeness.push(Float32Array.from(examples, (other, j) => (i === j ? 0 : of(other))));
    if (i % ROWS_PER_BREATH === 0) await breathe();
  }
  const folds = foldsOf(examples);
  const read = examples.map((example) => sentimentLabel(example.score ?? 0));
  const told: Label[] = [...read];
  const predict = (i: number, options: LayerOptions, known: (j: number) => boolean): Label => {
    const near: { likeness: number; label: Label }[] = [];
    const row = likeness[i];
    for (let j = 0; j < n; j++) {
      const like = row?.[j] ?? 0;
      const label = examples[j]?.label;
      if (like > options.from && label && known(j)) near.push({ likeness: like, label });
    }
    return near.length === 0 ? (read[i] ?? 'neutral') : sentimentLabel(adjust(examples[i]?.score ?? 0, near, options));
  };
  const rightOf = async (
    rows: readonly number[],
    options: LayerOptions,
    known: (j: number) => boolean,
  ): Promise<number> => {
    let right = 0;
    for (const i of rows) if (predict(i, options, known) === examples[i]?.label) right++;
    await breathe();
    return right;
  };
  const best = async (rows: readonly number[], known: (j: number) => boolean): Promise<LayerOptions> => {
    let chosen = CHOICES[0] ?? { from: 0.75, weight: 4 };
    let most = -1;
    for (const options of CHOICES) {
      const right = await rightOf(rows, options, known);
      // Of equals the one that reaches less.
      if (right > most || (right === most && options.from > chosen.from)) [chosen, most] = [options, right];
    }
    return chosen;
  };
  const all = Array.from({ length: n }, (_, i) => i);
  for (let fold = 0; fold < FOLDS; fold++) {
    const known = (j: number): boolean => folds[j] !== fold;
    const options = await best(
      all.filter((i) => known(i)),
      known,
    );
    for (const i of all) if (!known(i)) told[i] = predict(i, options, known);
  }
  const gold = examples.map((example) => example.label);
  const mended = all.filter((i) => told[i] === gold[i] && read[i] !== gold[i]).length;
  const harmed = all.filter((i) => told[i] !== gold[i] && read[i] === gold[i]).length;
  const before = scoreOf(gold, read);
  return {
    options: await best(all, () => true),
    before,
    after: scoreOf(gold, told),
    mended,
    harmed,
    wins: before.right >= LEAST_RIGHT && betterThanChance(mended, harmed),
  };
}

/** One-sided sign test at 5 %: so many better ones among those that differ would be rare if neither were better. */
export const betterThanChance = (better: number, worse: number): boolean =>
  better > worse && incompleteBeta(0.5, better, worse + 1) < 0.05;

/** By the words, so that the same statement is never on both sides. */
function foldsOf(examples: readonly Example[]): number[] {
  return examples.map(({ text }) => {
    let hash = 2166136261;
    for (const char of text.trim().toLowerCase()) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
    return (hash >>> 8) % FOLDS;
  });
}

const BOOTSTRAPS = 300;

/** Agreement of what was read with what people said; zeros for none. */
export function scoreOf(gold: readonly Label[], told: readonly (Label | null)[]): Score {
  const n = gold.length;
  if (n === 0) return { n, right: 0, accuracy: 0, macroF1: 0, low: 0, high: 0 };
  const right = gold.filter((label, i) => told[i] === label).length;
  const random = seeded(n);
  const rounds: number[] = [];
  for (let round = 0; round < BOOTSTRAPS; round++) rounds.push(macroF1(gold, told, () => Math.floor(random() * n)));
  rounds.sort((a, b) => a - b);
  let at = 0;
  return {
    n,
    right,
    accuracy: right / n,
    macroF1: macroF1(gold, told, () => at++),
    low: rounds[Math.floor(BOOTSTRAPS * 0.025)] ?? 0,
    high: rounds[Math.ceil(BOOTSTRAPS * 0.975) - 1] ?? 0,
  };
}

const LABELS: readonly Label[] = ['negative', 'neutral', 'positive'];

/** Mean of the F1 of the labels that people gave at all. */
function macroF1(gold: readonly Label[], told: readonly (Label | null)[], next: () => number): number {
  const hits = new Map<Label, number>();
  const given = new Map<Label, number>();
  const said = new Map<Label, number>();
  const add = (map: Map<Label, number>, label: Label): void => void map.set(label, (map.get(label) ?? 0) + 1);
  for (let k = 0; k < gold.length; k++) {
    const i = next();
    const truth = gold[i];
    const answer = told[i];
    if (truth) add(given, truth);
    if (answer) add(said, answer);
    if (truth && truth === answer) add(hits, truth);
  }
  const seen = LABELS.filter((label) => (given.get(label) ?? 0) > 0);
  const f1 = seen.map((label) => (2 * (hits.get(label) ?? 0)) / ((given.get(label) ?? 0) + (said.get(label) ?? 0)));
  return f1.length === 0 ? 0 : f1.reduce((sum, one) => sum + one, 0) / f1.length;
}
