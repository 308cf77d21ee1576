import { describe, expect, it } from '@jest/globals';
import type { ResponseView } from '../../../../src/responses/responses.contract.js';
import { cutComment, unreadText } from './response-words.js';

const statement = (start: number, end: number): ResponseView['statements'][number] => ({
  id: '00000000-0000-4000-8000-000000000000',
  text: '',
  start,
  end,
  sentiment: { label: 'negative', score: -0.5 },
  aspect: null,
  painPointId: null,
  painPointName: null,
  unsure: false,
  signals: [],
  byPerson: false,
});
const texts = (comment: string, ...ranges: [number, number][]): [string, boolean][] =>
  cutComment(
    comment,
    ranges.map(([start, end]) => statement(start, end)),
  ).map((part) => [part.text, part.statement !== null]);

describe('a comment cut at its statements', () => {
  it('keeps every character, in order, whatever the order of the statements', () => {
    expect(texts('Good. Bad!', [6, 10], [0, 5])).toEqual([
      ['Good.', true],
      [' ', false],
      ['Bad!', true],
    ]);
  });

  it('passes over statements that overlap or reach beyond the text', () => {
    expect(texts('abcdef', [0, 4], [2, 6], [5, 9], [3, 3])).toEqual([
      ['abcd', true],
      ['ef', false],
    ]);
  });

  it('is one plain part without statements, and nothing for no words', () => {
    expect(texts('Fine')).toEqual([['Fine', false]]);
    expect(texts('')).toEqual([]);
  });
});

describe('why a comment has no sentiment', () => {
  it('is said in words, also for a reason that is not known here', () => {
    expect(unreadText('empty')).toBe('No comment');
    expect(unreadText('too_long')).toBe('Could not be read: too long');
    expect(unreadText(undefined)).toBe('Could not be read');
  });
});
