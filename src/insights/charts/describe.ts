/** Every chart and point as one sentence: for tooltips, live regions, alt texts and the digest's first line. */
import { dateLabel, type DateStep } from './text.js';

/** `+28`, `−3`, `0`: rounded, with a true minus sign, and never "−0". Null is "–". */
export function signed(value: number | null, digits = 0): string {
  if (value === null) return '–';
  const fixed = Math.abs(value).toFixed(digits);
  if (Number(fixed) === 0) return fixed;
  return `${value < 0 ? '−' : '+'}${fixed}`;
}

/** `62%` of a share 0…1; null is "–". */
export const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(100 * share)}%`);

export const count = (n: number, locale = 'en'): string => new Intl.NumberFormat(locale).format(n);

export type ScoreFacts = Readonly<{
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
  tooFew: boolean;
}>;

/** The phrases in one language; `english` below is the original. */
export type ChartWords = Readonly<{
  answers: (n: string, count: number) => string;
  noAnswers: string;
  hidden: string;
  tooFew: string;
  between: (low: string, high: string) => string;
  from: (date: string) => string;
}>;

export const english: ChartWords = {
  answers: (n, of) => (of === 1 ? '1 answer' : `${n} answers`),
  noAnswers: 'no answers',
  hidden: 'hidden below 5 answers',
  tooFew: 'too few to read',
  between: (low, high) => `likely between ${low} and ${high}`,
  from: (date) => `week of ${date}`,
};

/** "NPS +28, likely between +26 and +31, 412 answers". */
export function describeScore(name: string, score: ScoreFacts, words: ChartWords = english, locale = 'en'): string {
  if (score.n === 0) return `${name}: ${words.noAnswers}`;
  const answers = words.answers(count(score.n, locale), score.n);
  if (score.value === null || score.low === null || score.high === null) return `${name} ${words.hidden}, ${answers}`;
  const sentence = `${name} ${signed(score.value)}, ${words.between(signed(score.low), signed(score.high))}, ${answers}`;
  return score.tooFew ? `${sentence}: ${words.tooFew}` : sentence;
}

/** "week of 6 Jul: NPS +28, likely between +26 and +31, 412 answers". */
export function describePoint(
  name: string,
  point: ScoreFacts & Readonly<{ date: string }>,
  step: DateStep = 'week',
  words: ChartWords = english,
  locale = 'en',
): string {
  const date = dateLabel(point.date, step, locale);
  return `${step === 'week' ? words.from(date) : date}: ${describeScore(name, point, words, locale)}`;
}

/** What a trend shows, from its first to its last readable point. */
export function describeTrend(
  name: string,
  points: readonly (ScoreFacts & Readonly<{ date: string }>)[],
  step: DateStep = 'week',
  locale = 'en',
): string {
  const shown = points.filter((p) => p.value !== null);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return `${name}: no period has enough answers to show.`;
  const gaps = points.length - shown.length;
  const values = shown.map((p) => p.value ?? 0);
  const span =
    shown.length === 1
      ? `${signed(last.value)} on ${dateLabel(last.date, step, locale)}`
      : `from ${signed(first.value)} on ${dateLabel(first.date, step, locale)} to ${signed(last.value)} on ${dateLabel(last.date, step, locale)}, ` +
        `lowest ${signed(Math.min(...values))}, highest ${signed(Math.max(...values))}`;
  const missing = gaps === 0 ? '' : `; ${gaps === 1 ? '1 period has' : `${gaps} periods have`} too few answers to show`;
  return `${name} ${span}${missing}.`;
}

/** "week of 6 Jul: 56% promoters, 30% passives, 14% detractors, 212 answers". */
export function describeShares(
  bar: Readonly<{ date: string; promoters: number; passives: number; detractors: number }>,
  step: DateStep = 'week',
  words: ChartWords = english,
  locale = 'en',
): string {
  const n = bar.promoters + bar.passives + bar.detractors;
  const label = dateLabel(bar.date, step, locale);
  const date = step === 'week' ? words.from(label) : label;
  if (n === 0) return `${date}: ${words.noAnswers}`;
  const share = (hits: number) => percent(hits / n);
  return `${date}: ${share(bar.promoters)} promoters, ${share(bar.passives)} passives, ${share(bar.detractors)} detractors, ${words.answers(count(n, locale), n)}`;
}

/** "Appointment kept: 31% of what the drivers explain, 42% positive, 410 answers". */
export function describeDriver(
  driver: Readonly<{ label: string; share: number; performance: number; n: number }>,
  words: ChartWords = english,
  locale = 'en',
): string {
  const weight =
    driver.share > 0 ? `${percent(driver.share)} of what the drivers explain` : 'no clear link with the score';
  return `${driver.label}: ${weight}, ${percent(driver.performance)} positive, ${words.answers(count(driver.n, locale), driver.n)}`;
}

/** "Signal: +4 (likely between +2 and +6)", "Noise: +1 is within chance", "Too few answers to compare". */
export function describeChange(
  change: Readonly<{
    difference: number | null;
    low: number | null;
    high: number | null;
    verdict: 'signal' | 'noise' | 'tooFew';
  }>,
): string {
  if (change.verdict === 'tooFew' || change.difference === null) return 'Too few answers to compare';
  if (change.verdict === 'noise') return `Noise: ${signed(change.difference)} is within chance`;
  return `Signal: ${signed(change.difference)} (likely between ${signed(change.low)} and ${signed(change.high)})`;
}
