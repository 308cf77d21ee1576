import type { Audience, AudienceFilter } from '../../../../src/distribution/distribution.contract.js';
import { orList } from './distribution-words.js';

/** An audience as a phrase: "all customers", "segment Business or Premium, language de, lifetime value from 500". */
export function audienceWords({ segments, filter }: Audience): string {
  const parts: string[] = [];
  if (segments.length > 0) parts.push(`segment ${orList(segments)}`);
  if (filter.account) parts.push(`account ${filter.account}`);
  if (filter.locale) parts.push(`language ${filter.locale}`);
  if (filter.lifetimeValueMin !== undefined) parts.push(`lifetime value from ${filter.lifetimeValueMin}`);
  if (filter.lifetimeValueMax !== undefined) parts.push(`lifetime value up to ${filter.lifetimeValueMax}`);
  if (filter.createdAfter) parts.push(`customers since ${filter.createdAfter.slice(0, 10)} or later`);
  if (filter.createdBefore) parts.push(`customers from before ${filter.createdBefore.slice(0, 10)}`);
  for (const [name, value] of Object.entries(filter.attributes ?? {}))
    parts.push(`${name} is ${orList((Array.isArray(value) ? value : [value]).map(String))}`);
  return parts.length === 0 ? 'all customers' : parts.join(', ');
}

type Attributes = NonNullable<AudienceFilter['attributes']>;

/** Numbers and true/false as such, as the API stores them; everything else is text. */
function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

/** Lines such as "plan = pro" or "plan = pro, business"; null when a line has no "=". */
export function readAttributes(text: string): Attributes | null {
  const found: Attributes = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const values = line
      .slice(at + 1)
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '')
      .map(typed);
    const [first] = values;
    if (at < 1 || name === '' || first === undefined) return null;
    found[name] = values.length === 1 ? first : values;
  }
  return found;
}

export const writeAttributes = (attributes: Attributes | undefined): string =>
  Object.entries(attributes ?? {})
    .map(([name, value]) => `${name} = ${(Array.isArray(value) ? value : [value]).join(', ')}`)
    .join('\n');
