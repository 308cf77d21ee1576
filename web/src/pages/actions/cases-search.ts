import { z } from 'zod';
import { CASE_PRIORITIES, LOOP_FILTERS } from '../../../../src/actions/cases/cases.contract.js';
import { dayParam, flagParam, searchParams, textParam } from '../../search.js';

/** What the Cases list keeps in the URL; an open case keeps it too. Without `view`: needs reply. */
export const casesSearch = searchParams({
  view: z.enum(['needs_reply', 'mine', 'unassigned', 'waiting', 'snoozed', 'resolved', 'all']),
  sort: z.enum(['due', 'newest']),
  q: textParam,
  /** From and to, `0-6`. */
  score: z.string().regex(/^\d{1,2}-\d{1,2}$/),
  touchpoint: textParam,
  team: textParam,
  /** A person's id, `me` or `none`. */
  owner: textParam,
  priority: z.enum(CASE_PRIORITIES),
  painPoint: textParam,
  customer: textParam,
  /** Opened in the last so many days. */
  opened: z.enum(['1', '7', '30', '90']),
  /** Opened in `[from, to)`. */
  from: dayParam,
  to: dayParam,
  /** One or more statuses with commas, or `open`. */
  status: textParam,
  overdue: flagParam,
  label: textParam,
  /** The cases behind a figure of loop health. */
  loop: z.enum(LOOP_FILTERS),
});
export type CasesSearch = ReturnType<typeof casesSearch>;
