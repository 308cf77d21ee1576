import { z } from 'zod';
import { searchParams, textParam } from '../../search.js';

export const improvementsSearch = searchParams({
  /** A person's id. */
  owner: textParam,
  status: z.enum(['planned', 'started', 'done', 'declined']),
  painPoint: textParam,
});
