import type { Given } from '../../surveys/logic.js';
import { OTHER, type WordedQuestion, type Wording } from '../../surveys/surveys.contract.js';
import { COMMENT_MAX } from '../responses.contract.js';

/** What stands in the form, as posted: also what cannot be taken, so that nothing typed is lost. */
export interface FormValues {
  score: number | null;
  picked: number | null;
  comment: string;
  mayContact: 'yes' | 'no' | null;
  /** Posted values of further questions, by question id. */
  further: Record<string, string[]>;
}

export interface FormProblem {
  /** Name of the field. */
  field: string;
  kind: 'score' | 'missing' | 'too_long' | 'too_many';
  question: WordedQuestion;
}

export interface ReadForm {
  values: FormValues;
  /** Further answers by question id: an option's id, several of them, a number, or a text. */
  answers: Record<string, string | string[] | number>;
  problems: FormProblem[];
}

/** Where the words for "something else" of a choice are kept: in `further` and `answers` under this, in the form under `otherFieldOf`. */
export const otherKey = (id: string): string => `${id}.other`;
export const otherFieldOf = (id: string): string => `o_${id}`;

/** Longest text for "something else". */
export const OTHER_MAX = 500;
/** Longest answer to a further text question. */
export const TEXT_MAX = 5_000;
export { COMMENT_MAX };

export const EMPTY_FORM: FormValues = { score: null, picked: null, comment: '', mayContact: null, further: {} };

/** An answer to a further question in words: the options' texts, with what was written for "something else"; empty when there is none. */
export function answerInWords(question: WordedQuestion, answers: Readonly<Record<string, unknown>>): string[] {
  const labels = new Map(question.options.map((option) => [option.id, option.text]));
  const words = answers[otherKey(question.id)];
  if (question.other !== null)
    labels.set(OTHER, typeof words === 'string' ? `${question.other}: ${words}` : question.other);
  return manyOf(answers[question.id]).map((one) => labels.get(one) ?? one);
}

/** The form field of a question: the three that every survey may have by their own names, further ones by id. */
export function fieldOf(question: Pick<WordedQuestion, 'id' | 'type'>): string {
  switch (question.type) {
    case 'nps':
    case 'csat':
    case 'ces':
      return 'score';
    case 'reason':
      return 'comment';
    case 'consent':
      return 'mayContact';
    default:
      return `q_${question.id}`;
  }
}

/** A whole number within the scale, else null. */
export function scoreWithin(value: unknown, scale: { min: number; max: number } | null): number | null {
  const text = oneOf(value).trim();
  if (scale === null || !/^\d{1,2}$/.test(text)) return null;
  const score = Number(text);
  return score >= scale.min && score <= scale.max ? score : null;
}

/**
 * Reads a posted form against the questions that were asked; fields that belong to none of them are left alone.
 * @param questions those of the page that was posted; all, when left out
 * @param before what stood in the form of earlier pages; kept as it is
 */
