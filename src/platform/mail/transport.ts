import { Readable } from 'node:stream';
import { createTransport, type Transporter, type SendMailOptions } from 'nodemailer';

/** How an attempt to hand a mail to the server ended, when it did not end with the server taking it. */
export class SmtpFailure extends Error {
  constructor(
    /**
     * `refused`: the server said no to this message for good (5xx). `later`: try again (4xx, or no connection, or not a byte of the content
     * was given away). `unknown`: the content was on its way and no answer came.
     */
    readonly outcome: 'refused' | 'later' | 'unknown',
    /** What the server said, or what happened; may name addresses, so it belongs into the ledger and not into a log. */
    readonly reply: string,
    /** The server's code, e.g. 451; null without an answer. */
    readonly code: number | null,
  ) {
    super(`SMTP ${code ?? 'without an answer'}`);
    this.name = 'SmtpFailure';
  }
}

interface GatedMail extends SendMailOptions {
  handOff: () => Promise<void>;
  gate: { opened: boolean };
}

/** Unless SMTP_URL says `maxConnections`. */
const CONNECTIONS = 20;
const CONNECT_TIMEOUT_MS = 15_000;
const SOCKET_TIMEOUT_MS = 40_000;
/** No attempt holds a connection longer, whatever the server does: a trickle of one byte a second resets every idle timer. */
export const ATTEMPT_TIMEOUT_MS = 50_000;

/** Mails in flight at a time: `maxConnections` of SMTP_URL, from 1 to 100. */
export function connectionsOf(url: string | null): number {
  const wanted = Number(url === null ? '' : URL.parse(url)?.searchParams.get('maxConnections'));
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, 100) : CONNECTIONS;
}

/** A pool of SMTP connections that tells the moment before a message's content leaves us. */
export class SmtpTransport {
  private readonly transporter: Transporter;
  private readonly stopping = new AbortController();

  /** @param url `smtp://` or `smtps://`, with nodemailer's options as query parameters */
  constructor(
    url: string,
    private readonly attemptTimeoutMs = ATTEMPT_TIMEOUT_MS,
  ) {
    this.transporter = createTransport({
      url,
      pool: true,
      maxConnections: connectionsOf(url),
      maxMessages: 500,
      // A connection that the server closed while it was idle is replaced at once; the gate below keeps that from sending content twice.
      maxRequeues: 2,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      dnsTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.transporter.use('stream', (mail, done) => {
      const { handOff, gate } = mail.data as unknown as GatedMail;
      let committed: Promise<void> | undefined;
      // nodemailer compiles the message into a buffer early, but reads the stream it gets from here only when the server has answered DATA
      // with 354 (smtp-connection: `message.pipe` stands in the envelope's callback). So the first read is the moment of handing over.
      mail.message.processFunc((input: Readable) =>
        Readable.from(
          (async function* () {
            if (gate.opened) throw new Error('the content of this mail was already given away');
            await (committed ??= handOff());
            gate.opened = true;
            yield* input;
          })(),
          { objectMode: false },
        ),
      );
      done();
    });
  }

  /**
   * Sends one message to the one recipient of its envelope and returns the server's answer. `handOff` runs after the server's 354 and before
   * the first byte of content; when it throws, nothing is given away.
   * @throws SmtpFailure
   */
  async send(message: SendMailOptions, handOff: () => Promise<void>): Promise<string> {
    const gate = { opened: false };
    const timeout = AbortSignal.timeout(this.attemptTimeoutMs);
    const mail: GatedMail = {
      ...message,
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: AbortSignal.any([timeout, this.stopping.signal]),
      handOff,
      gate,
    };
    try {
      const info = (await this.transporter.sendMail(mail)) as { response?: string };
      return info.response ?? '250';
    } catch (error) {
      throw failureOf(error as SmtpError, gate.opened, timeout.aborted);
    }
  }

  /** Ends the attempts that still run. */
  abort(): void {
    this.stopping.abort();
  }

  close(): void {
    this.transporter.close();
  }
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

function failureOf(error: SmtpError, contentGiven: boolean, timedOut: boolean): SmtpFailure {
  const code = typeof error.responseCode === 'number' && error.responseCode >= 400 ? error.responseCode : null;
  const reply = (error.response ?? (timedOut ? 'No answer in time.' : error.message)).slice(0, 1000);
  // A refused sign-in or greeting says something about our settings, not about this recipient; 503 is about the session.
  const aboutThisMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  if (aboutThisMail && code !== 503 && (code === null ? !contentGiven : code >= 500))
    return new SmtpFailure('refused', reply, code);
  if (code !== null) return new SmtpFailure('later', reply, code);
  return new SmtpFailure(contentGiven ? 'unknown' : 'later', reply, null);
}
