import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config.js';
import type { Principal } from '../platform/auth.js';
import { AppError } from '../platform/errors.js';
import { Authenticator } from '../platform/http/access.guard.js';
import { ApiKeys } from './api-keys.service.js';
import { SignIns } from './sign-ins.service.js';

/** Bearer keys for programs, the session cookie for people. */
@Injectable()
export class RequestAuthenticator extends Authenticator {
  constructor(
    private readonly signIns: SignIns,
    private readonly apiKeys: ApiKeys,
    private readonly config: Config,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<Principal | null> {
    const authorization = request.headers.authorization;
    if (authorization !== undefined) return this.program(authorization, request);
    const who = await this.signIns.sessionBehind(request.headers.cookie);
    if (who && request.method !== 'GET' && request.method !== 'HEAD') this.requireOwnPage(request);
    return who;
  }

  private async program(authorization: string, request: FastifyRequest): Promise<Principal> {
    const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const key = bearer ? await this.apiKeys.byKey(bearer) : null;
    if (!key) throw new AppError('unauthorized', 'api_key.unknown', 'This API key is unknown, revoked or expired.');
    const resource = /^\/api\/v1\/([^/?]+)/.exec(request.url)?.[1] ?? '';
    const write = request.method !== 'GET' && request.method !== 'HEAD';
    if (!scopeAllows(key.scopes, resource, write))
      throw new AppError(
        'forbidden',
        'api_key.scope',
        `This API key may not ${write ? 'write' : 'read'} ${resource}. It has: ${key.scopes.join(', ')}.`,
      );
    return { tenantId: key.tenantId, role: key.role, userId: null, keyId: key.keyId };
  }

  /** A cookie travels with requests that other sites start; a custom header and our own origin do not. */
  private requireOwnPage(request: FastifyRequest): void {
    const port = request.socket.localPort;
    const origins = [
      new URL(this.config.publicUrl).origin,
      ...(this.config.production ? [] : [`http://localhost:${port}`, `http://127.0.0.1:${port}`]),
    ];
    if (request.headers['x-requested-with'] !== 'hearback' || !origins.includes(request.headers.origin ?? ''))
      throw new AppError(
        'forbidden',
        'session.origin',
        'This request did not come from a Hearback page: it needs X-Requested-With: hearback and our own Origin.',
      );
  }
}

/** `*` and `admin` allow all; `write` and `*:write` allow all reading and writing; `events:write` allows both for events. */
export function scopeAllows(scopes: readonly string[], resource: string, write: boolean): boolean {
  return scopes.some((scope) => {
    if (scope === '*' || scope === 'admin') return true;
    const [on, what] = scope.includes(':') ? (scope.split(':') as [string, string]) : ['*', scope];
    return (on === '*' || on === resource) && (!write || what === 'write' || what === '*');
  });
}
