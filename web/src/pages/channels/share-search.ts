import { searchParams, textParam } from '../../search.js';

/** `open`: the id of the link whose form is open, or `new`. */
export const shareSearch = searchParams({ open: textParam });
