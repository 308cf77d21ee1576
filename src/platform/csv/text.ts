import { isUtf8 } from 'node:buffer';

/** A file that cannot be read as CSV at all: nothing of it is used. The message says where, what is wrong and what to do. */
export class UnreadableCsv extends Error {
  constructor(
    message: string,
    /** The column in question, else empty. */
    readonly path = '',
    /** As a spreadsheet numbers it, where known. */
    readonly row: number | null = null,
  ) {
    super(message);
    this.name = 'UnreadableCsv';
  }
}

const NEWLINE = 10;
const SAVE_AS = 'Save it as "CSV UTF-8" and import it again.';

/**
 * The file's text as UTF-8 without a byte order mark, piece by piece; no piece ends within a character. Takes UTF-8, and UTF-16 that says
 * so by its byte order mark. Anything else is refused: guessing an encoding would store garbled names for good.
 * @throws UnreadableCsv naming the first line that is not text
 */
export async function* utf8Text(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  let decode: Decoder | null = null;
  for await (const piece of source) {
    if (head) {
      head = Buffer.concat([head, piece]);
      if (head.length < 4) continue;
    }
    decode ??= decoderFor(head ?? piece);
    const text = decode(head ?? piece, false);
    head = null;
    if (text.length > 0) yield text;
  }
  if (head && head.length === 0) throw new UnreadableCsv('The file is empty.');
  decode ??= decoderFor(head ?? Buffer.alloc(0));
  const rest = decode(head ?? Buffer.alloc(0), true);
  if (rest.length > 0) yield rest;
}

type Decoder = (piece: Buffer, last: boolean) => Buffer;

function decoderFor(head: Buffer): Decoder {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4)
    throw new UnreadableCsv(
      `This is a workbook or a ZIP file, not a CSV file. Open it and save the sheet as "CSV UTF-8".`,
    );
  if (head[0] === 0xff && head[1] === 0xfe)
    return head.length >= 4 && head[2] === 0 && head[3] === 0 ? refuse('UTF-32') : utf16('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return utf16('utf-16be');
  if (head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] === 0xfe && head[3] === 0xff)
    return refuse('UTF-32');
  // ASCII in UTF-16 has a NUL in every other place.
  if ((head[0] === 0 && head[2] === 0) || (head[1] === 0 && head[3] === 0))
    return refuse('UTF-16 without a byte order mark');
  return utf8();
}

function refuse(encoding: string): never {
  throw new UnreadableCsv(`The file is ${encoding}. ${SAVE_AS}`);
}

function utf8(): Decoder {
  let tail = Buffer.alloc(0);
  let line = 1;
  let first = true;
  return (piece, last) => {
    let bytes = tail.length > 0 ? Buffer.concat([tail, piece]) : piece;
    if (first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    first = false;
    const end = last ? bytes.length : completeLength(bytes);
    // Copied, so that a few bytes do not keep the whole piece in memory.
    tail = Buffer.from(bytes.subarray(end));
    const text = bytes.subarray(0, end);
    if (!isUtf8(text)) throw badLine(text, line);
    line += count(text, NEWLINE);
    return text;
  };
}

/** How many bytes end with a whole character, if the text is UTF-8. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function badLine(text: Buffer, firstLine: number): UnreadableCsv {
  let line = firstLine;
  let from = 0;
  for (;;) {
    const end = text.indexOf(NEWLINE, from);
    const bytes = text.subarray(from, end < 0 ? text.length : end);
    if (end < 0 || !isUtf8(bytes)) {
      const byte = firstBadByte(bytes);
      const guess = byte >= 0xa0 ? `, which is "${String.fromCharCode(byte)}" in Windows-1252` : '';
      return new UnreadableCsv(
        `Line ${line} is not UTF-8: it has the byte 0x${byte.toString(16).toUpperCase()}${guess}. Nothing was imported. ${SAVE_AS}`,
        '',
        line,
      );
    }
    from = end + 1;
    line += 1;
  }
}

function firstBadByte(bytes: Buffer): number {
  let from = 0;
  while (from < bytes.length) {
    const byte = bytes[from] ?? 0;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (!isUtf8(bytes.subarray(from, from + length))) return byte;
    from += length;
  }
  return 0;
}

function utf16(encoding: 'utf-16le' | 'utf-16be'): Decoder {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  return (piece, last) => {
    let text: string;
    try {
      text = decoder.decode(piece, { stream: !last });
    } catch {
      const readable = new TextDecoder(encoding).decode(piece);
      const at = Math.max(readable.indexOf('\uFFFD'), 0);
      const bad = line + readable.slice(0, at).split('\n').length - 1;
      throw new UnreadableCsv(`Line ${bad} is not valid UTF-16. Nothing was imported. ${SAVE_AS}`, '', bad);
    }
    const bytes = Buffer.from(text, 'utf8');
    line += count(bytes, NEWLINE);
    return bytes;
  };
}

function count(bytes: Buffer, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found += 1;
  return found;
}
