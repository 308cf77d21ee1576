import type { Condition, ConditionOp, Conditions } from '../../../../src/distribution/conditions.contract.js';
import { andList, orList } from './distribution-words.js';

export const OPS: readonly { value: ConditionOp; label: string }[] = [
  { value: 'eq', label: 'is' },
  { value: 'ne', label: 'is not' },
  { value: 'in', label: 'is one of' },
  { value: 'gt', label: 'is more than' },
  { value: 'gte', label: 'is at least' },
  { value: 'lt', label: 'is less than' },
  { value: 'lte', label: 'is at most' },
  { value: 'contains', label: 'contains' },
  { value: 'exists', label: 'is there' },
];

/** One condition as it is being typed; several values have commas between them. */
export interface ConditionRow {
  property: string;
  op: ConditionOp;
  value: string;
}

const typed = (text: string): string | number | boolean =>
  text === 'true' || text === 'false' ? text === 'true' : /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;

/** Rows as conditions; null for none, a text for what is wrong. Rows without a property are left out. */
export function readConditions(how: 'all' | 'any', rows: readonly ConditionRow[]): Conditions | null | string {
  const list: Condition[] = [];
  for (const { property, op, value } of rows) {
    const name = property.trim();
    const text = value.trim();
    if (name === '') continue;
    if (op === 'exists') list.push({ property: name, op, value: text !== 'false' });
    else if (text === '') return `Give ${name} something to compare with`;
    else if (op === 'in') {
      const values = text.split(',').flatMap((one) => (one.trim() === '' ? [] : [typed(one.trim())]));
      if (values.length === 0) return `Give ${name} something to compare with`;
      list.push({ property: name, op, value: values });
    } else list.push({ property: name, op, value: typed(text) });
  }
  return list.length === 0 ? null : how === 'all' ? { all: list } : { any: list };
}

/** What the form can show: one list. Both lists at once come from the API only and are kept as they are. */
export function writeConditions(conditions: Conditions | null): {
  how: 'all' | 'any';
  rows: ConditionRow[];
  isMixed: boolean;
} {
  const isMixed = conditions?.all !== undefined && conditions.any !== undefined;
  const how = conditions?.any !== undefined && conditions.all === undefined ? 'any' : 'all';
  return {
    how,
    isMixed,
    rows: (conditions?.[how] ?? []).map(({ property, op, value }) => ({
      property,
      op,
      value: value === undefined ? '' : [value].flat().map(String).join(', '),
    })),
  };
}

/** "value is at least 50". */
export function conditionWords({ property, op, value }: Condition): string {
  if (op === 'exists') return value === false ? `${property} is not there` : `${property} is there`;
  const label = OPS.find((one) => one.value === op)?.label ?? op;
  const values = [value ?? ''].flat().map(String);
  return op === 'in' ? `${property} is ${orList(values)}` : `${property} ${label} ${values.join(', ')}`;
}

/** "value is at least 50 and carrier is DHL"; empty for none. */
export function conditionsWords(conditions: Conditions | null): string {
  const all = (conditions?.all ?? []).map(conditionWords);
  const any = (conditions?.any ?? []).map(conditionWords);
  return andList([...all, ...(any.length > 0 ? [orList(any)] : [])]);
}
