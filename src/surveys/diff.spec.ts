import { compareVersions } from './diff.js';
import type { Question } from './surveys.contract.js';
import { standardQuestions } from './wording.js';

const locales = ['en', 'de'];
const [score, reason, consent] = standardQuestions('nps') as [Question, Question, Question];
const text = (id: string, en: string, more: object = {}): Question =>
  ({ id, type: 'text', text: { en, de: 'Was?' }, hint: null, required: false, ...more }) as Question;

describe('two versions', () => {
  it('that are the same say so', () => {
    const changes = compareVersions({ locales, questions: [score, reason] }, { locales, questions: [score, reason] });
    expect(changes.map(({ kind, moved }) => [kind, moved])).toEqual([
      ['same', false],
      ['same', false],
    ]);
  });

  it('name what was added, removed and reworded, by language', () => {
    const before = { locales: ['en'], questions: [score, text('a', 'Old?'), consent] };
    const after = {
      locales,
      questions: [
        score,
        text('a', 'New?', { required: true }),
        text('b', 'B?', { showIf: { question: 'score', is: 'between', from: 0, to: 6 } }),
      ],
    };
    const changes = compareVersions(before, after);
    expect(changes.map(({ id, kind }) => [id, kind])).toEqual([
      ['score', 'same'],
      ['a', 'changed'],
      ['b', 'added'],
      ['consent', 'removed'],
    ]);
    expect(changes[1]?.fields).toEqual([
      { field: 'text', locale: 'en', before: 'Old?', after: 'New?' },
      { field: 'required', locale: null, before: null, after: 'yes' },
    ]);
    expect(changes[2]?.fields).toContainEqual({ field: 'showIf', locale: null, before: null, after: 'score: 0 to 6' });
  });

  it('call only the question moved that was moved', () => {
    const [a, b, c] = [text('a', 'A?'), text('b', 'B?'), text('c', 'C?')];
    const changes = compareVersions({ locales, questions: [a, b, c] }, { locales, questions: [c, a, b] });
    expect(changes.map(({ id, moved }) => [id, moved])).toEqual([
      ['c', true],
      ['a', false],
      ['b', false],
    ]);
  });

  it('take another type under the same id for another question', () => {
    const rating: Question = {
      id: 'a',
      type: 'rating',
      text: { en: 'A?' },
      hint: null,
      required: false,
      max: 5,
      low: null,
      high: null,
    };
    const changes = compareVersions({ locales, questions: [text('a', 'A?')] }, { locales, questions: [rating] });
    expect(changes.map(({ kind, type }) => [kind, type])).toEqual([
      ['added', 'rating'],
      ['removed', 'text'],
    ]);
  });
});
