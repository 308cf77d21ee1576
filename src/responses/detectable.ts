/** How large a change the present numbers can show; docs/methods.md, "Change and comparison". */

/** 1.96 + 0.84: a 5 % two-sided test with 80 % power. */
const REACH = 2.8;

/**
 * Smallest true change of NPS, in points, seen four times out of five with `n` answers on each side:
 * 2.8 · 100 · √(2 s²/n). `s2` is the variance p + d − (p − d)²; ⅔ when the three categories are even.
 */
export const detectableChange = (n: number, s2 = 2 / 3): number => REACH * 100 * Math.sqrt((2 * s2) / n);

/** Answers on each side that make a change of `points` visible, rounded up. */
export const answersNeeded = (points: number, s2 = 2 / 3): number => Math.ceil(2 * s2 * ((REACH * 100) / points) ** 2);

/** Whole days until a side has enough answers to show ±`points` (default 5), given what it has and gets a day; null if it gets none. */
export function daysUntilDetectable(has: number, perDay: number, s2 = 2 / 3, points = 5): number | null {
  const missing = answersNeeded(points, s2) - has;
  if (missing <= 0) return 0;
  return perDay > 0 ? Math.ceil(missing / perDay) : null;
}
