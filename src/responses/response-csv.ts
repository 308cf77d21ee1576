import { createHash } from 'node:crypto';
import type { Tx } from '../platform/db.js';
import type { FieldError } from '../platform/errors.js';
import { fieldPath } from '../platform/http/validation.js';
import type { ImportKind } from '../platform/imports/imports.service.js';
import { NewResponse } from './responses.contract.js';
import type { Responses } from './responses.service.js';

const TEXTS = [
  'id',
  'externalCustomerId',
  'surveyId',
  'touchpointKey',
  'metric',
  'submittedAt',
  'channel',
  'locale',
] as const;

/**
 * Responses as CSV: the fields of `POST /responses`; an empty cell is an absent field, `mayContact` is yes or no. A row without an `id`
 * gets one from its content and its place in the file, so that importing the same file again changes nothing.
 */
export function responseCsv(responses: () => Responses): ImportKind<NewResponse, ReadonlySet<string>> {
  return {
    columns: [
      ...TEXTS.map((name) => ({ name })),
      { name: 'score', required: true },
      { name: 'comment' },
      { name: 'mayContact' },
    ],
    prepare: (tx) => responses().touchpointKeys(tx),
    validateRow: (cells, touchpointKeys) => readResponse(cells, touchpointKeys),
    apply: (tx, rows) => store(responses(), tx, rows),
  };
}

/** One row as a response, or what is wrong with it, field by field. */
export function readResponse(
  cells: Readonly<Record<string, string>>,
  touchpointKeys: ReadonlySet<string>,
): { row: NewResponse } | { errors: FieldError[] } {
  const input: Record<string, unknown> = { channel: 'import' };
  const errors: FieldError[] = [];
  for (const name of TEXTS) {
    const text = cells[name]?.trim();
    if (text) input[name] = name === 'metric' ? text.toLowerCase() : text;
  }
  const score = cells['score']?.trim() ?? '';
  if (/^\d{1,2}$/.test(score)) input['score'] = Number(score);
  else
    errors.push({
      path: 'score',
      message: score === '' ? 'Enter a score' : `"${score.slice(0, 20)}" is not a whole number`,
    });
  if (cells['comment']?.trim()) input['comment'] = cells['comment'];
  const contact = cells['mayContact']?.trim().toLowerCase();
  if (contact) {
    if (['yes', 'true', '1'].includes(contact)) input['mayContact'] = true;
    else if (['no', 'false', '0'].includes(contact)) input['mayContact'] = false;
    else errors.push({ path: 'mayContact', message: 'Enter yes or no' });
  }
  const key = input['touchpointKey'];
  if (typeof key === 'string' && !touchpointKeys.has(key))
    errors.push({ path: 'touchpointKey', message: `There is no touchpoint "${key}"` });
  const parsed = NewResponse.safeParse({ score: 0, ...input });
  if (parsed.success && errors.length === 0) return { row: parsed.data };
  for (const issue of parsed.error?.issues ?? []) errors.push({ path: fieldPath(issue.path), message: issue.message });
  return { errors };
}

async function store(responses: Responses, tx: Tx, rows: readonly { row: number; value: NewResponse }[]) {
  const values = rows.map(({ row, value }) => ({
    ...value,
    id:
      value.id ??
      `csv:${createHash('sha256')
        .update(JSON.stringify([row, value]))
        .digest('base64url')}`,
  }));
  const { items, errors: problems } = await responses.submitGood(tx, values);
  const skipped = items.filter((item) => item.duplicate).length;
  return {
    created: items.length - skipped,
    updated: 0,
    skipped,
    errors: problems.map((problem) => ({
      row: rows[problem.row]?.row ?? null,
      path: problem.path,
      message: problem.message,
    })),
  };
}
