import { type CanActivate, type ExecutionContext, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Principal, type RouteAccess, roleAtLeast } from '../auth.js';
import { AppError } from '../errors.js';

/** Finds out who is asking; identity provides it. */
export abstract class Authenticator {
  /** Null when the request carries no credentials. @throws AppError when it carries wrong ones, or a cookie write lacks its proof of origin */
  abstract authenticate(request: FastifyRequest): Promise<Principal | null>;
}

/** Denies by default: a route says who may call it, or the app does not start. */
@Injectable()
export class AccessGuard implements CanActivate, OnModuleInit {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const open: string[] = [];
    for (const { instance, metatype } of this.discovery.getControllers()) {
      if (!instance || !metatype) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const method = prototype[name] as () => unknown;
        if (
          Reflect.getMetadata(METHOD_METADATA, method) !== undefined &&
          !Reflect.getMetadata(ACCESS, method) &&
          !Reflect.getMetadata(ACCESS, metatype)
        )
          open.push(`${metatype.name}.${name}`);
      }
    }
    if (open.length > 0) throw new Error(`routes without @Access or @Public: ${open.join(', ')}`);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const who = await this.authenticator.authenticate(request);
    if (!who)
      throw new AppError('unauthorized', 'session.required', 'Sign in first, or send an API key as a bearer token.');
    if (!access || !roleAtLeast(who.role, access.least))
      throw new AppError(
        'forbidden',
        'access.role',
        `This needs the role ${access?.least ?? 'admin'}; you are signed in as ${who.role}.`,
        { extra: { needs: access?.least ?? 'admin' } },
      );
    request.who = who;
    return true;
  }
}
