import { createRequire } from 'node:module';

// Only this part of natural is loaded: its entry point opens four database clients and reads `.env`.
const { RegexpTokenizer } = createRequire(import.meta.url)('natural/lib/natural/tokenizers/regexp_tokenizer.js') as {
  RegexpTokenizer: new (options: { pattern: RegExp; gaps: boolean }) => { tokenize(text: string): string[] | null };
};

export type TokenKind = 'word' | 'number' | 'emoji' | 'emoticon' | 'end' | 'pause' | 'break' | 'noise';

/**
 * One piece of a comment. `start`/`end` are UTF-16 offsets into the original text; `norm` is what lexicons are asked for:
 * NFKC, lower case, zero-width characters removed, runs of three or more letters cut to two.
 * `end` is sentence punctuation, `pause` clause punctuation, `break` a line or list boundary, `noise` a URL, handle, tag or blob.
 */
export interface Token {
  kind: TokenKind;
  norm: string;
  start: number;
  end: number;
  /** Three or more letters, all capitals. */
  caps: boolean;
}

/** Words longer than this are blobs (base64, hashes), never vocabulary; it also bounds the cost of stemming. */
const LONGEST_WORD = 40;

// No quantifier inside a quantified group, and every open-ended run is consumed whole: the scan is linear in the text.
const PATTERN =
  /https?:\/\/[^\s<>]+|www\.[^\s<>]+|<\/?[a-zA-Z][^<>]{0,300}>|&[a-zA-Z]{2,8};|&#\d{1,6};|@\w+|<3|[:=][-']?[)(\][DPp|\\/](?![\p{L}\p{N}/])|;-?\)|\p{Extended_Pictographic}|\p{N}(?:[.,:](?=\p{N})|[\p{N}%])*\p{L}{0,12}|\p{L}[\p{L}\p{M}\p{N}'’\-\u00ad\u200b-\u200f\u2060\ufeff]*|[.!?…。！？]+|[,:()"“”„«»–—]|[;•*·]|\r?\n|-/gu;

const tokenizer = new RegexpTokenizer({ pattern: PATTERN, gaps: false });
const LETTER = /\p{L}/u;
const PICTURE = /\p{Extended_Pictographic}/u;
const BREAKING_TAG = /^<\/?(?:br|p|div|li|ul|ol|tr|td|h[1-6])\b/i;

/** Cuts a comment into tokens; linear in its length. Characters that carry no meaning here are left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const piece of tokenizer.tokenize(text) ?? []) {
    const start = text.indexOf(piece, from);
    from = start + piece.length;
    const token = classify(piece, start, text);
    if (token) tokens.push(token);
  }
  return tokens;
}

function classify(piece: string, start: number, text: string): Token | null {
  const make = (kind: TokenKind, norm = piece, caps = false): Token => ({
    kind,
    norm,
    start,
    end: start + piece.length,
    caps,
  });
  const first = piece[0] ?? '';
  if (piece === '\n' || piece === '\r\n') return make('break');
  if (/^(?:https?:|www\.)/i.test(piece) || first === '@' || first === '&') return make('noise');
  if (first === '<') return piece === '<3' ? make('emoticon') : make(BREAKING_TAG.test(piece) ? 'break' : 'noise');
  if (/^[.!?…。！？]/.test(piece)) return make('end');
  if (first === ';' && piece.length === 1) return make('break');
  if (first === '•' || first === '*' || first === '·') return make('break');
  // A hyphen opens a list item at the start of a line; between spaces it is a pause; elsewhere it joins.
  if (piece === '-') return lineStart(text, start) ? make('break') : make('pause');
  if (/^\p{N}/u.test(piece)) return make('number', piece.toLowerCase());
  if (LETTER.test(first) || (LETTER.test(piece) && !/^[:=]/.test(piece))) {
    if (piece.length > LONGEST_WORD) return make('noise');
    const norm = normalize(piece);
    return norm ? make('word', norm, isShouted(piece)) : null;
  }
  if (PICTURE.test(piece)) return make('emoji');
  if (/^[:;=]/.test(piece) && piece.length > 1) return make('emoticon');
  return make('pause');
}

function lineStart(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && at - i < 8 && (text[i] === ' ' || text[i] === '\t')) i--;
  return i < 0 || text[i] === '\n';
}

/** The form lexicons know: "TERRIBLE" and "ter\u200brible" are "terrible", "soooo" is "soo". */
export function normalize(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/’/g, "'")
    .replace(/(\p{L})\1{2,}/gu, '$1$1')
    .replace(/^['-]+|['-]+$/g, '');
}

function isShouted(word: string): boolean {
  return word.length >= 3 && word === word.toUpperCase() && word !== word.toLowerCase();
}

/** French and Italian join articles and particles by an apostrophe: "n'arrive" is "n'" and "arrive". */
export function separateElisions(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const cut = token.kind === 'word' ? token.norm.indexOf("'") : -1;
    if (cut < 1 || cut > 6 || cut === token.norm.length - 1) {
      out.push(token);
      continue;
    }
    const middle = Math.min(token.end, token.start + cut + 1);
    out.push({ ...token, norm: token.norm.slice(0, cut + 1), end: middle, caps: false });
    out.push({ ...token, norm: token.norm.slice(cut + 1), start: middle });
  }
  return out;
}
