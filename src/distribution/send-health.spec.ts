import { NO_SUCH_MAILBOX, reasonToPause, wilsonLower } from './send-health.js';

it.each([
  ['550 no such user', true],
  ['550 5.1.1 unknown', true],
  ['551-5.1.6 moved', true],
  ['554 5.1.1 unknown', true],
  ['550 5.7.1 refused by policy', false],
  ['552 mailbox full', false],
  ['450 4.1.1 later', false],
])('of “%s” it is %s that there is no such mailbox', (reply, isSo) => {
  expect(new RegExp(NO_SUCH_MAILBOX).test(reply)).toBe(isSo);
});

describe('the reason to pause a campaign', () => {
  it.each([
    [{ mails: 49, hardBounces: 49, complaints: 0 }, null],
    [{ mails: 60, hardBounces: 5, complaints: 0 }, null],
    [{ mails: 60, hardBounces: 9, complaints: 0 }, '9 of 60 mails came back'],
    [{ mails: 10_000, hardBounces: 500, complaints: 0 }, null],
    [{ mails: 10_000, hardBounces: 560, complaints: 0 }, '560 of 10000 mails came back'],
    [{ mails: 10, hardBounces: 0, complaints: 2 }, null],
    [{ mails: 900, hardBounces: 0, complaints: 3 }, '3 of 900 mails were marked as spam'],
    [{ mails: 20_000, hardBounces: 0, complaints: 25 }, null],
  ])('of %j is %j', (health, reason) => {
    const said = reasonToPause(health);
    if (reason === null) expect(said).toBeNull();
    else expect(said).toContain(reason);
  });

  it('lies below the share, and nearer to it the more mails there are', () => {
    let before = 0;
    for (const mails of [10, 100, 1000, 10_000]) {
      const lower = wilsonLower(mails / 10, mails);
      expect(lower).toBeLessThan(0.1);
      expect(lower).toBeGreaterThan(before);
      before = lower;
    }
    // Newcombe 1998, table I: 81 of 263.
    expect(wilsonLower(81, 263)).toBeCloseTo(0.2553, 3);
  });
});
