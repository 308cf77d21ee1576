import { BUILT_IN_TEXTS, type BuiltInTexts } from './built-in-texts.js';
import { conditionProblems, optionIds } from './logic.js';
import { fillRecall, isRecallField, type RecallFacts, recallTags } from './recall.js';
import {
  BUILT_IN_LOCALES,
  OTHER,
  type Band,
  type BuiltInLocale,
  type Condition,
  type LocalizedText,
  type Metric,
  type Question,
  type QuestionInput,
  type WordedQuestion,
  type Wording,
} from './surveys.contract.js';

/** What a wording is made of: a published version, or a draft in a preview. */
export interface Wordable {
  metric: Metric;
  locales: readonly string[];
  questions: readonly Question[];
  /** What {organization} and {touchpoint} stand for. */
  names: { organization: string; touchpoint: string | null };
  /** What {{customer.…}} and {{event.…}} stand for; absent or null: their fallback words are read. */
  recall?: RecallFacts | null | undefined;
}

export const metricQuestionType = (metric: Metric): 'nps' | 'csat' | 'ces' => (metric === 'tnps' ? 'nps' : metric);

/** The range of a metric's score, both ends included. */
export function scoreRange(metric: Metric): { min: number; max: number } {
  switch (metricQuestionType(metric)) {
    case 'nps':
      return { min: 0, max: 10 };
    case 'csat':
      return { min: 1, max: 5 };
    case 'ces':
      return { min: 1, max: 7 };
  }
}

/** The band of a score: NPS by promoter and detractor, CSAT by top two of five, CES 2.0 by 5–7 and 1–3. */
export function band(metric: Metric, score: number): Band {
  const [middle, high] = { nps: [7, 9], csat: [3, 4], ces: [4, 5] }[metricQuestionType(metric)] as [number, number];
  return score >= high ? 'high' : score >= middle ? 'middle' : 'low';
}

/** Standard questions of a metric, all in built-in texts. */
export function standardQuestions(metric: Metric): Question[] {
  return [
    { id: 'score', type: metricQuestionType(metric), text: null, low: null, high: null },
    { id: 'reason', type: 'reason', text: null, hint: null, byBand: null },
    { id: 'consent', type: 'consent', text: null, hint: null, yes: null, no: null },
  ];
}

/** `pt` for `pt-BR` and the like; null when no text of the language is built in. */
export function builtInLocale(locale: string): BuiltInLocale | null {
  const language = locale.split('-')[0];
  return BUILT_IN_LOCALES.find((built) => built === language) ?? null;
}

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

export const directionOf = (locale: string): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(locale.split('-')[0] ?? '') ? 'rtl' : 'ltr';

/**
 * The best of `available` for a reader of `wanted`: the same tag, else the same language, else the first.
 * @param available not empty
 */
export function pickLocale(available: readonly string[], wanted: string | null | undefined): string {
  const first = available[0];
  if (first === undefined) throw new Error('a survey without a language');
  if (!wanted) return first;
  const language = (tag: string) => tag.toLowerCase().split('-')[0];
  return (
    available.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ??
    available.find((tag) => language(tag) === language(wanted)) ??
    first
  );
}

/** Fills the two merge tags; anything else in braces stays as it is. */
export function recall(text: string, names: Wordable['names']): string {
  return text.replace(/\{(organization|touchpoint)\}/g, (_, tag: string) =>
    tag === 'organization' ? names.organization : (names.touchpoint ?? names.organization),
  );
}

/**
 * The questions as a person reads them in `locale` (or the survey's nearest language). With a `score`, the reason is asked in the words
 * for its band; without one, neutrally. Pure: the same version, locale and score always read the same.
 */
