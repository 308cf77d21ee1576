/** What each pain point costs the score. */
import { seeded } from '../platform/statistics.js';

/** One response: its contribution (−1/0/+1 for NPS) and the pain points it names, each once. */
export type NamedResponse = Readonly<{ value: number; painPoints: readonly string[] }>;

export type Impact = Readonly<{
  key: string;
  /** Responses that name it. */
  n: number;
  /** Score − score without the responses naming it, in points; negative = it costs; null when every response names it. */
  impact: number | null;
  /** Shapley share in points: all of them add up to score − score of the responses that name no pain point. */
  share: number;
}>;

export type ImpactReport = Readonly<{
  n: number;
  /** In points; null for no responses. */
  score: number | null;
  /** Score of responses that name none; null when there are none. */
  scoreWithout: number | null;
  /** Costliest first. */
  painPoints: readonly Impact[];
}>;

/** Up to this many pain points every subset is visited; beyond it seeded random orders stand in, still adding up exactly. */
const EXACT_UP_TO = 12;
const ORDERS = 400;

/**
 * Impact of each pain point on a score that is 100 × the mean of `value`. Removing every response leaves no score; such a removal
 * counts as no change. Source: Shapley, "A value for n-person games", 1953.
 */
export function painPointImpact(responses: readonly NamedResponse[]): ImpactReport {
  const n = responses.length;
  const total = responses.reduce((sum, r) => sum + r.value, 0);
  const keys = [...new Set(responses.flatMap((r) => r.painPoints))].sort();
  const index = new Map(keys.map((key, i) => [key, i]));
  const named = responses.map((r) => ({
    value: r.value,
    ids: [...new Set(r.painPoints)].map((key) => index.get(key) ?? 0),
  }));
  const counts = keys.map(() => ({ n: 0, sum: 0 }));
  for (const r of named)
    for (const id of r.ids) {
      const count = counts[id];
      if (count) {
        count.n++;
        count.sum += r.value;
      }
    }
  const scoreOf = (count: number, sum: number) => (count === 0 ? null : (100 * sum) / count);
  const score = scoreOf(n, total);
  const free = named.filter((r) => r.ids.length === 0);
  const shares = keys.length <= EXACT_UP_TO ? exactShares(named, keys.length) : sampledShares(named, keys.length);
  const painPoints = keys.map((key, i) => {
    const { n: count, sum } = counts[i] ?? { n: 0, sum: 0 };
    const without = scoreOf(n - count, total - sum);
    return {
      key,
      n: count,
      impact: score === null || without === null ? null : score - without,
      share: shares[i] ?? 0,
    };
  });
  return {
    n,
    score,
    scoreWithout: scoreOf(
      free.length,
      free.reduce((sum, r) => sum + r.value, 0),
    ),
    painPoints: painPoints.sort((a, b) => a.share - b.share || b.n - a.n || (a.key < b.key ? -1 : 1)),
  };
}

type Indexed = Readonly<{ value: number; ids: readonly number[] }>;

function exactShares(responses: readonly Indexed[], k: number): number[] {
  const size = 2 ** k;
  const n = new Float64Array(size);
  const sum = new Float64Array(size);
  for (const r of responses) {
    const mask = r.ids.reduce((bits, id) => bits | (1 << id), 0);
    n[mask] = (n[mask] ?? 0) + 1;
    sum[mask] = (sum[mask] ?? 0) + r.value;
  }
  // After this, entry S holds the responses naming nothing outside S: what is left when the complement of S is removed.
  for (let bit = 1; bit < size; bit <<= 1)
    for (let mask = 0; mask < size; mask++)
      if (mask & bit) {
        n[mask] = (n[mask] ?? 0) + (n[mask ^ bit] ?? 0);
        sum[mask] = (sum[mask] ?? 0) + (sum[mask ^ bit] ?? 0);
      }
  const all = size - 1;
  const full = n[all] ? (100 * (sum[all] ?? 0)) / (n[all] ?? 1) : 0;
  const left = (mask: number) => (n[mask] ? (100 * (sum[mask] ?? 0)) / (n[mask] ?? 1) : full);
  const weights: number[] = [];
  for (let others = 0, weight = 1 / k; others < k; others++) {
    weights.push(weight);
    weight *= (others + 1) / (k - 1 - others);
  }
  const shares = Array.from({ length: k }, () => 0);
  for (let removed = 0; removed < size; removed++) {
    const weight = weights[bits(removed)] ?? 0;
    for (let i = 0; i < k; i++)
      if (!(removed & (1 << i)))
        shares[i] = (shares[i] ?? 0) + weight * (left(all ^ removed) - left(all ^ removed ^ (1 << i)));
  }
  return shares;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest; rest &= rest - 1) count++;
  return count;
}

function sampledShares(responses: readonly Indexed[], k: number): number[] {
  const random = seeded(k);
  const order = Array.from({ length: k }, (_, i) => i);
  const place = Array.from({ length: k }, () => 0);
  const shares = Array.from({ length: k }, () => 0);
  for (let round = 0; round < ORDERS; round++) {
    for (let i = k - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    order.forEach((id, at) => (place[id] = at));
    const goneN = Array.from({ length: k }, () => 0);
    const goneSum = Array.from({ length: k }, () => 0);
    let n = 0;
    let sum = 0;
    for (const r of responses) {
      n++;
      sum += r.value;
      if (r.ids.length === 0) continue;
      const at = Math.min(...r.ids.map((id) => place[id] ?? 0));
      goneN[at] = (goneN[at] ?? 0) + 1;
      goneSum[at] = (goneSum[at] ?? 0) + r.value;
    }
    const full = n === 0 ? 0 : (100 * sum) / n;
    let now = full;
    order.forEach((id, at) => {
      n -= goneN[at] ?? 0;
      sum -= goneSum[at] ?? 0;
      const next = n === 0 ? full : (100 * sum) / n;
      shares[id] = (shares[id] ?? 0) + (now - next) / ORDERS;
      now = next;
    });
  }
  return shares;
}
