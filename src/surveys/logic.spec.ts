import { conditionProblems, nextPage, pagesOf, shown } from './logic.js';
import type { Condition, Question } from './surveys.contract.js';

const asked = (id: string, showIf: Condition | null = null) => ({ id, showIf });
const low: Condition = { question: 'score', is: 'between', from: 0, to: 6 };
const is = (question: string, ...values: string[]): Condition => ({ question, is: 'one_of', values });
const isNot = (question: string, ...values: string[]): Condition => ({ question, is: 'none_of', values });
const ids = (questions: { id: string }[]) => questions.map((question) => question.id);

describe('what is shown', () => {
  const questions = [asked('score'), asked('why', low), asked('which', is('why', 'a')), asked('end')];

  it.each([
    [{}, ['score', 'end']],
    [{ score: 6 }, ['score', 'why', 'end']],
    [{ score: 7 }, ['score', 'end']],
    [{ score: 0, why: ['b', 'a'] }, ['score', 'why', 'which', 'end']],
    [{ score: 0, why: [] }, ['score', 'why', 'end']],
    // What was said to a question that is no longer shown opens nothing.
    [{ score: 9, why: ['a'] }, ['score', 'end']],
  ])('%j → %j', (given, expected) => expect(ids(shown(questions, given))).toEqual(expected));

  it('takes "none of" as said by somebody, not as silence', () => {
    const two = [asked('pick'), asked('more', isNot('pick', 'x'))];
    expect(ids(shown(two, {}))).toEqual(['pick']);
    expect(ids(shown(two, { pick: 'x' }))).toEqual(['pick']);
    expect(ids(shown(two, { pick: ['y', 'x'] }))).toEqual(['pick']);
    expect(ids(shown(two, { pick: 'y' }))).toEqual(['pick', 'more']);
  });
});

describe('pages', () => {
  it('is one without conditions, and begins a new one only where an answer of the same page decides', () => {
    expect(pagesOf([asked('score'), asked('why'), asked('consent')])).toHaveLength(1);
    const pages = pagesOf([asked('score'), asked('a', low), asked('b', low), asked('c', is('a', 'x')), asked('d')]);
    expect(pages.map(ids)).toEqual([['score'], ['a', 'b'], ['c', 'd']]);
  });

  it('passes pages with nothing to ask, and ends', () => {
    const questions = [asked('score'), asked('a', low), asked('b', is('a', 'x'))];
    expect(nextPage(questions, { score: 9 }, 1)).toBeNull();
    expect(nextPage(questions, { score: 2 }, 1)).toBe(1);
    expect(nextPage(questions, { score: 2, a: 'x' }, 2)).toBe(2);
    expect(nextPage(questions, { score: 2, a: 'y' }, 2)).toBeNull();
  });

  it('never shows a question before the answer it depends on, whatever the conditions (random surveys)', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 16_807) % 2_147_483_647) % n;
    for (let round = 0; round < 500; round++) {
      const questions = Array.from({ length: 1 + random(12) }, (_, i) =>
        asked(`q${i}`, i > 0 && random(2) === 0 ? (is(`q${random(i)}`, 'a', 'b').valueOf() as Condition) : null),
      );
      const pages = pagesOf(questions);
      expect(ids(pages.flat())).toEqual(ids(questions));
      for (const page of pages) for (const question of page) expect(ids(page)).not.toContain(question.showIf?.question);
      const given = Object.fromEntries(
        questions.flatMap(({ id }) => (random(3) ? [[id, 'abc'.charAt(random(3))]] : [])),
      );
      // Walking page by page asks what is shown in all, each question once.
      const walked: string[] = [];
      for (let page = nextPage(questions, given, 0); page !== null; page = nextPage(questions, given, page + 1))
        walked.push(...ids(pages[page] ?? []).filter((id) => ids(shown(questions, given)).includes(id)));
      expect(walked).toEqual(ids(shown(questions, given)));
    }
  });
});

describe('conditions that cannot be', () => {
  const score: Question = { id: 'score', type: 'nps', text: null, low: null, high: null };
  const text = (id: string, showIf: Condition): Question => ({
    id,
    type: 'text',
    text: { en: 'T' },
    hint: null,
    required: false,
    showIf,
  });
  const consent: Question = { id: 'consent', type: 'consent', text: null, hint: null, yes: null, no: null };

  it.each<[string, Question[], string[]]>([
    ['a scale', [score, text('t', low)], []],
    ['the consent', [score, consent, text('t', is('consent', 'yes'))], []],
    ['a later one', [score, text('t', is('consent', 'yes')), consent], ['questions[1].showIf.question']],
    ['itself', [score, text('t', is('t', 'a'))], ['questions[1].showIf.question']],
    ['outside the scale', [score, text('t', { ...low, to: 10, from: 11 } as Condition)], ['questions[1].showIf']],
    ['an unknown option', [score, consent, text('t', is('consent', 'maybe'))], ['questions[2].showIf']],
    ['options of a scale', [score, text('t', is('score', '5'))], ['questions[1].showIf']],
    ['the score late', [consent, text('t', is('consent', 'yes')), score], ['questions[2].type']],
  ])('%s', (_, questions, paths) => expect(conditionProblems(questions).map((p) => p.path)).toEqual(paths));
});
