import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { AppError, invalid } from '../errors.js';
import { PageError, renderPageError } from './page-error.js';

/** RFC 9457 problem document with our stable `code` and the fields at fault. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { path: string; message: string }[];
  requestId: string;
  [extra: string]: unknown;
}

/** Turns everything thrown into a problem document (or a page, for public pages); what is not a refusal is logged and answers 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    if (reply.sent) return;
    if (thrown instanceof PageError) {
      renderPageError(reply, thrown);
      return;
    }
    const problem = this.problem(thrown, request);
    if (thrown instanceof AppError && thrown.details.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(Math.ceil(thrown.details.retryAfterSeconds)));
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problem));
  }

  private problem(thrown: unknown, request: FastifyRequest): Problem {
    const base = { type: 'about:blank', requestId: request.id };
    if (isForeignCursor(thrown, request))
      return this.problem(invalid('cursor', 'Use the nextCursor of the page before.'), request);
    if (isOutOfRange(thrown))
      return this.problem(invalid('', 'A date or a number is out of the range that can be stored.'), request);
    if (thrown instanceof AppError)
      return {
        ...base,
        title: STATUS_CODES[thrown.status] ?? 'Error',
        status: thrown.status,
        detail: thrown.message,
        code: thrown.code,
        ...(thrown.details.errors ? { errors: thrown.details.errors } : {}),
        ...thrown.details.extra,
      };
    // Fastify's own refusals (body too large, wrong media type, malformed JSON) and Nest's (unknown route).
    const status =
      thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      const fact = CLIENT_ERRORS[status];
      return {
        ...base,
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: fact?.detail ?? 'This request cannot be answered.',
        code: fact?.code ?? 'request.refused',
      };
    }
    if (isDatabaseGone(thrown)) {
      this.log.warn({ msg: 'database does not answer', requestId: request.id, error: String(thrown) });
      return {
        ...base,
        title: 'Service Unavailable',
        status: 503,
        detail: 'Hearback cannot reach its database. Nothing was saved; try again in a few seconds.',
        code: 'database.unavailable',
      };
    }
    this.log.error({
      msg: 'unexpected error',
      requestId: request.id,
      tenantId: request.who?.tenantId,
      method: request.method,
      route: request.routeOptions.url,
      error: thrown instanceof Error ? thrown.stack : String(thrown),
    });
    return {
      ...base,
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on our side. Nothing was saved; try again, and tell us the request id if it stays.',
      code: 'internal',
    };
  }
}

const CLIENT_ERRORS: Record<number, { code: string; detail: string }> = {
  400: { code: 'request.malformed', detail: 'The body cannot be read. Send well-formed JSON.' },
  404: { code: 'route.not_found', detail: 'There is nothing at this address.' },
  405: { code: 'route.method', detail: 'This address does not take this method.' },
  408: { code: 'request.timeout', detail: 'The request took too long to arrive.' },
  413: { code: 'request.too_large', detail: 'The body is too large.' },
  415: { code: 'request.media_type', detail: 'This content type is not accepted here.' },
  429: { code: 'request.too_many', detail: 'Too many requests. Wait a little and try again.' },
};

/** A cursor whose parts are not of the list's types: PostgreSQL says so when it reads them, and lists have no other unchecked text. */
function isForeignCursor(thrown: unknown, request: FastifyRequest): boolean {
  const cursor = (request.query as { cursor?: unknown } | undefined)?.cursor;
  const code = sqlState(thrown);
  return request.method === 'GET' && cursor !== undefined && typeof code === 'string' && NOT_OF_TYPE.has(code);
}

/** invalid_text_representation, invalid_datetime_format, datetime_field_overflow, numeric_value_out_of_range */
const NOT_OF_TYPE = new Set(['22P02', '22007', '22008', '22003']);

/** Well-formed dates and numbers that PostgreSQL does not have, such as the year 0: datetime_field_overflow, numeric_value_out_of_range. */
function isOutOfRange(thrown: unknown): boolean {
  const code = sqlState(thrown);
  return code === '22008' || code === '22003';
}

const sqlState = (thrown: unknown): unknown =>
  (thrown as { driverError?: { code?: unknown } } | undefined)?.driverError?.code;

const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53300']);

function isDatabaseGone(thrown: unknown): boolean {
  const error = thrown as { code?: unknown; driverError?: { code?: unknown; message?: unknown }; message?: unknown };
  const code = error.driverError?.code ?? error.code;
  if (typeof code === 'string' && GONE.has(code)) return true;
  // TypeORM's words for a connection that broke in the middle of a transaction.
  if (thrown instanceof QueryRunnerAlreadyReleasedError || thrown instanceof QueryRunnerProviderAlreadyReleasedError)
    return true;
  const message = error.driverError?.message ?? error.message;
  return (
    typeof message === 'string' && /^(Connection terminated|timeout exceeded when trying to connect)/.test(message)
  );
}
