import { FRAME_TEXTS, PUBLIC_LOCALES, speak, type Texts } from '../../platform/public-page/index.js';
import type { WordedQuestion, Wording } from '../../surveys/surveys.contract.js';
import { MY_TEXTS } from '../my-page/texts.js';
import { COMMENT_MAX, formOf, readForm, scoreWithin } from './form.js';
import { SURVEY_TEXTS } from './texts.js';

const question = (fields: Partial<WordedQuestion> & Pick<WordedQuestion, 'id' | 'type'>): WordedQuestion => ({
  text: 'Q',
  hint: null,
  required: false,
  scale: null,
  options: [],
  multiple: false,
  maxPicks: null,
  other: null,
  showIf: null,
  ...fields,
});
const metric = question({
  id: 'score',
  type: 'nps',
  required: true,
  scale: { min: 0, max: 10, low: 'l', high: 'h' },
});
const wordingOf = (...more: WordedQuestion[]): Wording => ({
  locale: 'en',
  dir: 'ltr',
  metric,
  scaleEnds: { low: 'l', high: 'h' },
  questions: [
    metric,
    question({ id: 'reason', type: 'reason' }),
    question({ id: 'consent', type: 'consent' }),
    ...more,
  ],
});

describe('scoreWithin', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    [7, 7],
    [['3', '4'], 4],
    ['11', null],
    ['-1', null],
    ['', null],
    ['3.5', null],
    ['1e1', null],
    [undefined, null],
    [{ a: 1 }, null],
  ])('%j → %j', (value, expected) => expect(scoreWithin(value, metric.scale)).toBe(expected));
});

describe('readForm', () => {
  it('reads what a browser sends, and line breaks as they were typed', () => {
    const { values, problems } = readForm(
      { score: '2', picked: '3', comment: 'a\r\nb', mayContact: 'yes', else: 'x' },
      wordingOf(),
    );
    expect(values).toEqual({ score: 2, picked: 3, comment: 'a\nb', mayContact: 'yes', further: {} });
    expect(problems).toEqual([]);
  });

  it('takes a body that is no form as an empty one', () => {
    for (const body of [undefined, null, 'score=2', 5, []])
      expect(readForm(body, wordingOf()).problems).toMatchObject([{ field: 'score', kind: 'score' }]);
  });

  it('keeps what is too long and says so', () => {
    const { values, problems } = readForm({ score: '2', comment: 'x'.repeat(COMMENT_MAX + 1) }, wordingOf());
    expect(values.comment).toHaveLength(COMMENT_MAX + 1);
    expect(problems).toMatchObject([{ field: 'comment', kind: 'too_long' }]);
  });

  it('keeps known options only, once each, and asks for what is required', () => {
    const options = [
      { id: 'a', text: 'A' },
      { id: 'b', text: 'B' },
    ];
    const one = question({ id: 'one', type: 'choice', options, required: true });
    const some = question({ id: 'some', type: 'choice', options, multiple: true });
    const read = readForm({ score: '2', q_one: 'c', q_some: ['a', 'a', 'x', 'b'] }, wordingOf(one, some));
    expect(read.answers).toEqual({ some: ['a', 'b'] });
    expect(read.problems).toMatchObject([{ field: 'q_one', kind: 'missing' }]);
  });

  it('comes back from an answer as it was filled in', () => {
    const answer = { score: 0, picked: null, comment: null, mayContact: false, answers: { a: ['x', 'y'], b: 3 } };
    expect(formOf(answer)).toEqual({
      score: 0,
      picked: null,
      comment: '',
      mayContact: 'no',
      further: { a: ['x', 'y'], b: ['3'] },
    });
  });
});

describe('the words of the pages', () => {
  const all: Record<string, Texts<string>> = { SURVEY_TEXTS, MY_TEXTS, FRAME_TEXTS };
  it.each(Object.keys(all))('%s are there in every language, and every value finds its place', (name) => {
    const texts = all[name] as Texts<string>;
    const tags = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).filter((tag) => tag !== undefined);
    for (const locale of PUBLIC_LOCALES) {
      expect(Object.keys(texts[locale])).toEqual(Object.keys(texts.en));
      for (const [key, message] of Object.entries(texts[locale])) {
        const values = Object.fromEntries(tags(texts.en[key] ?? '').map((tag) => [tag, 3]));
        expect(speak(texts, locale)(key, values)).not.toMatch(/[{}]/);
        for (const tag of Object.keys(values)) expect(message).toContain(`{${tag}`);
      }
    }
  });
});
