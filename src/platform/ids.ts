import { v7 } from 'uuid';

/** A new id: UUID version 7, so that rows made one after another stand beside each other in indexes. */
export const newId = (): string => v7();
