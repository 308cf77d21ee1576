import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, catchError, concatMap, from, of, switchMap } from 'rxjs';
import { callerOf } from '../auth.js';
import { Db } from '../db.js';
import { AppError } from '../errors.js';

/** Properties that are shown once and never kept, not even for a replay. */
const SECRETS = new Set(['secret', 'token', 'password']);
const KEEP_HOURS = 48;

interface Row {
  request_hash: Buffer;
  status: number | null;
  body: unknown;
}

/**
 * `Idempotency-Key` on POSTs of a known caller: the same key and body replays the first answer for at least 24 h; another body is 422;
 * a first call that still runs is 409. A refused or failed first call leaves no trace, so that it can be tried again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly db: Db) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.headers['idempotency-key'];
    // A file is not hashed: imports are safe to repeat by themselves.
    const isFile = /^(multipart\/|text\/csv)/.test(request.headers['content-type'] ?? '');
    if (request.method !== 'POST' || typeof key !== 'string' || !request.who || isFile) return next.handle();
    if (key.length < 1 || key.length > 255)
      throw new AppError('invalid', 'idempotency.key', 'Idempotency-Key has 1 to 255 characters.', {
        errors: [{ path: 'Idempotency-Key', message: 'Use 1 to 255 characters.' }],
      });
    const { tenantId } = request.who;
    const caller = callerOf(request.who);
    const hash = createHash('sha256')
      .update(`${request.method} ${request.url}\n`)
      .update(JSON.stringify(request.body ?? null))
      .digest();
    const where = [caller, key];

    return from(this.begin(tenantId, caller, key, hash)).pipe(
      switchMap((replay) => {
        if (replay) {
          void reply.status(replay.status ?? 200).header('idempotency-replayed', 'true');
          return of(replay.body);
        }
        return next.handle().pipe(
          concatMap(async (body: unknown) => {
            const kept: unknown =
              body === undefined
                ? null
                : JSON.parse(JSON.stringify(body, (name, value: unknown) => (SECRETS.has(name) ? undefined : value)));
            await this.db.tenant(tenantId, (tx) =>
              tx.em.query(`update idempotency_keys set status = $3, body = $4::jsonb where caller = $1 and key = $2`, [
                ...where,
                reply.statusCode,
                JSON.stringify(kept),
              ]),
            );
            return body;
          }),
          catchError(async (error: unknown) => {
            await this.db.tenant(tenantId, (tx) =>
              tx.em.query(`delete from idempotency_keys where caller = $1 and key = $2 and status is null`, where),
            );
            throw error;
          }),
        );
      }),
    );
  }

  private begin(tenantId: string, caller: string, key: string, hash: Buffer): Promise<Row | null> {
    return this.db.tenant(tenantId, async (tx) => {
      await tx.em.query(
        `delete from idempotency_keys where created_at < now() - make_interval(hours => ${KEEP_HOURS})`,
      );
      // A first call that crashed leaves a row without an answer; after 10 minutes it no longer runs anywhere.
      await tx.em.query(
        `delete from idempotency_keys where caller = $1 and key = $2 and status is null and created_at < now() - interval '10 minutes'`,
        [caller, key],
      );
      const mine: unknown[] = await tx.em.query(
        `insert into idempotency_keys (caller, key, request_hash) values ($1, $2, $3) on conflict do nothing returning 1`,
        [caller, key, hash],
      );
      if (mine.length > 0) return null;
      const [row]: Row[] = await tx.em.query(
        `select request_hash, status, body from idempotency_keys where caller = $1 and key = $2`,
        [caller, key],
      );
      if (!row?.request_hash.equals(hash))
        throw new AppError('invalid', 'idempotency.other_body', 'This Idempotency-Key was used with another request.', {
          errors: [{ path: 'Idempotency-Key', message: 'Use a new key for a new request.' }],
        });
      if (row.status === null)
        throw new AppError(
          'conflict',
          'idempotency.running',
          'The first request with this Idempotency-Key is still running.',
        );
      return row;
    });
  }
}
