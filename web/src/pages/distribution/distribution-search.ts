import { searchParams, textParam } from '../../search.js';

export const campaignsSearch = searchParams({ q: textParam, status: textParam });
export const campaignSearch = searchParams({ step: textParam });
export const triggersSearch = searchParams({ q: textParam, open: textParam });
