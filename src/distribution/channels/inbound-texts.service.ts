import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Customers, type TimelineEntry } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Jobs } from '../../platform/jobs.js';
import { isStopRequest } from '../../platform/mail/reply-text.js';
import type { TextChannel } from '../../platform/messaging/channel.js';
import { internationalPhone } from '../../platform/messaging/phone.js';
import { plainText } from '../../platform/messaging/segments.js';
import { Signer } from '../../platform/signing.js';
import { builtInLocale } from '../../surveys/wording.js';
import { TextReceived } from './channels.messages.js';
import { Channels, TEST_TEXT } from './channels.service.js';
import { TEXT_WORDS, fillWords } from './text-words.contract.js';
import { Texts } from './texts.service.js';

const HELP_TEXT = 'text_help';
/** Words that providers and laws of several countries know; longer wishes are recognized as in mails. */
const STOP =
  /^(?:stop|stopp|stopall|stop all|unsubscribe|cancel|end|quit|optout|revoke|arr[eê]t|arreter|baja|parar|alto|abmelden|ende|توقف|إيقاف|الغاء|إلغاء)$/iu;
const START = /^(?:start|unstop|resume|wieder|reprendre|alta|iniciar|ابدأ)$/iu;
const HELP = /^(?:help|info|hilfe|aide|ayuda|ajuda|مساعدة|\?)$/iu;

export const CHANNEL_NAMES: Record<TextChannel, string> = { sms: 'SMS', whatsapp: 'WhatsApp' };

/** A text that somebody sent, as other modules see it. */
export interface InboundText {
  id: string;
  channel: TextChannel;
  /** E.164. */
  phone: string;
  text: string;
  customerId: string | null;
  /** Surveys that this number was asked, newest first; at most 10. */
  invitationIds: string[];
}

export type InboundOutcome = 'score' | 'comment' | 'message' | 'nobody';

interface Row {
  id: string;
  channel: TextChannel;
  from_phone: string;
  body: string;
  customer_id: string | null;
  outcome: string | null;
}

/**
 * What providers report and what people write back. Nothing changes before a request has proved by its signature that it is the provider's. A
 * text is kept once, by the provider's id, in the transaction that says what follows; STOP, START and HELP are done there.
 */
