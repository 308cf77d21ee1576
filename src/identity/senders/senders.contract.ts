import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';

export const FINDING_STATES = ['ok', 'note', 'missing', 'wrong', 'unknown'] as const;
export const FINDING_KEYS = ['ownership', 'dkim', 'next_dkim', 'spf', 'dmarc', 'alignment'] as const;

export const FindingView = z.object({
  key: z.enum(FINDING_KEYS),
  /** `note`: works and could be better; `unknown`: DNS gave no answer. */
  state: z.enum(FINDING_STATES),
  message: z.string(),
  /** The TXT record to set in DNS. */
  record: z.object({ name: z.string(), value: z.string() }).nullable(),
  found: z.array(z.string()),
});
export type FindingView = z.infer<typeof FindingView>;

export const SenderDomainView = z.object({
  id: z.uuid(),
  domain: z.string(),
  /** `verified`: mails may come from it and are signed; `lost`: its records were there and are gone. */
  state: z.enum(['waiting', 'verified', 'lost']),
  /** The operator of this installation vouches for it, whatever DNS says. */
  vouchedFor: z.boolean(),
  findings: z.array(FindingView),
  checkedAt: z.string().nullable(),
  verifiedAt: z.string().nullable(),
  selector: z.string(),
  nextSelector: z.string().nullable(),
  createdAt: z.string(),
});
export type SenderDomainView = z.infer<typeof SenderDomainView>;

export const SenderView = z.object({
  /** What mails come from when the organization's own address may not be used. */
  fallback: z.string(),
  /** Domain of bounces and replies. */
  returnPathDomain: z.string(),
  /** The organization's own address, as it was entered. */
  wanted: z.string().nullable(),
  /** The address that stands in From now. */
  inUse: z.string(),
  domains: z.array(SenderDomainView),
});
export type SenderView = z.infer<typeof SenderView>;

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

export const NewSenderDomain = z.strictObject({
  domain: z
    .string({ error: 'Enter a domain' })
    .transform((v) => v.trim().toLowerCase().replace(/\.$/, ''))
    .pipe(z.string().regex(DOMAIN, { error: 'Enter a domain, such as acme.example' })),
});

export const PROVIDERS = ['generic', 'ses', 'sendgrid', 'postmark'] as const;
export const PROVIDER_HINTS = {
  generic: 'A secret of 16 characters or more; send it as "Authorization: Bearer …".',
  ses: 'The ARN of the SNS topic, such as arn:aws:sns:eu-west-1:123456789012:bounces.',
  sendgrid: 'The verification key of the signed event webhook.',
  postmark: 'User name and password for basic authentication, as user:password.',
} as const;

export const NewProviderWebhook = z
  .strictObject({
    provider: z.enum(PROVIDERS, { error: 'Choose generic, ses, sendgrid or postmark' }),
    /** What the provider proves itself with, see the hints. */
    credential: z.string({ error: 'Enter the credential' }).trim().min(1, { error: 'Enter the credential' }).max(2000),
  })
  .superRefine(({ provider, credential }, context) => {
    const form = {
      generic: /^\S{16,}$/,
      ses: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/,
      sendgrid: /^(?:-----BEGIN PUBLIC KEY-----)?[A-Za-z0-9+/=\s]{80,}(?:-----END PUBLIC KEY-----)?$/,
      postmark: /^[^:\s]{1,100}:\S{12,}$/,
    }[provider];
    if (!form.test(credential))
      context.addIssue({ code: 'custom', path: ['credential'], message: PROVIDER_HINTS[provider] });
  });
export type NewProviderWebhook = z.infer<typeof NewProviderWebhook>;

export const ProviderWebhookView = z.object({
  id: z.uuid(),
  provider: z.enum(PROVIDERS),
  /** What to enter at the provider; a secret. */
  url: z.string(),
  /** An address that was replaced works until then. */
  endsAt: z.string().nullable(),
  lastEventAt: z.string().nullable(),
  createdAt: z.string(),
});
export type ProviderWebhookView = z.infer<typeof ProviderWebhookView>;
export const ProviderWebhookPage = pageOf(ProviderWebhookView);
export const ProviderWebhookQuery = z.strictObject({ ...pageQuery });
