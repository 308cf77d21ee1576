import { describe, expect, it } from '@jest/globals';
import { delayWords, orList, sampleWords, weekdaysText } from './distribution-words.js';

describe('words of distribution', () => {
  it('says a delay in its largest whole unit', () => {
    expect([0, 1, 90, 60, 120, 1440, 10080, 1500].map(delayWords)).toEqual([
      'at once',
      '1 minute later',
      '90 minutes later',
      '1 hour later',
      '2 hours later',
      '1 day later',
      '7 days later',
      '25 hours later',
    ]);
  });

  it('says days in a row as a span and others one by one', () => {
    expect(weekdaysText([1, 2, 3, 4, 5, 6])).toBe('Monday to Saturday');
    expect(weekdaysText([5, 1, 3])).toBe('Monday, Wednesday and Friday');
    expect(weekdaysText([6, 7])).toBe('Saturday and Sunday');
    expect(weekdaysText([2])).toBe('Tuesday');
    expect(weekdaysText([7, 6, 5, 4, 3, 2, 1])).toBe('every day');
  });

  it('says a sample and a choice', () => {
    expect([1, 0.92, 0.5].map(sampleWords)).toEqual(['everyone', 'about 92 in 100', 'about 50 in 100']);
    expect(orList(['A', 'B', 'C'])).toBe('A, B or C');
  });
});
