/** What a draft could do better before it is published. Pure; `docs/surveys.md` has the list with its reasons. */
import { contrast, readableBrand } from '../../identity/brand.js';
import type { LocalizedText, Question, Wording } from '../surveys.contract.js';
import {
  builtInLocale,
  languageName,
  publishingProblems,
  textIn,
  textsOf,
  type Wordable,
  wording,
} from '../wording.js';
import { type LanguageWords, WORDS } from './words.js';

export type Severity = 'error' | 'warning' | 'note';

export const RULES = [
  'missing_text',
  'leading',
  'double',
  'negation',
  'jargon',
  'scale_bias',
  'time',
  'long_text',
  'required',
  'no_reason',
  'no_consent',
  'brand_contrast',
  'opens_no_case',
] as const;
export type Rule = (typeof RULES)[number];

export interface Finding {
  rule: Rule;
  /** Only an error keeps the draft from being published. */
  severity: Severity;
  /** The field, as `questions[1].text.de`; null: the survey as a whole. */
  path: string | null;
  what: string;
  why: string;
  how: string;
}

export interface LintFacts {
  /** The organization's colour; null: not known. */
  brandColor: string | null;
  /** Whether some case rule may fit an answer; null: not known. */
  opensCases: boolean | null;
}

/** Longer than this and fewer people finish; two sentences on a phone. */
const TEXT_MAX = 160;
const SECONDS_MAX = 90;
/** Required questions beside the score. */
const REQUIRED_MAX = 2;
const CONTRAST_LEAST = 4.5;