@Injectable()
export class InboundTexts {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly jobs: Jobs,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly channels: Channels,
    private readonly texts: Texts,
  ) {
    texts.on(TEST_TEXT, {
      render: async (tx) => {
        const tenant = await this.identity.tenant(tx);
        return this.words(tx, tenant.locale, tenant.name, 'test', null);
      },
    });
    texts.on(HELP_TEXT, {
      render: async (tx, message) => {
        const tenant = await this.identity.tenant(tx);
        const customer =
          message.customerId === null
            ? undefined
            : (await this.customers.contacts(tx, [message.customerId])).get(message.customerId);
        const [last] = await this.asksOf(tx, message.to);
        return this.words(tx, customer?.locale ?? tenant.locale, tenant.name, 'help', last ?? null);
      },
    });
    customers.registerPersonalData({
      timeline: (tx, customerId) => this.timeline(tx, customerId),
      export: (tx, customerId) => this.export(tx, customerId),
      erase: (tx, customerId) => this.erase(tx, customerId),
    });
  }

  /**
   * Takes one request of a provider.
   * @param search the query of its address as it came, `?m=…` or ''
   * @throws AppError channel.not_found for an address that is none of ours, channel.signature (403)
   */
  async receive(token: string, search: string, headers: Record<string, unknown>, body: string): Promise<void> {
    const found = await this.channels.behind(token);
    if (!found) throw notFound('channel', 'channel');
    const { tenantId, account } = found;
    const url = `${this.channels.inboundUrl(tenantId, account.id)}${search}`;
    const news = this.channels.open(tenantId, account).hear(url, headers, body);
    if (!news) throw new AppError('forbidden', 'channel.signature', 'The signature of this request does not hold.');
    await this.db.tenant(tenantId, async (tx) => {
      await this.channels.heard(tx, account.channel);
      if (news.kind === 'status')
        await this.texts.report(tx, account.channel, {
          ...news,
          messageId: /^[0-9a-f-]{36}$/.test(news.messageId ?? '') ? news.messageId : null,
        });
      else await this.keep(tx, account.channel, news);
    });
  }

  // Ports for the modules to the right.

  /** A text that nothing was made of yet; null once something was. */
  async waiting(tx: Tx, id: string): Promise<InboundText | null> {
    const [row]: Row[] = await tx.em.query(
      `select id, channel, from_phone, body, customer_id, outcome from inbound_texts where id = $1 for update`,
      [id],
    );
    if (!row || row.outcome !== null) return null;
    return {
      id,
      channel: row.channel,
      phone: row.from_phone,
      text: row.body,
      customerId: row.customer_id,
      invitationIds: await this.asksOf(tx, row.from_phone),
    };
  }

  /** Something was made of it. */
  async done(tx: Tx, id: string, outcome: InboundOutcome, invitationId: string | null): Promise<void> {
    await tx.em.query(`update inbound_texts set outcome = $2, invitation_id = $3 where id = $1`, [
      id,
      outcome,
      invitationId,
    ]);
  }

  private async keep(
    tx: Tx,
    channel: TextChannel,
    news: { providerId: string; from: string; body: string },
  ): Promise<void> {
    const phone = internationalPhone(news.from) ?? news.from.slice(0, 50);
    const id = newId();
    const customerId = await this.customerOf(tx, phone);
    const fresh: unknown[] = await tx.em.query(
      `insert into inbound_texts (id, channel, provider_id, from_phone, body, customer_id) values ($1, $2, $3, $4, $5, $6)
       on conflict on constraint inbound_texts_once do nothing returning 1`,
      [id, channel, news.providerId === '' ? id : news.providerId, phone, news.body.slice(0, 5000), customerId],
    );
    if (fresh.length === 0) return;
    const word = news.body.trim().replace(/[\s.!]+$/u, '');
    const outcome =
      STOP.test(word) || isStopRequest(word) ? 'stop' : START.test(word) ? 'start' : HELP.test(word) ? 'help' : null;
    if (outcome === null) return this.jobs.send(tx, TextReceived, id, { inboundId: id });
    await tx.em.query(`update inbound_texts set outcome = $2 where id = $1`, [id, outcome]);
    if (outcome === 'stop') await this.stop(tx, phone);
    else if (outcome === 'start') {
      // Only what they themselves have stopped.
      if ((await this.customers.stopReasons(tx, [phone])).get(phone) === 'unsubscribed')
        await this.customers.unsuppress(tx, phone);
    } else await this.help(tx, { id, channel, phone, customerId });
  }

  /** No texts to this number any more, by either channel; nothing is confirmed. */
  private async stop(tx: Tx, phone: string): Promise<void> {
    await this.customers.suppress(tx, phone, 'unsubscribed', 'text');
    await this.texts.cancel(tx, { to: phone });
    await tx.em.query(
      `update invitations set next_at = null, skip_reason = case when status = 'scheduled' then 'unsubscribed' end,
         status = case when status = 'scheduled' then 'skipped' else status end
       where address_key = lower($1) and channel <> 'email' and (status = 'scheduled' or next_at is not null)`,
      [phone],
    );
  }

  /** Once a day per number, so that two machines do not talk to each other for ever. */
  private async help(
    tx: Tx,
    { id, channel, phone, customerId }: { id: string; channel: TextChannel; phone: string; customerId: string | null },
  ): Promise<void> {
    const before: unknown[] = await tx.em.query(
      `select 1 from inbound_texts where from_phone = $1 and outcome = 'help' and id <> $2 and received_at > now() - interval '1 day' limit 1`,
      [phone, id],
    );
    if (before.length === 0)
      await this.texts.send(tx, [{ kind: HELP_TEXT, subjectId: id, channel, to: phone, customerId }]);
  }

  /** Invitations that went to the number, newest first. */
  private async asksOf(tx: Tx, phone: string): Promise<string[]> {
    const rows: { id: string }[] = await tx.em.query(
      `select i.id from invitations i where i.address_key = lower($1) and i.channel <> 'email' and i.sent_at is not null and not i.test
       order by i.sent_at desc limit 10`,
      [phone],
    );
    return rows.map((row) => row.id);
  }

  /** Whom we wrote to there last; else the newest customer with that number. */
  private async customerOf(tx: Tx, phone: string): Promise<string | null> {
    const rows: { id: string | null }[] = await tx.em.query(
      `(select customer_id as id from text_messages where to_phone = $1 and customer_id is not null order by sent_at desc nulls last limit 1)
       union all (select id from customers where phone = $1 order by created_at desc limit 1) limit 1`,
      [phone],
    );
    return rows[0]?.id ?? null;
  }

  /** @param invitationId whose page of choices is named; null: our own address */
  private words(tx: Tx, locale: string, organization: string, which: 'test' | 'help', invitationId: string | null) {
    const url =
      invitationId === null
        ? this.config.publicUrl
        : `${this.config.publicUrl}/me/${this.signer.link('me', { tenantId: tx.tenantId, id: invitationId })}`;
    const words = TEXT_WORDS[builtInLocale(locale) ?? 'en'][which];
    return { text: plainText(fillWords(words, { organization, url })), template: null };
  }

  // Personal data.

  private async timeline(tx: Tx, customerId: string): Promise<TimelineEntry[]> {
    const rows: (Row & { received_at: Date })[] = await tx.em.query(
      `select id, channel, from_phone, body, customer_id, outcome, received_at from inbound_texts where customer_id = $1
       order by received_at desc limit 500`,
      [customerId],
    );
    return rows.map((row) => ({
      at: row.received_at,
      kind: 'text',
      title: `Wrote by ${CHANNEL_NAMES[row.channel]}`,
      detail: row.outcome === 'stop' ? `${row.body}: no more texts to this number.` : row.body,
      data: { channel: row.channel, outcome: row.outcome },
    }));
  }

  private async export(tx: Tx, customerId: string): Promise<Record<string, unknown[]>> {
    return {
      textsSent: await tx.em.query(
        `select channel, to_phone as "to", kind, state, provider_state as "providerState", sent_at as "sentAt", delivered_at as "deliveredAt"
         from text_messages where customer_id = $1 order by created_at`,
        [customerId],
      ),
      textsReceived: await tx.em.query(
        `select channel, from_phone as "from", body, outcome, received_at as "receivedAt" from inbound_texts where customer_id = $1 order by received_at`,
        [customerId],
      ),
    };
  }

  private async erase(tx: Tx, customerId: string): Promise<void> {
    const { phone } = await this.customers.requireCustomer(tx, customerId);
    await this.texts.forget(tx, customerId);
    await tx.em.query(`delete from inbound_texts where customer_id = $1`, [customerId]);
    const number = phone === null ? null : internationalPhone(phone);
    if (number !== null) await this.customers.suppress(tx, number, 'erased', 'erasure');
  }
}
