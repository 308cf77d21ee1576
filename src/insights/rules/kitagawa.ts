/** Why the total moved: because groups changed, or because the mix of groups did? */

export type PeriodGroup = Readonly<{ n: number; score: number }>;
export type MixGroup = Readonly<{ key: string; before: PeriodGroup; after: PeriodGroup }>;

export type Decomposition = Readonly<{
  before: number;
  after: number;
  /** after − before = within + mix, exactly. */
  change: number;
  within: number;
  mix: number;
  /** Per group; `mix` is counted against the overall score, so growing while being worse than the rest is negative. */
  groups: readonly Readonly<{ key: string; within: number; mix: number }>[];
}>;

/**
 * Δ = Σ w̄ₖ Δsₖ (within) + Σ s̄ₖ Δwₖ (mix), bars being means of both periods. A group missing in one period keeps its score from the
 * other, so all of its part is mix. Null when a period has no answers at all. Source: Kitagawa, JASA 50 (1955).
 */
export function kitagawa(groups: readonly MixGroup[]): Decomposition | null {
  const sum = (of: (g: MixGroup) => number) => groups.reduce((total, g) => total + of(g), 0);
  const n1 = sum((g) => g.before.n);
  const n2 = sum((g) => g.after.n);
  if (n1 === 0 || n2 === 0) return null;
  const before = sum((g) => (g.before.n === 0 ? 0 : g.before.n * g.before.score)) / n1;
  const after = sum((g) => (g.after.n === 0 ? 0 : g.after.n * g.after.score)) / n2;
  // Weight changes sum to zero, so taking the overall mean off each score moves no total and makes the parts readable.
  const overall = (before + after) / 2;
  const parts = groups
    .filter((g) => g.before.n + g.after.n > 0)
    .map((g) => {
      const s1 = g.before.n === 0 ? g.after.score : g.before.score;
      const s2 = g.after.n === 0 ? g.before.score : g.after.score;
      const w1 = g.before.n / n1;
      const w2 = g.after.n / n2;
      return { key: g.key, within: ((w1 + w2) / 2) * (s2 - s1), mix: ((s1 + s2) / 2 - overall) * (w2 - w1) };
    });
  return {
    before,
    after,
    change: after - before,
    within: parts.reduce((total, part) => total + part.within, 0),
    mix: parts.reduce((total, part) => total + part.mix, 0),
    groups: parts,
  };
}
