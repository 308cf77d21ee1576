import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

export const AREAS = ['product', 'process', 'business_model'] as const;
const Area = z.enum(AREAS, { error: 'Choose product, process or business_model' });

const text = (what: string) =>
  z
    .string({ error: `Enter ${what}` })
    .trim()
    .min(1, { error: `Enter ${what}` })
    .max(200, { error: 'Use at most 200 characters' });

/** Programs name journeys and touchpoints by it. */
export const Key = z
  .string({ error: 'Enter a key, such as delivery' })
  .max(100, { error: 'Use at most 100 characters' })
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_.:-]*$/u, {
    error: 'Use letters, digits, and - _ . : only, such as delivery or support-call',
  });

const position = z
  .number({ error: 'Enter a place, 1 for the first' })
  .int({ error: 'Enter a whole number' })
  .min(1, { error: 'Start counting at 1' })
  .max(10_000);

export const JourneyView = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  isDefault: z.boolean(),
  /** In journey order. */
  stages: z.array(z.object({ id: z.uuid(), name: z.string(), position: z.number().int() })),
  createdAt: z.string(),
});
export const JourneyPage = pageOf(JourneyView);
export const NewJourney = z.strictObject({
  /** Made from the name when left out. */
  key: Key.optional(),
  name: text('the name of the journey'),
  stages: z.array(text('the name of the stage')).max(100, { error: 'Use at most 100 stages' }).default([]),
});
export const JourneyQuery = z.strictObject({ ...pageQuery });

export const TouchpointView = z.object({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  journeyKey: z.string(),
  stage: z.string(),
  /** Place within the stage, 1 for the first. */
  position: z.number().int(),
  area: z.enum(AREAS),
  teamId: z.uuid().nullable(),
  ownerId: z.uuid().nullable(),
  version: z.number().int(),
  createdAt: z.string(),
});
export const TouchpointPage = pageOf(TouchpointView);

const fields = {
  key: Key,
  name: text('the name of the touchpoint'),
  /** A stage's name; an unknown one is created at the end of the journey. */
  stage: text('the stage of the journey'),
  journeyKey: Key.optional(),
  area: Area,
  teamId: z.uuid({ error: 'Choose a team' }).nullable().optional(),
  ownerId: z.uuid({ error: 'Choose a user' }).nullable().optional(),
  position: position.optional(),
};
export const NewTouchpoint = z.strictObject(fields);
export const ChangeTouchpoint = z.strictObject({
  ...fields,
  key: fields.key.optional(),
  name: fields.name.optional(),
  stage: fields.stage.optional(),
  area: fields.area.optional(),
  version: z.number({ error: 'Enter the version that you read' }).int().optional(),
});
export const TouchpointQuery = z.strictObject({ ...pageQuery, journeyKey: z.string().max(100).optional() });

export type JourneyView = z.infer<typeof JourneyView>;
export type NewJourney = z.infer<typeof NewJourney>;
export type TouchpointView = z.infer<typeof TouchpointView>;
export type NewTouchpoint = z.infer<typeof NewTouchpoint>;
export type ChangeTouchpoint = z.infer<typeof ChangeTouchpoint>;
