import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Identity } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid } from '../../platform/errors.js';
import type { Channel, HandOver, TextChannel } from '../../platform/messaging/channel.js';
import { TEXT_CHANNELS } from '../../platform/messaging/channel.js';
import { maskedPhone } from '../../platform/messaging/phone.js';
import { TWILIO_URL, TwilioChannel } from '../../platform/messaging/twilio.js';
import { Outbound } from '../../platform/outbound.js';
import { Signer } from '../../platform/signing.js';
import { Vault } from '../../platform/vault.js';
import type { PutTextChannel, TextChannelView } from './channels.contract.js';

const SECRET = 'text channel token';
/** Kind of the texts by which an account is tried; the subject is new each time. */
export const TEST_TEXT = 'channel_test';

/** A channel's account as it is kept. */
export interface ChannelAccount {
  id: string;
  channel: TextChannel;
  baseUrl: string;
  accountSid: string;
  /** Sealed. */
  authToken: string;
  sender: string | null;
  messagingServiceSid: string | null;
  contentSid: string | null;
  perMinute: number;
  enabled: boolean;
  problem: string | null;
  problemAt: Date | null;
  lastSentAt: Date | null;
  lastHeardAt: Date | null;
}

const COLUMNS = `id, channel, base_url as "baseUrl", account_sid as "accountSid", auth_token as "authToken", sender,
  messaging_service_sid as "messagingServiceSid", content_sid as "contentSid", per_minute as "perMinute", enabled, problem,
  problem_at as "problemAt", last_sent_at as "lastSentAt", last_heard_at as "lastHeardAt"`;

