import type { MailContent } from '../../../platform/mail/mail.js';
import { type MailBlock, renderMail } from '../../../platform/mail-template/mail-template.js';
import type { EscalationClock } from '../escalation.js';
import type { EscalationStep } from '../sla.contract.js';

export interface EscalationMail {
  name: string;
  organization: string;
  brandColor: string | undefined;
  timeZone: string;
  number: number;
  url: string;
  clock: EscalationClock;
  when: EscalationStep['when'];
  dueAt: Date;
  /** Who has the case; null: nobody. */
  owner: string | null;
  /** The case was given to the reader. */
  isGiven: boolean;
}

const WHAT: Record<EscalationClock, string> = {
  first_response: 'A first word to the customer',
  next_response: 'An answer to the customer’s newest message',
  resolution: 'The resolution',
};

/** To a colleague: which case needs somebody, by when, and one link. No word of the customer leaves by this mail. */
export async function escalationMail(
  facts: EscalationMail,
): Promise<Pick<MailContent, 'subject' | 'html' | 'text' | 'locale'>> {
  const due = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: facts.timeZone,
  }).format(facts.dueAt);
  const state = facts.when === 'warning' ? `is due ${due}` : `was due ${due}`;
  const subject = facts.isGiven
    ? `Case ${facts.number} is yours now`
    : `Case ${facts.number} ${facts.when === 'warning' ? 'is due soon' : 'is late'}`;
  const says = [
    `${WHAT[facts.clock]} in case ${facts.number} ${state}.`,
    facts.isGiven
      ? 'Its time ran out with somebody else, so it was given to you.'
      : facts.owner === null
        ? 'Nobody has it.'
        : `${facts.owner} has it.`,
  ];
  const blocks: MailBlock[] = [
    { kind: 'text', text: `Hello ${facts.name},` },
    ...says.map((text): MailBlock => ({ kind: 'text', text })),
    { kind: 'button', label: 'Open the case', href: facts.url },
  ];
  const { html, text } = await renderMail({
    brand: { name: facts.organization, color: facts.brandColor },
    locale: 'en',
    dir: 'ltr',
    preview: says[0] ?? subject,
    blocks,
    footer: [{ kind: 'text', text: 'You get this because of an SLA policy of your organization.' }],
  });
  return { subject, html, text, locale: 'en' };
}
