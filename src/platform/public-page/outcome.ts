import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PublicPage } from './page.js';

/** What a post or a look at a public page ends in. A redirect is always 303: what was posted is done. */
export type PageOutcome =
  { page: PublicPage; status?: number; retryAfterSeconds?: number | undefined } | { redirect: string };

export function sendOutcome(reply: FastifyReply, outcome: PageOutcome): void {
  if ('redirect' in outcome) {
    void reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .redirect(outcome.redirect, 303);
    return;
  }
  if (outcome.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(Math.ceil(outcome.retryAfterSeconds)));
  void reply
    .status(outcome.status ?? 200)
    .headers(outcome.page.headers)
    .header('content-type', 'text/html; charset=utf-8')
    .send(outcome.page.html);
}

/** Which language the reader would like: by the page's own `lang`, else by what their browser says. */
export interface Wish {
  lang?: unknown;
  acceptLanguage?: string | undefined;
}

/** `lang` of the query, or of the form where it went along as a hidden field. */
export function wishOf(request: FastifyRequest): Wish {
  const { lang } = { ...formFields(request.query), ...formFields(request.body) };
  return { lang, acceptLanguage: request.headers['accept-language'] };
}

/** The fields of a parsed query or form; none for a body of another kind. */
export const formFields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/**
 * The path of a public page below PUBLIC_URL, e.g. `/s/…`. Without scheme and host, so that a page works on every address it is reached by
 * and `form-action 'self'` holds.
 */
export const publicPath = (publicUrl: string, ...segments: string[]): string =>
  `${new URL(publicUrl).pathname.replace(/\/+$/, '')}/${segments.join('/')}`;

/** `i•••@example.org`: enough to recognize one's own address, too little to learn another's. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return '•••';
  const [first = ''] = address;
  return `${first}•••${address.slice(at)}`;
}