/** The organization's accounts with providers of SMS and WhatsApp. */
@Injectable()
export class Channels {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly vault: Vault,
    private readonly outbound: Outbound,
    private readonly identity: Identity,
  ) {}

  /** Null: not set up. */
  async account(tx: Tx, channel: TextChannel): Promise<ChannelAccount | null> {
    const [row]: ChannelAccount[] = await tx.em.query(`select ${COLUMNS} from text_channels where channel = $1`, [
      channel,
    ]);
    return row ?? null;
  }

  /** The account behind the address at which a provider reports, or null. */
  async behind(token: string): Promise<{ tenantId: string; account: ChannelAccount } | null> {
    const target = this.signer.open('text', token);
    if (!target) return null;
    const [account]: ChannelAccount[] = await this.db.tenant(target.tenantId, (tx) =>
      tx.em.query(`select ${COLUMNS} from text_channels where id = $1`, [target.id]),
    );
    return account ? { tenantId: target.tenantId, account } : null;
  }

  /** The account, ready to be used. */
  open(tenantId: string, account: ChannelAccount): Channel {
    return new TwilioChannel(
      {
        ...account,
        authToken: this.vault.open(SECRET, account.authToken),
        callbackUrl: this.inboundUrl(tenantId, account.id),
      },
      this.outbound,
    );
  }

  /** @throws AppError channel.not_ready: texts of this channel would not leave */
  async requireReady(tx: Tx, channel: TextChannel): Promise<void> {
    if ((await this.account(tx, channel))?.enabled) return;
    const name = { sms: 'SMS', whatsapp: 'WhatsApp' }[channel];
    throw new AppError(
      'conflict',
      'channel.not_ready',
      `${name} is not set up. An admin does that under Settings, Channels.`,
    );
  }

  inboundUrl(tenantId: string, id: string): string {
    return `${this.config.publicUrl}/api/v1/inbound/sms/${this.signer.link('text', { tenantId, id })}`;
  }

  /** What came of handing over, as far as it is about the account. */
  noted(tenantId: string, channel: TextChannel, result: HandOver): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      if (result.outcome === 'accepted')
        await tx.em.query(
          `update text_channels set problem = null, problem_at = null, last_sent_at = now() where channel = $1`,
          [channel],
        );
      else if (result.outcome !== 'unknown' && result.account)
        await tx.em.query(`update text_channels set problem = $2, problem_at = now() where channel = $1`, [
          channel,
          result.reply,
        ]);
    });
  }

  /** The provider proved itself at our address. */
  async heard(tx: Tx, channel: TextChannel): Promise<void> {
    await tx.em.query(`update text_channels set last_heard_at = now() where channel = $1`, [channel]);
  }

  // What HTTP offers.

  list(tenantId: string): Promise<TextChannelView[]> {
    return this.db.tenant(tenantId, (tx) => this.views(tx));
  }

  /** @throws AppError input.invalid */
  put(who: Principal, channel: TextChannel, input: PutTextChannel): Promise<TextChannelView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const known = await this.account(tx, channel);
      const authToken = input.authToken === undefined ? known?.authToken : this.vault.seal(SECRET, input.authToken);
      if (authToken === undefined) throw invalid('authToken', 'Enter the auth token of the account.');
      if (channel === 'whatsapp' && input.sender !== null && !input.sender.startsWith('+'))
        throw invalid('sender', 'WhatsApp goes out from a number, such as +493012345678.');
      const baseUrl = input.baseUrl ?? known?.baseUrl ?? TWILIO_URL;
      // A token that was given to one server is not shown to another.
      if (known && baseUrl !== known.baseUrl && input.authToken === undefined)
        throw invalid('authToken', 'Enter the auth token again: the address of the API has changed.');
      const refusal = this.outbound.refusal(baseUrl);
      if (refusal !== null) throw invalid('baseUrl', refusal);
      await tx.em.query(
        `insert into text_channels (channel, base_url, account_sid, auth_token, sender, messaging_service_sid, content_sid, per_minute, enabled)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint text_channels_one do update set base_url = excluded.base_url, account_sid = excluded.account_sid,
           auth_token = excluded.auth_token, sender = excluded.sender, messaging_service_sid = excluded.messaging_service_sid,
           content_sid = excluded.content_sid, per_minute = excluded.per_minute, enabled = excluded.enabled, problem = null, problem_at = null,
           version = text_channels.version + 1`,
        [
          channel,
          baseUrl,
          input.accountSid,
          authToken,
          input.sender,
          input.messagingServiceSid,
          input.contentSid,
          input.perMinute,
          input.enabled,
        ],
      );
      await this.identity.audit(tx, who, 'channel.changed', undefined, { channel, enabled: input.enabled });
      return this.view(tx, channel);
    });
  }

  /** Forgets the account; texts that were not started wait until there is another. */
  remove(who: Principal, channel: TextChannel): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const [, count]: [unknown[], number] = await tx.em.query(`delete from text_channels where channel = $1`, [
        channel,
      ]);
      if (count > 0) await this.identity.audit(tx, who, 'channel.removed', undefined, { channel });
    });
  }

  async view(tx: Tx, channel: TextChannel): Promise<TextChannelView> {
    const view = (await this.views(tx)).find((one) => one.channel === channel);
    if (!view) throw new Error('no such channel');
    return view;
  }

  private async views(tx: Tx): Promise<TextChannelView[]> {
    const tests: { channel: TextChannel; to: string; state: string; reply: string | null; at: Date }[] =
      await tx.em.query(
        `select distinct on (channel) channel, to_phone as to, case when state = 'sent' then coalesce(provider_state, state) else state end as state,
         reply, created_at as at from text_messages where kind = $1 order by channel, created_at desc`,
        [TEST_TEXT],
      );
    const views: TextChannelView[] = [];
    for (const channel of TEXT_CHANNELS) {
      const account = await this.account(tx, channel);
      const test = tests.find((one) => one.channel === channel);
      views.push({
        channel,
        state: !account ? 'missing' : !account.enabled ? 'off' : account.problem !== null ? 'problem' : 'ready',
        baseUrl: account?.baseUrl ?? TWILIO_URL,
        accountSid: account?.accountSid ?? null,
        sender: account?.sender ?? null,
        messagingServiceSid: account?.messagingServiceSid ?? null,
        contentSid: account?.contentSid ?? null,
        perMinute: account?.perMinute ?? 60,
        enabled: account?.enabled ?? false,
        inboundUrl: account ? this.inboundUrl(tx.tenantId, account.id) : null,
        problem: account?.problem ?? null,
        problemAt: account?.problemAt?.toISOString() ?? null,
        lastSentAt: account?.lastSentAt?.toISOString() ?? null,
        lastHeardAt: account?.lastHeardAt?.toISOString() ?? null,
        lastTest: test
          ? { to: maskedPhone(test.to), state: test.state, reply: test.reply, at: test.at.toISOString() }
          : null,
      });
    }
    return views;
  }
}
