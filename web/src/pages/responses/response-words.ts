import { FLAGS, type ResponseView } from '../../../../src/responses/responses.contract.js';

export type Flag = (typeof FLAGS)[number];

/** Why an answer stays out of the score, in words. */
export const FLAG_WORDS: Record<Flag, string> = {
  too_fast: 'Answered too fast',
  honeypot: 'Filled in by a robot',
  burst: 'Part of a burst',
  scanner: 'Mail scanner',
  staff: 'Staff',
  duplicate: 'Duplicate',
  test: 'Test',
};

/** The reasons that a person may give; the others are found by the system. */
export const GIVEN_FLAGS: readonly Flag[] = ['staff', 'duplicate', 'test'];

export const METRIC_WORDS: Record<ResponseView['metric'], string> = {
  nps: 'NPS',
  tnps: 'Touchpoint NPS',
  csat: 'Satisfaction',
  ces: 'Effort',
};

/** Known channels in words; a program may name its own. */
export const CHANNELS: Record<string, string> = {
  email: 'Email',
  web: 'Web page',
  api: 'API',
  import: 'Import',
  link: 'Link or QR code',
  widget: 'Box on a website',
  kiosk: 'Kiosk',
  phone: 'Phone',
  in_app: 'In the app',
};

const UNREAD_WORDS: Record<string, string> = {
  empty: 'No comment',
  no_words: 'No words to read',
  erased: 'Erased',
};

/** Why a comment has no sentiment. */
export const unreadText = (reason: string | undefined): string =>
  reason === undefined
    ? 'Could not be read'
    : (UNREAD_WORDS[reason] ?? `Could not be read: ${reason.replaceAll('_', ' ')}`);

export const customerName = (customer: ResponseView['customer']): string =>
  customer?.name ?? customer?.email ?? (customer ? customer.externalId : 'Not known who');

export const scaleOf = (response: ResponseView): 'nps' | 'other' => (response.category ? 'nps' : 'other');

/**
 * The comment cut at its statements, in order; what lies between them has no statement. Offsets that do not fit (an edited comment still
 * being read) are passed over.
 */
export function cutComment(
  comment: string,
  statements: ResponseView['statements'],
): { text: string; statement: ResponseView['statements'][number] | null }[] {
  const parts: { text: string; statement: ResponseView['statements'][number] | null }[] = [];
  let at = 0;
  for (const statement of [...statements].sort((a, b) => a.start - b.start)) {
    if (statement.start < at || statement.end <= statement.start || statement.end > comment.length) continue;
    if (statement.start > at) parts.push({ text: comment.slice(at, statement.start), statement: null });
    parts.push({ text: comment.slice(statement.start, statement.end), statement });
    at = statement.end;
  }
  if (at < comment.length) parts.push({ text: comment.slice(at), statement: null });
  return parts;
}
