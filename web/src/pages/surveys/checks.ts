import { contrast, readableBrand } from '../../../../src/identity/brand.js';
import { wording } from '../../../../src/surveys/wording.js';
import type { Wording } from '../../../../src/surveys/surveys.contract.js';
import type { Draft } from './draft.js';
import type { Metric } from '../../../../src/surveys/surveys.contract.js';

/** Words a minute that people read on a page; slow, since questions are read with care. */
const WORDS_PER_MINUTE = 200;
/** Seconds to think and press or type, by type of question. */
const ANSWER_SECONDS = { nps: 5, csat: 4, ces: 4, reason: 18, consent: 3, choice: 5, rating: 4, text: 15 } as const;

/** How long the survey takes, in seconds, in steps of 5: reading at 200 words a minute plus the time to answer each kind of question. */
export function secondsToAnswer(asked: Wording): number {
  let words = 0;
  let seconds = 0;
  for (const question of asked.questions) {
    const texts = [question.text, question.hint ?? '', ...question.options.map((option) => option.text)];
    words += texts.join(' ').split(/\s+/).filter(Boolean).length;
    seconds += ANSWER_SECONDS[question.type];
  }
  return Math.max(5, Math.round((seconds + (words / WORDS_PER_MINUTE) * 60) / 5) * 5);
}

/** Words that push towards an answer, by language. Only whole words count. */
const LEADING: Readonly<Record<string, readonly string[]>> = {
  en: [
    'excellent',
    'amazing',
    'awesome',
    'great',
    'wonderful',
    'fantastic',
    'perfect',
    'outstanding',
    'how happy',
    'how much did you love',
    "don't you",
    'wouldn’t you',
    "wouldn't you",
    'give us a 10',
    'please rate us highly',
  ],
  de: [
    'ausgezeichnet',
    'hervorragend',
    'großartig',
    'toll',
    'fantastisch',
    'perfekt',
    'wie glücklich',
    'wie begeistert',
    'nicht wahr',
  ],
  fr: ['excellent', 'excellente', 'formidable', 'génial', 'fantastique', 'parfait', 'parfaite', 'n’est-ce pas'],
  es: ['excelente', 'genial', 'fantástico', 'fantástica', 'maravilloso', 'perfecto', 'verdad'],
  pt: ['excelente', 'fantástico', 'fantástica', 'maravilhoso', 'ótimo', 'perfeito', 'não é'],
  ar: ['ممتاز', 'رائع', 'مذهل', 'مثالي'],
};

/** The leading words in what customers read, each once. */
export function leadingWords(
  version: Pick<Draft, 'locales' | 'questions'>,
  ask: (locale: string) => Wording,
): string[] {
  const found = new Set<string>();
  for (const locale of version.locales) {
    const words = LEADING[locale.split('-')[0] ?? ''] ?? [];
    for (const question of ask(locale).questions) {
      const text = ` ${question.text} ${question.hint ?? ''} `
        .toLocaleLowerCase(locale)
        .replace(/[^\p{L}\p{N}'’ -]/gu, ' ');
      for (const word of words) if (text.includes(` ${word} `)) found.add(word);
    }
  }
  return [...found];
}

/** White on the brand colour, as public pages use it. */
export const brandContrast = (color: string): number => contrast(readableBrand(color).color, '#ffffff');

export const wordingOf = (
  draft: Pick<Draft, 'locales' | 'questions'>,
  metric: Metric,
  names: { organization: string; touchpoint: string | null },
  locale: string,
  score?: number,
): Wording => wording({ metric, locales: draft.locales, questions: draft.questions, names }, locale, score);
