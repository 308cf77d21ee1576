import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** So many answers came from one network that the whole stretch has to be looked at. Key: the network's name of the day and the 10 s. */
export const BurstSuspected = defineMessage(
  'responses.burst_suspected',
  z.object({ network: z.string(), at: z.iso.datetime() }),
);

/** An answer came in, was changed or withdrawn. Key: `<response id>:<version>`. */
export const ResponseReceived = defineMessage(
  'responses.received',
  z.object({ responseId: z.uuid(), version: z.int() }),
);
