import { z } from 'zod';
import { dayParam, flagParam, searchParams, textParam } from '../../search.js';

const shape = {
  touchpoint: textParam,
  status: z.enum(['new', 'investigating', 'fixing', 'fixed', 'dismissed']),
  emerging: flagParam,
  segment: textParam,
  surveyId: textParam,
  q: textParam,
  sort: z.enum(['impact', 'customers', 'count', 'newest', 'name']),
  /** The last so many weeks; without: 13. */
  weeks: z.enum(['4', '13', '26', '52']),
  /** In their place: `[from, to)`. */
  from: dayParam,
  to: dayParam,
};
export const painPointsSearch = searchParams(shape);
export type PainPointsSearch = ReturnType<typeof painPointsSearch>;
