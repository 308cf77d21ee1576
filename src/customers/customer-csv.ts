import type { Tx } from '../platform/db.js';
import type { FieldError } from '../platform/errors.js';
import { fieldPath } from '../platform/http/validation.js';
import type { ImportKind } from '../platform/imports/imports.service.js';
import { ExternalId, PURPOSES, PutCustomer } from './customers.contract.js';
import { type CustomerPatch, type Outcome, upsertCustomers } from './customers.queries.js';
import { patchOf, phoneProblem } from './patch.js';

const TEXTS = ['email', 'phone', 'name', 'locale', 'timeZone', 'account'] as const;
const ATTRIBUTE = 'attributes.';
const CONSENT = 'consents.';

/**
 * Customers as CSV: the fields of `PUT`, an empty cell changes nothing. Beside them
 * - `segments`: names separated by comma, semicolon or bar, or a JSON list;
 * - `attributes`: a JSON object that replaces all; `attributes.plan`: sets this one;
 * - `consents`: a JSON list; `consents.feedback` and so on: yes, no, consent or existing_customer.
 */
export const customerCsv: ImportKind<CustomerPatch, undefined> = {
  columns: [
    { name: 'externalId', required: true },
    ...TEXTS.map((name) => ({ name })),
    { name: 'lifetimeValue' },
    { name: 'segments' },
    { name: 'attributes' },
    { name: 'consents' },
  ],
  prefixes: ['attributes', 'consents'],
  prepare: () => Promise.resolve(undefined),
  validateRow: (cells, _context, run) => readCustomer(cells, run.caller),
  apply,
};

/** The row's patch, or what is wrong with it, field by field. */
export function readCustomer(
  cells: Readonly<Record<string, string>>,
  source: string,
): { row: CustomerPatch } | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  const input: Record<string, unknown> = {};
  const attributes: [string, string][] = [];
  const consents: unknown[] = [];
  for (const [field, cell] of Object.entries(cells)) {
    const text = cell.trim();
    if (text === '' || field === 'externalId') continue;
    if (field.startsWith(ATTRIBUTE)) attributes.push([field.slice(ATTRIBUTE.length), text]);
    else if (field.startsWith(CONSENT)) {
      const consent = readConsent(field.slice(CONSENT.length), text);
      if (typeof consent === 'string') errors.push({ path: field, message: consent });
      else consents.push(consent);
    } else if (field === 'lifetimeValue')
      input[field] = /^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : text;
    else if (field === 'segments')
      input[field] = text.startsWith('[')
        ? json(text)
        : text
            .split(/[,;|]/)
            .map((name) => name.trim())
            .filter(Boolean);
    else if (field === 'attributes' || field === 'consents') input[field] = json(text);
    else input[field] = cell;
  }
  if (consents.length > 0)
    input['consents'] = [...consents, ...(Array.isArray(input['consents']) ? input['consents'] : [])];

  const externalId = ExternalId.safeParse(cells['externalId'] ?? '');
  if (!externalId.success) errors.push(...fieldErrors(externalId.error.issues, 'externalId'));
  const parsed = PutCustomer.safeParse(input);
  if (!parsed.success) errors.push(...fieldErrors(parsed.error.issues));
  const added = attributes.length > 0 ? PutCustomer.shape.attributes.safeParse(Object.fromEntries(attributes)) : null;
  if (added && !added.success) errors.push(...fieldErrors(added.error.issues, 'attributes'));
  const phone = phoneProblem(parsed.data?.phone);
  if (phone !== null) errors.push({ path: 'phone', message: phone });
  if (errors.length > 0 || !externalId.success || !parsed.success) return { errors };
  const patch = patchOf(externalId.data, parsed.data, source);
  if (added?.data) patch.fields.addAttributes = added.data;
  return { row: patch };
}

async function apply(
  tx: Tx,
  rows: readonly { row: number; value: CustomerPatch }[],
): Promise<{ created: number; updated: number; skipped: number; errors: [] }> {
  const patches = new Map<string, CustomerPatch>();
  const repeats: string[] = [];
  for (const { value } of rows) {
    const before = patches.get(value.externalId);
    if (before) repeats.push(value.externalId);
    patches.set(value.externalId, before ? merged(before, value) : value);
  }
  const outcomes = await upsertCustomers(tx, [...patches.values()]);
  const count: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0 };
  for (const { outcome } of outcomes.values()) count[outcome] += 1;
  // A customer who stands in the file twice is changed by the later row too, unless nothing changed at all.
  for (const externalId of repeats)
    count[outcomes.get(externalId)?.outcome === 'unchanged' ? 'unchanged' : 'updated'] += 1;
  return { created: count.created, updated: count.updated, skipped: count.unchanged, errors: [] };
}

/** Two rows about one customer, as if the later one had been imported after the earlier one. */
function merged(before: CustomerPatch, after: CustomerPatch): CustomerPatch {
  const { addAttributes, ...fields } = before.fields;
  const earlier = after.fields.attributes === undefined ? addAttributes : undefined;
  const both = { ...earlier, ...after.fields.addAttributes };
  return {
    externalId: before.externalId,
    fields: { ...fields, ...after.fields, ...(Object.keys(both).length > 0 && { addAttributes: both }) },
    consents: [...before.consents, ...after.consents],
  };
}

function readConsent(purpose: string, text: string): object | string {
  if (!PURPOSES.some((known) => known === purpose))
    return 'Name the column consents.feedback, consents.follow_up, consents.testimonial or consents.council';
  const word = text.toLowerCase();
  if (/^(?:yes|true|1|consent)$/.test(word)) return { purpose, granted: true };
  if (/^(?:no|false|0)$/.test(word)) return { purpose, granted: false };
  if (word === 'existing_customer') return { purpose, granted: true, basis: 'existing_customer' };
  return 'Enter yes, no, consent or existing_customer';
}

/** The parsed text, or the text itself, which the contract then refuses in its own words. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function fieldErrors(issues: Parameters<typeof issuePath>[0][], prefix?: string): FieldError[] {
  return issues.map((issue) => ({ path: issuePath(issue, prefix), message: issue.message }));
}

function issuePath(issue: { path?: readonly PropertyKey[]; message: string }, prefix?: string): string {
  return fieldPath([...(prefix === undefined ? [] : [prefix]), ...(issue.path ?? [])]);
}
