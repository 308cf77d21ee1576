import { z } from 'zod';

/**
 * `GET /stream` (server-sent events). Event names and their data:
 * `ready` {} at the start · `changed` {@link Changed}: read it again when it is on the screen · `presence` {@link PresenceNotice} ·
 * `resync` {}: notices may have been missed, read everything on the screen again. The server ends each stream after 15 minutes and the
 * browser comes back by itself.
 */
export const Changed = z.object({
  /** A word of the vocabulary: `case`, `response`, `improvement`, `pain-point`, `annotation`, `goal`, … */
  kind: z.string(),
  /** Null: several of them. */
  id: z.uuid().nullable(),
});
export type Changed = z.infer<typeof Changed>;

/** Everybody who looks at a case now; an empty list when the last one left. */
export const PresenceNotice = z.object({
  caseId: z.uuid(),
  people: z.array(z.object({ id: z.uuid(), name: z.string(), writing: z.boolean() })),
});
export type PresenceNotice = z.infer<typeof PresenceNotice>;

/** "I look at this case" (null: at none). Say it again every 20 seconds; after 45 without a word one counts as gone. */
export const Presence = z.strictObject({
  caseId: z.uuid({ error: 'Choose a case' }).nullable(),
  writing: z.boolean().default(false),
});
export type Presence = z.infer<typeof Presence>;
