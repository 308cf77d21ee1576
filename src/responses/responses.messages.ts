import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** An answer came in, was changed or withdrawn. Key: `<response id>:<version>`. */
export const ResponseReceived = defineMessage(
  'responses.received',
  z.object({ responseId: z.uuid(), version: z.int() }),
);
