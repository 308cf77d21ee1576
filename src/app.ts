import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { AppError } from './platform/errors.js';
import { hasUnstorableText, isTooComplex } from './platform/http/text.js';
import { newId } from './platform/ids.js';
import { registerUploads } from './platform/imports/uploads.js';
import { Jobs } from './platform/jobs.js';
import { Metrics } from './platform/metrics.js';
import { Visits } from './platform/public-page/visits.js';
import { WEB_ROOT } from './web.module.js';

const JSON_LIMIT = 256 * 1024;
const INGEST_LIMIT = 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 15 * 60_000;
const BODY_TIMEOUT_MS = 30_000;
/** Signatures of mail providers are about the octets of the body, so nothing parses it before them. */
const PROVIDER_ROUTE = '/api/v1/inbound/mail/:provider/:token';
/** Signed forms, whose signature is over the text as it came. */
const TEXT_ROUTE = '/api/v1/inbound/sms/:token';
const RAW_TYPE = 'application/x-raw';
const INGEST = /^\/api\/v1\/(events|responses)$/;

/** The whole app, ready to listen: used by main.ts and by the tests. */
export async function createApp(config: Config, databaseUrl: string): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: () => newId(),
    bodyLimit: JSON_LIMIT,
    // Long enough for a large file on a slow line; other bodies have less, see guardBodies.
    requestTimeout: UPLOAD_TIMEOUT_MS,
    // Node looks for connections past their time only every 30 s by itself.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
    routerOptions: { maxParamLength: 500 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, databaseUrl), adapter, {
    logger: new ConsoleLogger({
      json: true,
      logLevels: config.production ? ['fatal', 'error', 'warn', 'log'] : ['fatal', 'error', 'warn'],
    }),
    abortOnError: false,
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  await registerUploads(fastify);
  guardBodies(fastify);
  watch(fastify, app.get(Metrics), app.get(Visits));
  app.get(Jobs).yieldTo(countRequests(fastify));
  await fastify.register(fastifyHelmet, {
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: config.publicUrl.startsWith('https:') ? { maxAge: 15_552_000 } : false,
  });
  if (WEB_ROOT !== null)
    await fastify.register(fastifyStatic, {
      root: WEB_ROOT,
      wildcard: false,
      index: false,
      globIgnore: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        void reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
        );
        // Other sites load it; the rest of the app stays ours alone.
        if (path.endsWith('/widget/v1.js')) void reply.header('cross-origin-resource-policy', 'cross-origin');
        // A worker's own policy is that of its script; this one fetches the pages it keeps.
        if (path.endsWith('/kiosk/sw.js'))
          void reply.header('content-security-policy', `default-src 'none'; connect-src 'self'`);
      },
    });
  await app.init();
  serveOpenApi(app, fastify);
  return app;
}

/** Size by route, and nothing that PostgreSQL cannot store or that was built to be slow. */
function guardBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if ((INGEST.test(route.url) || route.url === PROVIDER_ROUTE) && route.method === 'POST')
      route.bodyLimit = INGEST_LIMIT;
  });
  fastify.addContentTypeParser(RAW_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRequest', async (request) => {
    // Many programs name a type also where there is no body; that is not malformed JSON.
    const { headers } = request.raw;
    if (
      headers['content-length'] === '0' ||
      (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    )
      delete headers['content-type'];
    // Another site's form can send this type without asking first; no call of the API takes it.
    if (
      /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '') &&
      request.routeOptions.url?.startsWith('/api/') &&
      request.routeOptions.url !== TEXT_ROUTE
    )
      throw new AppError('unsupported', 'request.media_type', 'Send JSON.');
    if (
      (request.routeOptions.url === PROVIDER_ROUTE || request.routeOptions.url === TEXT_ROUTE) &&
      headers['content-type'] !== undefined
    )
      headers['content-type'] = RAW_TYPE;
    if (request.routeOptions.url?.endsWith('/import')) return;
    const { raw } = request;
    const late = setTimeout(() => raw.destroy(), BODY_TIMEOUT_MS).unref();
    raw.once('end', () => clearTimeout(late)).once('close', () => clearTimeout(late));
  });
  fastify.addHook('preValidation', async (request) => {
    if (hasUnstorableText([request.query, request.params])) throw unstorable('address');
    if (request.body === undefined || request.body === null || typeof request.body !== 'object') return;
    if (Buffer.isBuffer(request.body)) return;
    if (isTooComplex(request.body))
      throw new AppError('malformed', 'request.malformed', 'The body is nested too deeply or has too many keys.');
    if (hasUnstorableText(request.body)) throw unstorable('body');
  });
}

const unstorable = (where: string) =>
  new AppError(
    'malformed',
    'request.malformed',
    `The ${where} has a NUL or half a surrogate pair in a text; neither can be stored.`,
  );

/** How many requests are being answered; streams stay open for hours and count for nothing. */
function countRequests(fastify: FastifyInstance): () => number {
  let open = 0;
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api/v1/stream')) return;
    open += 1;
    reply.raw.once('close', () => (open -= 1));
  });
  return () => open;
}

/** Security headers for what sets none itself, the request id, and the time taken by route. */
function watch(fastify: FastifyInstance, metrics: Metrics, visits: Visits): void {
  fastify.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('x-request-id', request.id);
    if (!reply.hasHeader('content-security-policy'))
      void reply.header('content-security-policy', `default-src 'none'; frame-ancestors 'none'`);
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    metrics.requests.observe(
      { method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    visits.seen(request, reply.statusCode);
  });
}

function serveOpenApi(app: NestFastifyApplication, fastify: FastifyInstance): void {
  let document: string | null = null;
  const describe = () => {
    const builder = new DocumentBuilder()
      .setTitle('Hearback')
      .setDescription(
        'Ask customers, understand them, act, and report the resolution back. Errors are RFC 9457 problem documents with a stable `code`.',
      )
      .setVersion('1')
      .addBearerAuth()
      .addCookieAuth('hearback');
    return JSON.stringify(SwaggerModule.createDocument(app, builder.build()));
  };
  fastify.get('/api/openapi.json', (_request, reply) => {
    document ??= describe();
    void reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
}
