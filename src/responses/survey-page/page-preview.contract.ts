import { z } from 'zod';

/** The page of a survey's draft as a customer gets it; its form leads nowhere. */
export const PagePreview = z.object({ html: z.string(), locale: z.string() });
export type PagePreview = z.infer<typeof PagePreview>;
