/** The pages of a form with conditions: what each asks, what a post of one makes of the answer, and which comes next. Pure. */
import { nextPage, pagesOf, shown } from '../../surveys/logic.js';
import type { WordedQuestion, Wording } from '../../surveys/surveys.contract.js';
import {
  EMPTY_FORM,
  fieldOf,
  type FormProblem,
  type FormValues,
  givenOf,
  keepShown,
  otherFieldOf,
  otherKey,
  type ReadForm,
  readForm,
} from './form.js';
import type { FormStep } from './view.js';

/** What was answered on the pages so far. */
export interface SoFar {
  values: FormValues;
  answers: Readonly<Record<string, unknown>>;
}

export const NOTHING: SoFar = { values: EMPTY_FORM, answers: {} };

export interface TakenStep {
  values: FormValues;
  answers: ReadForm['answers'];
  problems: FormProblem[];
  /** What the page asked. */
  questions: readonly WordedQuestion[];
  /** The page after it; null when nothing is left to ask. */
  next: number | null;
}

export const pageCount = (wording: Wording): number => pagesOf(wording.questions).length;

/** A page's number as it comes in an address or a form. */
export function pageNumber(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,2}$/.test(value) ? Number(value) : null;
}

/**
 * What the form says of its page; undefined when all questions stand on one.
 * @param isCarried nothing is stored before the last page: what was answered goes along
 */
export function stepOf(
  page: number,
  wording: Wording,
  values: FormValues,
  isCarried: boolean,
): Omit<FormStep, 'back'> | undefined {
  const pages = pageCount(wording);
  if (pages === 1) return undefined;
  return {
    page,
    questions: questionsOn(page, wording, values),
    mayGoOn: page < pages - 1,
    carried: isCarried && page > 0 ? carry(values, wording) : null,
  };
}

/** What a page asks after the answers so far; empty when all of it is skipped or there is no such page. */
export function questionsOn(page: number, wording: Wording, values: FormValues): readonly WordedQuestion[] {
  const visible = new Set(shown(wording.questions, givenOf(values, wording)));
  return pagesOf(wording.questions)[page]?.filter((question) => visible.has(question)) ?? [];
}

/** The page itself when it has something to ask, else the next that has, else the last before it. */
export function nearestPage(page: number, wording: Wording, values: FormValues): number {
  const given = givenOf(values, wording);
  const ahead = nextPage(wording.questions, given, page);
  if (ahead !== null) return ahead;
  for (let at = Math.min(page, pageCount(wording)) - 1; at > 0; at--)
    if (questionsOn(at, wording, values).length > 0) return at;
  return 0;
}

/** The page before, skipping those with nothing to ask; null on the first. */
export function pageBefore(page: number, wording: Wording, values: FormValues): number | null {
  for (let at = page - 1; at >= 0; at--) if (questionsOn(at, wording, values).length > 0) return at;
  return null;
}

/** Reads the post of one page on top of the answers so far; answers to questions that are no longer shown are forgotten. */
export function takeStep(body: unknown, wording: Wording, page: number, soFar: SoFar): TakenStep {
  const questions = questionsOn(page, wording, soFar.values);
  const { values, answers, problems } = readForm(body, wording, questions, soFar.values);
  const posted = new Set(questions.flatMap((question) => [question.id, otherKey(question.id)]));
  const rest = Object.entries(soFar.answers).filter(([id]) => !posted.has(id));
  const visible = shown(wording.questions, givenOf(values, wording));
  const kept = keepShown({ values, answers: { ...Object.fromEntries(rest), ...answers } }, visible);
  return {
    ...kept,
    problems,
    questions,
    next: nextPage(wording.questions, givenOf(kept.values, wording), page + 1),
  };
}

/** The answers so far as text, to go along in the form where nothing is stored. */
function carry(values: FormValues, wording: Wording): string {
  const body: Record<string, unknown> = { picked: values.picked };
  for (const question of wording.questions) {
    const field = fieldOf(question);
    if (field === 'score') body[field] = values.score;
    else if (field === 'comment') body[field] = values.comment;
    else if (field === 'mayContact') body[field] = values.mayContact;
    else {
      body[field] = values.further[question.id] ?? [];
      body[otherFieldOf(question.id)] = values.further[otherKey(question.id)] ?? [];
    }
  }
  return JSON.stringify(body);
}

/** The opposite of `carry`; what cannot be read is nothing. */
export function carriedIn(text: unknown, wording: Wording): SoFar {
  if (typeof text !== 'string') return NOTHING;
  try {
    const { values, answers } = readForm(JSON.parse(text), wording);
    return { values, answers };
  } catch {
    return NOTHING;
  }
}
