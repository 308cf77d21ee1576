import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';
import { Ref } from '../cases/cases.contract.js';

/** `note`, `customer_message` and `fixed` come for cases that one has or follows; `not_yet` also for the manager. */
export const NOTIFICATION_KINDS = [
  'mention',
  'assigned',
  'customer_message',
  'not_yet',
  'fixed',
  'note',
  'woke',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export const NotificationView = z.object({
  id: z.uuid(),
  kind: z.enum(NOTIFICATION_KINDS),
  case: z.object({ id: z.uuid(), number: z.number().int(), subject: z.string() }),
  /** Who did it; null for the customer and for the system. */
  actor: Ref.nullable(),
  at: z.string(),
  readAt: z.string().nullable(),
});
export type NotificationView = z.infer<typeof NotificationView>;
export const NotificationPage = pageOf(NotificationView).extend({ unread: z.number().int() });
export type NotificationPage = z.infer<typeof NotificationPage>;
export const NotificationQuery = z.strictObject({ ...pageQuery });
export type NotificationQuery = z.infer<typeof NotificationQuery>;

/** Without ids: all of them. */
export const MarkRead = z.strictObject({
  ids: z
    .array(z.uuid({ error: 'Choose notifications' }))
    .max(200)
    .optional(),
});
export const Unread = z.object({ unread: z.number().int() });

const clockTime = z
  .string({ error: 'Enter a time such as 20:00' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Enter a time such as 20:00' });

export const NotificationSettings = z.strictObject({
  /** `instant`: mentions, cases given to me and “not yet” at once; `daily`: one mail each morning with what is unread. */
  mail: z.enum(['off', 'instant', 'daily'], { error: 'Choose off, instant or daily' }),
  /** No instant mail in between, by the organization's clocks; also over midnight. */
  quiet: z.strictObject({ from: clockTime, to: clockTime }).nullable(),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;
