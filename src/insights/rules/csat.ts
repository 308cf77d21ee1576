import { HIDE_BELOW, READ_FROM, WIDEST_HALF } from '../../responses/nps.js';
import { wilson } from './wilson.js';

export type Csat = Readonly<{
  n: number;
  /** Percent satisfied, 0…100; null for n < 5, as are `low` and `high` (95 % Wilson). */
  csat: number | null;
  low: number | null;
  high: number | null;
  tooFew: boolean;
}>;

/**
 * Customer satisfaction: the share choosing 4 or 5 of 5. `counts[0]` holds the ones … `counts[4]` the fives.
 * @throws RangeError for another scale: scales are never mixed
 */
export function csatFromCounts(counts: readonly number[]): Csat {
  if (counts.length !== 5) throw new RangeError('CSAT has five steps');
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n < HIDE_BELOW) return { n, csat: null, low: null, high: null, tooFew: true };
  const { rate, low, high } = wilson((counts[3] ?? 0) + (counts[4] ?? 0), n);
  const percent = (share: number | null) => 100 * (share ?? 0);
  const half = (percent(high) - percent(low)) / 2;
  return {
    n,
    csat: percent(rate),
    low: percent(low),
    high: percent(high),
    tooFew: n < READ_FROM || half > WIDEST_HALF,
  };
}
