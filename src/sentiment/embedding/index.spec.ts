import { afterAll, describe, expect, it } from '@jest/globals';

import {
  builtInEmbeddings,
  cosine,
  nearestVectors,
  packVector,
  readable,
  unpackVector,
  vectorVersion,
} from './index.js';

const provider = builtInEmbeddings();
afterAll(() => provider.close());

describe('sentence vectors', () => {
  it('lie near each other when the texts mean alike, on a thread of their own', async () => {
    const [late, delayed, parking, blank] = await provider.embed([
      'My parcel came far too late',
      'The delivery was delayed by a week',
      'There is no room to park the car',
      ' \u200b!!! ',
    ]);
    if (!late || !delayed || !parking || !blank) throw new Error('a vector is missing');
    expect(late.length).toBe(provider.dims);
    expect(cosine(late, late)).toBeCloseTo(1, 3);
    expect(cosine(late, delayed)).toBeGreaterThan(cosine(late, parking) + 0.2);
    expect(cosine(late, blank)).toBe(0);
    expect(vectorVersion(provider)).toBe('use-lite-en@0.2.0');
  }, 60_000);

  it('come back in order whatever the lengths, and start again after close', async () => {
    await provider.close();
    const texts = ['a rather long sentence about a late delivery and nobody who answers', 'late', 'no answer'];
    const together = await provider.embed(texts);
    const [alone] = await provider.embed(['no answer']);
    const third = together[2];
    if (!alone || !third) throw new Error('a vector is missing');
    expect(cosine(alone, third)).toBeGreaterThan(0.999);
  }, 60_000);

  it('survive the way through a column of bytes', () => {
    const vector = Float32Array.from({ length: 512 }, (_, n) => Math.sin(n * n) / 16);
    const length = Math.sqrt(cosine(vector, vector));
    const unit = vector.map((x) => x / length);
    const back = unpackVector(packVector(unit));
    expect(cosine(unit, back)).toBeGreaterThan(0.999);
    expect(unpackVector(packVector(new Float32Array(512))).every((x) => x === 0)).toBe(true);
    const other = packVector(unit.map((x, n) => (n % 2 ? x : -x)));
    const found = nearestVectors(
      unit,
      [
        { item: 'other', packed: other },
        { item: 'same', packed: packVector(unit) },
      ],
      1,
    );
    expect(found).toMatchObject([{ item: 'same' }]);
  });
});

describe('what the encoder is shown', () => {
  it.each([
    ['<p>late <b>delivery</b></p>', 'late delivery'],
    [`see ${'QUJD'.repeat(5000)} here`, 'see'],
    ['\u202eevil\u202c  text', 'evil text'],
    ['😀😀', ''],
    ['', ''],
  ])('%#', (text, shown) => {
    expect(readable(text).trim()).toBe(shown);
  });

  it('is never longer than a statement', () => {
    expect(readable('word '.repeat(30_000)).length).toBeLessThanOrEqual(600);
  });
});
