import type { LocalizedText, Question } from '../surveys.contract.js';
import { standardQuestions, type Wordable, wording } from '../wording.js';
import { brandContrast, completeness, type Finding, lint, type LintFacts, secondsToAnswer, wordsIn } from './lint.js';
import { WORDS } from './words.js';

const ALL = ['en', 'de', 'fr', 'es', 'pt', 'ar'];
const facts: LintFacts = { brandColor: '#0B6470', opensCases: true };
const draft = (...more: Question[]): Wordable => ({
  metric: 'nps',
  locales: ['en', 'de'],
  questions: [...standardQuestions('nps'), ...more],
  names: { organization: 'Halden Energy', touchpoint: null },
});
const rating = (text: LocalizedText, more: object = {}): Question => ({
  id: 'r',
  type: 'rating',
  text,
  hint: null,
  required: false,
  max: 5,
  low: null,
  high: null,
  ...more,
});
const text = (id: string, required = false): Question => ({
  id,
  type: 'text',
  text: { en: 'What?', de: 'Was?' },
  hint: null,
  required,
});
const brief = (findings: readonly Finding[]) =>
  findings.map(({ rule, severity, path }) => `${severity} ${rule} ${path}`);

describe('checks before publishing', () => {
  it('find nothing in the standard questions of any metric and language', () => {
    for (const metric of ['nps', 'tnps', 'csat', 'ces'] as const)
      expect(lint({ ...draft(), metric, locales: ALL, questions: standardQuestions(metric) }, facts)).toEqual([]);
  });

  it.each<[string, Question, string[]]>([
    [
      'praise',
      rating({ en: 'How great was our great service?', de: 'Wie war unser toller Service?' }),
      ['warning leading questions[3].text.en'],
    ],
    ['praise only as a part of a word', rating({ en: 'How was Greater London?', de: 'Wie war es?' }), []],
    [
      'two questions in one',
      rating({ en: 'How were speed and price?', de: 'Wie war es?' }),
      ['note double questions[3].text.en'],
    ],
    [
      'a negation',
      rating({ en: 'How was it?', de: 'Wie sehr stört es nicht?' }),
      ['warning negation questions[3].text.de'],
    ],
    ['jargon', rating({ en: 'How was the onboarding?', de: 'Wie war es?' }), ['note jargon questions[3].text.en']],
    [
      'a coloured end',
      rating({ en: 'How was it?', de: 'Wie war es?' }, { low: { en: 'Red', de: 'Schlecht' } }),
      ['warning scale_bias questions[3].low.en'],
    ],
    [
      'a smiling end',
      rating({ en: 'How was it?', de: 'Wie war es?' }, { high: { en: '🙂', de: 'Gut' } }),
      ['warning scale_bias questions[3].high.en'],
    ],
    ['a missing language', rating({ en: 'How was it?' }), ['error missing_text questions[3].text.de']],
    [
      'a long text',
      rating({ en: `How was ${'very '.repeat(40)}long?`, de: 'Wie war es?' }),
      ['note long_text questions[3].text.en'],
    ],
  ])('see %s where it stands', (_, question, expected) =>
    expect(brief(lint(draft(question), facts))).toEqual(expected),
  );

  it('let open questions and the consent join words', () => {
    expect(
      lint(
        draft({ ...text('q'), text: { en: 'What happened, and why not?', de: 'Was und warum nicht?' } } as Question),
        facts,
      ),
    ).toEqual([]);
  });

  it('look at the survey as a whole', () => {
    const bare = { ...draft(), questions: standardQuestions('nps').slice(0, 1) };
    expect(brief(lint(bare, { brandColor: '#0B6470', opensCases: false }))).toEqual([
      'warning no_reason null',
      'warning no_consent null',
      'warning opens_no_case null',
    ]);
    const many = draft(...['a', 'b', 'c', 'd', 'e'].map((id) => text(id, true)));
    expect(brief(lint(many, facts))).toEqual(['warning time null', 'warning required questions[5].required']);
  });

  it('put what keeps a survey from being published first', () => {
    const both = lint(draft(rating({ en: 'How great was it?' })), facts);
    expect(both.map((finding) => finding.severity)).toEqual(['error', 'warning']);
    for (const { what, why, how } of both) for (const words of [what, why, how]) expect(words).not.toBe('');
  });

  it('take tags for no words, and have every list in small letters without doubles', () => {
    expect(wordsIn('{{customer.name|great}} {organization}?', ['great', 'organization'], 'en')).toEqual([]);
    for (const [locale, words] of Object.entries(WORDS))
      for (const list of Object.values(words) as string[][]) {
        expect(new Set(list).size).toBe(list.length);
        for (const word of list) expect(word).toBe(word.toLocaleLowerCase(locale).trim());
      }
  });

  it('take about half a minute for the standard questions, and half as long for what only some are asked', () => {
    const short = secondsToAnswer(wording(draft(), 'en'));
    expect(short).toBeGreaterThanOrEqual(25);
    expect(short).toBeLessThanOrEqual(50);
    const whole = secondsToAnswer(wording(draft(text('q')), 'en'));
    const some = secondsToAnswer(
      wording(draft({ ...text('q'), showIf: { question: 'score', is: 'between', from: 0, to: 6 } } as Question), 'en'),
    );
    expect(whole).toBeGreaterThan(some);
    expect(some).toBeGreaterThan(short);
  });

  it('measure the brand colour as it will be used', () => {
    expect(brandContrast('#0B6470')).toBeCloseTo(6.8, 0);
    expect(brandContrast('#ffee00')).toBeGreaterThanOrEqual(4.5);
    expect(brief(lint(draft(), { ...facts, brandColor: '#FFEE00' }))).toEqual(['note brand_contrast null']);
    expect(lint(draft(), { ...facts, brandColor: '#FFEE00' })[0]?.what).toMatch(/#FFEE00 is darkened to #[0-9A-F]{6}/);
  });

  it('count what is missing in each language', () => {
    expect(completeness({ ...draft(rating({ en: 'A?', de: 'B?' })), locales: ['en', 'nl'] })).toMatchObject([
      { locale: 'en', missing: 0 },
      { locale: 'nl', missing: 12 },
    ]);
  });
});
