import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../errors.js';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  /** Of zod's `unrecognized_keys`: fields that the contract does not know, named here and not in the path. */
  keys?: readonly string[];
}

/** `audience.segments[2]`; an array at the top gives `[3].score`. */
export function fieldPath(path: Issue['path']): string {
  let text = '';
  for (const segment of path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment;
    text += typeof key === 'number' ? `[${key}]` : text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}

const MAX_ERRORS = 100;
const UNKNOWN_FIELD = 'There is no such field; leave it out, or look for its name in /api/openapi.json.';

/** 422 with a path and a sentence per field. */
export function inputError(issues: readonly Issue[]): AppError {
  const all = issues.flatMap(
    (issue): FieldError[] =>
      issue.keys?.map((key) => ({ path: fieldPath([...(issue.path ?? []), key]), message: UNKNOWN_FIELD })) ?? [
        { path: fieldPath(issue.path), message: issue.message },
      ],
  );
  const errors = all.slice(0, MAX_ERRORS);
  const [first] = errors;
  const detail =
    errors.length === 1 && first
      ? `${first.path ? `${first.path}: ` : ''}${first.message}`
      : `${all.length} fields need a look.`;
  return new AppError('invalid', 'input.invalid', detail, { errors });
}

/** Checks `@Body/@Query/@Param({ schema })` against its contract. */
export const validationPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: inputError });
