import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

/** What can be subscribed to. Bodies carry ids and plain facts, no words and no addresses: read those with an API key. */
export const WEBHOOK_EVENTS = [
  'response.received',
  'case.opened',
  'case.resolved',
  'case.confirmed',
  'case.reopened',
  'customer.erased',
] as const;
export const WebhookEvent = z.enum(WEBHOOK_EVENTS, { error: `Choose from ${WEBHOOK_EVENTS.join(', ')}` });
export type WebhookEvent = z.infer<typeof WebhookEvent>;

const Url = z
  .string({ error: 'Enter the address to send to, such as https://example.org/hearback' })
  .trim()
  .max(500, { error: 'Use at most 500 characters' })
  .refine((text) => URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol), {
    error: 'Enter a web address that starts with https:// or http://',
    abort: true,
  })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'Leave user name and password out of the address; the signature shows that it is us',
  });
const Events = z
  .array(WebhookEvent)
  .min(1, { error: 'Choose at least one event' })
  .max(WEBHOOK_EVENTS.length)
  .transform((events) => [...new Set(events)]);

export const WebhookView = z.object({
  id: z.uuid(),
  url: z.string(),
  events: z.array(WebhookEvent),
  enabled: z.boolean(),
  /** Why it was switched off by itself, e.g. because the address answered 410. */
  disabledReason: z.string().nullable(),
  /** Until then bodies are also signed with the secret before. */
  previousSecretUntil: z.string().nullable(),
  createdAt: z.string(),
  version: z.number().int(),
});
export type WebhookView = z.infer<typeof WebhookView>;
/** The secret is shown only here: after creating, and after `rotateSecret`. */
export const WebhookWithSecret = WebhookView.extend({ secret: z.string().optional() });
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>;
export const WebhookPage = pageOf(WebhookView);
export const WebhookQuery = z.strictObject({ ...pageQuery });
export const NewWebhook = z.strictObject({ url: Url, events: Events, enabled: z.boolean().default(true) });
export type NewWebhook = z.infer<typeof NewWebhook>;
export const ChangeWebhook = z.strictObject({
  url: Url.optional(),
  events: Events.optional(),
  enabled: z.boolean().optional(),
  /** Makes a new secret; the old one signs beside it for 24 hours. */
  rotateSecret: z.boolean().optional(),
  version: z.int().optional(),
});
export type ChangeWebhook = z.infer<typeof ChangeWebhook>;

export const WebhookDelivery = z.object({
  /** Also the `webhook-id` header, the same on every attempt. */
  id: z.uuid(),
  /** One of the events, or `test`. */
  event: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.number().int(),
  /** HTTP status of the last attempt; null when there was no answer. */
  lastStatus: z.number().int().nullable(),
  /** What went wrong, in words; never what the other side answered. */
  lastError: z.string().nullable(),
  /** The body as sent. */
  payload: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
  deliveredAt: z.string().nullable(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;
export const WebhookDeliveryPage = pageOf(WebhookDelivery);
export const WebhookDeliveryQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(['pending', 'delivered', 'failed'], { error: 'Choose pending, delivered or failed' }).optional(),
});
export type WebhookDeliveryQuery = z.infer<typeof WebhookDeliveryQuery>;
