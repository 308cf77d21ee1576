/** How many cases will be open: a simple forecast that says how little it knows. */

export type BacklogForecast = Readonly<{
  /** Weeks from now. */
  week: number;
  expected: number;
  /** 80 % prediction interval. */
  low: number;
  high: number;
}>;

/** Two-sided 80 % points of Student's t by degrees of freedom 1…30; beyond that the normal one is close enough. */
const T80 = [
  3.078, 1.886, 1.638, 1.533, 1.476, 1.44, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.35, 1.345, 1.341, 1.337, 1.333,
  1.33, 1.328, 1.325, 1.323, 1.321, 1.319, 1.318, 1.316, 1.315, 1.314, 1.313, 1.311, 1.31,
];
const LEAST_WEEKS = 4;

/**
 * A random walk with drift: each of the coming weeks changes the backlog by the mean net flow (opened − closed) of the past weeks, give or
 * take their spread; the interval also carries that the mean itself is only estimated. Empty with less than four weeks of history.
 * Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5 (drift method).
 */
export function forecastBacklog(open: number, netFlows: readonly number[], weeks = 4): BacklogForecast[] {
  const n = netFlows.length;
  if (n < LEAST_WEEKS) return [];
  const mean = netFlows.reduce((sum, flow) => sum + flow, 0) / n;
  const spread = Math.sqrt(netFlows.reduce((sum, flow) => sum + (flow - mean) ** 2, 0) / (n - 1));
  const t = T80[n - 2] ?? 1.282;
  return Array.from({ length: weeks }, (_, at) => {
    const week = at + 1;
    const expected = open + mean * week;
    const half = t * spread * Math.sqrt(week + week ** 2 / n);
    return {
      week,
      expected: Math.max(0, expected),
      low: Math.max(0, expected - half),
      high: Math.max(0, expected + half),
    };
  });
}
