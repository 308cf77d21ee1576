import type { Condition, Conditions } from './conditions.contract.js';

/** What a condition can look at. `value`: the event's money. */
export interface EventFacts {
  value: number | null;
  properties: Record<string, unknown>;
}

/** The conditions that an event does not fulfil; empty: it matches. Of a list in `any` none holds, so all of it is named. */
export function unmet(conditions: Conditions | null, event: EventFacts): Condition[] {
  const all = (conditions?.all ?? []).filter((condition) => !holds(condition, event));
  const any = conditions?.any ?? [];
  return any.length === 0 || any.some((condition) => holds(condition, event)) ? all : [...all, ...any];
}

/** Compares by the operator's own rule, never by running anything that a user wrote. */
function holds({ property, op, value }: Condition, event: EventFacts): boolean {
  const found = read(event, property);
  const isThere = found !== undefined && found !== null;
  switch (op) {
    case 'exists':
      return isThere === (value !== false);
    case 'eq':
      return isThere && same(found, value);
    case 'ne':
      return !isThere || !same(found, value);
    case 'in':
      return isThere && Array.isArray(value) && value.some((one) => same(found, one));
    case 'contains':
      if (Array.isArray(found)) return found.some((one) => same(one, value));
      return typeof found === 'string' && found.toLowerCase().includes(String(value).toLowerCase());
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const order = isThere ? compare(found, value) : null;
      if (order === null) return false;
      return op === 'gt' ? order > 0 : op === 'gte' ? order >= 0 : op === 'lt' ? order < 0 : order <= 0;
    }
  }
}

/** Own properties only: a path such as `constructor` finds nothing that the event did not bring. */
function read(event: EventFacts, property: string): unknown {
  if (property === 'value') return event.value;
  let at: unknown = event.properties;
  // A name that holds dots itself is found as a whole.
  if (Object.hasOwn(event.properties, property)) return event.properties[property];
  for (const name of property.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** Systems send numbers and yes/no as text too: 5 equals "5", true equals "true". Upper and lower case differ. */
function same(found: unknown, wanted: unknown): boolean {
  if (!isScalar(found) || !isScalar(wanted)) return false;
  const a = numberOf(found);
  const b = numberOf(wanted);
  return a !== null && b !== null ? a === b : String(found) === String(wanted);
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Numbers with numbers, else dates and times with dates and times; null when the two have no order. */
function compare(found: unknown, wanted: unknown): number | null {
  const numbers = [numberOf(found), numberOf(wanted)] as const;
  if (numbers[0] !== null && numbers[1] !== null) return numbers[0] - numbers[1];
  const times = [timeOf(found), timeOf(wanted)] as const;
  return times[0] !== null && times[1] !== null ? times[0] - times[1] : null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : null;
}

function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
