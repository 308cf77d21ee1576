import {
  Card,
  Hidden,
  languageLinks,
  PUBLIC_LOCALES,
  type PublicLocale,
  type PublicPage,
  publicPage,
  speak,
} from '../../platform/public-page/index.js';
import { UNSUBSCRIBE_TEXTS } from './texts.js';

export interface UnsubscribeFacts {
  organization: { name: string; color?: string | undefined };
  locale: PublicLocale;
  lang: string | null;
  /** Masked; null when none is on file. */
  address: string | null;
  paths: { form: string; choices: string };
}

/** One button. */
export function askPage(facts: UnsubscribeFacts): PublicPage {
  const say = speak(UNSUBSCRIBE_TEXTS, facts.locale);
  const organization = facts.organization.name;
  return publicPage({
    organization: facts.organization,
    locale: facts.locale,
    languages: languageLinks(PUBLIC_LOCALES, facts.locale),
    title: say('title'),
    body: (
      <Card>
        <h1>{say('title')}</h1>
        <p>
          {facts.address === null
            ? say('textUnknown', { organization })
            : say('text', { organization, address: facts.address })}
        </p>
        <form method="post" action={facts.paths.form}>
          {facts.lang === null ? null : <Hidden name="lang" value={facts.lang} />}
          <button type="submit">{say('button')}</button>
        </form>
      </Card>
    ),
    links: [{ href: facts.paths.choices, label: say('choices') }],
  });
}

/** No language links: this page answers a post, and going to it anew would ask again. */
export function stoppedPage(facts: UnsubscribeFacts): PublicPage {
  const say = speak(UNSUBSCRIBE_TEXTS, facts.locale);
  return publicPage({
    organization: facts.organization,
    locale: facts.locale,
    title: say('done'),
    body: (
      <Card>
        <h1>{say('done')}</h1>
        <p>{say('doneText', { organization: facts.organization.name })}</p>
        <p className="second">{say('still')}</p>
        <p className="more">
          <a href={facts.paths.choices}>{say('choices')}</a>
        </p>
      </Card>
    ),
  });
}
