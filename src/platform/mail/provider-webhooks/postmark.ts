import { z } from 'zod';
import { sameSecret } from './generic.js';
import { Forged, type ProviderCall, type ProviderRequest, Unreadable, header, json } from './provider-events.js';

/** Bounce, delivery and spam-complaint webhooks: https://postmarkapp.com/developer/webhooks/webhooks-overview */
const Event = z.object({
  RecordType: z.string(),
  ID: z.union([z.number(), z.string()]).optional(),
  MessageID: z.string().max(200).optional(),
  Type: z.string().optional(),
  DeliveredAt: z.string().max(60).optional(),
  /** What we set as X-PM-Metadata-*; holds our Message-ID, since MessageID is Postmark's own. */
  Metadata: z.record(z.string(), z.string()).optional(),
});

const HARD = new Set(['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated', 'Unknown']);
const COMPLAINT = new Set(['SpamComplaint', 'SpamNotification']);
/** Not about whether the address takes mail. */
const NO_BOUNCE = new Set([
  'AutoResponder',
  'AddressChange',
  'ChallengeVerification',
  'OpenRelayTest',
  'Subscribe',
  'Unsubscribe',
]);

/** Basic authentication with the credential `user:password`. @throws Forged, Unreadable */
export function readPostmark(request: ProviderRequest, credential: string): ProviderCall {
  const expected = `Basic ${Buffer.from(credential).toString('base64')}`;
  if (!sameSecret(header(request, 'authorization'), expected)) throw new Forged('wrong credential');
  const parsed = Event.safeParse(json(request.raw.toString('utf8')));
  if (!parsed.success) throw new Unreadable('not a Postmark event');
  const event = parsed.data;
  const kind =
    event.RecordType === 'Delivery'
      ? ('delivered' as const)
      : event.RecordType === 'SpamComplaint' || COMPLAINT.has(event.Type ?? '')
        ? ('complaint' as const)
        : event.RecordType === 'Bounce' && !NO_BOUNCE.has(event.Type ?? '')
          ? HARD.has(event.Type ?? '')
            ? ('hard' as const)
            : ('soft' as const)
          : null;
  if (kind === null) return { events: [] };
  const id = event.ID === undefined ? `${event.RecordType} ${event.MessageID ?? ''}` : String(event.ID);
  return {
    events: [
      { id: `${event.RecordType} ${id}`, kind, messageId: event.Metadata?.['message-id'] ?? null, returnPath: null },
    ],
  };
}
