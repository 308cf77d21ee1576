import type { ServerResponse } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Cases } from '../actions/cases/cases.service.js';
import { Identity } from '../identity/identity.service.js';
import { type Principal, callerOf } from '../platform/auth.js';
import { CHANGES_CHANNEL, Changes } from '../platform/changes.js';
import { Db } from '../platform/db.js';
import { AppError, notFound } from '../platform/errors.js';
import type { Changed, Presence, PresenceNotice } from './stream.contract.js';

const HEARTBEAT_MS = 25_000;
const TICK_MS = 5_000;
/** After this the browser comes back and shows who it is again: a role that was taken away ends here. */
const LIFE_MS = 15 * 60_000;
const PRESENT_MS = 45_000;
/** Notices are gathered this long, so that an import is one notice and not ten thousand. */
const GATHER_MS = 100;
const MOST_OF_A_KIND = 50;
const MOST_PER_CALLER = 10;
const MOST_PER_TENANT = 1000;
/** A reader that leaves more than this unread is gone or hopeless; it comes back and reads everything anew. */
const MOST_UNREAD_BYTES = 256 * 1024;

/** What travels between processes: ids only, at most 8,000 bytes. */
const Notice = z.object({
  t: z.uuid(),
  k: z.string(),
  i: z.uuid().nullable(),
  u: z.uuid().optional(),
  w: z.boolean().optional(),
});
type Notice = z.infer<typeof Notice>;

interface Reader {
  caller: string;
  out: ServerResponse;
  until: number;
}

interface Room {
  readers: Set<Reader>;
  /** By kind: ids to tell of; null: several. */
  gathered: Map<string, Set<string> | null>;
  timer: NodeJS.Timeout | null;
  /** By case, then by user. */
  present: Map<string, Map<string, { writing: boolean; until: number }>>;
  names: Map<string, string>;
}

/**
 * Tells open screens that something changed, and who looks at which case. Notices come over one LISTEN connection per process, so that it
 * does not matter which process made the change; nothing of a row travels, who hears a notice reads it with their own rights.
 */
@Injectable()
export class Stream implements BeforeApplicationShutdown {
  private readonly log = new Logger('Stream');
  private readonly rooms = new Map<string, Room>();
  private listening: Promise<void> | null = null;
  private listener: pg.Client | null = null;
  private ticker: NodeJS.Timeout | null = null;
  private beatAt = 0;
  private stopped = false;

  constructor(
    private readonly ds: DataSource,
    private readonly db: Db,
    private readonly identity: Identity,
    changes: Changes,
    cases: Cases,
  ) {
    cases.registerObserver((tx, { caseId }) => changes.announce(tx, 'case', caseId));
  }

