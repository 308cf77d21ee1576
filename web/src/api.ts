import type { z } from 'zod';

export type FieldError = { path: string; message: string };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];

export type ApiOptions = {
  /** Sent as JSON; a `FormData` or `Blob` goes out as it is (CSV imports). */
  body?: unknown;
  /** `undefined`, `null` and `''` are left out; arrays repeat the name. */
  query?: Readonly<Record<string, QueryValue>>;
  /** One key per press of a button; see `newIdempotencyKey`. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/**
 * A refusal by the server (its problem document), or no answer at all (`status` 0, `code` `network`).
 * `detail` is a sentence for a person; decide by `code`.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly requestId: string | null = null,
  ) {
    super(detail);
  }
}

const expiry = new EventTarget();

/** Calls `listener` each time the server says that nobody is signed in any more. Returns the way to stop. */
export function onSessionExpired(listener: () => void): () => void {
  expiry.addEventListener('expired', listener);
  return () => expiry.removeEventListener('expired', listener);
}

export const newIdempotencyKey = (): string =>
  typeof crypto.randomUUID === 'function'
    ? crypto.randomUUID()
    : // Plain http on another host than localhost has no randomUUID.
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

function address(path: string, query: ApiOptions['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string | null]) {
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one));
    }
  }
  const search = params.toString();
  return `${path.startsWith('/api/') ? path : `/api/v1${path}`}${search ? `?${search}` : ''}`;
}

type Problem = { code?: unknown; detail?: unknown; title?: unknown; errors?: unknown; requestId?: unknown };

async function refusal(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Problem | null;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const errors = Array.isArray(problem?.errors)
    ? problem.errors.flatMap((e: Partial<FieldError> | null) =>
        typeof e?.path === 'string' && typeof e.message === 'string' ? [{ path: e.path, message: e.message }] : [],
      )
    : [];
  return new ApiError(
    response.status,
    text(problem?.code) ?? `http.${response.status}`,
    text(problem?.detail) ?? text(problem?.title) ?? `The server answered ${response.status}.`,
    errors,
    response.headers.get('x-request-id') ?? text(problem?.requestId),
  );
}

/**
 * The one way to the server. `path` is below `/api/v1` (`/cases`).
 * @returns the answer, parsed by `schema`; an empty answer is `undefined`
 * @throws ApiError for every refusal, for no connection (`network`), and when the answer has another shape (`shape`)
 */
export async function api<T>(method: Method, path: string, schema: z.ZodType<T>, options: ApiOptions = {}): Promise<T> {
  const { body, query, idempotencyKey, signal } = options;
  const raw = body instanceof FormData || body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        'X-Requested-With': 'hearback',
        ...(body !== undefined && !raw ? { 'Content-Type': 'application/json' } : {}),
        ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'network', 'There is no connection to the server. Nothing was lost; try again in a moment.');
  }
  if (!response.ok) {
    // A wrong password is a 401 too, but not the end of a session.
    if (response.status === 401 && !(method === 'POST' && path === '/session'))
      expiry.dispatchEvent(new Event('expired'));
    throw await refusal(response);
  }
  const text = await response.text();
  let data: unknown;
  try {
    data = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new ApiError(response.status, 'shape', 'The server answered with something that is not JSON.');
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    const where = first ? ` (${first.path.join('.') || 'answer'}: ${first.message})` : '';
    throw new ApiError(
      response.status,
      'shape',
      `This page and the server do not fit together${where}. Reload the page.`,
      [],
      response.headers.get('x-request-id'),
    );
  }
  return parsed.data;
}
