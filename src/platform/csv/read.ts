import { setImmediate } from 'node:timers/promises';
import { CsvError, Parser } from 'csv-parse';
import { UnreadableCsv } from './text.js';

export interface CsvColumns {
  /** Field names that the header row may have. */
  names: readonly string[];
  required: readonly string[];
  /** Fields may also be `<prefix>.<anything>`, e.g. `attributes.plan`. */
  prefixes?: readonly string[];
  /** Field by the file's own column name. */
  mapping?: Readonly<Record<string, string>>;
}

export interface CsvRow {
  /** As a spreadsheet numbers it: the header is row 1 when nothing stands above it. */
  row: number;
  /** Texts by field, as they stand in the file; null when the row cannot be used. */
  cells: Record<string, string> | null;
  /** Why the row cannot be used. */
  problem: string | null;
}

export interface CsvHeader {
  /** The field of each column; null for columns that nothing is known about. */
  fields: (string | null)[];
  /** The names of those columns. */
  ignored: string[];
  /** The row that the header stands in. */
  row: number;
}

const SEPARATORS = [',', ';', '\t'] as const;
const MAX_COLUMNS = 500;
const MAX_ROW_CHARACTERS = 1_000_000;
const MAX_HEADER_BYTES = 65_536;
const SLICE_BYTES = 65_536;

/**
 * The rows of a CSV file in lots, in constant memory: the parser is fed a slice when the reader asks for the next lot.
 * `text` is UTF-8 without a byte order mark (`utf8Text`). The separator is the one of comma, semicolon and tab that the header row uses most.
 * Rows that are all empty are passed over. `onHeader` is called once, before the first lot.
 * @throws UnreadableCsv for a header that does not fit and for a quote that is never closed
 */
export async function* csvRows(
  text: AsyncIterable<Buffer>,
  columns: CsvColumns,
  onHeader?: (header: CsvHeader) => void,
): AsyncGenerator<CsvRow[]> {
  let header: CsvHeader | null = null;
  let parser: RecordParser | null = null;
  let row = 0;
  let mayHaveNul = false;

  const lot = (records: string[][]): CsvRow[] => {
    const rows: CsvRow[] = [];
    for (const record of records) {
      row += 1;
      if (record.every((cell) => cell === '' || cell.trim() === '')) continue;
      if (!header) {
        header = readHeader(record, row, columns);
        onHeader?.(header);
      } else rows.push(readRow(record, row, header, mayHaveNul));
    }
    return rows;
  };

  let pending: Buffer | null = Buffer.alloc(0);
  for await (const piece of text) {
    mayHaveNul ||= piece.includes(0);
    let bytes: Buffer = piece;
    if (!parser) {
      bytes = pending === null ? piece : Buffer.concat([pending, piece]);
      const start = sniff(bytes, bytes.length >= MAX_HEADER_BYTES);
      if (!start) {
        pending = bytes;
        continue;
      }
      pending = null;
      parser = new RecordParser(start.separator);
      bytes = bytes.subarray(start.skip);
      if (start.skip > 0) row += 1;
    }
    for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
      const rows = lot(await parser.feed(bytes.subarray(from, from + SLICE_BYTES), row));
      if (rows.length > 0) yield rows;
    }
  }
  if (!parser) {
    const bytes = pending ?? Buffer.alloc(0);
    const start = sniff(bytes, true);
    parser = new RecordParser(start?.separator ?? ',');
    if (start && start.skip > 0) row += 1;
    const rows = lot(await parser.feed(bytes.subarray(start?.skip ?? 0), row));
    if (rows.length > 0) yield rows;
  }
  const rows = lot(await parser.end(row));
  if (!header) throw new UnreadableCsv('The file has no header row.');
  if (rows.length > 0) yield rows;
}

/** csv-parse, driven by hand: what comes in is parsed at once, so that nothing is read ahead of the reader. */
class RecordParser {
  private readonly parser: Parser;
  private failure: Error | null = null;
  private ended = false;

  constructor(separator: string) {
    this.parser = new Parser({
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_ROW_CHARACTERS,
    } as ConstructorParameters<typeof Parser>[0]);
    this.parser.on('error', (error) => (this.failure = error));
    this.parser.on('end', () => (this.ended = true));
  }

  async feed(bytes: Buffer, rowsBefore: number): Promise<string[][]> {
    const written = new Promise<void>((resolve) => {
      this.parser.write(bytes, () => resolve());
    });
    const records = this.read();
    await written;
    records.push(...this.read());
    if (this.failure) throw await this.refusal(rowsBefore + records.length);
    return records;
  }

  async end(rowsBefore: number): Promise<string[][]> {
    this.parser.end();
    const records: string[][] = [];
    do {
      await setImmediate();
      records.push(...this.read());
    } while (!this.ended && !this.failure);
    if (this.failure) throw await this.refusal(rowsBefore + records.length);
    return records;
  }

  private read(): string[][] {
    const records: string[][] = [];
    for (
      let record = this.parser.read() as string[] | null;
      record !== null;
      record = this.parser.read() as string[] | null
    )
      records.push(record);
    return records;
  }

