import { createHash } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ParsedMail, type SimpleParserOptions, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { Config } from '../../config.js';
import { Db } from '../db.js';
import { Signer } from '../signing.js';
import { isAuthentic } from './authenticate.js';
import { MailDns } from './dns.js';
import { type AddressTarget, headerText, mailAddress, openAddress } from './addresses.js';
import { Mail } from './mail.js';
import { Mailbox } from './mailbox.js';
import { stripReply } from './reply-text.js';
import { bounceKindOf, isAutomatic, rawHeader } from './reports.js';
import { closeSmtp, listenSmtp, readMessage, smtpRefusal } from './smtp-listener.js';

const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
const MAX_CLIENTS = 50;
/** A mail of ours has one recipient, so an answer to several of our addresses is no answer. */
const MAX_RECIPIENTS = 5;
const MAX_PARTS = 1_000;
const MAX_HTML = 1024 * 1024;
const IDLE_MS = 60_000;
const CLOSE_MS = 5_000;
const PARSER: SimpleParserOptions & { keepDeliveryStatus: boolean } = {
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  maxHtmlLengthToParse: MAX_HTML,
  keepDeliveryStatus: true,
};

/**
 * The way in for answers and bounces: an SMTP server that takes mail for addresses that we signed and for no other. It answers 250 when
 * the database has committed what the mail changes, and 451 when we could not.
 */
@Injectable()
export class Inbound implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Inbound');
  private server: SMTPServer | null = null;

  constructor(
    private readonly db: Db,
    private readonly mail: Mail,
    private readonly signer: Signer,
    private readonly config: Config,
    private readonly mailbox: Mailbox,
    private readonly dns: MailDns,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.runsJobs || (this.config.inboundSmtpPort === null && !this.mailbox.enabled)) return;
    this.server = new SMTPServer({
      banner: 'Hearback',
      // Signing in is of no use here; TLS ends at the mail server in front of us, which the operator's MX points at.
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      size: MAX_MESSAGE_BYTES,
      maxClients: MAX_CLIENTS,
      socketTimeout: IDLE_MS,
      closeTimeout: CLOSE_MS,
      onRcptTo: (address, session, callback) => {
        if (!openAddress(this.signer, address.address)) callback(smtpRefusal(550, '5.1.1 No such address here'));
        else if (session.envelope.rcptTo.length >= MAX_RECIPIENTS)
          callback(smtpRefusal(452, '4.5.3 Too many recipients'));
        else callback();
      },
      onData: (stream, session, callback) => {
        readMessage(stream, MAX_MESSAGE_BYTES)
          .then((raw) => this.receive(raw, session))
          .then(
            () => callback(),
            (error: Error & { responseCode?: number }) => {
              if (error.responseCode === undefined)
                this.log.warn({ msg: 'inbound mail not taken', error: `${error.name}: ${error.message}` });
              callback(
                error.responseCode === undefined ? smtpRefusal(451, '4.3.0 Not stored, please try again later') : error,
              );
            },
          );
      },
    });
    const port = this.config.inboundSmtpPort ?? 0;
    this.mailbox.inboundPort = await listenSmtp(this.server, {
      host: this.config.inboundSmtpPort === null ? '127.0.0.1' : this.config.host,
      port,
    });
  }

  /** Before the database closes: what is being received is finished, up to 5 s. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.server) await closeSmtp(this.server);
  }

  private async receive(raw: Buffer, session: SMTPServerSession): Promise<void> {
    if (countParts(raw) > MAX_PARTS) throw smtpRefusal(554, '5.6.0 The message has too many parts');
    const mail = await simpleParser(raw, PARSER);
    const returnPath = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    for (const { address } of session.envelope.rcptTo) {
      const target = openAddress(this.signer, address);
      if (target)
        await (target.purpose === 'bounce'
          ? this.report(target, mail)
          : this.reply(target, mail, raw, returnPath, session));
    }
  }

  private async report(target: AddressTarget, mail: ParsedMail): Promise<void> {
    const kind = bounceKindOf(mail);
    const changed =
      kind !== null && (await this.db.tenant(target.tenantId, (tx) => this.mail.recordBounce(tx, target.handle, kind)));
    this.log.log({ msg: 'mail report', kind, changed, tenantId: target.tenantId });
  }

  private async reply(
    target: AddressTarget,
    mail: ParsedMail,
    raw: Buffer,
    returnPath: string,
    session: SMTPServerSession,
  ): Promise<void> {
    if (isAutomatic(mail, returnPath)) {
      this.log.log({ msg: 'automatic mail ignored', tenantId: target.tenantId });
      return;
    }
    // Before the transaction: it asks DNS.
    const verified = await isAuthentic(
      raw,
      { remoteAddress: session.remoteAddress, helo: session.hostNameAppearsAs, returnPath },
      this.dns,
    );
    const messageId = /^<[^\s<>]{1,900}>/.exec(rawHeader(mail, 'message-id'))?.[0];
    const taken = await this.db.tenant(target.tenantId, (tx) =>
      this.mail.recordReply(tx, target.handle, {
        text: withoutUnstorable(stripReply(mail.text ?? '')),
        verified,
        from: withoutUnstorable(mailAddress(mail.from?.value[0]?.address ?? '') ?? ''),
        // The same octets again are the same mail, also without an id.
        messageId: messageId ?? `<${createHash('sha256').update(raw).digest('hex')}@no-message-id.invalid>`,
        attachments: mail.attachments.slice(0, 50).map((part, index) => ({
          filename: withoutUnstorable(headerText((part.filename ?? `attachment-${index + 1}`).normalize('NFC'))).slice(
            0,
            200,
          ),
          contentType: headerText(part.contentType).slice(0, 100),
          size: part.size,
          content: part.content,
        })),
      }),
    );
    this.log.log({ msg: 'mail reply', taken, tenantId: target.tenantId });
  }
}

/** PostgreSQL's text holds neither NUL nor halves of surrogate pairs. */
function withoutUnstorable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}

/** An upper bound for the parts of a message: lines that begin like a boundary. Cheap, before the parser makes an object of each. */
function countParts(raw: Buffer): number {
  let count = 0;
  for (let at = raw.indexOf('\n--'); at >= 0 && count <= MAX_PARTS; at = raw.indexOf('\n--', at + 3)) count++;
  return count;
}
