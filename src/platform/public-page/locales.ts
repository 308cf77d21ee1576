/** Languages that our own texts on public pages and in mails are written in. */
export const PUBLIC_LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'ar'] as const;
export type PublicLocale = (typeof PUBLIC_LOCALES)[number];

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

export const dirOf = (locale: string): 'ltr' | 'rtl' => (RIGHT_TO_LEFT.has(languageOf(locale)) ? 'rtl' : 'ltr');

/** The language of our own texts for a reader of `locale`; English where we have none. */
export function publicLocale(locale: string | null | undefined): PublicLocale {
  const language = languageOf(locale ?? '');
  return PUBLIC_LOCALES.find((known) => known === language) ?? 'en';
}

/** The language's name in itself, e.g. `Deutsch`; the tag where Intl knows none. */
export function ownName(locale: string): string {
  try {
    const name = new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  } catch {
    return locale;
  }
}

/**
 * The best of `offered`: what the page's `?lang=` asks for, then the customer's own locale, then the browser's `Accept-Language`, else the first.
 * A tag fits when it is the same or, failing that, of the same language (`de-AT` reads `de`).
 */
export function chooseLocale<L extends string>(
  offered: readonly [L, ...L[]],
  wish: { lang?: unknown; customer?: string | null | undefined; acceptLanguage?: string | undefined },
): L {
  const wanted = [
    typeof wish.lang === 'string' ? wish.lang : '',
    wish.customer ?? '',
    ...acceptedTags(wish.acceptLanguage ?? ''),
  ];
  for (const tag of wanted) {
    if (tag === '') continue;
    const found =
      offered.find((locale) => locale.toLowerCase() === tag.toLowerCase()) ??
      offered.find((locale) => languageOf(locale) === languageOf(tag));
    if (found !== undefined) return found;
  }
  return offered[0];
}

/** `de-AT,de;q=0.9,*;q=0.1` → `['de-AT', 'de']`, best first. */
function acceptedTags(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((value) => value !== undefined);
      return { tag: tag.trim(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}
