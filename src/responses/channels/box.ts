import { dirOf, speak } from '../../platform/public-page/index.js';
import type { WordedQuestion, Wording } from '../../surveys/surveys.contract.js';
import { SURVEY_TEXTS } from '../survey-page/texts.js';
import { CHANNEL_TEXTS } from './texts.js';

const ASKED = new Set<WordedQuestion['type']>(['nps', 'csat', 'ces', 'reason']);

/** What a box or a counter asks: the score, and why. Further questions belong on a page; whether we may write is no question to nobody. */
export const shortened = (wording: Wording): Wording => ({
  ...wording,
  questions: wording.questions.filter((question) => ASKED.has(question.type)),
});

/** Without the question whether we may write: where nobody is known, a yes could not be kept. */
export const withoutConsent = (wording: Wording): Wording => ({
  ...wording,
  questions: wording.questions.filter((question) => question.type !== 'consent'),
});

/** A short wording as plain values, for programs that draw it themselves. */
export function boxOf(short: Wording) {
  const { metric, locale } = short;
  const say = speak(SURVEY_TEXTS, locale);
  const own = speak(CHANNEL_TEXTS, locale);
  const { min = 0, max = 10, low = '', high = '' } = metric.scale ?? {};
  const reason = short.questions.find((question) => question.type === 'reason');
  return {
    locale,
    dir: dirOf(locale),
    question: metric.text,
    scores: Array.from({ length: max - min + 1 }, (_, i) => min + i),
    low: `${min} = ${low}`,
    high: `${max} = ${high}`,
    reason: reason ? { text: reason.text, hint: reason.hint } : null,
    words: {
      send: say('send'),
      thanks: say('thanks'),
      thanksText: say('thanksText'),
      choose: say('chooseScore', { min, max }),
      close: own('close'),
      failed: own('failed'),
    },
  };
}
