import { dayParam, searchParams, textParam } from '../../search.js';

export const settingsListSearch = searchParams({ q: textParam, open: textParam, tab: textParam });
export const auditLogSearch = searchParams({
  q: textParam,
  actor: textParam,
  action: textParam,
  from: dayParam,
  to: dayParam,
});
