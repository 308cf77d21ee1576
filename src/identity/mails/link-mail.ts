import type { MailContent } from '../../platform/mail/mail.js';
import { type MailBlock, renderMail } from '../../platform/mail-template/mail-template.js';

/** Mails to people who work here; `user_known` answers a sign-up with an address that has an account. */
export const LINK_MAILS = ['user_invite', 'user_reset', 'user_known'] as const;
export type LinkMail = (typeof LINK_MAILS)[number];

interface Facts {
  name: string;
  organization: string;
  brandColor: string | undefined;
  url: string;
  hasPassword: boolean;
}

const WORDS: Record<LinkMail, (facts: Facts) => { subject: string; says: string[]; button: string; note: string }> = {
  user_invite: ({ organization, hasPassword }) => ({
    subject: `Join ${organization} on Hearback`,
    says: [`You were added to ${organization} on Hearback, where customers' feedback is heard, acted on and answered.`],
    button: hasPassword ? 'Sign in' : 'Choose a password',
    note: hasPassword ? 'Use the password you already have.' : 'The link works once, for 7 days.',
  }),
  user_reset: () => ({
    subject: 'Choose a new password for Hearback',
    says: ['Somebody, probably you, asked for a new password.'],
    button: 'Choose a new password',
    note: 'The link works once, for 1 hour. If it was not you, do nothing: your password stays as it is.',
  }),
  user_known: () => ({
    subject: 'You already have a Hearback account',
    says: [
      'Somebody, probably you, tried to sign up with this address, which already has an account. Nothing was changed.',
    ],
    button: 'Sign in',
    note: 'Forgotten the password? The sign-in page sends you a link for a new one. If it was not you, do nothing.',
  }),
};

export async function linkMail(kind: LinkMail, facts: Facts): Promise<MailContent> {
  const words = WORDS[kind](facts);
  const blocks: MailBlock[] = [
    { kind: 'text', text: `Hello ${facts.name},` },
    ...words.says.map((text): MailBlock => ({ kind: 'text', text })),
    { kind: 'button', label: words.button, href: facts.url },
    { kind: 'note', text: words.note },
  ];
  const { html, text } = await renderMail({
    brand: { name: facts.organization, color: facts.brandColor },
    locale: 'en',
    dir: 'ltr',
    preview: words.says[0] ?? words.subject,
    blocks,
    footer: [{ kind: 'text', text: 'You get this because of your account on Hearback.' }],
  });
  return { subject: words.subject, html, text, locale: 'en' };
}
