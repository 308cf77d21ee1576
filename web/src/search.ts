import { z } from 'zod';

/**
 * A route's search params: wrap the shape, and a wrong or stale value in a link falls back to "absent" instead of an error page.
 * @example export const casesSearch = searchParams({ view: z.enum(['mine', 'all']), q: z.string() })
 */
export function searchParams<S extends Readonly<Record<string, z.ZodType>>>(
  shape: S,
): (raw: Record<string, unknown>) => { [K in keyof S]?: z.output<S[K]> } {
  return (raw) => {
    const out: { [K in keyof S]?: z.output<S[K]> } = {};
    for (const name of Object.keys(shape) as (keyof S & string)[]) {
      const value = raw[name];
      if (value === undefined || value === null || value === '') continue;
      // The router reads 7 and true from a link as number and boolean; a search for "7" means the text.
      const asText = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
      const parsed = [value, asText].map((v) => shape[name]?.safeParse(v)).find((r) => r?.success);
      if (parsed?.success) out[name] = parsed.data as z.output<S[typeof name]>;
    }
    return out;
  };
}

/** A local day, `2026-11-21`. */
export const dayParam = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const flagParam = z.literal(true);
export const textParam = z.string();
