import { describe, expect, it } from '@jest/globals';

import { bestPairs } from './identity.js';
import { assign, type Centre, type GroupItem, include, regroup } from './index.js';
import { latent, matrix, nearestRows, normalizeRows, principal, seeded } from './linear.js';
import { communities, graphOf } from './louvain.js';
import { vectorize } from './terms.js';

const DIMS = 32;
const random = seeded(3);
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
};
const near = (centre: Float32Array, noise: number): Float32Array =>
  unit(centre.map((x) => x + (random() - 0.5) * noise));
const TOPICS = Array.from({ length: 6 }, (_, t) =>
  unit(Float32Array.from({ length: DIMS }, (_x, c) => (Math.floor(c / 5) === t ? 1 : 0))),
);
const WORDS = ['late parcel', 'rude agent', 'broken lid', 'wrong bill', 'slow site', 'cold soup'];

/** Statements of six complaints whose vectors lie around six directions. */
const items: GroupItem[] = Array.from({ length: 240 }, (_, n): GroupItem => ({
  id: `s${String(n).padStart(3, '0')}`,
  // A word of its own in each: statements with the same words are one node, and too few nodes are grouped by their terms.
  text: `${WORDS[n % 6] ?? ''} number k${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + Math.floor(n / 26))}`,
  language: 'en',
  customerId: `c${n}`,
  currentId: null,
  pinnedTo: null,
  vector: near(TOPICS[n % 6] ?? new Float32Array(DIMS), 0.25),
}));
const first = regroup(items, [], { avoid: ['number'] });
const idOf = (key: string | null | undefined): string | null => (key ? key.replace('new', 'id') : null);
const centres: Centre[] = first.groups.map(({ key, terms, size, vector }) => ({
  id: key.replace('new', 'id'),
  terms,
  size,
  vector,
  pinned: false,
}));

describe('grouping by sentence vectors', () => {
  it('finds the complaints without being told how many', () => {
    expect(first.groups).toHaveLength(6);
    for (const [id, key] of first.assignments) expect(key).toBe(first.assignments.get(`s00${Number(id.slice(1)) % 6}`));
    expect(first.themes.flatMap(({ groups }) => groups).sort()).toEqual(first.groups.map(({ key }) => key).sort());
    for (const group of first.groups) expect(group.keyphrases.join(' ')).not.toMatch(/number/);
  });

  it('lets a new statement join by what it means, in other words', () => {
    const vector = near(TOPICS[2] ?? new Float32Array(DIMS), 0.1);
    expect(assign({ text: 'cracked cover', language: 'en', vector }, centres)).toBe(
      idOf(first.assignments.get('s002')),
    );
    const odd = unit(Float32Array.from({ length: DIMS }, (_, c) => (c === 31 ? 1 : -0.02)));
    const far = TOPICS.every((topic) => topic.reduce((sum, x, c) => sum + x * (odd[c] ?? 0), 0) < 0.45);
    expect(far).toBe(true);
    expect(assign({ text: 'something else', language: 'en', vector: odd }, centres)).toBeNull();
  });

  it('keeps identities when more statements come, and names the split of a centre', () => {
    const settled = items.map((item) => ({ ...item, currentId: idOf(first.assignments.get(item.id)) }));
    const more = items
      .slice(0, 24)
      .map((item, n) => ({ ...item, id: `t${n}`, customerId: `d${n}`, text: `${item.text} again` }));
    const second = regroup([...settled, ...more], centres);
    expect(second.groups.every((group) => !group.isNew)).toBe(true);
    const kept = settled.filter(({ id, currentId }) => second.assignments.get(id) === currentId).length;
    expect(kept / settled.length).toBeGreaterThanOrEqual(0.95);
    expect(second.splits).toEqual([]);

    const one: Centre = { id: 'one', terms: vectorize('late parcel', 'en'), size: 240, pinned: false, vector: null };
    const apart = regroup(
      items.map((item) => ({ ...item, currentId: 'one' })),
      [one],
    );
    expect(apart.splits[0]?.from ?? apart.retired[0]?.id).toBe('one');
  });

  it('moves the vector of a centre towards what joins it', () => {
    const [a, b] = TOPICS;
    if (!a || !b) throw new Error('no topics');
    const grown = include({ id: 'a', terms: {}, size: 1, pinned: false, vector: a }, {}, b);
    const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, c) => sum + v * (y[c] ?? 0), 0);
    expect(dot(grown.vector ?? a, a)).toBeCloseTo(dot(grown.vector ?? a, b), 4);
    expect(include({ id: 'a', terms: {}, size: 0, pinned: false }, {}, a).vector).toEqual(a);
  });

  it('takes statements without words, of zeros, and thousands of the same', () => {
    const zero = new Float32Array(DIMS);
    const strange = ['', '😀😀😀', '\u200b\u202e', 'QUJD'.repeat(30_000), '<b></b>'].map((text, n): GroupItem => ({
      id: `z${n}`,
      text,
      language: null,
      customerId: `z${n}`,
      currentId: null,
      pinnedTo: null,
      vector: zero,
    }));
    const same = Array.from({ length: 5_000 }, (_, n): GroupItem => ({
      ...(items[0] as GroupItem),
      id: `y${n}`,
      customerId: `y${n}`,
      text: 'late parcel',
    }));
    const { assignments, groups } = regroup([...items, ...strange, ...same], []);
    expect(new Set(same.map(({ id }) => assignments.get(id))).size).toBe(1);
    for (const { id } of strange) expect(assignments.get(id)).toBeNull();
    for (const { vector } of groups) expect(vector?.every((x) => Number.isFinite(x))).toBe(true);
  });
});

