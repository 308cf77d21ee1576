import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import {
  Forged,
  MAX_EVENTS,
  type ProviderCall,
  type ProviderRequest,
  Unreadable,
  header,
  json,
} from './provider-events.js';

const Event = z.object({
  id: z.string().min(1).max(200),
  type: z.enum(['delivered', 'bounced', 'complained']),
  /** Of a bounce: is it for good? */
  permanent: z.boolean().optional(),
  messageId: z.string().max(1000).optional(),
  returnPath: z.string().max(400).optional(),
});
const Body = z.object({ events: z.array(Event).max(MAX_EVENTS) });

/** Equal secrets, in a time that tells nothing about them. */
export function sameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/** Our own form, for any other program: docs/mail.md. The credential is sent as `Authorization: Bearer`. @throws Forged, Unreadable */
export function readGeneric(request: ProviderRequest, secret: string): ProviderCall {
  if (!sameSecret(header(request, 'authorization'), `Bearer ${secret}`)) throw new Forged('wrong secret');
  const body = Body.safeParse(json(request.raw.toString('utf8')));
  if (!body.success) throw new Unreadable(`${body.error.issues[0]?.path.join('.')}: ${body.error.issues[0]?.message}`);
  return {
    events: body.data.events.map((event) => ({
      id: event.id,
      kind:
        event.type === 'delivered'
          ? 'delivered'
          : event.type === 'complained'
            ? 'complaint'
            : event.permanent === false
              ? 'soft'
              : 'hard',
      messageId: event.messageId ?? null,
      returnPath: event.returnPath ?? null,
    })),
  };
}
