import type { WordedQuestion, Wording } from '../../surveys/surveys.contract.js';
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
  kind: 'score' | 'missing' | 'too_long';
  question: WordedQuestion;
}

export interface ReadForm {
  values: FormValues;
  /** Further answers by question id: an option's id, several of them, a number, or a text. */
  answers: Record<string, string | string[] | number>;
  problems: FormProblem[];
}

/** Longest answer to a further text question. */
export const TEXT_MAX = 5_000;
export { COMMENT_MAX };

export const EMPTY_FORM: FormValues = { score: null, picked: null, comment: '', mayContact: null, further: {} };

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

/** Reads a posted form against the questions that were asked; fields that belong to none of them are left alone. */
export function readForm(body: unknown, wording: Wording): ReadForm {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const values: FormValues = {
    ...EMPTY_FORM,
    picked: scoreWithin(fields['picked'], wording.metric.scale),
    further: {},
  };
  const answers: ReadForm['answers'] = {};
  const problems: FormProblem[] = [];
  for (const question of wording.questions) {
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
        const known = new Set(question.options.map((option) => option.id));
        const chosen = manyOf(posted).filter((id) => known.has(id));
        values.further[question.id] = question.multiple ? chosen : chosen.slice(0, 1);
        const [first] = chosen;
        if (first === undefined) {
          if (question.required) problem('missing');
        } else answers[question.id] = question.multiple ? [...new Set(chosen)] : first;
        break;
      }
      case 'rating': {
        const rating = scoreWithin(posted, question.scale);
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
