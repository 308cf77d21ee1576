import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/page.contract.js';
import { MERGE_FIELDS, unknownFields } from './merge-fields.js';

const name = z
  .string({ error: 'Enter a name' })
  .trim()
  .min(1, { error: 'Enter a name' })
  .max(120, { error: 'Use at most 120 characters' });

const text = z
  .string({ error: 'Enter the text' })
  .max(5000, { error: 'Use at most 5,000 characters' })
  .refine((value) => value.trim() !== '', { error: 'Enter the text' })
  .superRefine((value, context) => {
    for (const field of unknownFields(value))
      context.addIssue({
        code: 'custom',
        message: `There is no field {{${field}}}. Use ${MERGE_FIELDS.map((one) => `{{${one}}}`).join(', ')}.`,
      });
  });

/** One text per language (BCP 47 primary tag). The customer's language is taken, else English, else the first. */
const texts = z
  .record(z.string().regex(/^[a-z]{2,3}$/, { error: 'Use a language code such as en or de' }), text)
  .refine((all) => Object.keys(all).length >= 1, { error: 'Write the text in at least one language' })
  .refine((all) => Object.keys(all).length <= 20, { error: 'Use at most 20 languages' });

export const SavedReplyView = z.object({
  id: z.uuid(),
  name: z.string(),
  texts: z.record(z.string(), z.string()),
  updatedAt: z.string(),
  version: z.number().int(),
});
export type SavedReplyView = z.infer<typeof SavedReplyView>;
export const SavedReplyPage = pageOf(SavedReplyView);
export const SavedReplyQuery = z.strictObject({ ...pageQuery });
export type SavedReplyQuery = z.infer<typeof SavedReplyQuery>;

export const NewSavedReply = z.strictObject({ name, texts });
export type NewSavedReply = z.infer<typeof NewSavedReply>;
export const ChangeSavedReply = z.strictObject({
  name: name.optional(),
  texts: texts.optional(),
  version: z.int({ error: 'Send the version that you read' }).optional(),
});
export type ChangeSavedReply = z.infer<typeof ChangeSavedReply>;
