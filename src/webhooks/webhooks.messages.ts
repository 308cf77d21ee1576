import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** A delivery is to be tried. Key: delivery id, and for a replay the attempts before it. */
export const WebhookDue = defineMessage('webhooks.due', z.object({ deliveryId: z.uuid() }));
