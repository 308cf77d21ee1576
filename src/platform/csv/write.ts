import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export type CsvCell = string | number | boolean | Date | null | undefined;

// The first character that is visible decides, so spaces and characters that show nothing do not hide a formula.
// Full-width signs start a formula in some spreadsheets too; tab, line breaks and NUL can move what follows into a cell of its own.
const FORMULA = /^(?:[\t\r\n\0]|[\s\p{Cc}\p{Cf}\p{Z}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

/**
 * One line of CSV (RFC 4180) with its CRLF. Texts that a spreadsheet would run as a formula get a leading quote; numbers, dates and
 * booleans stay as they are.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Sends rows as a CSV file while they come, for any number of them. Starts with a byte order mark, without which Excel garbles umlauts. */
export async function csvResponse(
  reply: FastifyReply,
  filename: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]>,
): Promise<void> {
  async function* text(): AsyncGenerator<string> {
    let pending = `\uFEFF${csvLine(columns)}`;
    for await (const row of rows) {
      pending += csvLine(row);
      if (pending.length < 65_536) continue;
      yield pending;
      pending = '';
    }
    if (pending !== '') yield pending;
  }
  await reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${filename.replace(/[^\w.-]/g, '_')}"`)
    .send(Readable.from(text(), { objectMode: false }));
}
