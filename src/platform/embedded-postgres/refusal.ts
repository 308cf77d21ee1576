/** The embedded PostgreSQL cannot be had here; the message is one sentence for the operator. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/** Where the server reports to; Nest's loggers and `console` both fit. */
export type EmbeddedPostgresLog = Readonly<{
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}>;

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
