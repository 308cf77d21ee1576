import { AppError } from './errors.js';

export { pageOf, pageQuery } from './page.contract.js';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The sort key of the last row as an opaque string; values are strings, numbers or null, in the order of the `order by`. */
export function encodeCursor(values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws AppError 422 `input.invalid` when the cursor is not one that a list of `length` sort values gave */
export function decodeCursor(cursor: string, length: number): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((v) => v === null || typeof v === 'string' || typeof v === 'number')
    )
      return values as (string | number | null)[];
  } catch {
    // falls through to the refusal
  }
  throw new AppError('invalid', 'input.invalid', 'This cursor does not belong to this list.', {
    errors: [{ path: 'cursor', message: 'Use the nextCursor of the page before.' }],
  });
}

/** Cuts `rows`, fetched with `limit + 1`, to one page; `key` gives the sort values of a row. */
export function toPage<R, V>(
  rows: R[],
  limit: number,
  key: (row: R) => (string | number | null)[],
  view: (row: R) => V,
): Page<V> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(view),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  };
}

/** One page of a list that is short and read as a whole; the cursor counts rows. @throws AppError 422 for a cursor that is not ours */
export function pageOfAll<T>(all: T[], { limit, cursor }: { limit: number; cursor?: string | undefined }): Page<T> {
  const start = cursor === undefined ? 0 : Number(decodeCursor(cursor, 1)[0]);
  return {
    items: all.slice(start, start + limit),
    nextCursor: all.length > start + limit ? encodeCursor([start + limit]) : null,
  };
}
