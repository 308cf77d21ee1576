import { lookup as resolve } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 1024 * 1024;

/** Where requests to addresses that users typed in may go. One place, so that a test can open its own machine. */
@Injectable()
export class AddressPolicy {
  /** `address` is an IP address as text. Only public unicast: no loopback, private, link-local, mapped or tunnelled ones. */
  allowsAddress(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    if (parsed.range() !== 'unicast') return false;
    // Of IPv6 only 2000::/3 is handed out; the rest is unassigned and may be routed anywhere.
    return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1;
  }

  allowsPort(port: number): boolean {
    return port === 80 || port === 443;
  }
}

/** The target may not be called. */
class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
}

/** What came of a request: the status, or a sentence about why there is none. The answer's body is read and thrown away, never shown. */
export type Outcome = { status: number; error: null } | { status: null; error: string };

/** What came of an exchange. */
export type Exchange =
  | { status: number; error: null; text: string; retryAfterSeconds: number | null }
  | { status: null; error: string; handed: boolean };

/**
 * HTTP to addresses that users typed in. The name is resolved once, by the connector, and every address it has must be allowed, so that
 * nothing can change between check and connection; redirects are not followed; 15 seconds and 1 MB at most.
 */
@Injectable()
export class Outbound implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(private readonly policy: AddressPolicy) {
    this.agent = new Agent({
      connect: { lookup: this.lookup, timeout: TIMEOUT_MS },
      // One request per connection: a kept one would outlive the check of its address.
      pipelining: 0,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      maxResponseSize: MOST_BYTES,
    });
  }

  /** Null when the address may be called as far as can be told without resolving its name, else why not. */
  refusal(address: string): string | null {
    const url = new URL(address);
    if (!['http:', 'https:'].includes(url.protocol)) return 'Only http and https can be called.';
    if (url.username || url.password) return 'The address carries a user name or password.';
    if (!this.policy.allowsPort(Number(url.port) || (url.protocol === 'https:' ? 443 : 80)))
      return 'Only the ports 80 and 443 can be called.';
    // No look-up happens for a literal address, so it is judged here. The URL parser has made 0x7f.1 a plain 127.0.0.1 already.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(literal) && !this.policy.allowsAddress(literal)) return 'The address is not public.';
    return null;
  }

  /**
   * A POST whose answer is read by us, for a provider's API: the last moment before the body leaves is the caller's.
   * @param beforeBody runs once the connection stands; when it rejects, nothing of the body is sent
   * @returns `handed`: the body was on its way, so that without a status nobody knows what became of it. `text` is at most 64 KB
   */
  async exchange(
    address: string,
    headers: Record<string, string>,
    body: string,
    beforeBody: () => Promise<void>,
  ): Promise<Exchange> {
    const refusal = this.refusal(address);
    if (refusal) return { status: null, error: refusal, handed: false };
    const bytes = Buffer.from(body);
    let handed = false;
    async function* content(): AsyncGenerator<Buffer> {
      await beforeBody();
      handed = true;
      yield bytes;
    }
    try {
      const answer = await request(address, {
        method: 'POST',
        headers: { ...headers, 'content-length': String(bytes.length) },
        body: Readable.from(content()),
        dispatcher: this.agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await firstOf(answer.body, 65_536);
      const after = Number(answer.headers['retry-after']);
      return { status: answer.statusCode, error: null, text, retryAfterSeconds: Number.isFinite(after) ? after : null };
    } catch (error) {
      return { status: null, error: words(error), handed };
    }
  }

  async post(address: string, headers: Record<string, string>, body: string): Promise<Outcome> {
    const refusal = this.refusal(address);
    if (refusal) return { status: null, error: refusal };
    try {
      const answer = await request(address, {
        method: 'POST',
        headers,
        body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // The status decides; a body that breaks off or is too long changes nothing.
      await answer.body.dump({ limit: MOST_BYTES }).catch(() => undefined);
      return { status: answer.statusCode, error: null };
    } catch (error) {
      return { status: null, error: words(error) };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { all: true, ...(options.hints === undefined ? {} : { hints: options.hints }) })
      .then((addresses) => {
        if (addresses.length === 0 || !addresses.every(({ address }) => this.policy.allowsAddress(address)))
          throw new ForbiddenTarget('The address is not public.');
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      })
      .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0));
  };
}

/** The beginning of a body as text; one that breaks off is what there was of it. */
async function firstOf(body: AsyncIterable<Buffer>, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= most) break;
    }
  } catch {
    // The status has said what became of the request.
  }
  return Buffer.concat(chunks).subarray(0, most).toString('utf8');
}

const WORDS: Record<string, string> = {
  ENOTFOUND: 'The name of the address is unknown.',
  EAI_AGAIN: 'The name of the address cannot be looked up now.',
  ECONNREFUSED: 'Nobody listens at the address.',
  ECONNRESET: 'The connection broke.',
  UND_ERR_SOCKET: 'The connection broke.',
  UND_ERR_CONNECT_TIMEOUT: 'No answer within 15 seconds.',
  UND_ERR_HEADERS_TIMEOUT: 'No answer within 15 seconds.',
  UND_ERR_BODY_TIMEOUT: 'No answer within 15 seconds.',
  TimeoutError: 'No answer within 15 seconds.',
};

interface Failure {
  name?: string;
  code?: string;
  message?: string;
  cause?: Failure;
}

/** A sentence for people; never a word of what the other side sent. */
function words(error: unknown): string {
  for (let cause = error as Failure | undefined; cause; cause = cause.cause) {
    if (cause instanceof ForbiddenTarget) return cause.message;
    const known = WORDS[cause.code ?? ''] ?? WORDS[cause.name ?? ''];
    if (known) return known;
    if (/certificate|self.signed|TLS|SSL/i.test(`${cause.code} ${cause.message}`))
      return 'The certificate of the address is not trusted.';
  }
  return 'The address cannot be reached.';
}