export function wording(version: Wordable, locale: string, score?: number): Wording {
  const chosen = pickLocale(version.locales, locale);
  const builtIn = BUILT_IN_TEXTS[builtInLocale(chosen) ?? 'en'];
  const known = score === undefined ? null : band(version.metric, score);
  // The recalled values first: a name that holds braces must not be taken for a tag of ours, nor the other way round.
  const fill = (text: string): string => recall(fillRecall(text, version.recall ?? null, chosen), version.names);
  const say = (own: LocalizedText | null, standard: string): string => fill(textIn(own, chosen) ?? standard);
  const maybe = (own: LocalizedText | null): string | null => {
    const found = textIn(own, chosen);
    return found === null ? null : fill(found);
  };
  const questions = version.questions.map((question): WordedQuestion => {
    const base = {
      id: question.id,
      type: question.type,
      hint: null,
      required: false,
      scale: null,
      options: [],
      multiple: false,
      maxPicks: null,
      other: null,
      showIf: 'showIf' in question ? (question.showIf ?? null) : null,
    };
    switch (question.type) {
      case 'nps':
      case 'csat':
      case 'ces':
        return {
          ...base,
          text: say(question.text, builtIn[question.type].text),
          required: true,
          scale: {
            ...scoreRange(version.metric),
            low: say(question.low, builtIn[question.type].low),
            high: say(question.high, builtIn[question.type].high),
          },
        };
      case 'reason':
        return {
          ...base,
          text: reasonText(question, chosen, builtIn, known, say),
          hint: say(question.hint, builtIn.reason.hint),
        };
      case 'consent':
        return {
          ...base,
          text: say(question.text, builtIn.consent.text),
          hint: say(question.hint, builtIn.consent.hint),
          options: [
            { id: 'yes', text: say(question.yes, builtIn.consent.yes) },
            { id: 'no', text: say(question.no, builtIn.consent.no) },
          ],
        };
      case 'choice':
        return {
          ...base,
          text: say(question.text, ''),
          hint: maybe(question.hint),
          required: question.required,
          options: question.options.map((option) => ({ id: option.id, text: say(option.text, option.id) })),
          multiple: question.multiple,
          maxPicks: question.multiple ? (question.maxPicks ?? null) : null,
          other: question.other ? say(question.other.text, builtIn.choice.other) : null,
        };
      case 'rating':
        return {
          ...base,
          text: say(question.text, ''),
          hint: maybe(question.hint),
          required: question.required,
          scale: {
            min: 1,
            max: question.max,
            low: say(question.low, builtIn.rating.low),
            high: say(question.high, builtIn.rating.high),
          },
        };
      case 'text':
        return { ...base, text: say(question.text, ''), hint: maybe(question.hint), required: question.required };
    }
  });
  const metric = questions.find((question) => question.type === metricQuestionType(version.metric));
  if (!metric?.scale) throw new Error('a survey without its metric question');
  return {
    locale: chosen,
    dir: directionOf(chosen),
    metric,
    scaleEnds: { low: `${metric.scale.min} = ${metric.scale.low}`, high: `${metric.scale.max} = ${metric.scale.high}` },
    questions,
  };
}

/** Own wording for the band, else own neutral wording, else the built-in wording for the band. */
function reasonText(
  question: Extract<Question, { type: 'reason' }>,
  locale: string,
  builtIn: BuiltInTexts,
  known: Band | null,
  say: (own: LocalizedText | null, standard: string) => string,
): string {
  const forBand = known && question.byBand ? question.byBand[known] : null;
  if (textIn(forBand, locale) !== null) return say(forBand, '');
  return say(question.text, known ? builtIn.reason[known] : builtIn.reason.text);
}

/** The text in the language itself or, for `pt-BR`, in its plain language. */
export function textIn(own: LocalizedText | null, locale: string): string | null {
  return own?.[locale] ?? own?.[locale.split('-')[0] ?? locale] ?? null;
}

export interface Problem {
  path: string;
  message: string;
}

/**
 * What keeps a survey from being published, each naming question and language: texts that are missing in a language (built-in ones
 * never are), and merge tags that do not exist or have nothing to stand for.
 */
