import { z } from 'zod';

/** Ways to ask somebody who is known. */
export const ASK_CHANNELS = ['email', 'sms', 'whatsapp'] as const;
export const AskChannel = z.enum(ASK_CHANNELS, 'Choose email, sms or whatsapp.');
export type AskChannel = z.infer<typeof AskChannel>;

const TextChannel = z.enum(['sms', 'whatsapp']);
const sid = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{4,64}$/, `Enter the ${what} as your provider shows it.`);

/** What is not given stays as it is; the token is never shown again. */
export const PutTextChannel = z
  .strictObject({
    /** The API of Twilio, or of a service that speaks like it. */
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'Enter an address that starts with https://.' })
      .max(300)
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    accountSid: sid('account SID'),
    authToken: z.string().trim().min(8, 'Enter the auth token of the account.').max(200).optional(),
    /** A number with its country, or for SMS a name of up to 11 letters and digits. */
    sender: z
      .string()
      .trim()
      .regex(
        /^(?:\+\d{6,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
        'Enter a number such as +493012345678, or a name of up to 11 letters.',
      )
      .nullable()
      .default(null),
    messagingServiceSid: sid('SID of the messaging service').nullable().default(null),
    /** WhatsApp: the approved template that begins a conversation; its values are 1 = organization, 2 = question, 3 = link. */
    contentSid: sid('SID of the template').nullable().default(null),
    perMinute: z.int('Enter a whole number.').min(1, 'Enter 1 to 6,000.').max(6000, 'Enter 1 to 6,000.').default(60),
    enabled: z.boolean().default(true),
  })
  .refine((v) => v.sender !== null || v.messagingServiceSid !== null, {
    error: 'Enter a sender, or the SID of a messaging service.',
    path: ['sender'],
  });
export type PutTextChannel = z.infer<typeof PutTextChannel>;

export const TextChannelView = z.object({
  channel: TextChannel,
  /** `missing`: not set up; `off`: switched off; `problem`: the provider refused what is about the account. */
  state: z.enum(['missing', 'off', 'ready', 'problem']),
  baseUrl: z.string(),
  accountSid: z.string().nullable(),
  sender: z.string().nullable(),
  messagingServiceSid: z.string().nullable(),
  contentSid: z.string().nullable(),
  perMinute: z.int(),
  enabled: z.boolean(),
  /** For the provider: where answers and reports come in. Null before it is set up. */
  inboundUrl: z.string().nullable(),
  problem: z.string().nullable(),
  problemAt: z.iso.datetime().nullable(),
  lastSentAt: z.iso.datetime().nullable(),
  lastHeardAt: z.iso.datetime().nullable(),
  /** The last test message; `to` is shortened. */
  lastTest: z
    .object({ to: z.string(), state: z.string(), reply: z.string().nullable(), at: z.iso.datetime() })
    .nullable(),
});
export type TextChannelView = z.infer<typeof TextChannelView>;
export const TextChannelList = z.object({ items: z.array(TextChannelView) });

export const TestTextChannel = z.strictObject({ to: z.string().trim().min(1, 'Enter a number.').max(50) });
export type TestTextChannel = z.infer<typeof TestTextChannel>;

export const TextPreviewQuery = z.strictObject({
  channel: TextChannel.default('sms'),
  locale: z.string().max(35).optional(),
});
export type TextPreviewQuery = z.infer<typeof TextPreviewQuery>;

/** The text of a survey's invitation, and how it travels by SMS. */
export const TextPreview = z.object({
  text: z.string(),
  locale: z.string(),
  encoding: z.enum(['GSM-7', 'UCS-2']),
  /** Septets or UTF-16 units. */
  units: z.int(),
  segments: z.int(),
  /** Room in the last segment. */
  left: z.int(),
});
export type TextPreview = z.infer<typeof TextPreview>;
