import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import {
  Forged,
  MAX_EVENTS,
  type ProviderCall,
  type ProviderEvent,
  type ProviderRequest,
  Unreadable,
  header,
  json,
} from './provider-events.js';

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const Event = z.object({
  event: z.string(),
  sg_event_id: z.string().min(1).max(200),
  'smtp-id': z.string().max(1000).optional(),
  type: z.string().optional(),
});

/** A signed request may come again for this long; its event ids make that harmless. */
const MAX_AGE_MS = 24 * 3_600_000;

/** ECDSA (P-256, SHA-256) over timestamp and body, with the verification key as credential. @throws Forged, Unreadable */
export function readSendGrid(request: ProviderRequest, verificationKey: string, now: Date): ProviderCall {
  const timestamp = header(request, 'x-twilio-email-event-webhook-timestamp');
  const signature = Buffer.from(header(request, 'x-twilio-email-event-webhook-signature'), 'base64');
  if (!/^\d{10}$/.test(timestamp) || Math.abs(now.getTime() - Number(timestamp) * 1000) > MAX_AGE_MS)
    throw new Forged('too old');
  if (!isSigned(Buffer.concat([Buffer.from(timestamp), request.raw]), signature, verificationKey))
    throw new Forged('wrong signature');
  const body = json(request.raw.toString('utf8'));
  if (!Array.isArray(body) || body.length > MAX_EVENTS) throw new Unreadable('not a list of events');
  return {
    events: body.flatMap((one: unknown): ProviderEvent[] => {
      const event = Event.safeParse(one);
      const kind = event.success ? kindOf(event.data) : null;
      return event.success && kind
        ? [{ id: event.data.sg_event_id, kind, messageId: event.data['smtp-id'] ?? null, returnPath: null }]
        : [];
    }),
  };
}

function isSigned(data: Buffer, signature: Buffer, verificationKey: string): boolean {
  try {
    const der = Buffer.from(verificationKey.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, ''), 'base64');
    return verify('sha256', data, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

/** `blocked` is a bounce that says "not now"; `deferred` is still being tried and `dropped` is SendGrid's own list. */
function kindOf({ event, type }: z.infer<typeof Event>): ProviderEvent['kind'] | null {
  switch (event) {
    case 'delivered':
      return 'delivered';
    case 'spamreport':
      return 'complaint';
    case 'bounce':
      return type === 'blocked' ? 'soft' : 'hard';
    default:
      return null;
  }
}
