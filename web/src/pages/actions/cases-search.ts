import { z } from 'zod';
import { flagParam, searchParams, textParam } from '../../search.js';

/** What the Cases list keeps in the URL; an open case keeps it too. */
export const casesSearch = searchParams({
  view: z.enum(['needs_reply', 'mine', 'unassigned', 'waiting', 'resolved', 'all']),
  sort: z.enum(['due', 'newest', 'oldest', 'score']),
  q: textParam,
  score: textParam,
  touchpoint: textParam,
  team: textParam,
  owner: textParam,
  opened: textParam,
  overdue: flagParam,
});
