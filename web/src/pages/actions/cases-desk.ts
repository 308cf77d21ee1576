import { createContext, use } from 'react';
import type { CaseRow } from './cases-data.js';

/** What the list and the open case share. */
export type Desk = {
  rows: readonly CaseRow[];
  selected: ReadonlySet<string>;
  /** Opens the row after (else before) this one and puts the focus on it; with no other row, back to the list. */
  openNext: (afterId: string) => void;
  /** Puts the focus on the row of this case, or on the list where it has none. */
  focusRow: (id: string) => void;
  /** Back to the list without an open case. */
  leave: () => void;
};

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (!desk) throw new Error('useDesk() outside the Cases page');
  return desk;
}

const STORED = 'hearback.cases.seen';
const MOST = 500;

function stored(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

/** When the customer last said something. */
const newest = (row: Pick<CaseRow, 'lastCustomerMessageAt' | 'createdAt'>): string =>
  row.lastCustomerMessageAt ?? row.createdAt;

/** True while a customer's word in this case has not been opened on this machine. */
export function isUnread(row: CaseRow): boolean {
  const seen = stored()[row.id];
  return row.needsReply && (seen === undefined || seen < newest(row));
}

/** @returns when it was last seen before, or null */
export function markSeen(row: Pick<CaseRow, 'id' | 'lastCustomerMessageAt' | 'createdAt'>): string | null {
  const all = stored();
  const before = all[row.id] ?? null;
  delete all[row.id];
  all[row.id] = newest(row);
  try {
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-MOST))));
  } catch {
    // Blocked storage: everything then stays unread.
  }
  return before;
}
