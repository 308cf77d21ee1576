import { z } from 'zod';

export const CONDITION_OPS = ['eq', 'ne', 'in', 'gt', 'gte', 'lt', 'lte', 'exists', 'contains'] as const;
export type ConditionOp = (typeof CONDITION_OPS)[number];

const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);

/**
 * One condition on an event. `property`: `value` (the event's money), else a path into its properties with dots, such as `carrier` or
 * `items.0.sku`. A property that is missing fulfils only `ne` and `exists: false`.
 */
export const Condition = z
  .strictObject({
    property: z
      .string()
      .min(1, 'Name a property.')
      .max(200, 'Use at most 200 characters.')
      .regex(/^[^.\s][^.]*(?:\.[^.]+)*$/, 'Write a name, or names with single dots between them.'),
    op: z.enum(CONDITION_OPS, 'Choose how to compare.'),
    value: z.union([scalar, z.array(scalar).min(1, 'Name at least one value.').max(100)]).optional(),
  })
  .check(({ value: one, issues }) => {
    const refuse = (message: string): void => {
      issues.push({ code: 'custom', message, path: ['value'], input: one });
    };
    const { op, value } = one;
    if (op === 'in' && !Array.isArray(value)) refuse('Give a list of values.');
    else if (op === 'exists' && value !== undefined && typeof value !== 'boolean') refuse('Use true or false.');
    else if (op !== 'in' && Array.isArray(value)) refuse('Give one value.');
    else if (op !== 'exists' && value === undefined) refuse('Give a value to compare with.');
    else if (['gt', 'gte', 'lt', 'lte'].includes(op) && typeof value === 'boolean')
      refuse('Compare with a number or a date.');
    else if (op === 'contains' && typeof value === 'string' && value === '') refuse('Give a text to look for.');
  });
export type Condition = z.infer<typeof Condition>;

const list = z.array(Condition).min(1, 'Add a condition, or leave them out.').max(20, 'Use at most 20 conditions.');

/** Those of `all` must hold together, and at least one of `any`. */
export const Conditions = z
  .strictObject({ all: list.optional(), any: list.optional() })
  .refine((one) => one.all !== undefined || one.any !== undefined, {
    error: 'Give a list of conditions in all or any.',
    path: ['all'],
  });
export type Conditions = z.infer<typeof Conditions>;
