import { z } from 'zod';

/** The page of a survey's draft as a customer gets it; its form leads nowhere. `pages`: how many there are in all. */
export const PagePreview = z.object({ html: z.string(), locale: z.string(), pages: z.int() });
export type PagePreview = z.infer<typeof PagePreview>;
