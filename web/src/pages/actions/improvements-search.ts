import { searchParams, textParam } from '../../search.js';

export const improvementsSearch = searchParams({ q: textParam, owner: textParam, status: textParam });
