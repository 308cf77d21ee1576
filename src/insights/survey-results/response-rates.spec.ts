import { responseRates } from './response-rates.js';

describe('response rates', () => {
  it('are those of the standard definitions', () => {
    const rates = responseRates({ finished: 40, partial: 10, refused: 5, noContact: 100, other: 5, unknown: 40 });
    expect(rates.rr1).toMatchObject({ rate: 0.2, n: 200 });
    expect(rates.rr2).toMatchObject({ rate: 0.25, n: 200 });
    expect(rates.rr5).toMatchObject({ rate: 0.25, n: 160 });
    expect(rates.rr6).toMatchObject({ rate: 0.3125, n: 160 });
  });

  it('say nothing of nobody', () => {
    const none = { finished: 0, partial: 0, refused: 0, noContact: 0, other: 0, unknown: 0 };
    for (const rate of Object.values(responseRates(none))) expect(rate).toMatchObject({ rate: null, n: 0 });
    expect(responseRates({ ...none, unknown: 3 }).rr1.rate).toBe(0);
    expect(responseRates({ ...none, unknown: 3 }).rr5.rate).toBeNull();
  });
});
