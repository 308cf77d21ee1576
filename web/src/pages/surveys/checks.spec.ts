import { describe, expect, it } from '@jest/globals';
import { standardQuestions, wording } from '../../../../src/surveys/wording.js';
import { brandContrast, leadingWords, secondsToAnswer } from './checks.js';
import { clean, newQuestion } from './draft.js';

const names = { organization: 'Halden Energy', touchpoint: null };
const standard = { metric: 'nps' as const, locales: ['en', 'de'], questions: standardQuestions('nps'), names };

describe('checks before publishing', () => {
  it('takes about half a minute for the standard questions, and longer for more of them', () => {
    const short = secondsToAnswer(wording(standard, 'en'));
    expect(short).toBeGreaterThanOrEqual(25);
    expect(short).toBeLessThanOrEqual(50);
    const more = [
      ...standard.questions,
      newQuestion('choice', standard.questions),
      newQuestion('text', standard.questions),
    ];
    expect(secondsToAnswer(wording({ ...standard, questions: more }, 'en'))).toBeGreaterThan(short);
  });

  it('finds leading words in each language, and none in the standard texts', () => {
    const all = { ...standard, locales: ['en', 'de', 'fr', 'es', 'pt', 'ar'] };
    expect(leadingWords(all, (locale) => wording(all, locale))).toEqual([]);
    const pushed = standard.questions.map((question) =>
      question.type === 'reason'
        ? { ...question, text: { en: 'What made our great service great?', de: 'Was war so toll?' } }
        : question,
    );
    const version = { ...standard, questions: pushed };
    expect(leadingWords(version, (locale) => wording(version, locale))).toEqual(['great', 'toll']);
    const within = {
      ...standard,
      questions: pushed.map((q) => (q.type === 'reason' ? { ...q, text: { en: 'Greater London?' } } : q)),
    };
    expect(leadingWords({ ...within, locales: ['en'] }, (locale) => wording(within, locale))).toEqual([]);
  });

  it('measures the brand colour as it will be used', () => {
    expect(brandContrast('#0B6470')).toBeCloseTo(6.8, 0);
    expect(brandContrast('#ffee00')).toBeGreaterThanOrEqual(4.5);
  });

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

  it('gives each new question an id of its own', () => {
    const first = newQuestion('text', []);
    expect([first.id, newQuestion('text', [first]).id]).toEqual(['question', 'question-2']);
  });
});
