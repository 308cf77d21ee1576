import { IntlMessageFormat } from 'intl-messageformat';
import { type PublicLocale, publicLocale } from './locales.js';

/** ICU messages by key, in each of our languages; English says which keys there are. */
export type Texts<K extends string> = Readonly<Record<PublicLocale, Readonly<Record<K, string>>>>;

export type Values = Readonly<Record<string, string | number | Date>>;
export type Say<K extends string> = (key: K, values?: Values) => string;

const formats = new Map<string, IntlMessageFormat>();

/**
 * Says messages in the reader's language: `const say = speak(TEXTS, locale); say('thanks', { name })`. Values are plain text; plurals, numbers and
 * dates follow ICU. A literal apostrophe in a message is typographic (’), since ICU gives the plain one a meaning.
 */
export function speak<K extends string>(texts: Texts<K>, locale: string): Say<K> {
  const language = publicLocale(locale);
  return (key, values) => {
    const message = texts[language][key];
    const cacheKey = `${language}\0${message}`;
    let format = formats.get(cacheKey);
    if (!format) {
      format = new IntlMessageFormat(message, language === 'en' ? 'en-GB' : language, undefined, { ignoreTag: true });
      formats.set(cacheKey, format);
    }
    const said: unknown = format.format(values as Record<string, string | number | Date> | undefined);
    return String(said);
  };
}

const intl = (locale: string): string => (publicLocale(locale) === 'en' ? 'en-GB' : locale);

const dateFormats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(
  locale: string,
  timeZone: string,
  kind: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${kind}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(intl(locale), { ...options, timeZone });
    dateFormats.set(key, format);
  }
  return format;
}

/** `Thu 26 Nov, 10:05` in the reader's language. */
export const dayAndTime = (at: Date, locale: string, timeZone: string): string =>
  dateFormat(locale, timeZone, 'day and time', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

/** `21 November 2026`; without the year when it is this one. */
export function longDay(at: Date, locale: string, timeZone: string, now = new Date()): string {
  const sameYear =
    dateFormat('en', timeZone, 'year', { year: 'numeric' }).format(at) ===
    dateFormat('en', timeZone, 'year', { year: 'numeric' }).format(now);
  return sameYear
    ? dateFormat(locale, timeZone, 'long day', { day: 'numeric', month: 'long' }).format(at)
    : dateFormat(locale, timeZone, 'long day and year', { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** `Monday 23 November, 17:00`: for dates that we promise. */
export const longDayAndTime = (at: Date, locale: string, timeZone: string): string =>
  dateFormat(locale, timeZone, 'long day and time', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

export type FrameKey = 'problem' | 'languages' | 'errorTitle' | 'notFoundTitle' | 'notFoundText' | 'notFoundHelp';

/** What every public page may have to say. */
export const FRAME_TEXTS: Texts<FrameKey> = {
  en: {
    problem: 'There is a problem',
    languages: 'Languages',
    errorTitle: 'Error: {title}',
    notFoundTitle: 'This page is not here any more',
    notFoundText: 'The link may be too old, or a part of it was lost when it was copied.',
    notFoundHelp:
      'Open the link in the newest mail once more. If that does not help, reply to that mail: a person will read it.',
  },
  de: {
    problem: 'Hier stimmt etwas nicht',
    languages: 'Sprachen',
    errorTitle: 'Fehler: {title}',
    notFoundTitle: 'Diese Seite gibt es nicht mehr',
    notFoundText: 'Vielleicht ist der Link zu alt, oder beim Kopieren ist ein Teil verloren gegangen.',
    notFoundHelp:
      'Öffnen Sie den Link in der neuesten Mail noch einmal. Hilft das nicht, antworten Sie auf die Mail: Ein Mensch liest sie.',
  },
  fr: {
    problem: 'Il y a un problème',
    languages: 'Langues',
    errorTitle: 'Erreur : {title}',
    notFoundTitle: 'Cette page n’existe plus',
    notFoundText: 'Le lien est peut-être trop ancien, ou une partie s’est perdue en le copiant.',
    notFoundHelp:
      'Ouvrez à nouveau le lien dans le message le plus récent. Si cela ne suffit pas, répondez à ce message : une personne le lira.',
  },
  es: {
    problem: 'Hay un problema',
    languages: 'Idiomas',
    errorTitle: 'Error: {title}',
    notFoundTitle: 'Esta página ya no existe',
    notFoundText: 'Puede que el enlace sea demasiado antiguo o que se haya perdido una parte al copiarlo.',
    notFoundHelp:
      'Abra de nuevo el enlace del correo más reciente. Si no funciona, responda a ese correo: lo leerá una persona.',
  },
  pt: {
    problem: 'Há um problema',
    languages: 'Idiomas',
    errorTitle: 'Erro: {title}',
    notFoundTitle: 'Esta página já não existe',
    notFoundText: 'O link pode ser demasiado antigo ou ter perdido uma parte ao ser copiado.',
    notFoundHelp:
      'Abra de novo o link no e-mail mais recente. Se não resultar, responda a esse e-mail: uma pessoa vai lê-lo.',
  },
  ar: {
    problem: 'هناك مشكلة',
    languages: 'اللغات',
    errorTitle: 'خطأ: {title}',
    notFoundTitle: 'لم تعد هذه الصفحة موجودة',
    notFoundText: 'ربما أصبح الرابط قديمًا، أو فُقد جزء منه عند نسخه.',
    notFoundHelp: 'افتح الرابط مرة أخرى من أحدث رسالة. إن لم ينجح ذلك فأجب على الرسالة نفسها: سيقرؤها شخص.',
  },
};
