import { BURST_ANSWERS, BURST_MS, burstMembers } from './bursts.js';

/** Answers `gapMs` apart. */
const answers = (n: number, gapMs: number, from = 0) =>
  Array.from({ length: n }, (_, i) => ({ id: `${from}+${i}`, at: new Date(from + i * gapMs) }));

describe('burstMembers', () => {
  it('finds nothing in none, in few, or in many that take their time', () => {
    expect(burstMembers([]).size).toBe(0);
    expect(burstMembers(answers(BURST_ANSWERS, 1)).size).toBe(0);
    // 20 in each stretch of 10 s, all day long.
    expect(burstMembers(answers(500, BURST_MS / BURST_ANSWERS)).size).toBe(0);
  });

  it('names all of a burst, the first as well as the last, whatever the order and the edge of a window', () => {
    const burst = answers(BURST_ANSWERS + 1, 499, 4_000);
    expect(burstMembers(burst.toReversed()).size).toBe(BURST_ANSWERS + 1);
    const before = answers(3, 1000, -60_000);
    expect([...burstMembers([...before, ...burst])].some((id) => id.startsWith('-'))).toBe(false);
  });

  it('takes a stretch of 10 s without its end', () => {
    const held = [...answers(BURST_ANSWERS, 0), { id: 'late', at: new Date(BURST_MS) }];
    expect(burstMembers(held).size).toBe(0);
    expect(burstMembers([...answers(BURST_ANSWERS, 0), { id: 'in', at: new Date(BURST_MS - 1) }]).size).toBe(21);
  });
});
