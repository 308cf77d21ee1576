import { X509Certificate, verify } from 'node:crypto';
import { z } from 'zod';
import { Forged, type ProviderCall, type ProviderEvent, type ProviderRequest, json } from './provider-events.js';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const Envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  Timestamp: z.string(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
});
type Envelope = z.infer<typeof Envelope>;

const Notification = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: z.object({
    messageId: z.string(),
    source: z.string().optional(),
    commonHeaders: z.object({ messageId: z.string().optional() }).optional(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  }),
  bounce: z.object({ bounceType: z.string(), bounceSubType: z.string().optional() }).optional(),
  complaint: z.object({ complaintFeedbackType: z.string().nullish() }).optional(),
});

/** Hosts that SNS signs and confirms from; nothing else is ever asked. */
const SNS_HOST = /^sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?$/;
/** SNS gives up after an hour by default; longer custom policies stay within this. */
const MAX_AGE_MS = 48 * 3_600_000;

/** The address, when it is one of SNS over https on the default port. */
export function snsUrl(text: string): URL | null {
  const url = URL.parse(text);
  return url?.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    SNS_HOST.test(url.hostname)
    ? url
    : null;
}

/**
 * A message of Amazon SNS about mails of Amazon SES; the credential is the ARN of the topic.
 * @param certificate gives the PEM behind an address that `snsUrl` let pass
 * @throws Forged, Unreadable
 */
export async function readSes(
  request: ProviderRequest,
  topicArn: string,
  now: Date,
  certificate: (url: URL) => Promise<string>,
): Promise<ProviderCall> {
  const parsed = Envelope.safeParse(json(request.raw.toString('utf8')));
  if (!parsed.success) throw new Forged('not a message of SNS');
  const envelope = parsed.data;
  if (envelope.TopicArn !== topicArn) throw new Forged('another topic');
  const age = now.getTime() - Date.parse(envelope.Timestamp);
  if (!(Math.abs(age) <= MAX_AGE_MS)) throw new Forged('too old');
  const url = snsUrl(envelope.SigningCertURL);
  if (!url || !/^\/SimpleNotificationService-[0-9a-f]+\.pem$/.test(url.pathname) || url.search !== '')
    throw new Forged('certificate of another host');
  if (!isSigned(envelope, await certificate(url))) throw new Forged('wrong signature');
  if (envelope.Type === 'SubscriptionConfirmation') {
    const confirm = snsUrl(envelope.SubscribeURL ?? '');
    if (!confirm) throw new Forged('confirmation at another host');
    return { confirm };
  }
  if (envelope.Type !== 'Notification') return { events: [] };
  const notification = Notification.safeParse(json(envelope.Message));
  // SES writes a plain sentence when the topic is set up.
  if (!notification.success) return { events: [] };
  const event = eventOf(envelope.MessageId, notification.data);
  return { events: event ? [event] : [] };
}

function eventOf(id: string, { mail, bounce, complaint, ...one }: z.infer<typeof Notification>): ProviderEvent | null {
  const ours =
    mail.headers?.find(({ name }) => name.toLowerCase() === 'message-id')?.value ??
    mail.commonHeaders?.messageId ??
    null;
  const base = { id, messageId: ours, returnPath: mail.source ?? null };
  switch (one.eventType ?? one.notificationType) {
    case 'Delivery':
      return { ...base, kind: 'delivered' };
    case 'Complaint':
      return complaint?.complaintFeedbackType === 'not-spam' ? null : { ...base, kind: 'complaint' };
    case 'Bounce':
      if (bounce?.bounceType === 'Permanent') return { ...base, kind: 'hard' };
      return { ...base, kind: 'soft' };
    default:
      return null;
  }
}

function isSigned(envelope: Envelope, pem: string): boolean {
  const names =
    envelope.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  const data = names.flatMap((name) => (envelope[name] === undefined ? [] : [`${name}\n${envelope[name]}\n`])).join('');
  try {
    const key = new X509Certificate(pem).publicKey;
    return verify(
      envelope.SignatureVersion === '1' ? 'sha1' : 'sha256',
      Buffer.from(data),
      key,
      Buffer.from(envelope.Signature, 'base64'),
    );
  } catch {
    return false;
  }
}
