import { z } from 'zod';

/**
 * A body that is one item or an array of 1 to `max`. A plain union would answer "invalid input" for the whole; this one names the field, with
 * `[3].score` in arrays, and describes both forms in OpenAPI.
 */
export function oneOrMany<T extends z.ZodType>(item: T, max: number, things: string) {
  const many = z
    .array(item)
    .min(1, `Send at least one of the ${things}.`)
    .max(max, `Send at most ${max.toLocaleString('en')} ${things} at a time.`);
  const describe = (schema: z.ZodType) => {
    // OpenAPI 3.0 like the rest of the document; free JSON (`z.json()`) has its definition among the components already.
    const {
      $schema: _dialect,
      $defs: _definitions,
      ...described
    } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'openapi-3.0' });
    return described;
  };
  return z
    .unknown()
    .meta({ anyOf: [describe(item), describe(many)] })
    .transform((value, context): z.output<T> | z.output<T>[] => {
      const parsed = Array.isArray(value) ? many.safeParse(value) : item.safeParse(value);
      if (parsed.success) return parsed.data;
      // `custom` keeps the path as it is; unknown fields travel as they are, their names stand beside the path.
      for (const issue of parsed.error.issues)
        if (issue.code === 'unrecognized_keys')
          context.addIssue({ code: issue.code, keys: issue.keys, path: issue.path });
        else context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
      return z.NEVER;
    });
}
