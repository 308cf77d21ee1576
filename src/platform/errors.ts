export interface FieldError {
  /** Where in the input, e.g. `audience.segments[2]`, `[3].score` for arrays; empty for the whole. */
  path: string;
  message: string;
}

const STATUS = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  too_many: 429,
  unavailable: 503,
} as const;

export type ErrorKind = keyof typeof STATUS;

/**
 * A refusal: expected, safe to show, with a stable code (`module.thing`). Anything else that is thrown is a bug and answers 500.
 * `message` becomes the problem document's `detail`: what happened, what to do.
 */
export class AppError extends Error {
  readonly status: number;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: { errors?: FieldError[]; retryAfterSeconds?: number; extra?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = 'AppError';
    this.status = STATUS[kind];
  }
}

/** 422 for one or more fields, in the shape that the validation pipe also gives. */
export function invalid(path: string, message: string, code = 'input.invalid'): AppError {
  return new AppError('invalid', code, message, { errors: [{ path, message }] });
}

/** 404; another tenant's id answers exactly like an unknown one. `thing` is a word of the vocabulary, e.g. `case`. */
export function notFound(module: string, thing: string): AppError {
  return new AppError('not_found', `${module}.not_found`, `There is no such ${thing}.`);
}

/** True for a PostgreSQL unique violation of the named constraint or index. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const cause = (error as { driverError?: { code?: string; constraint?: string } }).driverError;
  return cause?.code === '23505' && cause.constraint === constraint;
}
