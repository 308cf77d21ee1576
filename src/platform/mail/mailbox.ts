import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { Config } from '../../config.js';
import { newId } from '../ids.js';
import { closeSmtp, listenSmtp, readMessage } from './smtp-listener.js';

/** One mail in the built-in mailbox, as `GET /dev/mailbox/messages` gives it. */
export const MailboxMessage = z.object({
  id: z.uuid(),
  date: z.iso.datetime(),
  from: z.string(),
  /** Plain addresses. */
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** By lower-case name, unfolded; a header that came several times is joined with `, `. */
  headers: z.record(z.string(), z.string()),
});
export type MailboxMessage = z.infer<typeof MailboxMessage>;

/** What the list shows; all of it is in memory, the bodies are not. */
export type MailboxEntry = Pick<MailboxMessage, 'id' | 'date' | 'from' | 'to' | 'subject'>;

interface Stored extends MailboxEntry {
  /** Octets of the message's JSON, which follows this line in the file. */
  length: number;
}

interface Indexed extends Stored {
  offset: number;
}

export const MAILBOX_KEEPS = 10_000;
/** How many forgotten messages the file may carry before it is written anew. */
const SLACK = 2_000;
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;

/**
 * The built-in mailbox: a real SMTP server on loopback that takes every mail, for trying out. On when SMTP_URL is unset, never in production.
 * Keeps the newest 10,000 in one file of `dataDir`; the answer 250 goes out when a message is written.
 */
@Injectable()
export class Mailbox implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Mailbox');
  private server: SMTPServer | null = null;
  private port: number | null = null;
  private store: MessageFile | null = null;
  /** Set by the inbound server once it listens. */
  inboundPort: number | null = null;

  constructor(private readonly config: Config) {}

  get enabled(): boolean {
    return this.config.smtpUrl === null && !this.config.production;
  }

  async onModuleInit(): Promise<void> {
    if (!this.enabled) return;
    this.store = await MessageFile.open(path.join(this.config.dataDir, 'mailbox'));
    this.server = new SMTPServer({
      banner: 'Hearback mailbox',
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      size: MAX_MESSAGE_BYTES,
      closeTimeout: 2_000,
      onData: (stream, session, callback) => {
        readMessage(stream, MAX_MESSAGE_BYTES)
          .then((raw) =>
            this.receive(
              raw,
              session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
              session.envelope.rcptTo.map((to) => to.address),
            ),
          )
          .then(
            () => callback(),
            (error: Error & { responseCode?: number }) => {
              this.log.warn(`not stored: ${error.message}`);
              callback(
                Object.assign(new Error('The message was not stored'), { responseCode: error.responseCode ?? 451 }),
              );
            },
          );
      },
    });
    this.port = await listenSmtp(this.server, { host: '127.0.0.1', port: 0 });
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.server) await closeSmtp(this.server);
    await this.store?.close();
  }

  /** Where our own mails go. @throws Error when the mailbox is off */
  smtpUrl(): string {
    if (this.port === null) throw new Error('the built-in mailbox is not running');
    return `smtp://127.0.0.1:${this.port}?ignoreTLS=true`;
  }

  info(): { pageUrl: string; inboundHost: string; inboundPort: number | null } | null {
    if (!this.enabled) return null;
    return { pageUrl: `${this.config.publicUrl}/dev/mailbox`, inboundHost: '127.0.0.1', inboundPort: this.inboundPort };
  }

  /** Newest first; `search` is part of a recipient's address, in any case. */
  list(search: string, offset: number, limit: number): { entries: MailboxEntry[]; total: number } {
    const all = this.requireStore().entries(search);
    return { entries: all.toReversed().slice(offset, offset + limit), total: all.length };
  }

  message(id: string): Promise<MailboxMessage | null> {
    return this.requireStore().read(id);
  }

  /** A JSON array of all messages to `to` (all, when empty), oldest first, a message at a time. */
  messagesJson(to: string): Readable {
    const store = this.requireStore();
    const entries = store
      .entries('')
      .filter((entry) => to === '' || entry.to.some((address) => address.toLowerCase() === to.toLowerCase()));
    return Readable.from(
      (async function* () {
        yield '[';
        let first = true;
        for (const entry of entries) {
          const json = await store.json(entry);
          if (json === null) continue;
          yield first ? json : `,${json}`;
          first = false;
        }
        yield ']';
      })(),
      { objectMode: false },
    );
  }

  private requireStore(): MessageFile {
    if (!this.store) throw new Error('the built-in mailbox is off');
    return this.store;
  }

  private async receive(raw: Buffer, returnPath: string, recipients: string[]): Promise<void> {
    const mail = await simpleParser(raw, { skipTextToHtml: true, skipTextLinks: true, skipHtmlToText: true });
    await this.requireStore().append({
      id: newId(),
      date: new Date().toISOString(),
      from: sender(mail),
      to: recipients.length > 0 ? recipients : addresses(mail.to),
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html === false ? '' : mail.html,
      // What the last server on the way adds (RFC 5321, 4.4), and what Bounce needs.
      headers: { 'return-path': `<${returnPath}>`, ...headersOf(mail) },
    });
  }
}

function sender(mail: ParsedMail): string {
  const { name = '', address = '' } = mail.from?.value[0] ?? {};
  return name === '' ? address : `${name} <${address}>`;
}