export function readForm(
  body: unknown,
  wording: Wording,
  questions: readonly WordedQuestion[] = wording.questions,
  before: FormValues = EMPTY_FORM,
): ReadForm {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const values: FormValues = {
    ...before,
    picked: scoreWithin(fields['picked'], wording.metric.scale) ?? before.picked,
    further: { ...before.further },
  };
  const answers: ReadForm['answers'] = {};
  const problems: FormProblem[] = [];
  for (const question of questions) {
    const field = fieldOf(question);
    const posted = fields[field];
    const problem = (kind: FormProblem['kind']) => problems.push({ field, kind, question });
    switch (question.type) {
      case 'nps':
      case 'csat':
      case 'ces':
        values.score = scoreWithin(posted, question.scale);
        if (values.score === null) problem('score');
        break;
      case 'reason':
        values.comment = textOf(posted);
        if (values.comment.length > COMMENT_MAX) problem('too_long');
        break;
      case 'consent': {
        const said = oneOf(posted);
        values.mayContact = said === 'yes' || said === 'no' ? said : null;
        break;
      }
      case 'choice': {
        const known = new Set([...question.options.map((option) => option.id), ...(question.other ? [OTHER] : [])]);
        const chosen = [...new Set(manyOf(posted).filter((id) => known.has(id)))];
        const words = question.other === null ? '' : textOf(fields[otherFieldOf(question.id)]);
        // Who wrote something else and chose nothing, or may choose several, means it.
        if (words !== '' && (question.multiple || chosen.length === 0) && !chosen.includes(OTHER)) chosen.push(OTHER);
        const taken = question.multiple ? chosen : chosen.slice(0, 1);
        values.further[question.id] = taken;
        if (question.other !== null) values.further[otherKey(question.id)] = [words];
        const [first] = taken;
        if (first === undefined) {
          if (question.required) problem('missing');
        } else if (question.maxPicks !== null && taken.length > question.maxPicks) problem('too_many');
        else if (words.length > OTHER_MAX) problem('too_long');
        else {
          answers[question.id] = question.multiple ? taken : first;
          if (words !== '' && taken.includes(OTHER)) answers[otherKey(question.id)] = words;
        }
        break;
      }
      case 'rating': {
        const rating = scoreWithin(posted, question.scale);
        delete values.further[question.id];
        if (rating !== null) {
          values.further[question.id] = [String(rating)];
          answers[question.id] = rating;
        } else if (question.required) problem('missing');
        break;
      }
      case 'text': {
        const text = textOf(posted);
        values.further[question.id] = [text];
        if (text.length > TEXT_MAX) problem('too_long');
        else if (text.trim() !== '') answers[question.id] = text;
        else if (question.required) problem('missing');
        break;
      }
    }
  }
  return { values, answers, problems };
}

/** What conditions look at. */
export function givenOf(values: FormValues, wording: Wording): Given {
  const given: Record<string, string | string[] | number> = {};
  for (const question of wording.questions) {
    const said = values.further[question.id] ?? [];
    if (question.id === wording.metric.id) {
      if (values.score !== null) given[question.id] = values.score;
    } else if (question.type === 'consent') {
      if (values.mayContact !== null) given[question.id] = values.mayContact;
    } else if (question.type === 'rating') {
      if (said[0]) given[question.id] = Number(said[0]);
    } else if (question.type === 'choice' && said.length > 0) given[question.id] = said;
  }
  return given;
}

/** What is left of an answer when only these questions are shown: what was said to others is forgotten. */
export function keepShown(
  answer: { values: FormValues; answers: Readonly<Record<string, unknown>> },
  questions: readonly WordedQuestion[],
): { values: FormValues; answers: ReadForm['answers'] } {
  const ids = new Set(questions.flatMap((question) => [question.id, otherKey(question.id)]));
  const only = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([id]) => ids.has(id)));
  const has = (type: WordedQuestion['type']) => questions.some((question) => question.type === type);
  return {
    values: {
      ...answer.values,
      comment: has('reason') ? answer.values.comment : '',
      mayContact: has('consent') ? answer.values.mayContact : null,
      further: only(answer.values.further),
    },
    answers: only(answer.answers) as ReadForm['answers'],
  };
}

/** The form as it was answered, for changing it. */
export function formOf(answer: {
  score: number;
  picked: number | null;
  comment: string | null;
  mayContact: boolean | null;
  answers: Record<string, unknown>;
}): FormValues {
  return {
    score: answer.score,
    picked: answer.picked,
    comment: answer.comment ?? '',
    mayContact: answer.mayContact === null ? null : answer.mayContact ? 'yes' : 'no',
    further: Object.fromEntries(Object.entries(answer.answers).map(([id, value]) => [id, manyOf(value)])),
  };
}

/** A post with this field twice says the last one. */
const oneOf = (value: unknown): string => manyOf(value).at(-1) ?? '';

const manyOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    typeof one === 'string' ? [one] : typeof one === 'number' ? [String(one)] : [],
  );

/** Browsers send line breaks as CRLF; what was typed is LF. A text of nothing but space is no text. */
function textOf(value: unknown): string {
  const text = oneOf(value).replaceAll('\r\n', '\n');
  return text.trim() === '' ? '' : text;
}
