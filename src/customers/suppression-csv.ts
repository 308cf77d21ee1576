import type { Tx } from '../platform/db.js';
import type { ImportKind } from '../platform/imports/imports.service.js';
import { NewSuppression } from './customers.contract.js';

type Row = NewSuppression;
type Add = (tx: Tx, rows: readonly Row[], source: string) => Promise<number>;

/** Addresses that we must not write to as CSV: `address` (or a domain, `@example.org`), `reason` and `note`; what is stopped already is skipped. */
export const suppressionCsv = (add: Add): ImportKind<Row, undefined> => ({
  columns: [{ name: 'address', required: true }, { name: 'reason' }, { name: 'note' }],
  prepare: () => Promise.resolve(undefined),
  validateRow: (cells) => {
    const filled = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell.trim() !== ''));
    const parsed = NewSuppression.safeParse({ address: '', ...filled });
    return parsed.success
      ? { row: parsed.data }
      : { errors: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })) };
  },
  apply: async (tx, rows) => {
    const created = await add(
      tx,
      rows.map(({ value }) => value),
      'import',
    );
    return { created, updated: 0, skipped: rows.length - created, errors: [] };
  },
});
