import { z } from 'zod';

const Day = z.iso.date({ error: 'Enter a date such as 2026-11-21' });
export const VisitQuery = z.strictObject({ from: Day.optional(), to: Day.optional() });
export type VisitQuery = z.infer<typeof VisitQuery>;

/** How often customers' pages were looked at; days are UTC. Machines are what said so of itself, the rest counts as people. */
export const VisitView = z.object({
  page: z.enum(['survey', 'stop', 'choices', 'receipt', 'link', 'kiosk', 'widget']),
  people: z.number().int(),
  machines: z.number().int(),
});
export type VisitView = z.infer<typeof VisitView>;
/** One row per kind of page: never more than there are kinds. */
export const VisitList = z.object({ pages: z.array(VisitView) });
