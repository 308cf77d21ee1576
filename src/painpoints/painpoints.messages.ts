import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** The negative statements of a response have their pain points, as far as they fit one. Key: `<response id>:<version>`. */
export const PainPointsMatched = defineMessage(
  'painpoints.matched',
  z.object({ responseId: z.uuid(), version: z.int() }),
);

/** The pool of a touchpoint may hold new pain points, or (`whole`) all of it shall be grouped anew. Key: touchpoint and time slot. */
export const RegroupDue = defineMessage(
  'painpoints.regroup_due',
  z.object({ touchpointId: z.uuid().nullable(), whole: z.boolean().optional() }),
);
