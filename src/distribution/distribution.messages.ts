import { z } from 'zod';
import { defineMessage } from '../platform/jobs.js';

/** An event of a known customer at a known (or no) touchpoint was stored or replayed. Key: event id. */
export const EventReceived = defineMessage('distribution.event_received', z.object({ eventId: z.uuid() }));

/** A campaign has customers left to plan. Key: campaign id and the last customer planned, so that each batch is one fact. */
export const CampaignBatchDue = defineMessage(
  'distribution.campaign_batch_due',
  z.object({ campaignId: z.uuid(), after: z.uuid().nullable() }),
);

/** A day of a recurring campaign has customers left to plan. Key: campaign id, the day, and the last customer planned. */
export const CampaignDayDue = defineMessage(
  'distribution.campaign_day_due',
  z.object({ campaignId: z.uuid(), day: z.iso.date(), after: z.uuid().nullable() }),
);

/** Mails of invitations fall due. Key: the minute, or a new id for those that are due at once. */
export const HandOverDue = defineMessage('distribution.hand_over_due', z.object({}));
