import type { Audience, AttributeCondition } from './audience.contract.js';

/** A condition over `customers c` left-joined with `accounts a`; `where` uses the placeholders `$1`… of `params`. */
export interface AudienceSql {
  where: string;
  params: unknown[];
}

/**
 * An audience as SQL. Every value travels as a parameter, names of attributes too; the text is put together only from the pieces below.
 * @param now for events within so many days
 */
export function compileAudience({ segments, filter }: Audience, now: Date): AudienceSql {
  const params: unknown[] = [];
  const $ = (value: unknown, type: string): string => `$${params.push(value)}::${type}`;
  const conditions: string[] = ['true'];
  if (segments.length > 0) conditions.push(`c.segments && ${$(segments, 'text[]')}`);
  if (filter.account !== undefined) conditions.push(`a.name = any(${$([filter.account].flat(), 'text[]')})`);
  if (filter.lifetimeValueMin !== undefined)
    conditions.push(`c.lifetime_value >= ${$(filter.lifetimeValueMin, 'numeric')}`);
  if (filter.lifetimeValueMax !== undefined)
    conditions.push(`c.lifetime_value <= ${$(filter.lifetimeValueMax, 'numeric')}`);
  if (filter.locale) {
    const locale = $(filter.locale.toLowerCase(), 'text');
    conditions.push(`(lower(c.locale) = ${locale} or lower(split_part(c.locale, '-', 1)) = ${locale})`);
  }
  if (filter.createdBefore !== undefined) conditions.push(`c.created_at < ${$(filter.createdBefore, 'timestamptz')}`);
  if (filter.createdAfter !== undefined) conditions.push(`c.created_at >= ${$(filter.createdAfter, 'timestamptz')}`);
  for (const [name, condition] of Object.entries(filter.attributes ?? {}))
    conditions.push(attribute($(name, 'text'), condition, $));
  if (filter.lastEvent) {
    const { type, touchpointKey, withinDays, notWithinDays } = filter.lastEvent;
    const of = [
      'e.customer_id = c.id',
      `e.occurred_at <= ${$(now, 'timestamptz')}`,
      ...(type === undefined ? [] : [`e.type = ${$(type, 'text')}`]),
      ...(touchpointKey === undefined ? [] : [`e.touchpoint_key = ${$(touchpointKey, 'text')}`]),
    ].join(' and ');
    const since = (days: number): string =>
      `e.occurred_at > ${$(now, 'timestamptz')} - make_interval(days => ${$(days, 'int')})`;
    if (withinDays !== undefined)
      conditions.push(`exists (select 1 from events e where ${of} and ${since(withinDays)})`);
    if (notWithinDays !== undefined)
      conditions.push(`not exists (select 1 from events e where ${of} and ${since(notWithinDays)})`);
  }
  return { where: conditions.join('\n and '), params };
}

/** Attributes come from JSON and from CSV files: numbers and yes/no may be stored as such or as text, and count the same. */
function attribute(name: string, condition: AttributeCondition, $: (value: unknown, type: string) => string): string {
  const text = `(c.attributes ->> ${name})`;
  const isAny = (values: readonly (string | number | boolean)[]): string =>
    `${text} = any(${$(values.map(String), 'text[]')})`;
  if (Array.isArray(condition)) return isAny(condition);
  if (typeof condition !== 'object') return isAny([condition]);
  if ('not' in condition) return `coalesce(not (${isAny([condition.not].flat())}), true)`;
  if ('exists' in condition) return `${text} is ${condition.exists ? 'not ' : ''}null`;
  if ('min' in condition || 'max' in condition) {
    // `case` alone promises that what is no number is never cast.
    const number = `case when ${text} ~ '^-?[0-9]{1,30}(\\.[0-9]{1,30})?$' then ${text}::numeric end`;
    return [
      ...(condition.min === undefined ? [] : [`(${number}) >= ${$(condition.min, 'numeric')}`]),
      ...(condition.max === undefined ? [] : [`(${number}) <= ${$(condition.max, 'numeric')}`]),
    ].join(' and ');
  }
  const { from, to } = condition as { from?: string; to?: string };
  const date = `left(${text}, 10) collate "C"`;
  return [
    `${text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}'`,
    ...(from === undefined ? [] : [`${date} >= ${$(from, 'text')}`]),
    ...(to === undefined ? [] : [`${date} < ${$(to, 'text')}`]),
  ].join(' and ');
}
