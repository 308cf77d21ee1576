import { type ExecutionContext, SetMetadata, createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Each role may do what the ones before it may. */
export const ROLES = ['viewer', 'agent', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function roleAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Who is asking: a signed-in user, or a program with an API key (then `userId` is null). */
export interface Principal {
  tenantId: string;
  role: Role;
  userId: string | null;
  keyId: string | null;
}

/** Stable name of the caller for scoping idempotency keys and limits. */
export function callerOf(who: Principal): string {
  return who.userId ? `user:${who.userId}` : `key:${who.keyId}`;
}

export const ACCESS = Symbol('access');
export type RouteAccess = { least: Role } | 'public';

/** The least role that may call this route. A route without `Access` or `Public` stops the start. */
export const Access = (least: Role) => SetMetadata<symbol, RouteAccess>(ACCESS, { least });

/** Anybody may call this route; it has no principal. */
export const Public = () => SetMetadata<symbol, RouteAccess>(ACCESS, 'public');

declare module 'fastify' {
  interface FastifyRequest {
    who?: Principal;
  }
}

/** The principal of the request, as a controller parameter. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const who = context.switchToHttp().getRequest<FastifyRequest>().who;
  if (!who) throw new Error('Who() on a public route');
  return who;
});
