import type { FastifyReply } from 'fastify';

/** A refusal on a public page: `html` is the whole page for a person, not a problem document. */
export class PageError extends Error {
  constructor(
    readonly status: number,
    readonly html: string,
    readonly headers: Record<string, string>,
  ) {
    super(`page ${status}`);
  }
}

export function renderPageError(reply: FastifyReply, error: PageError): void {
  void reply
    .status(error.status)
    .headers(error.headers)
    .header('content-type', 'text/html; charset=utf-8')
    .send(error.html);
}
