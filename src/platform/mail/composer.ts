import type { Config } from '../../config.js';
import type { Tx } from '../db.js';
import type { Signer } from '../signing.js';
import { domainOf, headerText, mailAddress, mailbox as parsed, tokenLocalPart } from './addresses.js';
import type { MailContent } from './kinds.js';
import type { Delivery } from './ledger.js';
import type { Mailbox } from './mailbox.js';
import { mimeMessage } from './mime.js';
import type { SenderDomain, SenderDomains } from './sender-domains.js';

/** A message that is ready to go. */
export interface Composed {
  envelope: { from: string; to: [string] };
  /** The finished bytes, unsigned. */
  raw: Buffer;
  /** Header lines that stand in front of `raw`; null: unsigned. */
  sign: SenderDomain['sign'];
}

/** What mails of the built-in mailbox come from; `.test` belongs to nobody (RFC 2606). */
const TRY_OUT_SENDER = { name: 'Hearback', address: 'feedback@hearback.test' };

/** Turns what a module says into a message: addresses, headers, MIME. */
export class Composer {
  /** What mails come from where the organization's own address may not be used. */
  readonly sender: { name: string; address: string };
  senderDomains: SenderDomains = () => Promise.resolve(null);

  constructor(
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly mailbox: Mailbox,
  ) {
    this.sender = config.mailFrom === null ? TRY_OUT_SENDER : required(parsed(config.mailFrom), 'MAIL_FROM');
  }

  /** MAIL_FROM's domain: of Message-IDs, return paths and reply addresses. */
  get domain(): string {
    return domainOf(this.sender.address);
  }

  /** For one batch: remembers what is known of the domains it meets. @throws Error when a value would break out of a header */
  batch(tx: Tx): (delivery: Delivery, to: string, content: MailContent) => Promise<Composed> {
    const known = new Map<string, Promise<SenderDomain | null>>();
    const lookUp = (domain: string): Promise<SenderDomain | null> => {
      let found = known.get(domain);
      if (!found) known.set(domain, (found = this.senderDomains(tx, domain)));
      return found;
    };
    return (delivery, to, content) => this.compose(tx.tenantId, lookUp, delivery, to, content);
  }

  private async compose(
    tenantId: string,
    lookUp: (domain: string) => Promise<SenderDomain | null>,
    delivery: Delivery,
    to: string,
    content: MailContent,
  ): Promise<Composed> {
    const { from, sign } = await this.from(lookUp, content);
    const inbound = this.config.inboundSmtpPort !== null || this.mailbox.enabled;
    const local = (purpose: 'reply' | 'bounce'): string =>
      `${tokenLocalPart(this.signer, purpose, tenantId, delivery.id)}@${this.domain}`;
    const headers: Record<string, string> = {
      'Content-Language': headerText(content.locale),
      // Four parts, the last one the sender: Gmail's feedback loop counts complaints by them.
      'Feedback-ID': `${delivery.step}:${headerText(delivery.kind)}:${tenantId}:hearback`,
    };
    // Postmark gives mails a Message-ID of its own and this back in its reports.
    headers['X-PM-Metadata-message-id'] = messageId(delivery.messageId ?? '');
    if (content.autoSubmitted !== false) headers['Auto-Submitted'] = 'auto-generated';
    if (content.listUnsubscribeUrl !== undefined) {
      headers['List-Unsubscribe'] = `<${webUrl(content.listUnsubscribeUrl)}>`;
      headers['List-Unsubscribe-Post'] = 'List-Unsubscribe=One-Click';
    }
    const replyTo = content.replyTo === 'token' ? (inbound ? local('reply') : undefined) : content.replyTo;
    const raw = mimeMessage({
      from,
      to,
      replyTo:
        replyTo !== undefined && replyTo !== ''
          ? { name: from.name, address: required(mailAddress(replyTo), 'Reply-To') }
          : undefined,
      subject: headerText(content.subject),
      messageId: messageId(delivery.messageId ?? ''),
      inReplyTo: content.inReplyTo ? messageId(content.inReplyTo) : undefined,
      references: content.references?.map(messageId),
      date: new Date(),
      headers,
      html: content.html,
      text: content.text,
      inline: content.inline?.map((part) => ({
        cid: headerText(part.cid),
        filename: headerText(part.filename),
        contentType: headerText(part.contentType),
        content: part.content,
      })),
    });
    return { envelope: { from: inbound ? local('bounce') : this.sender.address, to: [to] }, raw, sign };
  }

  /** The organization's sender where we may speak for its domain, else MAIL_FROM. */
  private async from(
    lookUp: (domain: string) => Promise<SenderDomain | null>,
    content: MailContent,
  ): Promise<{ from: { name: string; address: string }; sign: SenderDomain['sign'] }> {
    const name = headerText(content.fromName ?? this.sender.name);
    const wanted = content.fromAddress ? mailAddress(content.fromAddress) : null;
    if (wanted !== null) {
      const domain = domainOf(wanted);
      const known = await lookUp(domain);
      const isFree = this.mailbox.enabled && this.config.mailFrom === null;
      if (isFree || domain === this.domain || known?.mayUse)
        return { from: { name, address: wanted }, sign: known?.sign ?? null };
    }
    return { from: { name, address: this.sender.address }, sign: (await lookUp(this.domain))?.sign ?? null };
  }
}

function required<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`${what} is not one mail address`);
  return value;
}

function messageId(value: string): string {
  if (!/^<[^\s<>]{1,900}>$/.test(value)) throw new Error('not a Message-ID');
  return value;
}

function webUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || /[\s<>]/.test(value))
    throw new Error('List-Unsubscribe needs one web address');
  return value;
}
