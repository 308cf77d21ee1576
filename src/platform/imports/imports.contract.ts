import { z } from 'zod';

export const ON_ERROR = ['abort', 'skip'] as const;

/** Options of every CSV import, as query or as form fields; a form field wins. */
export const ImportQuery = z.strictObject({
  /** Says what would happen and changes nothing. */
  dryRun: z
    .enum(['true', 'false'], { error: 'Choose true or false' })
    .default('false')
    .transform((v) => v === 'true'),
  /** What one bad row does: nothing is imported, or all but the bad rows are. */
  onError: z.enum(ON_ERROR, { error: 'Choose abort or skip' }).default('abort'),
  /** JSON: our field by the file's own column name. */
  mapping: z
    .string()
    .max(65_536, { error: 'Use at most 65,536 characters' })
    .optional()
    .transform((v, context): Record<string, string> => {
      if (v === undefined || v.trim() === '') return {};
      try {
        const parsed = z.record(z.string(), z.string()).safeParse(JSON.parse(v));
        if (parsed.success) return parsed.data;
      } catch {
        // falls through to the refusal
      }
      context.addIssue({ code: 'custom', message: 'Enter JSON such as {"Customer no.":"externalId"}' });
      return z.NEVER;
    }),
});
export type ImportOptions = z.infer<typeof ImportQuery>;

export const ImportReport = z.object({
  /** Rows with text below the header; read = created + updated + skipped. */
  read: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  /** Not imported: bad rows, and rows that change nothing. */
  skipped: z.number().int(),
  /** Those of the skipped rows that were good and changed nothing. */
  unchanged: z.number().int(),
  /** The first 1,000 of `errorCount`. `row` as a spreadsheet numbers it, header = 1; `path` is the field, empty for the whole row. */
  errors: z.array(z.object({ row: z.number().int().nullable(), path: z.string(), message: z.string() })),
  errorCount: z.number().int(),
  /** Columns of the file that are not imported. */
  ignoredColumns: z.array(z.string()),
  dryRun: z.boolean(),
});
export type ImportReport = z.infer<typeof ImportReport>;

export const ImportView = ImportReport.extend({
  id: z.uuid(),
  kind: z.string(),
  /** `failed`: nothing was imported, `errors` say why. */
  state: z.enum(['receiving', 'queued', 'running', 'done', 'failed']),
  /** 0…1 */
  progress: z.number(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type ImportView = z.infer<typeof ImportView>;
