import type { MailContent } from '../../platform/mail/mail.js';
import { type MailBlock, renderMail } from '../../platform/mail-template/mail-template.js';
import type { NotificationKind } from './notifications.contract.js';

export interface Told {
  kind: NotificationKind;
  number: number;
  actor: string | null;
  url: string;
}

/** What happened, in one sentence without a word of the customer. */
export function sentenceOf({ kind, number, actor }: Pick<Told, 'kind' | 'number' | 'actor'>): string {
  const somebody = actor ?? 'Somebody';
  switch (kind) {
    case 'mention':
      return `${somebody} mentioned you in case ${number}.`;
    case 'assigned':
      return actor ? `${actor} gave you case ${number}.` : `Case ${number} is yours.`;
    case 'customer_message':
      return `The customer wrote in case ${number}.`;
    case 'not_yet':
      return `The customer of case ${number} said: not fixed yet. It is open again.`;
    case 'fixed':
      return `The customer of case ${number} said: it is fixed.`;
    case 'note':
      return `${somebody} wrote a note in case ${number}.`;
    case 'woke':
      return `Case ${number} is back: it was put off until now.`;
  }
}

interface About {
  organization: { name: string; color: string | undefined };
  name: string;
  settingsUrl: string;
}

/** To a colleague: what happened and one link for each. No word of the customer leaves by this mail. */
export async function notificationMail(
  { organization, name, settingsUrl }: About,
  all: readonly Told[],
  more: number,
): Promise<Pick<MailContent, 'subject' | 'html' | 'text' | 'locale'>> {
  const one = all.length === 1 && more === 0 ? all[0] : undefined;
  const subject = one ? sentenceOf(one).replace(/\.$/, '') : `${all.length + more} things happened in your cases`;
  const blocks: MailBlock[] = [
    { kind: 'text', text: `Hello ${name},` },
    ...all.flatMap((told): MailBlock[] => [
      { kind: 'text', text: sentenceOf(told) },
      { kind: 'button', label: `Open case ${told.number}`, href: told.url },
    ]),
    ...(more > 0 ? [{ kind: 'note' as const, text: `And ${more} more.` }] : []),
  ];
  const { html, text } = await renderMail({
    brand: { name: organization.name, color: organization.color },
    locale: 'en',
    dir: 'ltr',
    preview: subject,
    blocks,
    footer: [
      { kind: 'text', text: 'You get this because you work cases. You choose yourself which mails you want.' },
      { kind: 'links', links: [{ label: 'My settings', href: settingsUrl }] },
    ],
  });
  return { subject, html, text, locale: 'en' };
}
