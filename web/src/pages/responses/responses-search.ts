import { z } from 'zod';
import { dayParam, flagParam, searchParams, textParam } from '../../search.js';

export const responsesSearch = searchParams({
  q: textParam,
  touchpoint: textParam,
  category: z.enum(['promoter', 'passive', 'detractor']),
  sentiment: z.enum(['negative', 'neutral', 'positive', 'none']),
  segment: textParam,
  survey: textParam,
  channel: textParam,
  /** One or several, with commas. */
  metric: textParam,
  /** In the score, or left out of it. */
  counted: z.enum(['yes', 'no']),
  /** Left out for this reason. */
  flagged: textParam,
  painPoint: textParam,
  customer: textParam,
  /** Statements on the tint of their sentiment. */
  marked: flagParam,
  /** `[from, to)`: the day `to` is no longer part of it, as in the API. */
  from: dayParam,
  to: dayParam,
});
export type ResponsesSearch = ReturnType<typeof responsesSearch>;
