import { dayParam, searchParams, textParam } from '../../search.js';

export const painPointsSearch = searchParams({
  q: textParam,
  touchpoint: textParam,
  status: textParam,
  owner: textParam,
  sort: textParam,
  from: dayParam,
  to: dayParam,
});
