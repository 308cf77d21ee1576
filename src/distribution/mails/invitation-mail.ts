import type { MailContent } from '../../platform/mail/mail.js';
import { type MailBlock, type MailFooter, renderMail } from '../../platform/mail-template/mail-template.js';
import type { Wording } from '../../surveys/surveys.contract.js';
import { builtInLocale } from '../../surveys/wording.js';
import { INVITATION_TEXTS } from './invitation-texts.js';

/** Everything one survey mail says; plain text throughout. */
export interface InvitationMail {
  organization: string;
  color?: string | undefined;
  wording: Wording;
  customerName: string | null;
  /** What happened and when; null for a survey about the whole relationship. */
  about: { touchpoint: string; at: Date | null } | null;
  basis: 'consent' | 'existing_customer' | null;
  /** IANA zone in which dates are written. */
  timeZone: string;
  /** For reminders: when the first mail went. */
  askedAt: Date | null;
  /** For reminders: the campaign's own words, with fields in braces; null, or an empty part: the built-in ones. */
  reminder?: { subject: string; intro: string } | null;
  /** A person's name with what they are; null: the team. */
  person: { name: string; role: string } | null;
  /** Of the contact policy; 0 is not mentioned. */
  minDaysBetween: number;
  surveyUrl: string;
  choicesUrl: string;
  stopUrl: string;
  privacyUrl: string | null;
  postalAddress: string | null;
  test: boolean;
}

/** The survey mail in the language of its wording, else with English around the survey's own texts. */
export async function invitationMail(
  mail: InvitationMail,
): Promise<Pick<MailContent, 'subject' | 'html' | 'text' | 'locale'>> {
  const { wording } = mail;
  const built = builtInLocale(wording.locale);
  const locale = built === null ? 'en' : wording.locale;
  const say = INVITATION_TEXTS[built ?? 'en'];
  const date = (at: Date): string =>
    // Plain English is read everywhere, where day before month is the rule.
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      day: 'numeric',
      month: 'long',
      timeZone: mail.timeZone,
    }).format(at);
  const values: Record<string, string> = {
    organization: mail.organization,
    touchpoint: mail.about?.touchpoint ?? '',
    name: mail.customerName ?? '',
    days: new Intl.NumberFormat(locale).format(mail.minDaysBetween),
    url: mail.surveyUrl,
  };
  const fill = (text: string, more: Record<string, string> = {}): string =>
    text.replace(/\{(\w+)\}/g, (tag, key: string) => more[key] ?? values[key] ?? tag);

  const plainSubject = fill(mail.about ? say.subjectAfter : say.subject);
  // What the campaign says itself is text of our own users: fields it may not use stay as they are.
  const own = mail.askedAt ? (mail.reminder ?? null) : null;
  const asked = { date: mail.askedAt ? date(mail.askedAt) : '' };
  const reminded = mail.askedAt
    ? own?.subject
      ? fill(own.subject, asked)
      : fill(say.reminderSubject, { subject: plainSubject })
    : plainSubject;
  const subject = mail.test ? fill(say.testSubject, { subject: reminded }) : reminded;

  const why = mail.about
    ? mail.about.at
      ? fill(say.about, { date: date(mail.about.at) })
      : fill(say.aboutUndated)
    : fill(say.general);
  const scale = wording.metric.scale;
  const cells: { label: string; href: string }[] = [];
  if (scale)
    for (let score = scale.min; score <= scale.max; score++)
      cells.push({ label: String(score), href: `${mail.surveyUrl}?score=${score}` });
  const blocks: MailBlock[] = [
    ...(mail.test ? [{ kind: 'notice' as const, text: say.test }] : []),
    { kind: 'text', text: mail.customerName ? fill(say.hello) : say.helloNobody },
    ...(mail.askedAt
      ? (own?.intro ? fill(own.intro, asked) : fill(say.reminder, asked))
          .split(/\n{2,}/)
          .map((text) => ({ kind: 'text' as const, text }))
      : []),
    { kind: 'text', text: sentence(why, locale, mail.askedAt !== null) },
    { kind: 'heading', text: wording.metric.text },
    {
      kind: 'scale',
      cells,
      low: wording.scaleEnds.low,
      high: wording.scaleEnds.high,
      answer: { label: say.answerHere, href: mail.surveyUrl },
    },
    { kind: 'note', text: say.nothingSent },
    {
      kind: 'text',
      text: wording.questions.some((question) => question.type === 'consent') ? say.whatWeDoWithReply : say.whatWeDo,
    },
    mail.person
      ? { kind: 'person', name: mail.person.name, role: mail.person.role }
      : { kind: 'person', name: fill(say.team) },
  ];

  const because = mail.about ? say.becauseEvent : mail.basis === 'consent' ? say.becauseConsent : say.becauseCustomer;
  const footer: MailFooter[] = [
    { kind: 'text', text: [fill(because), ...(mail.minDaysBetween > 0 ? [fill(say.atMost)] : [])].join(' ') },
    {
      kind: 'links',
      links: [
        { label: say.choices, href: mail.choicesUrl },
        { label: say.stop, href: mail.stopUrl },
        ...(mail.privacyUrl === null ? [] : [{ label: say.use, href: mail.privacyUrl }]),
      ],
    },
    { kind: 'text', text: fill(say.plainLink), htmlOnly: true },
    { kind: 'text', text: [mail.organization, mail.postalAddress].filter(Boolean).join(', ') },
  ];
  const { html, text } = await renderMail({
    brand: { name: mail.organization, color: mail.color },
    locale: wording.locale,
    dir: wording.dir,
    preview: say.preview,
    blocks,
    footer,
  });
  return { subject, html, text, locale: wording.locale };
}

/** In German the sentence after the greeting goes on in lower case; once another stands between, it starts anew. */
function sentence(text: string, locale: string, startsAnew: boolean): string {
  return startsAnew ? text.charAt(0).toLocaleUpperCase(locale) + text.slice(1) : text;
}