  /** Turns the answer into a stream that stays open. @throws AppError 429 stream.too_many, 503 stream.unavailable */
  async open(who: Principal, takeOver: () => ServerResponse, headers: Record<string, string>): Promise<void> {
    const caller = callerOf(who);
    const here = this.rooms.get(who.tenantId)?.readers ?? new Set();
    if (
      here.size >= MOST_PER_TENANT ||
      [...here].filter((reader) => reader.caller === caller).length >= MOST_PER_CALLER
    )
      throw new AppError('too_many', 'stream.too_many', 'Too many streams are open. Close some tabs.', {
        retryAfterSeconds: 30,
      });
    if (this.stopped) throw new AppError('unavailable', 'stream.unavailable', 'Hearback is stopping.');
    await this.listen();
    const out = takeOver();
    out.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather answers would hold the notices back.
      'x-accel-buffering': 'no',
    });
    const room = this.room(who.tenantId);
    const reader: Reader = { caller, out, until: Date.now() + LIFE_MS };
    room.readers.add(reader);
    out.on('close', () => {
      room.readers.delete(reader);
      if (room.readers.size === 0 && room.present.size === 0) this.rooms.delete(who.tenantId);
    });
    out.on('error', () => out.destroy());
    out.write('retry: 3000\n\n');
    send(reader, 'ready', {});
    for (const caseId of room.present.keys()) send(reader, 'presence', await this.present(who.tenantId, room, caseId));
    this.ticker ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** "I look at this case." @throws AppError 404 case.not_found */
  async look(tenantId: string, userId: string, { caseId, writing }: Presence): Promise<void> {
    await this.db.tenant(tenantId, async (tx) => {
      if (caseId !== null) {
        const [found] = await tx.em.query(`select 1 from cases where id = $1`, [caseId]);
        if (!found) throw notFound('case', 'case');
      }
      const notice: Notice = { t: tenantId, k: 'presence', i: caseId, u: userId, w: writing };
      await tx.em.query(`select pg_notify('${CHANGES_CHANNEL}', $1)`, [JSON.stringify(notice)]);
    });
  }

  /** Ends all streams, so that the server can close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.ticker) clearInterval(this.ticker);
    for (const room of this.rooms.values()) {
      if (room.timer) clearTimeout(room.timer);
      for (const reader of room.readers) reader.out.end();
    }
    await this.listener?.end().catch(() => undefined);
  }

  private room(tenantId: string): Room {
    let room = this.rooms.get(tenantId);
    if (!room)
      this.rooms.set(
        tenantId,
        (room = { readers: new Set(), gathered: new Map(), timer: null, present: new Map(), names: new Map() }),
      );
    return room;
  }

  // ——— between processes ———

  /** Opened with the first stream: a worker has none. */
  private listen(): Promise<void> {
    this.listening ??= this.connect().catch((error: unknown) => {
      this.listening = null;
      this.log.warn(`cannot listen for changes: ${String(error)}`);
      throw new AppError(
        'unavailable',
        'stream.unavailable',
        'Live changes are not available now. Try again in a few seconds.',
      );
    });
    return this.listening;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ connectionString: (this.ds.options as { url?: string }).url });
    client.on('error', () => undefined);
    client.on('end', () => {
      if (this.listener !== client) return;
      this.listener = null;
      this.listening = null;
      if (!this.stopped) setTimeout(() => void this.relisten(), 1000).unref();
    });
    client.on('notification', ({ payload }) => {
      const notice = Notice.safeParse(parse(payload));
      if (notice.success) this.hear(notice.data);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANGES_CHANNEL}`);
      this.listener = client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** After the database was away notices may have been missed. */
  private async relisten(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.listen();
      for (const room of this.rooms.values()) for (const reader of room.readers) send(reader, 'resync', {});
    } catch {
      setTimeout(() => void this.relisten(), 5000).unref();
    }
  }

  private hear(notice: Notice): void {
    const room = this.rooms.get(notice.t);
    if (!room) return;
    if (notice.k === 'presence') {
      if (notice.u) this.move(notice.t, room, notice.u, notice.i, notice.w ?? false);
      return;
    }
    const ids = room.gathered.get(notice.k);
    if (notice.i === null || (ids && ids.size >= MOST_OF_A_KIND)) room.gathered.set(notice.k, null);
    else if (ids !== null) room.gathered.set(notice.k, (ids ?? new Set<string>()).add(notice.i));
    room.timer ??= setTimeout(() => {
      room.timer = null;
      const gathered = [...room.gathered];
      room.gathered.clear();
      for (const [kind, all] of gathered)
        for (const id of all ?? [null])
          for (const reader of room.readers) send(reader, 'changed', { kind, id } satisfies Changed);
    }, GATHER_MS);
  }

  // ——— presence ———

  private move(tenantId: string, room: Room, userId: string, caseId: string | null, writing: boolean): void {
    const changed = new Set<string>();
    for (const [id, people] of room.present)
      if (id !== caseId && people.delete(userId)) {
        changed.add(id);
        if (people.size === 0) room.present.delete(id);
      }
    if (caseId !== null) {
      const people = room.present.get(caseId) ?? new Map<string, { writing: boolean; until: number }>();
      if (people.get(userId)?.writing !== writing) changed.add(caseId);
      room.present.set(caseId, people.set(userId, { writing, until: Date.now() + PRESENT_MS }));
    }
    this.showPresence(tenantId, room, changed);
  }

  private showPresence(tenantId: string, room: Room, caseIds: Iterable<string>): void {
    for (const caseId of caseIds)
      void this.present(tenantId, room, caseId)
        .then((notice) => {
          for (const reader of room.readers) send(reader, 'presence', notice);
        })
        .catch((error: unknown) => this.log.warn(`presence: ${String(error)}`));
  }

  private async present(tenantId: string, room: Room, caseId: string): Promise<PresenceNotice> {
    const people = [...(room.present.get(caseId) ?? [])];
    if (people.some(([id]) => !room.names.has(id)))
      room.names = new Map(
        (await this.db.tenant(tenantId, (tx) => this.identity.users(tx))).map(({ id, name }) => [id, name]),
      );
    return { caseId, people: people.map(([id, { writing }]) => ({ id, name: room.names.get(id) ?? '', writing })) };
  }

  private tick(): void {
    const now = Date.now();
    const beat = now - this.beatAt >= HEARTBEAT_MS;
    if (beat) this.beatAt = now;
    for (const [tenantId, room] of this.rooms) {
      const left = new Set<string>();
      for (const [caseId, people] of room.present) {
        for (const [userId, { until }] of people) if (until < now && people.delete(userId)) left.add(caseId);
        if (people.size === 0) room.present.delete(caseId);
      }
      this.showPresence(tenantId, room, left);
      for (const reader of room.readers) {
        if (reader.until < now) reader.out.end();
        else if (beat) write(reader, ': \n\n');
      }
      if (room.readers.size === 0 && room.present.size === 0) this.rooms.delete(tenantId);
    }
  }
}

function send(reader: Reader, event: string, data: unknown): void {
  write(reader, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function write(reader: Reader, text: string): void {
  if (reader.out.writableLength > MOST_UNREAD_BYTES) reader.out.destroy();
  else if (!reader.out.writableEnded) reader.out.write(text);
}

function parse(payload: string | undefined): unknown {
  try {
    return JSON.parse(payload ?? '');
  } catch {
    return null;
  }
}
