/** Net Promoter Score, its interval, and when it may be read. Formulas: docs/methods.md, "Scores". */

export type Category = 'promoter' | 'passive' | 'detractor';

/** Answers by category; whole numbers ≥ 0. */
export type NpsCounts = Readonly<{ promoters: number; passives: number; detractors: number }>;

export type NpsOptions = Readonly<{
  /** How many were asked when the list is finite and known; the interval shrinks to the score itself as everyone answers. */
  population?: number;
  /** Variance inflation for several contacts of one account, see {@link designEffect}; 1 = independent answers. */
  designEffect?: number;
}>;

export type Nps = Readonly<{
  n: number;
  /** −100…100, unrounded; null for n < 5, so that nobody can be told apart in a small group. */
  nps: number | null;
  /** 95 % interval, within ±100; null with `nps`. */
  low: number | null;
  high: number | null;
  /** True when n < 30 or the half width exceeds 20 points: no arrow, no alert, no ranking. */
  tooFew: boolean;
}>;

export const Z95 = 1.96;
/** Below this many answers a breakdown is hidden. */
export const HIDE_BELOW = 5;
/** Below this many answers a score is shown, but not read. */
export const READ_FROM = 30;
/** Widest half interval, in points, that still says something. */
export const WIDEST_HALF = 20;

/** @throws RangeError unless `score` is a whole number 0…10 */
export function category(score: number): Category {
  if (!Number.isInteger(score) || score < 0 || score > 10) throw new RangeError(`not a score from 0 to 10: ${score}`);
  return score >= 9 ? 'promoter' : score >= 7 ? 'passive' : 'detractor';
}

/** Counts by category of 0–10 scores. @throws RangeError for a score outside 0…10 */
export function countScores(scores: Iterable<number>): NpsCounts {
  const counts = { promoter: 0, passive: 0, detractor: 0 };
  for (const score of scores) counts[category(score)]++;
  return { promoters: counts.promoter, passives: counts.passive, detractors: counts.detractor };
}

/** Standard error of NPS, in points: 100 √((p + d − (p − d)²) / n); null for no answers. */
export function standardError({ promoters, passives, detractors }: NpsCounts): number | null {
  const n = promoters + passives + detractors;
  if (n === 0) return null;
  const mean = (promoters - detractors) / n;
  // The maximum guards against −1e-17 when everybody answered alike.
  return 100 * Math.sqrt(Math.max(0, (promoters + detractors) / n - mean * mean) / n);
}

/** Variance inflation of answers that come `perCluster` at a time with intraclass correlation `icc`: 1 + (m − 1)·ICC (Kish, 1965). */
export const designEffect = (perCluster: number, icc: number): number => 1 + (perCluster - 1) * icc;

/** Cluster-robust standard error of NPS in points, one entry per account; null for fewer than two accounts with answers. */
export function clusterStandardError(accounts: readonly NpsCounts[]): number | null {
  const sums = accounts
    .map((a) => ({ net: a.promoters - a.detractors, n: a.promoters + a.passives + a.detractors }))
    .filter((a) => a.n > 0);
  if (sums.length < 2) return null;
  const n = sums.reduce((sum, a) => sum + a.n, 0);
  const mean = sums.reduce((sum, a) => sum + a.net, 0) / n;
  const squares = sums.reduce((sum, a) => sum + (a.net - a.n * mean) ** 2, 0);
  return (100 * Math.sqrt((sums.length / (sums.length - 1)) * squares)) / n;
}

/**
 * NPS with its 95 % interval by the adjusted Wald form: three answers are added (¾ promoter, ¾ detractor, 1½ passive) before ± 1.96 SE,
 * which keeps its promise at small n and at the ends of the scale. With a finite population the interval closes in on the score by
 * √((N − n)/(N − 1)). @throws RangeError for negative counts or a population below n
 * Source: Reichheld, "The One Number You Need to Grow", HBR 2003; Agresti & Coull, The American Statistician 52 (1998); Rocks, "Interval
 * estimation for the Net Promoter Score", The American Statistician 70 (2016).
 */
export function npsFromCounts(counts: NpsCounts, options: NpsOptions = {}): Nps {
  const { promoters, passives, detractors } = counts;
  if (!(promoters >= 0 && passives >= 0 && detractors >= 0)) throw new RangeError('counts must not be negative');
  const n = promoters + passives + detractors;
  const { population, designEffect: inflation = 1 } = options;
  if (population !== undefined && population < n) throw new RangeError(`population ${population} is below n ${n}`);
  if (n < HIDE_BELOW) return { n, nps: null, low: null, high: null, tooFew: true };

  const nps = (100 * (promoters - detractors)) / n;
  const adjusted = { promoters: promoters + 0.75, passives: passives + 1.5, detractors: detractors + 0.75 };
  const centre = (100 * (promoters - detractors)) / (n + 3);
  const finite = population === undefined ? 1 : Math.sqrt((population - n) / Math.max(1, population - 1));
  const half = Z95 * (standardError(adjusted) ?? 0) * Math.sqrt(inflation) * finite;
  // The pull towards zero is a remedy for sampling, so it fades with it: a census is its own score.
  const middle = nps + (centre - nps) * finite;
  return {
    n,
    nps,
    low: Math.max(-100, middle - half),
    high: Math.min(100, middle + half),
    tooFew: n < READ_FROM || half > WIDEST_HALF,
  };
}
