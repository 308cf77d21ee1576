import type { ResponsesSearch } from '../responses/responses-search.js';

/** What the figures of the Overview are narrowed by. */
export type Filters = {
  touchpoint?: string | undefined;
  segment?: string | undefined;
  survey?: string | undefined;
};
type Range = { from: string; to: string };

/** The responses that an NPS figure is made of. */
export const countedResponses = (
  filters: Filters,
  { from, to }: Range,
  more: ResponsesSearch = {},
): ResponsesSearch => ({
  ...filters,
  from,
  to,
  counted: 'yes',
  metric: 'nps,tnps',
  ...more,
});

/** The cases opened in a period. */
export const casesOpened = ({ touchpoint }: Filters, { from, to }: Range) =>
  ({ view: 'all', touchpoint, from, to }) as const;