export function publishingProblems(survey: Wordable): Problem[] {
  const problems: Problem[] = [];
  survey.questions.forEach((question, index) => {
    for (const { field, own, builtIn } of textsOf(question)) {
      for (const locale of survey.locales) {
        const path = `questions[${index}].${field}.${locale}`;
        const found = textIn(own, locale);
        // A text in some languages only must be completed, also where a standard text exists: mixing the two would ask different things.
        const mayBeAbsent = own === null && (!builtIn || builtInLocale(locale) !== null);
        if (found === null && !mayBeAbsent)
          problems.push({
            path,
            message: `Question “${question.id}” has no ${fieldName(field)} in ${languageName(locale)}.`,
          });
        for (const { tag, field: named, fallback } of recallTags(found ?? '')) {
          const message = !isRecallField(named)
            ? `Question “${question.id}” has ${tag} in ${languageName(locale)}, which is no field that can be recalled.`
            : fallback === null
              ? `Question “${question.id}” has ${tag} in ${languageName(locale)} without words for when it is not known. Write {{${named}|…}}.`
              : null;
          if (message !== null) problems.push({ path, message });
        }
        for (const tag of found?.replace(/\{\{[^{}]*\}\}/g, '').match(/\{[^{}\s]*\}/g) ?? []) {
          if (tag === '{touchpoint}') {
            if (survey.names.touchpoint === null)
              problems.push({
                path,
                message: `Question “${question.id}” names {touchpoint} in ${languageName(locale)}, but the survey has no touchpoint.`,
              });
          } else if (tag !== '{organization}')
            problems.push({
              path,
              message: `Question “${question.id}” has ${tag} in ${languageName(locale)}; only {organization}, {touchpoint} and recalled fields such as {{customer.firstName|there}} are filled in.`,
            });
        }
      }
    }
  });
  return problems;
}

/** Every text of a question; `builtIn`: a standard text stands in when it is left out. */
export function textsOf(question: Question): { field: string; own: LocalizedText | null; builtIn: boolean }[] {
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return (['text', 'low', 'high'] as const).map((field) => ({ field, own: question[field], builtIn: true }));
    case 'reason':
      return [
        { field: 'text', own: question.text, builtIn: true },
        { field: 'hint', own: question.hint, builtIn: true },
        ...(['low', 'middle', 'high'] as const).map((b) => ({
          field: `byBand.${b}`,
          own: question.byBand?.[b] ?? null,
          builtIn: false,
        })),
      ];
    case 'consent':
      return (['text', 'hint', 'yes', 'no'] as const).map((field) => ({ field, own: question[field], builtIn: true }));
    case 'choice':
      return [
        { field: 'text', own: question.text, builtIn: false },
        { field: 'hint', own: question.hint, builtIn: false },
        ...question.options.map((option, i) => ({ field: `options[${i}].text`, own: option.text, builtIn: false })),
        ...(question.other ? [{ field: 'other.text', own: question.other.text, builtIn: true }] : []),
      ];
    case 'rating':
      return [
        { field: 'text', own: question.text, builtIn: false },
        { field: 'hint', own: question.hint, builtIn: false },
        { field: 'low', own: question.low, builtIn: true },
        { field: 'high', own: question.high, builtIn: true },
      ];
    case 'text':
      return [
        { field: 'text', own: question.text, builtIn: false },
        { field: 'hint', own: question.hint, builtIn: false },
      ];
  }
}

function fieldName(field: string): string {
  if (field.startsWith('byBand.')) return `wording for ${field.slice('byBand.'.length)} scores`;
  if (field.startsWith('options')) return 'text of an option';
  if (field === 'other.text') return 'text for something else';
  return (
    {
      text: 'text',
      hint: 'hint',
      low: 'name of the low end',
      high: 'name of the high end',
      yes: 'text for yes',
      no: 'text for no',
    }[field] ?? field
  );
}

export function languageName(locale: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(locale) ?? locale;
}

