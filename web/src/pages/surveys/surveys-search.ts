import { z } from 'zod';
import { searchParams, textParam } from '../../search.js';

export const surveysSearch = searchParams({ q: textParam, status: textParam, archived: textParam });
export const surveySearch = searchParams({
  question: textParam,
  language: textParam,
  preview: z.enum(['page', 'email']),
  score: z.number().int(),
  page: z.number().int(),
  width: z.enum(['phone', 'desktop']),
  tab: z.enum(['results', 'versions']),
  /** On the results: of the answers to this version only. */
  version: z.number().int(),
  /** On the versions: the two that are compared. */
  from: z.number().int(),
  to: z.number().int(),
});
