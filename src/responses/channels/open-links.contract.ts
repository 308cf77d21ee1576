import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';

/** Ways to a survey that were not sent to anybody: a link (also as QR code), a box on a website, a screen on a counter. */
export const OPEN_CHANNELS = ['link', 'widget', 'kiosk'] as const;
export const OpenChannel = z.enum(OPEN_CHANNELS, { error: `Choose ${OPEN_CHANNELS.join(', ')}` });
export type OpenChannel = z.infer<typeof OpenChannel>;

const name = z
  .string({ error: 'Enter a name' })
  .trim()
  .min(1, { error: 'Enter a name' })
  .max(100, { error: 'Use at most 100 characters' });

/** `https://shop.example.org`, as a browser says it in `Origin`: no path, no slash at the end. */
const Origin = z
  .string({ error: 'Enter an address such as https://shop.example.org' })
  .max(200)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (
      url &&
      (url.protocol === 'https:' || url.protocol === 'http:') &&
      url.pathname === '/' &&
      !url.search &&
      !url.username
    )
      return url.origin;
    context.addIssue({ code: 'custom', message: 'Enter an address such as https://shop.example.org, without a path' });
    return z.NEVER;
  });
const origins = z.array(Origin).max(20, { error: 'Use at most 20 addresses' });
const whole = (least: number, most: number) => {
  const error = `Enter a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const settings = {
  /** Widget: the sites it may stand on. */
  origins,
  /** Widget: a visitor who saw it is left alone for so long. */
  askAgainAfterDays: whole(1, 365),
  /** Widget: seconds on the page before it shows itself. */
  delaySeconds: whole(0, 600),
  /** Kiosk: seconds without a touch after which it starts anew. */
  resetSeconds: whole(5, 120),
};
export const OPEN_LINK_DEFAULTS = { origins: [] as string[], askAgainAfterDays: 30, delaySeconds: 5, resetSeconds: 15 };

export const NewOpenLink = z
  .strictObject({
    surveyId: z.uuid({ error: 'Enter the id of a survey' }),
    channel: OpenChannel,
    name,
    origins: settings.origins.optional(),
    askAgainAfterDays: settings.askAgainAfterDays.optional(),
    delaySeconds: settings.delaySeconds.optional(),
    resetSeconds: settings.resetSeconds.optional(),
  })
  .superRefine((row, context) => {
    if (row.channel === 'widget' && (row.origins ?? []).length === 0)
      context.addIssue({ code: 'custom', path: ['origins'], message: 'Enter the address of at least one site' });
  });
export type NewOpenLink = z.infer<typeof NewOpenLink>;

export const ChangeOpenLink = z.strictObject({
  name: name.optional(),
  origins: settings.origins.min(1, { error: 'Enter the address of at least one site' }).optional(),
  askAgainAfterDays: settings.askAgainAfterDays.optional(),
  delaySeconds: settings.delaySeconds.optional(),
  resetSeconds: settings.resetSeconds.optional(),
  /** True: nobody can answer by it any more; false: they can again. */
  revoked: z.boolean({ error: 'Choose true or false' }).optional(),
  version: z.int().optional(),
});
export type ChangeOpenLink = z.infer<typeof ChangeOpenLink>;

export const OpenLinkView = z.object({
  id: z.uuid(),
  surveyId: z.uuid(),
  surveyName: z.string(),
  surveyLive: z.boolean(),
  channel: OpenChannel,
  name: z.string(),
  /** Where people answer; of a widget, the address that its script asks. */
  url: z.string(),
  origins: z.array(z.string()),
  askAgainAfterDays: z.number().int(),
  delaySeconds: z.number().int(),
  resetSeconds: z.number().int(),
  /** All answers, and those that count in the score. */
  answers: z.number().int(),
  counted: z.number().int(),
  lastAnswerAt: z.string().nullable(),
  /** Openings by people. Answers ÷ openings is *participation*; an open link has no response rate, since nobody was asked. */
  openings: z.number().int(),
  /** Openings by machines, kept apart. */
  machineOpenings: z.number().int(),
  /** Counted answers by what `?ref=` said, most first; at most 20. */
  refs: z.array(z.object({ ref: z.string(), answers: z.number().int() })),
  revokedAt: z.string().nullable(),
  createdAt: z.string(),
  version: z.number().int(),
});
export type OpenLinkView = z.infer<typeof OpenLinkView>;
export const OpenLinkPage = pageOf(OpenLinkView);
export const ListOpenLinks = z.strictObject({
  ...pageQuery,
  surveyId: z.uuid({ error: 'Enter the id of a survey' }).optional(),
  channel: OpenChannel.optional(),
});
export type ListOpenLinks = z.infer<typeof ListOpenLinks>;

/** Addresses of a link that say whose answer it is, signed so that nobody can answer in another's name. */
export const PersonalLinks = z.strictObject({
  externalCustomerIds: z
    .array(z.string().min(1).max(200), { error: 'Enter a list of your own ids of customers' })
    .min(1, { error: 'Enter at least one id' })
    .max(1000, { error: 'Use at most 1,000 ids' }),
});
export const PersonalLinkList = z.object({
  items: z.array(z.object({ externalCustomerId: z.string(), url: z.string() })),
});

export const QrQuery = z.strictObject({
  format: z.enum(['svg', 'png'], { error: 'Choose svg or png' }).default('svg'),
  /** Side of the PNG in pixels. */
  size: z.coerce.number().int().min(100).max(2000).default(1000),
});
export type QrQuery = z.infer<typeof QrQuery>;

export const PosterQuery = z.strictObject({
  paper: z.enum(['a4', 'a5'], { error: 'Choose a4 or a5' }).default('a4'),
  locale: z.string().max(35).optional(),
});
export type PosterQuery = z.infer<typeof PosterQuery>;