/** Questions as they came in, made ready to store: ids given, plain strings put into the survey's first language. */
export function normalizeQuestions(input: readonly QuestionInput[], locales: readonly string[]): Question[] {
  const first = locales[0] ?? 'en';
  const taken = new Set(input.map((question) => question.id).filter((id) => id !== undefined));
  const idFor = (type: string): string => {
    const base = { nps: 'score', csat: 'score', ces: 'score', text: 'question' }[type] ?? type;
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
    taken.add(id);
    return id;
  };
  const localized = (value: string | LocalizedText): LocalizedText =>
    typeof value === 'string' ? { [first]: value } : value;
  const optional = (value: string | LocalizedText | null): LocalizedText | null =>
    value === null ? null : localized(value);
  return input.map((q): Question => {
    switch (q.type) {
      case 'tnps':
      case 'nps':
      case 'csat':
      case 'ces': {
        const type = q.type === 'tnps' ? 'nps' : q.type;
        return { id: q.id ?? idFor(type), type, text: optional(q.text), low: optional(q.low), high: optional(q.high) };
      }
      case 'reason':
        return {
          id: q.id ?? idFor(q.type),
          type: q.type,
          text: optional(q.text),
          hint: optional(q.hint),
          byBand: q.byBand && {
            low: optional(q.byBand.low),
            middle: optional(q.byBand.middle),
            high: optional(q.byBand.high),
          },
          ...shownIf(q),
        };
      case 'consent':
        return {
          id: q.id ?? idFor(q.type),
          type: q.type,
          text: optional(q.text),
          hint: optional(q.hint),
          yes: optional(q.yes),
          no: optional(q.no),
          ...shownIf(q),
        };
      case 'choice':
        return {
          id: q.id ?? idFor(q.type),
          type: q.type,
          text: localized(q.text),
          hint: optional(q.hint),
          multiple: q.multiple,
          required: q.required,
          options: q.options.map((option) => ({ id: option.id, text: localized(option.text) })),
          ...(q.other ? { other: { text: optional(q.other.text) } } : {}),
          ...(q.multiple && q.maxPicks ? { maxPicks: q.maxPicks } : {}),
          ...shownIf(q),
        };
      case 'rating':
        return {
          id: q.id ?? idFor(q.type),
          type: q.type,
          text: localized(q.text),
          hint: optional(q.hint),
          required: q.required,
          max: q.max,
          low: optional(q.low),
          high: optional(q.high),
          ...shownIf(q),
        };
      case 'text':
        return {
          id: q.id ?? idFor(q.type),
          type: q.type,
          text: localized(q.text),
          hint: optional(q.hint),
          required: q.required,
          ...shownIf(q),
        };
    }
  });
}

/** Absent where there is no condition, so that a question reads the same as before conditions existed. */
const shownIf = (question: { showIf?: Condition | null | undefined }): { showIf?: Condition } =>
  question.showIf ? { showIf: question.showIf } : {};

/** What is wrong with a list of questions as a whole, whatever the language; empty when nothing is. */
export function structureProblems(metric: Metric, questions: readonly Question[]): Problem[] {
  const wanted = metricQuestionType(metric);
  const problems: Problem[] = [];
  const count = (type: string) => questions.filter((question) => question.type === type).length;
  if (count(wanted) === 0)
    problems.push({
      path: 'questions',
      message: `Add the metric question: a ${metric} survey needs one question of type ${wanted}.`,
    });
  const seen = new Set<string>();
  questions.forEach((question, index) => {
    const isMetric = question.type === 'nps' || question.type === 'csat' || question.type === 'ces';
    if (isMetric && question.type !== wanted)
      problems.push({
        path: `questions[${index}].type`,
        message: `A ${metric} survey cannot have a question of type ${question.type}.`,
      });
    if (seen.has(question.id))
      problems.push({ path: `questions[${index}].id`, message: `The id ${question.id} is used twice.` });
    seen.add(question.id);
    if (
      question.type === 'choice' &&
      new Set(question.options.map((option) => option.id)).size < question.options.length
    )
      problems.push({ path: `questions[${index}].options`, message: 'Two options have the same id.' });
    if (question.type === 'choice' && question.other && question.options.some((option) => option.id === OTHER))
      problems.push({
        path: `questions[${index}].options`,
        message: `The id ${OTHER} belongs to “something else”; give the option another one.`,
      });
    if (question.type === 'choice' && question.maxPicks && question.maxPicks > (optionIds(question) ?? []).length)
      problems.push({ path: `questions[${index}].maxPicks`, message: 'There are fewer options than may be picked.' });
  });
  for (const type of [wanted, 'reason', 'consent'])
    if (count(type) > 1) problems.push({ path: 'questions', message: `Use one question of type ${type} only.` });
  if (problems.length === 0) problems.push(...conditionProblems(questions));
  return problems;
}
