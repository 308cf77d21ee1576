import type {
  AttributeCondition,
  Audience,
  AudienceFilter,
  LastEvent,
} from '../../../../src/distribution/audience.contract.js';
import { orList } from './distribution-words.js';

/** An audience as a phrase: "all customers", "segment Business or Premium, language de, lifetime value from 500". */
export function audienceWords({ segments, filter }: Audience): string {
  const parts: string[] = [];
  if (segments.length > 0) parts.push(`segment ${orList(segments)}`);
  if (filter.account) parts.push(`account ${orList([filter.account].flat())}`);
  if (filter.locale) parts.push(`language ${filter.locale}`);
  if (filter.lifetimeValueMin !== undefined) parts.push(`lifetime value from ${filter.lifetimeValueMin}`);
  if (filter.lifetimeValueMax !== undefined) parts.push(`lifetime value up to ${filter.lifetimeValueMax}`);
  if (filter.createdAfter) parts.push(`customers since ${filter.createdAfter.slice(0, 10)} or later`);
  if (filter.createdBefore) parts.push(`customers from before ${filter.createdBefore.slice(0, 10)}`);
  for (const [name, condition] of Object.entries(filter.attributes ?? {}))
    parts.push(`${name} ${conditionWords(condition)}`);
  if (filter.lastEvent) parts.push(lastEventWords(filter.lastEvent));
  return parts.length === 0 ? 'all customers' : parts.join(', ');
}

function conditionWords(condition: AttributeCondition): string {
  if (typeof condition !== 'object' || Array.isArray(condition)) return `is ${orList([condition].flat().map(String))}`;
  if ('not' in condition) return `is not ${orList([condition.not].flat().map(String))}`;
  if ('exists' in condition) return condition.exists ? 'is known' : 'is not known';
  const { min, max, from, to } = condition as { min?: number; max?: number; from?: string; to?: string };
  return [
    min === undefined ? '' : `from ${min}`,
    max === undefined ? '' : `up to ${max}`,
    from === undefined ? '' : `on or after ${from}`,
    to === undefined ? '' : `before ${to}`,
  ]
    .filter(Boolean)
    .join(' and ');
}

function lastEventWords({ type, touchpointKey, withinDays, notWithinDays }: LastEvent): string {
  const what = `${type ?? 'any event'}${touchpointKey === undefined ? '' : ` at ${touchpointKey}`}`;
  return [
    withinDays === undefined ? '' : `${what} within ${withinDays} days`,
    notWithinDays === undefined ? '' : `no ${what} within ${notWithinDays} days`,
  ]
    .filter(Boolean)
    .join(' but ');
}

type Attributes = NonNullable<AudienceFilter['attributes']>;

export const ATTRIBUTE_OPS = [
  { value: 'is', label: 'is' },
  { value: 'not', label: 'is not' },
  { value: 'known', label: 'is known' },
  { value: 'unknown', label: 'is not known' },
  { value: 'number', label: 'number from … to' },
  { value: 'date', label: 'date from … to before' },
] as const;
export type AttributeOp = (typeof ATTRIBUTE_OPS)[number]['value'];

/** One condition as it is being typed. `a`: the values, with commas between them, or the lower end; `b`: the upper end. */
export interface AttributeRow {
  name: string;
  op: AttributeOp;
  a: string;
  b: string;
}

/** Numbers and true/false as such, as the API stores them; everything else is text. */
function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return isNumber(text) ? Number(text) : text;
}

const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text);
const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** Rows as conditions; a text says what is wrong with the first that cannot be read. Rows without a name are left out. */
export function readRows(rows: readonly AttributeRow[]): Attributes | string {
  const found: Attributes = {};
  for (const row of rows) {
    const name = row.name.trim();
    if (name === '') continue;
    if (name in found) return `Name ${name} once`;
    const condition = readRow(row, name);
    if (typeof condition === 'string') return condition;
    found[name] = condition.is;
  }
  return found;
}

function readRow({ op, a, b }: AttributeRow, name: string): { is: AttributeCondition } | string {
  if (op === 'known' || op === 'unknown') return { is: { exists: op === 'known' } };
  if (op === 'is' || op === 'not') {
    const values = a
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '')
      .map(typed);
    const [first] = values;
    if (first === undefined) return `Give ${name} a value`;
    const value = values.length === 1 ? first : values;
    return { is: op === 'is' ? value : { not: value } };
  }
  const [low, high] = [a.trim(), b.trim()];
  if (low === '' && high === '') return `Give ${name} one end of its range`;
  const check = op === 'number' ? isNumber : isDate;
  if ([low, high].some((end) => end !== '' && !check(end)))
    return op === 'number' ? `Write the range of ${name} in numbers` : `Write the dates of ${name} as 2026-12-31`;
  return op === 'number'
    ? { is: { ...(low === '' ? {} : { min: Number(low) }), ...(high === '' ? {} : { max: Number(high) }) } }
    : { is: { ...(low === '' ? {} : { from: low }), ...(high === '' ? {} : { to: high }) } };
}

export const writeRows = (attributes: Attributes | undefined): AttributeRow[] =>
  Object.entries(attributes ?? {}).map(([name, condition]): AttributeRow => {
    const values = (value: unknown): string => [value].flat().map(String).join(', ');
    if (typeof condition !== 'object' || Array.isArray(condition))
      return { name, op: 'is', a: values(condition), b: '' };
    if ('not' in condition) return { name, op: 'not', a: values(condition.not), b: '' };
    if ('exists' in condition) return { name, op: condition.exists ? 'known' : 'unknown', a: '', b: '' };
    const { min, max, from, to } = condition as { min?: number; max?: number; from?: string; to?: string };
    return from !== undefined || to !== undefined
      ? { name, op: 'date', a: from ?? '', b: to ?? '' }
      : { name, op: 'number', a: min === undefined ? '' : String(min), b: max === undefined ? '' : String(max) };
  });
