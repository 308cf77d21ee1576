import type { CsvCell } from '../platform/csv/write.js';

/** An export as rows `section, item, field, value`: one file for sections of every shape; nested values as JSON. */
export async function* exportRows(data: {
  customer: object;
  sections: Record<string, unknown[]>;
}): AsyncGenerator<CsvCell[]> {
  yield* itemRows('customer', 1, data.customer);
  for (const [section, items] of Object.entries(data.sections))
    for (const [index, item] of items.entries())
      yield* itemRows(section, index + 1, typeof item === 'object' && item !== null ? item : { value: item });
}

function* itemRows(section: string, number: number, item: object): Generator<CsvCell[]> {
  for (const [field, value] of Object.entries(item)) yield [section, number, field, cell(value)];
}

function cell(value: unknown): CsvCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