  private async refusal(rows: number): Promise<Error> {
    await setImmediate();
    const error = this.failure;
    if (!(error instanceof CsvError)) return error ?? new Error('no refusal');
    const row = rows + 1;
    return new UnreadableCsv(
      error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
        ? `Row ${row} does not end: a quotation mark is opened there and never closed, or the row has more than a million characters. Nothing was imported. Close the quotation mark and import the file again.`
        : `Row ${row} cannot be read as CSV. Nothing was imported. Look at its quotation marks and separators, and import the file again.`,
      '',
      row,
    );
  }
}

/** The separator that the first row with text uses most, outside quotes; null while that row is not complete. */
function sniff(bytes: Buffer, complete: boolean): { separator: string; skip: number } | null {
  const text = bytes.subarray(0, MAX_HEADER_BYTES).toString('utf8');
  // Excel's own hint; the line is not data.
  const hint = /^sep=([,;\t|])(?:\r\n|\n|\r)/i.exec(text);
  if (hint?.[1]) return { separator: hint[1], skip: hint[0].length };
  const counts = new Map<string, number>(SEPARATORS.map((separator) => [separator, 0]));
  let quoted = false;
  let seen = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) {
      if (seen) return { separator: most(counts), skip: 0 };
      for (const separator of SEPARATORS) counts.set(separator, 0);
      continue;
    } else if (!quoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
    else seen ||= character.trim() !== '';
    seen ||= quoted;
  }
  return complete ? { separator: most(counts), skip: 0 } : null;
}

const most = (counts: Map<string, number>): string =>
  [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];

function readHeader(record: string[], row: number, columns: CsvColumns): CsvHeader {
  const names = record.map((name) => name.trim());
  while (names.at(-1) === '') names.pop();
  const list = names.filter((name) => name !== '').map((name) => `"${shorten(name)}"`);
  const shown = list.length > 12 ? `${list.slice(0, 12).join(', ')} …` : list.join(', ');
  if (names.length > MAX_COLUMNS)
    throw new UnreadableCsv(`The header row has ${names.length} columns; at most ${MAX_COLUMNS} are taken.`, '', row);
  const mapping = new Map(Object.entries(columns.mapping ?? {}).map(([name, field]) => [name.trim(), field]));
  for (const name of mapping.keys())
    if (!names.includes(name))
      throw new UnreadableCsv(
        `The mapping names the column "${shorten(name)}", which the file does not have. Its columns are ${shown}.`,
        'mapping',
        row,
      );

  const byLooseName = new Map(columns.names.map((name) => [loose(name), name]));
  const known = (name: string): string | null => {
    if (columns.names.includes(name)) return name;
    if (columns.prefixes?.some((prefix) => name.startsWith(`${prefix}.`) && name.length > prefix.length + 1))
      return name;
    return byLooseName.get(loose(name)) ?? null;
  };
  for (const field of mapping.values())
    if (known(field) !== field)
      throw new UnreadableCsv(
        `The mapping names the field "${shorten(field)}", which does not exist. Fields are ${columns.names.join(', ')}.`,
        'mapping',
        row,
      );

  const taken = new Set(mapping.values());
  const fields = names.map((name) => {
    const mapped = mapping.get(name);
    if (mapped !== undefined) return mapped;
    const field = name === '' ? null : known(name);
    // A mapping says better than a name which column is meant.
    return field !== null && taken.has(field) ? null : field;
  });
  for (const [index, field] of fields.entries())
    if (field !== null && fields.indexOf(field) !== index)
      throw new UnreadableCsv(
        `Two columns are ${field}: "${shorten(names[fields.indexOf(field)] ?? '')}" and "${shorten(names[index] ?? '')}". Leave one out, or rename it.`,
        field,
        row,
      );
  for (const field of columns.required)
    if (!fields.includes(field))
      throw new UnreadableCsv(
        `The file has no column "${field}". Its columns are ${shown || 'none'}. Rename one of them, or send a mapping such as {"${shorten(names.find((name) => name !== '') ?? 'Column')}":"${field}"}.`,
        field,
        row,
      );
  return { fields, ignored: names.filter((name, index) => name !== '' && fields[index] === null), row };
}

function readRow(record: string[], row: number, header: CsvHeader, mayHaveNul: boolean): CsvRow {
  const { fields } = header;
  const expected = fields.length;
  if (record.length !== expected && (record.length < expected || record.slice(expected).some((cell) => cell !== '')))
    return {
      row,
      cells: null,
      problem: `This row has ${record.length} ${record.length === 1 ? 'cell' : 'cells'}, the header row has ${expected}. Look for a missing quotation mark or separator.`,
    };
  if (mayHaveNul && record.some((cell) => cell.includes('\0')))
    return { row, cells: null, problem: 'This row has a NUL character, which is not text. Remove it.' };
  const cells: Record<string, string> = {};
  for (let index = 0; index < expected; index += 1) {
    const field = fields[index];
    if (field) cells[field] = record[index] ?? '';
  }
  return { row, cells, problem: null };
}

const loose = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');
const shorten = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name);
