import type { Terms } from './terms.js';

/**
 * What the service keeps of a pain point so that new statements can find it. `terms` is a vector of length 1 (at most 60 terms),
 * `size` the number of statements it is the mean of. `pinned`: a person named or shaped it; it is an anchor and never dissolves.
 */
export interface Centre {
  id: string;
  terms: Terms;
  size: number;
  pinned: boolean;
  /** Mean of its statements' sentence vectors, length 1; absent or null where none has one. All of one provider's version. */
  vector?: Float32Array | null;
}

/** One negative statement of a touchpoint. */
export interface GroupItem {
  id: string;
  text: string;
  language: string | null;
  customerId: string;
  /** The pain point it is in now, or null while it waits in the pool. */
  currentId: string | null;
  /** Where a person put it; such a statement never moves by itself. */
  pinnedTo: string | null;
  /** Its sentence vector, length 1; absent or null for languages without. All of one provider's version. */
  vector?: Float32Array | null;
}

export interface Group {
  /** The id of the centre it continues, or `new:1`, `new:2` … for the service to give an id. */
  key: string;
  isNew: boolean;
  /** A suggestion that reads like a customer's words; the service keeps the old name of a group that already has one. */
  name: string;
  /** What sets the group apart from the others, weightiest first: up to five words or pairs as customers wrote them. */
  keyphrases: string[];
  terms: Terms;
  vector: Float32Array | null;
  size: number;
  customers: number;
  /** Ids of up to three statements that stand for the group, most typical first. */
  exemplars: string[];
  /** Key of its theme. */
  theme: string;
}

export interface Regrouping {
  /** Item id → group key, or null: in the pool, because too few customers say alike. Every item has an entry. */
  assignments: Map<string, string | null>;
  groups: Group[];
  /** Centres that no longer stand, and the group that took most of their statements (null: none did). */
  retired: { id: string; into: string | null }[];
  /** Centres whose statements went to more than one group: a new group took a good part of `from`. */
  splits: { from: string; into: string[] }[];
  /** Groups that belong under one heading, the largest theme first; every group is in exactly one. */
  themes: { key: string; name: string; groups: string[] }[];
}

export interface RegroupOptions {
  /** Words that say nothing here, because every statement of the touchpoint could hold them ("delivery" at the delivery touchpoint). */
  avoid?: readonly string[];
}

export const customersOf = (items: readonly GroupItem[]): number => new Set(items.map((item) => item.customerId)).size;
