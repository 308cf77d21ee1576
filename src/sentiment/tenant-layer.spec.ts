import { adjust, betterThanChance, type Example, scoreOf, tryLayer } from './tenant-layer.js';

const breathe = async (): Promise<void> => undefined;
const example = (text: string, label: Example['label'], score: number): Example => ({
  text,
  label,
  score,
  language: 'en',
  vector: null,
});

/** People of a wine shop say "sick" of what they like; the engine does not know that. */
const slang = Array.from({ length: 12 }, (_, n) => example(`that sick riesling number ${n} again`, 'positive', -0.6));
const plain = Array.from({ length: 12 }, (_, n) => example(`slow courier broke bottle ${n} today`, 'negative', -0.6));

describe('the layer of corrections', () => {
  it('mends what people agree on and leaves the rest, on statements it did not see', async () => {
    const trial = await tryLayer([...slang, ...plain], breathe);
    expect(trial).toMatchObject({ wins: true, harmed: 0 });
    expect(trial?.before.accuracy).toBeCloseTo(0.5);
    expect(trial?.after.accuracy).toBeGreaterThan(0.9);
  });

  it('does not win where corrections contradict each other, nor without any that were confirmed', async () => {
    const torn = slang.map((one, n) => ({ ...one, label: n % 2 ? ('positive' as const) : ('negative' as const) }));
    expect((await tryLayer([...torn, ...plain], breathe))?.wins).toBe(false);
    expect((await tryLayer([...slang, ...slang], breathe))?.wins).toBe(false);
    expect(await tryLayer(slang, breathe)).toBeNull();
  });

  it('changes no score without a near statement, and stays within −1…1', () => {
    expect(adjust(-0.4, [{ likeness: 0.5, label: 'positive' }], { from: 0.6, weight: 12 })).toBe(-0.4);
    expect(adjust(-1, [{ likeness: 1, label: 'positive' }], { from: 0.6, weight: 12 })).toBeGreaterThan(0.25);
  });

  it('scores agreement with an interval, and knows chance', () => {
    const gold = ['negative', 'negative', 'positive', 'neutral'] as const;
    expect(scoreOf(gold, gold)).toMatchObject({ n: 4, right: 4, accuracy: 1, macroF1: 1 });
    expect(scoreOf(gold, ['positive', null, 'positive', 'neutral'])).toMatchObject({ right: 2 });
    expect(scoreOf([], [])).toMatchObject({ n: 0, macroF1: 0 });
    expect([betterThanChance(5, 0), betterThanChance(4, 0), betterThanChance(20, 15)]).toEqual([true, false, false]);
  });
});
