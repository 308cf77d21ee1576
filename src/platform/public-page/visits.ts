import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Db } from '../db.js';
import { type LinkPurpose, Signer } from '../signing.js';

const FLUSH_MS = 30_000;

export type Visitor = 'person' | 'machine';

/** Which page a route shows, and the purpose of its token. */
const PAGES: Readonly<Record<string, readonly [page: string, purpose: LinkPurpose]>> = {
  '/s/:token': ['survey', 'survey'],
  '/u/:token': ['stop', 'unsubscribe'],
  '/me/:token': ['choices', 'me'],
  '/me/full/:token': ['choices', 'privacy'],
  '/r/:token': ['receipt', 'receipt'],
  '/l/:token': ['link', 'open'],
  '/kiosk/:token': ['kiosk', 'open'],
  '/widget/:token': ['widget', 'open'],
};

const MACHINES =
  /bot\b|crawl|spider|scan|preview|prefetch|proxy|headless|phantom|curl|wget|python|java\/|go-http|okhttp|axios|node|libwww|http-?client|urllib|monitor|safelinks|barracuda|proofpoint|mimecast|fortinet|symantec|ironport|trend ?micro|google-?(?:image|read)/i;

/**
 * Who looked, by what a request says of itself: HEAD, prefetching, a program's name, or the lack of what every browser sends. Only for counting;
 * nothing depends on it, since a gateway may look like a browser in every way.
 */
export function visitorOf(method: string, headers: Readonly<Record<string, string | string[] | undefined>>): Visitor {
  const said = (name: string) => String(headers[name] ?? '');
  const isMachine =
    method !== 'GET' ||
    /prefetch|preview|prerender/i.test(
      `${said('purpose')} ${said('sec-purpose')} ${said('x-purpose')} ${said('x-moz')}`,
    ) ||
    said('accept-language') === '' ||
    !said('user-agent').startsWith('Mozilla/') ||
    MACHINES.test(said('user-agent'));
  return isMachine ? 'machine' : 'person';
}

/**
 * Counts how often customers' pages were looked at. GET and HEAD write nothing (SECURITY C2): requests only raise a number in memory, which is
 * added to a table of days twice a minute. The counts name no person, nobody's link and no address; what a crash takes is half a minute of them.
 */
@Injectable()
export class Visits implements BeforeApplicationShutdown {
  private readonly log = new Logger('Visits');
  private counts = new Map<string, { tenantId: string; page: string; subject: string; visitor: Visitor; n: number }>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly db: Db,
    private readonly signer: Signer,
  ) {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Counts a request that was answered; those that show none of the pages, or no page of ours, are left out. */
  seen(request: FastifyRequest, status: number): void {
    const known = PAGES[request.routeOptions.url ?? ''];
    if (!known || status !== 200 || (request.method !== 'GET' && request.method !== 'HEAD')) return;
    const [page, purpose] = known;
    const target = this.signer.open(purpose, (request.params as { token?: string } | undefined)?.token ?? '');
    if (!target) return;
    const visitor = visitorOf(request.method, request.headers);
    // Pages that were sent to one person are not told apart: nobody's looking is kept.
    const subject = purpose === 'open' ? target.id : '';
    const key = `${target.tenantId} ${page} ${subject} ${visitor}`;
    const entry = this.counts.get(key) ?? { tenantId: target.tenantId, page, subject, visitor, n: 0 };
    entry.n += 1;
    this.counts.set(key, entry);
  }

  /** Adds what was counted to the table; what cannot be written now is tried again. */
  async flush(): Promise<void> {
    const counted = this.counts;
    this.counts = new Map();
    for (const [key, entry] of counted) {
      try {
        await this.db.tenant(entry.tenantId, (tx) =>
          tx.em.query(
            `insert into page_visits (day, page, subject, visitor, n) values ((now() at time zone 'UTC')::date, $1, $2, $3, $4)
             on conflict (tenant_id, day, page, subject, visitor) do update set n = page_visits.n + excluded.n`,
            [entry.page, entry.subject, entry.visitor, entry.n],
          ),
        );
      } catch (error) {
        this.log.warn({ msg: 'visits are counted later', error: String(error) });
        const later = this.counts.get(key);
        this.counts.set(key, { ...entry, n: entry.n + (later?.n ?? 0) });
      }
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
