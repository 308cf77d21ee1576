import { z } from 'zod';
import { dayParam, searchParams, textParam } from '../../search.js';

export const responsesSearch = searchParams({
  q: textParam,
  touchpoint: textParam,
  category: z.enum(['promoter', 'passive', 'detractor']),
  sentiment: z.enum(['negative', 'neutral', 'positive']),
  segment: textParam,
  survey: textParam,
  flagged: textParam,
  from: dayParam,
  to: dayParam,
});
