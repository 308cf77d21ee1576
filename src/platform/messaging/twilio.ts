import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Outbound } from '../outbound.js';
import type { Channel, HandOver, OutgoingText, ProviderNews, TextChannel } from './channel.js';
import { internationalPhone } from './phone.js';

export const TWILIO_URL = 'https://api.twilio.com';

export interface TwilioAccount {
  channel: TextChannel;
  /** Of the API, without a trailing slash: Twilio's own, or of a service that speaks like it. */
  baseUrl: string;
  accountSid: string;
  authToken: string;
  /** A number (E.164) or, for SMS, a name of up to 11 letters and digits; null with a messaging service. */
  sender: string | null;
  messagingServiceSid: string | null;
  /** WhatsApp: the approved template with which a conversation is begun. */
  contentSid: string | null;
  /** Where reports come back to; `m` is added to name the message. */
  callbackUrl: string;
}

/** About the account: wrong password, no such account, no right to send, a sender that is none. https://www.twilio.com/docs/api/errors */
const ACCOUNT_CODES = new Set([
  '20003',
  '20404',
  '21212',
  '21603',
  '21606',
  '21659',
  '21660',
  '21661',
  '21703',
  '63007',
]);
/** Nothing was taken; it may be tried again. */
const LATER_CODES = new Set(['20429', '14107', '30001', '30022', '63018', '63038']);

/** SMS and WhatsApp by `POST /2010-04-01/Accounts/{sid}/Messages.json`, as Twilio and compatible services take it. */
export class TwilioChannel implements Channel {
  readonly name: TextChannel;

  constructor(
    private readonly account: TwilioAccount,
    private readonly outbound: Outbound,
  ) {
    this.name = account.channel;
  }

  canReach({ phone }: { phone: string | null }): string | null {
    return phone === null ? null : internationalPhone(phone);
  }

  async send(message: OutgoingText, beforeContent: () => Promise<void>): Promise<HandOver> {
    const { account } = this;
    const answer = await this.outbound.exchange(
      `${account.baseUrl}/2010-04-01/Accounts/${encodeURIComponent(account.accountSid)}/Messages.json`,
      {
        authorization: `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      this.form(message).toString(),
      beforeContent,
    );
    if (answer.status === null)
      return answer.handed
        ? { outcome: 'unknown', reply: answer.error }
        : { outcome: 'later', reply: answer.error, account: false, retryMs: null };
    const said = fieldsOf(answer.text);
    if (answer.status === 200 || answer.status === 201) {
      // Taken, whatever it is called.
      return { outcome: 'accepted', providerId: said('sid') ?? '', providerState: said('status') ?? 'queued' };
    }
    const code = said('code') ?? '';
    const reply = `${answer.status}${code ? ` ${code}` : ''}${said('message') ? `: ${said('message')}` : ''}`.slice(
      0,
      500,
    );
    if (answer.status === 429 || answer.status === 503 || LATER_CODES.has(code)) {
      const after = answer.retryAfterSeconds;
      return { outcome: 'later', reply, account: false, retryMs: after === null ? null : Math.min(after, 3600) * 1000 };
    }
    // A server that failed while it had the message may have taken it.
    if (answer.status >= 500 || answer.status < 200) return { outcome: 'unknown', reply };
    // Other answers than yes and no (a redirect, a wrong path) were given before anything was taken.
    if (answer.status < 400 || [401, 403, 404, 405].includes(answer.status) || ACCOUNT_CODES.has(code))
      return { outcome: 'later', reply, account: true, retryMs: null };
    return { outcome: 'refused', code, reply, account: false };
  }

  hear(url: string, headers: Record<string, unknown>, body: string): ProviderNews | null {
    const parameters = [...new URLSearchParams(body)];
    const signature = headers['x-twilio-signature'];
    if (typeof signature !== 'string' || !isSignedBy(this.account.authToken, url, parameters, signature)) return null;
    const form = new Map(parameters);
    const text = (name: string): string => (form.get(name) ?? '').replaceAll('\0', '').toWellFormed();
    const providerId = text('MessageSid') || text('SmsSid');
    const state = text('MessageStatus') || (form.has('Body') ? '' : text('SmsStatus'));
    if (state !== '')
      return {
        kind: 'status',
        messageId: new URL(url).searchParams.get('m'),
        providerId,
        state,
        code: text('ErrorCode') || null,
      };
    return { kind: 'text', providerId, from: text('From').replace(/^whatsapp:/, ''), body: text('Body') };
  }

  private form({ id, to, text, template }: OutgoingText): URLSearchParams {
    const { channel, sender, messagingServiceSid, contentSid, callbackUrl } = this.account;
    const named = (number: string): string => (channel === 'whatsapp' ? `whatsapp:${number}` : number);
    const form = new URLSearchParams({ To: named(to), StatusCallback: `${callbackUrl}?m=${id}` });
    if (messagingServiceSid !== null) form.set('MessagingServiceSid', messagingServiceSid);
    else form.set('From', named(sender ?? ''));
    if (channel === 'whatsapp' && contentSid !== null && template !== null) {
      form.set('ContentSid', contentSid);
      form.set('ContentVariables', JSON.stringify(template));
    } else form.set('Body', text);
    return form;
  }
}

/** `X-Twilio-Signature`: HMAC-SHA1 of the address and all parameters, sorted by name, each name followed by its value. */
export function twilioSignature(
  authToken: string,
  url: string,
  parameters: readonly (readonly [string, string])[],
): string {
  const sorted = parameters.toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  return createHmac('sha1', authToken)
    .update(url + sorted.map(([name, value]) => name + value).join(''))
    .digest('base64');
}

function isSignedBy(
  authToken: string,
  url: string,
  parameters: readonly (readonly [string, string])[],
  signature: string,
): boolean {
  const expected = Buffer.from(twilioSignature(authToken, url, parameters));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Reads single values of a JSON object; a body that is none says nothing. */
function fieldsOf(text: string): (name: string) => string | null {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // A page of some proxy.
  }
  const fields =
    typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : new Map<string, unknown>();
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
}
