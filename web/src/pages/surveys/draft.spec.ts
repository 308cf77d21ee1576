import { describe, expect, it } from '@jest/globals';
import { clean, newQuestion } from './draft.js';

describe('a draft', () => {
  it('takes blanks for missing and a text missing everywhere for the standard one', () => {
    expect(clean({ id: 'score', type: 'nps', text: { en: '  ' }, low: { en: ' No ' }, high: null })).toEqual({
      id: 'score',
      type: 'nps',
      text: null,
      low: { en: 'No' },
      high: null,
    });
    expect(clean({ id: 'q', type: 'text', text: { en: ' ' }, hint: {}, required: true })).toEqual({
      id: 'q',
      type: 'text',
      text: {},
      hint: null,
      required: true,
    });
  });

  it('keeps the condition and “something else” of a question', () => {
    const choice = {
      ...newQuestion('choice', []),
      other: { text: { en: ' ' } },
      showIf: { question: 'score', is: 'between' as const, from: 0, to: 6 },
    };
    expect(clean(choice as never)).toMatchObject({ other: { text: null }, showIf: { from: 0, to: 6 } });
  });

  it('gives each new question an id of its own', () => {
    const first = newQuestion('text', []);
    expect([first.id, newQuestion('text', [first]).id]).toEqual(['question', 'question-2']);
  });
});
