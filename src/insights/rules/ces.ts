import { HIDE_BELOW, READ_FROM, Z95 } from '../../responses/nps.js';
import { type Rate, wilson } from './wilson.js';

export type Ces = Readonly<{
  n: number;
  /** Mean 1…7 with its 95 % interval; all null for n < 5. */
  mean: number | null;
  low: number | null;
  high: number | null;
  /** Shares choosing 5–7 and 1–3; null for n < 5. */
  easy: Rate | null;
  hard: Rate | null;
  tooFew: boolean;
}>;

/**
 * Customer Effort Score 2.0 ("made it easy", 1 = strongly disagree … 7 = strongly agree). `counts[0]` holds the ones … `counts[6]` the
 * sevens. @throws RangeError for another scale
 * Source: CEB, "Customer Effort Score 2.0", 2013.
 */
export function cesFromCounts(counts: readonly number[]): Ces {
  if (counts.length !== 7) throw new RangeError('CES has seven steps');
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n < HIDE_BELOW) return { n, mean: null, low: null, high: null, easy: null, hard: null, tooFew: true };
  const mean = counts.reduce((sum, count, i) => sum + count * (i + 1), 0) / n;
  const variance = counts.reduce((sum, count, i) => sum + count * (i + 1 - mean) ** 2, 0) / (n - 1);
  const half = Z95 * Math.sqrt(variance / n);
  const hits = (from: number, to: number) => counts.slice(from, to).reduce((sum, count) => sum + count, 0);
  return {
    n,
    mean,
    low: Math.max(1, mean - half),
    high: Math.min(7, mean + half),
    easy: wilson(hits(4, 7), n),
    hard: wilson(hits(0, 3), n),
    tooFew: n < READ_FROM,
  };
}
