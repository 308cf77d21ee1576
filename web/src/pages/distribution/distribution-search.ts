import { z } from 'zod';
import { searchParams, textParam } from '../../search.js';

export const campaignsSearch = searchParams({ q: textParam, status: textParam });
/** `step` is the open one of a draft; `status` narrows the list of who was asked. */
export const campaignSearch = searchParams({
  step: z.enum(['survey', 'audience', 'when', 'reminders', 'review']),
  status: textParam,
});
/** `open` is the trigger being edited, or `new`. */
export const triggersSearch = searchParams({ q: textParam, open: textParam, events: z.enum(['rejected']) });
