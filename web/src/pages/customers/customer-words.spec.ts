import { describe, expect, it } from '@jest/globals';
import { sourceWords, wordsOf } from './customer-words.js';

describe('names that programs give, as people read them', () => {
  it.each([
    ['invoice.sent', 'Invoice sent'],
    ['surveyGroup', 'Survey group'],
    ['plan', 'Plan'],
    ['first_bill-paid', 'First bill paid'],
    ['NPS', 'NPS'],
    ['...', '...'],
  ])('reads %s as %s', (name, words) => expect(wordsOf(name)).toBe(words));

  it('knows our own pages as sources and keeps other words', () => {
    expect(sourceWords('survey page')).toBe('the customer, on the survey page');
    expect(sourceWords('shop checkout')).toBe('shop checkout');
  });
});
