import { z } from 'zod';
import { defineMessage } from '../../platform/jobs.js';

/** An organization has texts that are due. */
export const TextsDue = defineMessage('distribution.texts_due', z.strictObject({}));

/** Somebody wrote something that is neither STOP nor HELP. Key: its id. */
export const TextReceived = defineMessage('distribution.text_received', z.strictObject({ inboundId: z.uuid() }));
