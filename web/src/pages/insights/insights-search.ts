import { z } from 'zod';
import { dayParam, searchParams, textParam } from '../../search.js';

export const overviewSearch = searchParams({
  weeks: z.number().int(),
  from: dayParam,
  to: dayParam,
  survey: textParam,
  segment: textParam,
  touchpoint: textParam,
  compare: z.enum(['before', 'year']),
});

export const journeySearch = searchParams({
  show: z.enum(['nps', 'pain', 'responses']),
  interval: z.enum(['week', 'month']),
  journey: textParam,
  from: dayParam,
  to: dayParam,
  touchpoint: textParam,
  start: dayParam,
});
