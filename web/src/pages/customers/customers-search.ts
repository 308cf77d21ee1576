import { searchParams, textParam } from '../../search.js';

export const customersSearch = searchParams({ q: textParam, segment: textParam, account: textParam });
export const customerSearch = searchParams({ tab: textParam, kind: textParam });
