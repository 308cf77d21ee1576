/**
 * The frame of every page that customers see (`/s`, `/r`, `/me`, `/u`): HTML from the server, whole without JavaScript, no request to anyone else.
 *
 *   const page = publicPage({ organization, locale, languages: languageLinks(PUBLIC_LOCALES, locale), title, body: <Card>…</Card> });
 *   reply.headers(page.headers).type('text/html; charset=utf-8').send(page.html);
 *
 * Refusals are `throw pageRefusal(404, page)`; unknown, foreign and expired links all `throw notFoundPage(wish)`.
 */
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { PageError } from '../http/page-error.js';
import { chooseLocale, dirOf, ownName, PUBLIC_LOCALES } from './locales.js';
import { Card } from './parts.js';
import { styleOf } from './style.js';
import { FRAME_TEXTS, speak } from './texts.js';

export interface PublicPage {
  html: string;
  headers: Record<string, string>;
}

export interface PageLink {
  href: string;
  label: string;
}

export interface PageOptions {
  /** Null on pages that must not tell whose they are. */
  organization: { name: string; color?: string | undefined } | null;
  locale: string;
  /** The other languages of this page; see `languageLinks`. */
  languages?: readonly (PageLink & { locale: string })[];
  /** The page's title; the organization's name follows it. */
  title: string;
  /** Cards and forms; the `h1` is yours. */
  body: ReactNode;
  /** The form came back with problems: the title says so. */
  hasError?: boolean;
  /** Small links below, e.g. how answers are used. */
  links?: readonly PageLink[];
}

/** Links to the same page in the other languages, in their own names; `keep` are query values that go along, e.g. the picked score. */
export function languageLinks(
  offered: readonly string[],
  current: string,
  keep: Readonly<Record<string, string>> = {},
): (PageLink & { locale: string })[] {
  return offered
    .filter((locale) => locale !== current)
    .map((locale) => ({
      locale,
      label: ownName(locale),
      href: `?${new URLSearchParams({ ...keep, lang: locale }).toString()}`,
    }));
}

/** The whole page, and the headers it is served with. */
export function publicPage(options: PageOptions): PublicPage {
  const { organization, locale, title, languages = [], links = [] } = options;
  const say = speak(FRAME_TEXTS, locale);
  const sheet = styleOf(organization?.color);
  const named = organization ? `${title} · ${organization.name}` : title;
  const html = renderToStaticMarkup(
    <html lang={locale} dir={dirOf(locale)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{options.hasError ? say('errorTitle', { title: named }) : named}</title>
        <style dangerouslySetInnerHTML={{ __html: sheet.css }} />
      </head>
      <body>
        <div className="wrap">
          {organization || languages.length > 0 ? (
            <header>
              {organization ? <p className="org">{organization.name}</p> : null}
              {languages.length > 0 ? (
                <nav aria-label={say('languages')}>
                  <ul>
                    {languages.map((language) => (
                      <li key={language.locale}>
                        <a href={language.href} lang={language.locale} hrefLang={language.locale}>
                          {language.label}
                        </a>
                      </li>
                    ))}
                  </ul>
                </nav>
              ) : null}
            </header>
          ) : null}
          <main>{options.body}</main>
          {links.length > 0 ? (
            <footer>
              <ul>
                {links.map((link) => (
                  <li key={link.href}>
                    <a href={link.href}>{link.label}</a>
                  </li>
                ))}
              </ul>
            </footer>
          ) : null}
        </div>
      </body>
    </html>,
  );
  return { html: `<!doctype html>${html}`, headers: pageHeaders(sheet.hash, locale) };
}

/** Nothing is kept, nothing is told to the next site, nothing is indexed, nothing runs and nothing is loaded. */
function pageHeaders(styleHash: string, locale: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
    'content-language': locale,
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  };
}

/** A page with an error status, to be thrown. */
export const pageRefusal = (status: number, page: PublicPage): PageError =>
  new PageError(status, page.html, page.headers);

/** One friendly page for links that are unknown, foreign, broken or too old, so that none of them can be told apart. */
export function notFoundPage(wish: { lang?: unknown; acceptLanguage?: string | undefined } = {}): PageError {
  const locale = chooseLocale(PUBLIC_LOCALES, wish);
  const say = speak(FRAME_TEXTS, locale);
  const page = publicPage({
    organization: null,
    locale,
    languages: languageLinks(PUBLIC_LOCALES, locale),
    title: say('notFoundTitle'),
    body: (
      <Card>
        <h1>{say('notFoundTitle')}</h1>
        <p>{say('notFoundText')}</p>
        <p>{say('notFoundHelp')}</p>
      </Card>
    ),
  });
  return pageRefusal(404, page);
}
