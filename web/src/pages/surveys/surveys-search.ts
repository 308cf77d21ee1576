import { z } from 'zod';
import { searchParams, textParam } from '../../search.js';

export const surveysSearch = searchParams({ q: textParam, status: textParam });
export const surveySearch = searchParams({
  question: textParam,
  language: textParam,
  preview: z.enum(['page', 'email']),
  score: z.number().int(),
});
