import { createContext, use } from 'react';
import { z } from 'zod';
import { api } from '../../api.js';
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

/** When the customer last said something. */
const newest = (row: Pick<CaseRow, 'lastCustomerMessageAt' | 'createdAt'>): string =>
  row.lastCustomerMessageAt ?? row.createdAt;

/** True while this person has not opened a customer's word, on whatever machine. */
export const isUnread = (row: CaseRow): boolean => row.needsReply && (row.readAt === null || row.readAt < newest(row));

/** Says that this person has seen what stands in the case. It matters to nobody else, so a failure is not worth a word. */
export const markSeen = (id: string): Promise<unknown> =>
  api('POST', `/cases/${id}/read`, z.unknown()).catch(() => undefined);
