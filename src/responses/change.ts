/** Did it change, or is it chance? docs/methods.md, "Change and comparison". */
import { HIDE_BELOW, type NpsCounts, npsFromCounts, READ_FROM, standardError, Z95 } from './nps.js';
import { detectableChange } from './detectable.js';
import { logFactorial, twoSided } from '../platform/statistics.js';

export type Verdict = 'signal' | 'noise' | 'tooFew';

export type Change = Readonly<{
  /** after − before in points; null when a side has fewer than 5 answers. */
  difference: number | null;
  /** 95 % interval of the difference in points; null with `difference`. */
  low: number | null;
  high: number | null;
  /** Two-sided; null with `difference`. */
  p: number | null;
  test: 'z' | 'permutation' | null;
  /** `signal` only when p < 0.05 and both sides may be read. */
  verdict: Verdict;
  /** Smallest change, in points, that the present numbers of answers would show four times out of five; null with `difference`. */
  detectable: number | null;
}>;

const size = (c: NpsCounts): number => c.promoters + c.passives + c.detractors;

/**
 * Change of NPS between two independent groups of answers: z = (N₁ − N₂)/√(SE₁² + SE₂²), or an exact permutation test when a side has
 * fewer than 30. A side that is too few to read gives the verdict `tooFew`, whatever p says.
 */
export function npsChange(before: NpsCounts, after: NpsCounts): Change {
  const [n1, n2] = [size(before), size(after)];
  if (Math.min(n1, n2) < HIDE_BELOW)
    return { difference: null, low: null, high: null, p: null, test: null, verdict: 'tooFew', detectable: null };
  const difference = 100 * ((after.promoters - after.detractors) / n2 - (before.promoters - before.detractors) / n1);
  const error = Math.hypot(standardError(before) ?? 0, standardError(after) ?? 0);
  const test = Math.min(n1, n2) < READ_FROM ? 'permutation' : 'z';
  const p = test === 'permutation' ? permutationP(before, after) : twoSidedOf(difference, error);
  // The interval takes the adjusted errors, so that two unanimous groups do not claim certainty.
  const half = Z95 * Math.hypot(adjustedError(before), adjustedError(after));
  const readable = !npsFromCounts(before).tooFew && !npsFromCounts(after).tooFew;
  return {
    difference,
    low: Math.max(-200, difference - half),
    high: Math.min(200, difference + half),
    p,
    test,
    verdict: readable ? (p < 0.05 ? 'signal' : 'noise') : 'tooFew',
    detectable: detectableChange((2 * n1 * n2) / (n1 + n2), pooledVariance(before, after)),
  };
}

export type Share = Readonly<{ hits: number; n: number }>;

/**
 * Change of a share (heard-back, confirmed, CSAT) between independent groups, in percentage points; a share is an NPS without
 * detractors, so the same tests hold.
 */
export function shareChange(before: Share, after: Share): Change {
  const asCounts = ({ hits, n }: Share) => ({ promoters: hits, passives: n - hits, detractors: 0 });
  return npsChange(asCounts(before), asCounts(after));
}

function adjustedError({ promoters, passives, detractors }: NpsCounts): number {
  return standardError({ promoters: promoters + 0.75, passives: passives + 1.5, detractors: detractors + 0.75 }) ?? 0;
}

function pooledVariance(a: NpsCounts, b: NpsCounts): number {
  const n = size(a) + size(b);
  const mean = (a.promoters + b.promoters - a.detractors - b.detractors) / n;
  return (a.promoters + b.promoters + a.detractors + b.detractors) / n - mean * mean;
}

/** Two unanimous groups that differ are as far apart as can be: p = 0; that agree: p = 1. */
const twoSidedOf = (difference: number, error: number): number =>
  error === 0 ? (difference === 0 ? 1 : 0) : twoSided(difference / error);

/**
 * Exact two-sided permutation test of the difference of means of −1/0/+1: the share of all ways to deal the pooled answers to the two
 * sides (multivariate hypergeometric) that differ at least as much as what was seen. Cost: square of the smaller side.
 * Source: Fisher, The Design of Experiments, 1935.
 */
export function permutationP(a: NpsCounts, b: NpsCounts): number {
  const [small, large] = size(a) <= size(b) ? [a, b] : [b, a];
  const pool = {
    promoters: small.promoters + large.promoters,
    passives: small.passives + large.passives,
    detractors: small.detractors + large.detractors,
  };
  const n = size(small);
  const total = size(pool);
  if (n === 0) return 1;
  const expected = (n * (pool.promoters - pool.detractors)) / total;
  const seen = Math.abs(small.promoters - small.detractors - expected);
  const choose = (of: number, k: number) => logFactorial(of) - logFactorial(k) - logFactorial(of - k);
  const all = choose(total, n);
  let p = 0;
  for (let promoters = Math.max(0, n - total + pool.promoters); promoters <= Math.min(n, pool.promoters); promoters++)
    for (let detractors = 0; detractors <= Math.min(n - promoters, pool.detractors); detractors++) {
      const passives = n - promoters - detractors;
      if (passives > pool.passives || Math.abs(promoters - detractors - expected) < seen - 1e-9) continue;
      p += Math.exp(
        choose(pool.promoters, promoters) + choose(pool.detractors, detractors) + choose(pool.passives, passives) - all,
      );
    }
  return Math.min(1, p);
}

/**
 * Same customers asked twice: p that the mean of their differences (after − before of −1/0/+1, so −2…2) is zero. Exact sign-flip test
 * for fewer than 30 customers, else z. Null for no customers. @throws RangeError for a difference that is not a whole number
 */
export function pairedP(differences: readonly number[]): number | null {
  const n = differences.length;
  if (n === 0) return null;
  if (!differences.every(Number.isInteger)) throw new RangeError('differences are whole numbers from −2 to 2');
  const sum = differences.reduce((total, d) => total + d, 0);
  if (n >= READ_FROM) {
    const mean = sum / n;
    const variance = differences.reduce((total, d) => total + (d - mean) ** 2, 0) / (n - 1);
    return twoSidedOf(mean, Math.sqrt(variance / n));
  }
  let chances = new Map([[0, 1]]);
  for (const d of differences) {
    const next = new Map<number, number>();
    for (const [at, chance] of chances)
      for (const flipped of [at + d, at - d]) next.set(flipped, (next.get(flipped) ?? 0) + chance / 2);
    chances = next;
  }
  return [...chances].reduce((p, [at, chance]) => (Math.abs(at) >= Math.abs(sum) ? p + chance : p), 0);
}

/** True when two intervals share a point or one is unknown: such units are not ranked against each other. */
export function overlap(
  a: Readonly<{ low: number | null; high: number | null }>,
  b: Readonly<{ low: number | null; high: number | null }>,
): boolean {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return true;
  return a.low <= b.high && b.low <= a.high;
}