function addresses(value: AddressObject | AddressObject[] | undefined): string[] {
  return [value ?? []].flat().flatMap((group) => group.value.flatMap((one) => one.address ?? []));
}

function headersOf(mail: ParsedMail): Record<string, string> {
  const headers = new Map<string, string>();
  // Oldest header last in a message; shown in the order of the message.
  for (const { key, line } of mail.headerLines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replace(/\r?\n(?=[ \t])/g, '')
      .trim();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/**
 * Messages one after another in a file: a line with what the list shows and the length, then the message's JSON and a line feed. Opening
 * reads only the first lines. What a kill left half-written at the end is cut off.
 */
export class MessageFile {
  private index: Indexed[] = [];
  private readonly byId = new Map<string, Indexed>();
  private size = 0;
  private forgotten = 0;
  private work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private handle: FileHandle,
    private readonly keeps: number,
    private readonly slack: number,
  ) {}

  static async open(dir: string, keeps = MAILBOX_KEEPS, slack = SLACK): Promise<MessageFile> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = path.join(dir, 'messages');
    await rm(`${file}.new`, { force: true });
    const store = new MessageFile(file, await open(file, 'a+', 0o600), keeps, slack);
    await store.load();
    return store;
  }

  entries(search: string): Indexed[] {
    const part = search.trim().toLowerCase();
    return part === ''
      ? [...this.index]
      : this.index.filter((entry) => entry.to.some((to) => to.toLowerCase().includes(part)));
  }

  async read(id: string): Promise<MailboxMessage | null> {
    const entry = this.byId.get(id);
    const json = entry && (await this.json(entry));
    return json ? MailboxMessage.parse(JSON.parse(json)) : null;
  }

  /** The message's JSON; null when it has been forgotten meanwhile. */
  async json(entry: MailboxEntry): Promise<string | null> {
    let json: string | null = null;
    // In line with the writers, since compacting moves messages.
    await this.next(async () => {
      const now = this.byId.get(entry.id);
      if (!now) return;
      const buffer = Buffer.alloc(now.length);
      await this.handle.read(buffer, 0, now.length, now.offset);
      json = buffer.toString('utf8');
    });
    return json;
  }

  append(message: MailboxMessage): Promise<void> {
    return this.next(async () => {
      const body = Buffer.from(JSON.stringify(message));
      const { id, date, from, to, subject } = message;
      const stored: Stored = { id, date, from, to, subject, length: body.length };
      const head = Buffer.from(`${JSON.stringify(stored)}\n`);
      await this.handle.appendFile(Buffer.concat([head, body, Buffer.from('\n')]));
      this.add({ ...stored, offset: this.size + head.length });
      this.size += head.length + body.length + 1;
      if (this.forgotten > this.slack) await this.compact();
    });
  }

  async close(): Promise<void> {
    await this.next(() => this.handle.close());
  }

  private next(work: () => Promise<void>): Promise<void> {
    const done = this.work.then(work);
    this.work = done.catch(() => undefined);
    return done;
  }

  private add(entry: Indexed): void {
    this.index.push(entry);
    this.byId.set(entry.id, entry);
    if (this.index.length <= this.keeps) return;
    const old = this.index.shift();
    if (old) this.byId.delete(old.id);
    this.forgotten += 1;
  }

  private async load(): Promise<void> {
    const { size } = await stat(this.file);
    const buffer = Buffer.alloc(64 * 1024);
    for (let at = 0; at < size;) {
      let head = '';
      let end = -1;
      for (let read = at; end < 0; read += buffer.length) {
        const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, read);
        if (bytesRead === 0) break;
        const line = buffer.subarray(0, bytesRead).indexOf(0x0a);
        head += buffer.toString('latin1', 0, line < 0 ? bytesRead : line);
        if (line >= 0) end = read + line + 1;
      }
      const stored = end < 0 ? null : parseHead(Buffer.from(head, 'latin1').toString('utf8'));
      if (stored === null || end + stored.length + 1 > size) {
        await this.handle.truncate(at);
        break;
      }
      this.add({ ...stored, offset: end });
      at = end + stored.length + 1;
      this.size = at;
    }
    if (this.forgotten > this.slack) await this.compact();
  }

  private async compact(): Promise<void> {
    const fresh = await open(`${this.file}.new`, 'a+', 0o600);
    const moved: Indexed[] = [];
    let size = 0;
    for (const { offset, ...stored } of this.index) {
      const body = Buffer.alloc(stored.length);
      await this.handle.read(body, 0, stored.length, offset);
      const head = Buffer.from(`${JSON.stringify(stored)}\n`);
      await fresh.appendFile(Buffer.concat([head, body, Buffer.from('\n')]));
      moved.push({ ...stored, offset: size + head.length });
      size += head.length + body.length + 1;
    }
    await rename(`${this.file}.new`, this.file);
    const old = this.handle;
    this.handle = fresh;
    this.index = moved;
    this.byId.clear();
    for (const entry of moved) this.byId.set(entry.id, entry);
    this.size = size;
    this.forgotten = 0;
    await old.close();
  }
}

const StoredHead = z.object({
  id: z.string(),
  date: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  length: z.number().int().positive(),
});

function parseHead(line: string): Stored | null {
  try {
    return StoredHead.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
