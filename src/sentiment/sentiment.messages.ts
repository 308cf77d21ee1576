import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** The comment of this version of a response was read, or there was nothing to read. Key: `<response id>:<version>`. */
export const SentimentTagged = defineMessage('sentiment.tagged', z.object({ responseId: z.uuid(), version: z.int() }));
