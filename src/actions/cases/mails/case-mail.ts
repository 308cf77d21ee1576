import type { MailContent } from '../../../platform/mail/mail.js';
import { type MailBlock, type MailFooter, renderMail } from '../../../platform/mail-template/mail-template.js';
import { dirOf, longDay, longDayAndTime, publicLocale, speak } from '../../../platform/public-page/index.js';
import { CASE_MAIL_TEXTS } from './case-texts.js';

/** Everything that a mail of a case says; plain text throughout. */
export interface CaseMail {
  organization: {
    name: string;
    color: string | undefined;
    postalAddress: string | null;
    privacyUrl: string | null;
    timeZone: string;
  };
  customer: { name: string | null; locale: string | null };
  number: number;
  touchpoint: string | null;
  toldAt: Date;
  /** The customer's words; null: none, or not to be quoted. */
  quote: string | null;
  /** Who writes; null: the team. */
  person: { name: string; team: string | null } | null;
  receiptUrl: string;
  about:
    | { kind: 'acknowledgement'; promisedAt: Date }
    | { kind: 'message'; body: string }
    | { kind: 'resolution'; body: string }
    | { kind: 'reminder'; body: string; resolvedAt: Date };
  /** An earlier mail of the case went out: the subject answers it. */
  isReply: boolean;
  now: Date;
}

/** Longest quotation of the customer's own words. */
const QUOTE_MAX = 600;

/** The mail in the customer's language, English where we have no words in it. */
export async function caseMail(mail: CaseMail): Promise<Pick<MailContent, 'subject' | 'html' | 'text' | 'locale'>> {
  const locale = publicLocale(mail.customer.locale);
  const say = speak(CASE_MAIL_TEXTS, locale);
  const { organization, about } = mail;
  const date = longDay(mail.toldAt, locale, organization.timeZone, mail.now);
  const number = String(mail.number);
  const isHeard = about.kind === 'acknowledgement';
  const subject = mail.touchpoint
    ? say(isHeard ? 'ackSubject' : 'subject', { touchpoint: mail.touchpoint, number })
    : say(isHeard ? 'ackSubjectPlain' : 'subjectPlain', { number });
  const hello: MailBlock = {
    kind: 'text',
    text: mail.customer.name ? say('hello', { name: mail.customer.name }) : say('helloNobody'),
  };
  const person: MailBlock = mail.person
    ? { kind: 'person', name: mail.person.name, role: [mail.person.team, organization.name].filter(Boolean).join(', ') }
    : { kind: 'person', name: say('team', { organization: organization.name }) };
  const quote: MailBlock[] = mail.quote === null ? [] : [{ kind: 'quote', text: clip(mail.quote) }];
  const ask: MailBlock[] = [
    { kind: 'heading', text: say('isItFixed') },
    { kind: 'button', label: say('fixed'), href: `${mail.receiptUrl}?answer=fixed` },
    { kind: 'button', label: say('notYet'), href: `${mail.receiptUrl}?answer=not_yet` },
    { kind: 'note', text: say('nothingSent') },
  ];
  const promised = (at: Date): string => say('ackPromise', { date: longDayAndTime(at, locale, organization.timeZone) });
  const blocks: MailBlock[] =
    about.kind === 'acknowledgement'
      ? [
          hello,
          { kind: 'text', text: say('ackIntro', { date }) },
          ...quote,
          { kind: 'text', text: promised(about.promisedAt) },
          { kind: 'note', text: say('ackEnd') },
          person,
        ]
      : about.kind === 'message'
        ? [
            hello,
            { kind: 'text', text: about.body },
            person,
            { kind: 'note', text: say('canAnswer') },
            ...(quote.length > 0 ? [{ kind: 'note' as const, text: say('youTold', { date }) }, ...quote] : []),
          ]
        : about.kind === 'resolution'
          ? [
              hello,
              { kind: 'text', text: say('resolvedIntro', { date }) },
              ...quote,
              { kind: 'heading', text: say('whatWeDid') },
              { kind: 'text', text: about.body },
              ...ask,
              person,
            ]
          : [
              hello,
              {
                kind: 'text',
                text: say('reminderIntro', {
                  date: longDay(about.resolvedAt, locale, organization.timeZone, mail.now),
                }),
              },
              { kind: 'quote', text: clip(about.body) },
              ...ask,
              { kind: 'note', text: say('reminderEnd') },
              person,
            ];
  const footer: MailFooter[] = [
    { kind: 'text', text: say('because', { organization: organization.name, date }) },
    {
      kind: 'links',
      links: [
        { label: say('seePage'), href: mail.receiptUrl },
        ...(organization.privacyUrl ? [{ label: say('privacy'), href: organization.privacyUrl }] : []),
      ],
    },
    { kind: 'text', text: [organization.name, organization.postalAddress].filter(Boolean).join(', ') },
  ];
  const preview =
    about.kind === 'acknowledgement'
      ? promised(about.promisedAt)
      : about.kind === 'message'
        ? say('messagePreview', { date })
        : about.kind === 'resolution'
          ? clip(about.body, 120)
          : say('isItFixed');
  const { html, text } = await renderMail({
    brand: { name: organization.name, color: organization.color },
    locale,
    dir: dirOf(locale),
    preview,
    blocks,
    footer,
  });
  return { subject: mail.isReply ? `Re: ${subject}` : subject, html, text, locale };
}

function clip(text: string, max = QUOTE_MAX): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), max - 40)).trimEnd()} …`;
}
