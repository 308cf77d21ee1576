import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { dayParam, flagParam, searchParams, textParam } from './search.js';

const read = searchParams({
  view: z.enum(['mine', 'all']),
  q: textParam,
  overdue: flagParam,
  from: dayParam,
  weeks: z.number().int(),
});

describe('search params', () => {
  it('keeps what fits and leaves out the rest', () => {
    expect(read({ view: 'mine', q: 'bill', overdue: true, from: '2026-11-21', weeks: 26, other: 1 })).toEqual({
      view: 'mine',
      q: 'bill',
      overdue: true,
      from: '2026-11-21',
      weeks: 26,
    });
  });

  it('treats a wrong or empty value as absent', () => {
    expect(read({ view: 'gone', q: '', overdue: 'yes', from: '21.11.', weeks: 'many' })).toEqual({});
  });

  it('reads a number in the link as text where text is meant', () => {
    expect(read({ q: 2481 })).toEqual({ q: '2481' });
  });
});
