import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** A customer was erased; nothing but a keyed hash of the address is left. Key: customer id. */
export const CustomerErased = defineMessage('customers.erased', z.object({ customerId: z.uuid() }));
