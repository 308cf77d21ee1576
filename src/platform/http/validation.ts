import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../errors.js';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
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

/** 422 with a path and a sentence per field. */
export function inputError(issues: readonly Issue[]): AppError {
  const errors: FieldError[] = issues
    .slice(0, MAX_ERRORS)
    .map((issue) => ({ path: fieldPath(issue.path), message: issue.message }));
  const [first] = errors;
  const detail =
    errors.length === 1 && first
      ? `${first.path ? `${first.path}: ` : ''}${first.message}`
      : `${issues.length} fields need a look.`;
  return new AppError('invalid', 'input.invalid', detail, { errors });
}

/** Checks `@Body/@Query/@Param({ schema })` against its contract. */
export const validationPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: inputError });
