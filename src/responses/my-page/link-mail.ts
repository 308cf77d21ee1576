import type { MailContent } from '../../platform/mail/mail.js';
import { renderMail } from '../../platform/mail-template/mail-template.js';
import { dirOf, publicLocale, speak } from '../../platform/public-page/index.js';
import { MY_TEXTS } from './texts.js';

/** The mail with the one-use link to everything that is held about a customer. */
export async function linkMail(facts: {
  organization: string;
  color: string | undefined;
  postalAddress: string | null;
  locale: string;
  url: string;
}): Promise<MailContent> {
  const locale = publicLocale(facts.locale);
  const say = speak(MY_TEXTS, locale);
  const { html, text } = await renderMail({
    brand: { name: facts.organization, color: facts.color },
    locale,
    dir: dirOf(locale),
    preview: say('mailPreview'),
    blocks: [
      { kind: 'heading', text: say('allTitle') },
      { kind: 'text', text: say('mailText') },
      { kind: 'button', label: say('openButton'), href: facts.url },
      { kind: 'note', text: say('mailNot') },
    ],
    footer: [{ kind: 'text', text: [facts.organization, facts.postalAddress].filter(Boolean).join(', ') }],
  });
  return { subject: say('mailSubject', { organization: facts.organization }), html, text, locale };
}