/** All findings, errors first, each in the order of the questions. */
export function lint(draft: Wordable, facts: LintFacts): Finding[] {
  const findings: Finding[] = publishingProblems(draft).map(({ path, message }) => ({
    rule: 'missing_text',
    severity: 'error',
    path,
    what: message,
    why: 'Somebody would read an empty place, or a question in a language that they did not choose.',
    how: 'Write the text in this language, or take the language out of the survey.',
  }));
  draft.questions.forEach((question, index) => {
    for (const text of ownTexts(question, draft.locales))
      findings.push(...textFindings(text, `questions[${index}].${text.field}.${text.locale}`));
  });
  findings.push(...surveyFindings(draft, facts));
  const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

interface OwnText {
  field: string;
  locale: string;
  text: string;
  type: Question['type'];
}

/** The texts that somebody wrote for this survey; the built-in ones were looked at when they were written. */
function ownTexts(question: Question, locales: readonly string[]): OwnText[] {
  return textsOf(question).flatMap(({ field, own }: { field: string; own: LocalizedText | null }) =>
    locales.flatMap((locale) => {
      const text = textIn(own, locale);
      return text === null ? [] : [{ field, locale, text, type: question.type }];
    }),
  );
}

const isAsked = (field: string): boolean => field === 'text' || field.startsWith('byBand.');
const isScaleEnd = (field: string): boolean => field === 'low' || field === 'high';

function textFindings({ field, locale, text, type }: OwnText, path: string): Finding[] {
  const findings: Finding[] = [];
  const words = WORDS[locale.split('-')[0] ?? ''] ?? null;
  const add = (rule: Rule, severity: Severity, what: string, why: string, how: string): void => {
    findings.push({ rule, severity, path, what, why, how });
  };
  const found = (kind: keyof LanguageWords): string[] => (words ? wordsIn(text, words[kind], locale) : []);
  const quoted = (list: readonly string[]): string => list.map((word) => `“${word}”`).join(', ');

  const leading = isAsked(field) || field === 'hint' ? found('leading') : [];
  if (leading.length > 0)
    add(
      'leading',
      'warning',
      `Leading in ${languageName(locale)}: ${quoted(leading)}`,
      'The wording gives away the answer you hope for, so the score says less.',
      'Name the thing without praising it: “How was …?”, “What is the main reason …?”',
    );
  // A scale asks one thing; an open question may well ask for "what and why".
  const isClosed = type !== 'reason' && type !== 'text' && type !== 'consent';
  const joined = isClosed && field === 'text' ? found('and') : [];
  if (joined.length > 0 && /[?؟]/.test(text))
    add(
      'double',
      'note',
      `May ask two things at once in ${languageName(locale)}: ${quoted(joined)}`,
      'Who is pleased with one and not with the other cannot answer.',
      'Ask about one thing, or make two questions of it.',
    );
  const isScale = isClosed && type !== 'choice';
  const negated = isScale && isAsked(field) ? found('negation') : [];
  if (negated.length > 0)
    add(
      'negation',
      'warning',
      `A negation in ${languageName(locale)}: ${quoted(negated)}`,
      'People read over “not” and answer the opposite of what they mean.',
      'Turn the sentence round and ask for what happened.',
    );
  const jargon = found('jargon');
  if (jargon.length > 0)
    add(
      'jargon',
      'note',
      `A word that customers may not know in ${languageName(locale)}: ${quoted(jargon)}`,
      'Who does not know the word guesses, or stops.',
      'Say it as you would on the phone.',
    );
  const coloured = isScaleEnd(field) ? found('colour') : [];
  if (coloured.length > 0 || (isScaleEnd(field) && (/\d/.test(text) || /\p{Extended_Pictographic}/u.test(text))))
    add(
      'scale_bias',
      'warning',
      `The end of the scale is named by a colour, number or picture in ${languageName(locale)}`,
      'Colours and signs pull answers to one side, and not everybody sees them.',
      'Name both ends in words of the same strength, such as “Very poor” and “Very good”.',
    );
  if ((isAsked(field) || field === 'hint') && text.length > TEXT_MAX)
    add(
      'long_text',
      'note',
      `${text.length} characters in ${languageName(locale)}`,
      'Long questions are skimmed, above all on a phone.',
      `Say it in ${TEXT_MAX} characters; put what helps into the hint.`,
    );
  return findings;
}

function surveyFindings(draft: Wordable, facts: LintFacts): Finding[] {
  const findings: Finding[] = [];
  const first = draft.locales[0] ?? 'en';
  const seconds = secondsToAnswer(wording(draft, first));
  if (seconds > SECONDS_MAX)
    findings.push({
      rule: 'time',
      severity: 'warning',
      path: null,
      what: `About ${Math.round(seconds / 30) / 2} minutes to answer`,
      why: 'Each further question costs answers, most of all from those in a hurry.',
      how: 'Keep what somebody will act on; ask the rest of those it is about, by a condition.',
    });
  const required = draft.questions.flatMap((question, index) =>
    'required' in question && question.required ? [index] : [],
  );
  if (required.length > REQUIRED_MAX)
    findings.push({
      rule: 'required',
      severity: 'warning',
      path: `questions[${required[REQUIRED_MAX]}].required`,
      what: `${required.length} questions must be answered beside the score`,
      why: 'Who has no answer makes one up or leaves, and their score is lost.',
      how: 'Make optional what you can do without.',
    });
  if (!draft.questions.some((question) => question.type === 'reason'))
    findings.push({
      rule: 'no_reason',
      severity: 'warning',
      path: null,
      what: 'Nobody is asked for the reason of their score',
      why: 'A score without words opens no pain point: you see that it fell, not why.',
      how: 'Add the question “Reason for the score”.',
    });
  if (!draft.questions.some((question) => question.type === 'consent'))
    findings.push({
      rule: 'no_consent',
      severity: 'warning',
      path: null,
      what: 'Nobody is asked whether they may be contacted',
      why: 'Without consent a case cannot be answered, so the loop stays open.',
      how: 'Add the question “Consent to contact”.',
    });
  const shade = facts.brandColor === null ? null : readableBrand(facts.brandColor);
  if (shade?.changed)
    findings.push({
      rule: 'brand_contrast',
      severity: 'note',
      path: null,
      what: `Your colour ${facts.brandColor} is darkened to ${shade.color.toUpperCase()} on this page`,
      why: `White on it has a contrast of ${contrast(facts.brandColor ?? '', '#ffffff').toFixed(1)} to 1; below ${CONTRAST_LEAST} to 1 many people cannot read the buttons.`,
      how: 'Choose a darker colour in the organization’s settings to have it as it is.',
    });
  if (facts.opensCases === false)
    findings.push({
      rule: 'opens_no_case',
      severity: 'warning',
      path: null,
      what: 'No case rule opens a case for this survey',
      why: 'Who tells you about a problem here waits for nobody.',
      how: 'Add a case rule that fits this metric and touchpoint.',
    });
  return findings;
}

/** The words of a list that stand in the text, each once, as whole words. */
export function wordsIn(text: string, words: readonly string[], locale: string): string[] {
  const bare = text.replace(/\{\{?[^{}]*\}?\}/g, ' ').toLocaleLowerCase(locale);
  const padded = ` ${bare.replace(/[^\p{L}\p{M}\p{N}'’ -]/gu, ' ').replace(/\s+/g, ' ')} `;
  return words.filter((word) => padded.includes(` ${word} `));
}

/** Words a minute that people read on a page; slow, since questions are read with care. */
const WORDS_PER_MINUTE = 200;
/** Seconds to think and press or type, by type of question. */
const ANSWER_SECONDS = { nps: 5, csat: 4, ces: 4, reason: 18, consent: 3, choice: 5, rating: 4, text: 15 } as const;

/**
 * How long the survey takes, in seconds, in steps of 5: reading at 200 words a minute plus the time to answer each kind of question. A question with
 * a condition counts half: not everybody gets it.
 */
export function secondsToAnswer(asked: Wording): number {
  let seconds = 0;
  for (const question of asked.questions) {
    const texts = [question.text, question.hint ?? '', ...question.options.map((option) => option.text)];
    const words = texts.join(' ').split(/\s+/).filter(Boolean).length;
    seconds += (ANSWER_SECONDS[question.type] + (words / WORDS_PER_MINUTE) * 60) * (question.showIf === null ? 1 : 0.5);
  }
  return Math.max(5, Math.round(seconds / 5) * 5);
}

/** White on the brand colour, as public pages use it. */
export const brandContrast = (color: string): number => contrast(readableBrand(color).color, '#ffffff');

/** How much of a survey is there in each language: of all texts that a reader may meet, how many have words. */
export function completeness(draft: Wordable): { locale: string; texts: number; missing: number }[] {
  return draft.locales.map((locale) => {
    const builtIn = builtInLocale(locale) !== null;
    const texts = draft.questions.flatMap((question) =>
      textsOf(question).filter(({ own, builtIn: standard }) => own !== null || standard),
    );
    const missing = texts.filter(
      ({ own, builtIn: standard }) => textIn(own, locale) === null && !(own === null && standard && builtIn),
    );
    return { locale, texts: texts.length, missing: missing.length };
  });
}
