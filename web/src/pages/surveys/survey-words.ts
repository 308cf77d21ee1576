import type { Band, Metric, QuestionType, SurveyView } from '../../../../src/surveys/surveys.contract.js';
import type { Tone } from '../../components/badges.js';

export const metricWords: Record<Metric, { name: string; what: string }> = {
  nps: { name: 'Relationship NPS', what: '0 to 10, asked about the whole relationship' },
  tnps: { name: 'Transactional NPS', what: '0 to 10, asked after something happened at a touchpoint' },
  csat: { name: 'CSAT', what: '1 to 5, how satisfied' },
  ces: { name: 'CES', what: '1 to 7, how easy it was' },
};

export const questionWords: Record<QuestionType, string> = {
  nps: '0–10 score',
  csat: '1–5 score',
  ces: '1–7 score',
  reason: 'Open text',
  consent: 'Consent to contact',
  choice: 'Choice',
  rating: 'Rating',
  text: 'Open text',
};

export const surveyStatus: Record<SurveyView['status'], { word: string; tone: Tone }> = {
  draft: { word: 'Draft', tone: 'neutral' },
  live: { word: 'Live', tone: 'good' },
  closed: { word: 'Closed', tone: 'neutral' },
};

/** Why answers are left out of the score, after a number. */
export const LEFT_OUT_WORDS: Readonly<Record<string, string>> = {
  too_fast: 'sent too fast',
  honeypot: 'of machines',
  burst: 'of a burst',
  scanner: 'of scanners',
  staff: 'of colleagues',
  duplicate: 'given twice',
  test: 'tests',
  withdrawn: 'withdrawn',
};

const names = new Intl.DisplayNames('en', { type: 'language' });
/** "German" for `de`; what is no language tag stays as it is. */
export function languageName(locale: string): string {
  try {
    return names.of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** Languages that are offered beside those with built-in texts. */
export const OTHER_LOCALES = [
  'bg',
  'cs',
  'da',
  'el',
  'et',
  'fa',
  'fi',
  'he',
  'hi',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'lt',
  'lv',
  'nb',
  'nl',
  'pl',
  'pt-BR',
  'ro',
  'ru',
  'sk',
  'sl',
  'sr',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const;

/** The scores of each band, as `band` of the wording rule draws them. */
export function bandRanges(metric: Metric): Record<Band, string> {
  if (metric === 'csat') return { low: '1 to 2', middle: '3', high: '4 to 5' };
  if (metric === 'ces') return { low: '1 to 3', middle: '4', high: '5 to 7' };
  return { low: '0 to 6', middle: '7 to 8', high: '9 to 10' };
}

/** One score of each band, for previews. */
export function exampleScores(metric: Metric): readonly [number, number, number] {
  if (metric === 'csat') return [1, 3, 5];
  if (metric === 'ces') return [2, 4, 7];
  return [2, 8, 10];
}