describe('the numbers underneath', () => {
  it('finds the direction in which points differ', () => {
    const rows = Array.from({ length: 50 }, (_, n) => Float32Array.from([n, 2 * n, 0.01 * (n % 3)]));
    const [direction] = principal(rows, 2).basis;
    expect(Math.abs((direction?.[1] ?? 0) / (direction?.[0] ?? 1))).toBeCloseTo(2, 2);
    expect(principal([], 3).basis).toEqual([]);
  });

  it('finds the nearest rows, exactly', () => {
    const rows = matrix(90, 7);
    for (let c = 0; c < rows.data.length; c++) rows.data[c] = random() - 0.5;
    normalizeRows(rows);
    const { near: found } = nearestRows(rows, 3);
    const dot = (a: number, b: number): number => {
      let sum = 0;
      for (let c = 0; c < 7; c++) sum += (rows.data[a * 7 + c] ?? 0) * (rows.data[b * 7 + c] ?? 0);
      return sum;
    };
    for (let r = 0; r < 90; r++) {
      const all = Array.from({ length: 90 }, (_, n) => n).filter((n) => n !== r);
      all.sort((a, b) => dot(r, b) - dot(r, a));
      expect([...found.subarray(r * 3, r * 3 + 3)]).toEqual(all.slice(0, 3));
    }
  });

  it('answers with zeros where a matrix has nothing to tell', () => {
    expect(latent({ width: 0, rows: [{ at: [], value: [] }] }, 4, 100).data).toEqual(new Float32Array(4));
  });

  it('pairs rows with columns for the largest sum, not greedily', () => {
    const value = [
      [9, 8, 0],
      [8, 1, 0],
    ];
    expect([...bestPairs(2, 3, (r, c) => value[r]?.[c] ?? 0)]).toEqual([1, 0]);
    expect([...bestPairs(3, 1, (r) => r)]).toEqual([-1, -1, 0]);
    expect([...bestPairs(0, 0, () => 1)]).toEqual([]);
  });

  it('cuts two cliques with one link between them apart', () => {
    const clique = (from: number) =>
      [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b > a).map((b) => [from + a, from + b, 1] as const));
    const owner = communities(graphOf(8, [...clique(0), ...clique(4), [3, 4, 0.5]]), 1);
    expect(new Set(owner.subarray(0, 4)).size).toBe(1);
    expect(new Set(owner).size).toBe(2);
  });
});
