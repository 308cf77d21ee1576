/** Which pain points are growing faster than chance, however small they still are. */
import { benjaminiHochberg, betaQuantile, incompleteBeta } from '../platform/statistics.js';

export type MentionCount = Readonly<{
  key: string;
  /** Mentions in the recent window. */
  recent: number;
  /** Mentions in each trailing period before it, oldest first; empty for something never seen before. */
  baseline: readonly number[];
}>;

export type Emerging = Readonly<{
  key: string;
  recent: number;
  /** Mentions the baseline leads to expect in the recent window. */
  expected: number;
  /** Recent rate ÷ baseline rate, shrunk towards the rate of all pain points when the baseline is thin. */
  ratio: number;
  /** Lower end of the ratio's one-sided 95 % interval. */
  ratioLow: number;
  /** Chance of so many mentions if nothing changed, after false-discovery control. */
  p: number;
  emerging: boolean;
}>;

export type EmergingOptions = Readonly<{
  /** What the recent window offers for mentions, e.g. its number of responses; same unit as `baselineExposure`. */
  recentExposure: number;
  baselineExposure: number;
  /** Fewest recent mentions that count as a pattern. */
  minSupport?: number;
  /** Smallest growth worth anybody's time. */
  minRatio?: number;
  falseDiscoveryRate?: number;
}>;

/** Weight of the prior: as if half a mention had been seen at the average pain point's rate. */
const PRIOR_MENTIONS = 0.5;

/**
 * Gamma–Poisson rate ratio of the recent window against the trailing baseline, most certain first. With four or more baseline periods
 * that vary more than Poisson counts do, the counts are scaled down accordingly, so that a pain point which always comes in bursts does
 * not cry wolf. @throws RangeError unless both exposures are positive
 * Sources: Gelman et al., Bayesian Data Analysis, 2.6; Benjamini & Hochberg 1995.
 */
export function emerging(items: readonly MentionCount[], options: EmergingOptions): Emerging[] {
  const { recentExposure, baselineExposure, minSupport = 5, minRatio = 1.5, falseDiscoveryRate = 0.05 } = options;
  if (!(recentExposure > 0 && baselineExposure > 0)) throw new RangeError('exposures must be positive');
  const all = items.reduce((sum, item) => sum + total(item), 0);
  // Rate of the average pain point; the half keeps it positive when nothing was ever mentioned.
  const average = Math.max(0.5, all) / Math.max(1, items.length) / (recentExposure + baselineExposure);
  const prior = { mentions: PRIOR_MENTIONS, exposure: PRIOR_MENTIONS / average };

  const judged = items.map((item) => {
    const scale = 1 / dispersion(item.baseline);
    const recent = item.recent * scale;
    const before = (total(item) - item.recent) * scale;
    const shape = before + prior.mentions;
    const exposure = baselineExposure + prior.exposure;
    // Given the baseline, the recent count is negative binomial; this is its upper tail.
    const chance =
      recent === 0 ? 1 : incompleteBeta(recentExposure / (recentExposure + exposure), Math.max(recent, 1e-9), shape);
    const recentShape = recent + prior.mentions;
    const recentOwn = recentExposure + prior.exposure;
    // λ₁b₁/(λ₁b₁ + λ₂b₂) is Beta when both rates are Gamma, which gives the ratio's interval in closed form.
    const bound = betaQuantile(0.05, recentShape, shape);
    return {
      item,
      chance,
      // In mentions again, not in the scaled-down ones that the test is done in.
      expected: ((shape / exposure) * recentExposure) / scale,
      ratio: recentShape / recentOwn / (shape / exposure),
      ratioLow: ((bound / (1 - bound)) * exposure) / recentOwn,
    };
  });
  const tests = benjaminiHochberg(
    judged.map((j) => j.chance),
    falseDiscoveryRate,
  );
  return judged
    .map(({ item, expected, ratio, ratioLow }, i) => ({
      key: item.key,
      recent: item.recent,
      expected,
      ratio,
      ratioLow,
      p: tests[i]?.adjusted ?? 1,
      emerging: (tests[i]?.signal ?? false) && item.recent >= minSupport && ratio >= minRatio,
    }))
    .sort((a, b) => Number(b.emerging) - Number(a.emerging) || a.p - b.p || b.recent - a.recent);
}

/**
 * Windows in days, and how many of the same length before them are the past. A week is what people ask for; three days find
 * a new issue while it is new; a fortnight finds what grows slowly.
 */
const WINDOWS = [
  { days: 7, before: 4, minRatio: 1.5 },
  { days: 3, before: 9, minRatio: 2.5 },
  { days: 14, before: 4, minRatio: 1.5 },
] as const;

/** So many days, the last one included, are what `risingByDay` looks at. */
export const EMERGING_DAYS = Math.max(...WINDOWS.map(({ days, before }) => days * (before + 1)));

export type Rising = Readonly<{ recent: number; expected: number; days: number; emerging: boolean }>;

/**
 * `emerging` over several windows that end on the last day, from counts per day; the first window that raises a pain point gives its figures, else
 * the week. The false-discovery rate is shared among the windows.
 * @param mentions of each pain point; `daysAgo` 0 is the last day
 * @param answers what those days offered for mentions
 */
export function risingByDay(
  mentions: readonly { key: string; daysAgo: number; count: number }[],
  answers: readonly { daysAgo: number; count: number }[],
): Map<string, Rising> {
  const found = new Map<string, Rising>();
  for (const { days, before, minRatio } of WINDOWS) {
    const lines = new Map<string, number[]>();
    const add = (key: string, daysAgo: number, count: number): void => {
      const line = lines.get(key) ?? Array.from({ length: before + 1 }, () => 0);
      lines.set(key, line);
      const at = Math.floor(daysAgo / days);
      if (at >= 0 && at < line.length) line[at] = (line[at] ?? 0) + count;
    };
    for (const { key, daysAgo, count } of mentions) add(key, daysAgo, count);
    const items = [...lines].map(([key, [recent = 0, ...past]]) => ({ key, recent, baseline: past.reverse() }));
    lines.clear();
    for (const { daysAgo, count } of answers) add('answers', daysAgo, count);
    const [recentExposure = 0, ...past] = lines.get('answers') ?? [];
    const judged = emerging(items, {
      recentExposure: Math.max(1, recentExposure),
      baselineExposure: Math.max(
        1,
        past.reduce((sum, count) => sum + count, 0),
      ),
      falseDiscoveryRate: 0.05 / WINDOWS.length,
      minRatio,
    });
    for (const { key, recent, expected, emerging: raised } of judged)
      if (!found.has(key) || (raised && !found.get(key)?.emerging))
        found.set(key, { recent, expected, days, emerging: raised });
  }
  return found;
}

const total = (item: MentionCount): number => item.recent + item.baseline.reduce((sum, count) => sum + count, 0);

/** Variance ÷ mean of the baseline's periods, never below 1; 1 for fewer than four periods or a mean below one mention. */
function dispersion(baseline: readonly number[]): number {
  const n = baseline.length;
  const mean = baseline.reduce((sum, count) => sum + count, 0) / Math.max(1, n);
  if (n < 4 || mean < 1) return 1;
  return Math.max(1, baseline.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (n - 1) / mean);
}
