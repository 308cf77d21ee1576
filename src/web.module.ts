import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from './platform/auth.js';
import { AppError } from './platform/errors.js';

/** Where `npm run build` leaves the staff's app; tests run from the sources, hence the second place. */
export const WEB_ROOT =
  [new URL('../web/', import.meta.url), new URL('../dist/web/', import.meta.url)]
    .map((url) => fileURLToPath(url))
    .find((dir) => existsSync(`${dir}assets`)) ?? null;

let page: string | null = null;

/** Every address that nothing else answers is the staff's app, which shows the right screen itself. */
@ApiExcludeController()
@Controller()
class WebController {
  @Public()
  @Get(['/', '*'])
  app(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (WEB_ROOT === null || /^\/(api|dev|assets|s|r|me|u|l|kiosk|widget)\//.test(request.url))
      throw new AppError('not_found', 'route.not_found', 'There is nothing at this address.');
    page ??= readFileSync(`${WEB_ROOT}index.html`, 'utf8');
    const nonce = randomBytes(16).toString('base64');
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header(
        'content-security-policy',
        `default-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
      )
      .send(page.replaceAll('__CSP_NONCE__', nonce));
  }
}

@Module({ controllers: [WebController] })
export class WebModule {}
