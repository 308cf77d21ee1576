/** What changed between two versions of a survey, question by question. Pure. */
import type { Condition, LocalizedText, Question } from './surveys.contract.js';
import { textIn, textsOf } from './wording.js';

export interface FieldChange {
  /** `text`, `hint`, `options[0].text`, `required`, `showIf` … */
  field: string;
  /** For texts. */
  locale: string | null;
  /** Null: not there; for texts of a question that has standard ones, the standard one. */
  before: string | null;
  after: string | null;
}

export interface QuestionChange {
  id: string;
  type: Question['type'];
  kind: 'added' | 'removed' | 'changed' | 'same';
  /** Stands after or before other questions than it did. */
  moved: boolean;
  fields: FieldChange[];
}

interface Version {
  locales: readonly string[];
  questions: readonly Question[];
}

/** Every question of either version: those of the newer in their order, then those that are gone. */
export function compareVersions(before: Version, after: Version): QuestionChange[] {
  const old = new Map(before.questions.map((question) => [question.id, question]));
  const kept = after.questions.filter((question) => old.get(question.id)?.type === question.type);
  const oldOrder = before.questions
    .filter((question) => kept.some((one) => one.id === question.id))
    .map((one) => one.id);
  const still = longestCommon(
    oldOrder,
    kept.map((one) => one.id),
  );
  const locales = [...new Set([...before.locales, ...after.locales])];
  const changes = after.questions.map((question): QuestionChange => {
    const was = old.get(question.id);
    // Another type under the same id is another question.
    if (was?.type !== question.type)
      return {
        id: question.id,
        type: question.type,
        kind: 'added',
        moved: false,
        fields: fieldsOf(null, question, locales),
      };
    const fields = fieldsOf(was, question, locales);
    return {
      id: question.id,
      type: question.type,
      kind: fields.length > 0 ? 'changed' : 'same',
      moved: !still.has(question.id),
      fields,
    };
  });
  const gone = before.questions.filter((question) => !kept.some((one) => one.id === question.id));
  return [
    ...changes,
    ...gone.map((question): QuestionChange => ({
      id: question.id,
      type: question.type,
      kind: 'removed',
      moved: false,
      fields: fieldsOf(question, null, locales),
    })),
  ];
}

function fieldsOf(before: Question | null, after: Question | null, locales: readonly string[]): FieldChange[] {
  const [old, fresh] = [texts(before), texts(after)];
  const changes: FieldChange[] = [];
  for (const field of new Set([...old.keys(), ...fresh.keys()]))
    for (const locale of locales) {
      const [was, is] = [textIn(old.get(field) ?? null, locale), textIn(fresh.get(field) ?? null, locale)];
      if (was !== is) changes.push({ field, locale, before: was, after: is });
    }
  const [set, now] = [settings(before), settings(after)];
  for (const field of new Set([...set.keys(), ...now.keys()])) {
    const [was, is] = [set.get(field) ?? null, now.get(field) ?? null];
    if (was !== is) changes.push({ field, locale: null, before: was, after: is });
  }
  return changes;
}

const texts = (question: Question | null): Map<string, LocalizedText | null> =>
  new Map(question === null ? [] : textsOf(question).map(({ field, own }) => [field, own]));

function settings(question: Question | null): Map<string, string> {
  const found = new Map<string, string>();
  if (question === null) return found;
  if ('required' in question && question.required) found.set('required', 'yes');
  if (question.type === 'rating') found.set('max', String(question.max));
  if (question.type === 'choice') {
    if (question.multiple) found.set('multiple', 'yes');
    if (question.maxPicks) found.set('maxPicks', String(question.maxPicks));
    if (question.other) found.set('other', 'yes');
    found.set('options', question.options.map((option) => option.id).join(', '));
  }
  if ('showIf' in question && question.showIf) found.set('showIf', inWords(question.showIf));
  return found;
}

const inWords = (condition: Condition): string =>
  condition.is === 'between'
    ? `${condition.question}: ${condition.from} to ${condition.to}`
    : `${condition.question}: ${condition.is === 'one_of' ? 'one of' : 'none of'} ${condition.values.join(', ')}`;

/** The ids that keep their order, so that one question moved up does not call all others moved. */
function longestCommon(a: readonly string[], b: readonly string[]): Set<string> {
  const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (lengths[i] as number[])[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const common = new Set<string>();
  for (let i = 0, j = 0; i < a.length && j < b.length;)
    if (a[i] === b[j]) {
      common.add(a[i] as string);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  return common;
}
