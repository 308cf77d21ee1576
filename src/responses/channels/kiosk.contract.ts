import { z } from 'zod';

/** Most answers in one message; a device sends the rest in the next ones. */
export const KIOSK_BATCH = 50;

/** Answers that a kiosk kept until it could send them. Their fields are read like those of a form, each by itself. */
export const KioskAnswers = z.strictObject({
  answers: z
    .array(
      z.object({
        /** Made by the device when the answer was given: sending it again changes nothing. */
        id: z.uuid({ error: 'Send a UUID that is made once per answer' }),
        /** When it was given, by the clock of the device. */
        at: z.iso.datetime({ error: 'Send a time such as 2026-11-21T09:12:00.000Z' }),
        /** The version of the survey that was seen. */
        version: z.int().positive(),
        locale: z.string().max(35),
        score: z.int(),
        comment: z.string().max(10_000).optional(),
        mayContact: z.enum(['yes', 'no']).optional(),
      }),
    )
    .min(1)
    .max(KIOSK_BATCH, { error: `Send at most ${KIOSK_BATCH} answers` }),
});
export type KioskAnswers = z.infer<typeof KioskAnswers>;

/** What became of each: stored ones may be forgotten by the device; refused ones are no answers to this survey, or came after its quota was reached. */
export const KioskReceipt = z.object({
  stored: z.array(z.uuid()),
  refused: z.array(z.object({ id: z.uuid(), message: z.string() })),
});
export type KioskReceipt = z.infer<typeof KioskReceipt>;
