import { Z95 } from '../../responses/nps.js';

export type Rate = Readonly<{
  /** Share 0…1; null for n = 0. */
  rate: number | null;
  n: number;
  /** 95 % interval; null for n = 0. */
  low: number | null;
  high: number | null;
}>;

/**
 * A share with its 95 % Wilson interval, which stays inside 0…1 and is honest at 0 and n of n.
 * @throws RangeError unless 0 ≤ hits ≤ n
 * Source: Wilson, JASA 22 (1927).
 */
export function wilson(hits: number, n: number): Rate {
  if (!(hits >= 0 && hits <= n)) throw new RangeError(`${hits} of ${n} is not a share`);
  if (n === 0) return { rate: null, n, low: null, high: null };
  const rate = hits / n;
  const z2 = Z95 * Z95;
  const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return { rate, n, low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half };
}
