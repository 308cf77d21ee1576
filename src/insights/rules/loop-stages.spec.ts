import { forecastBacklog } from './backlog.js';
import { percentile, promisesOf, slaByTeam, type StageRow, stages } from './loop-stages.js';

const at = (hour: number) => new Date(Date.UTC(2026, 5, 1) + hour * 3_600_000);
const row = (facts: Partial<StageRow>): StageRow => ({
  openedAt: at(0),
  firstResponseAt: null,
  firstResponseDueAt: null,
  resolvedAt: null,
  resolutionDueAt: null,
  answeredAt: null,
  promisedAt: null,
  waiting: false,
  teamId: null,
  teamName: null,
  ...facts,
});

it.each([
  [[], null],
  [[7], 7],
  [[5, 1, 4, 2, 3, 10, 9, 8, 7, 6], 9],
  [[1, 2, 3], 3],
])('takes the 90th percentile of %j', (values, p90) => expect(percentile(values, 0.9)).toBe(p90));

it('measures each stage over the cases that reached it', () => {
  const rows = [
    row({ firstResponseAt: at(2), resolvedAt: at(10), answeredAt: at(11) }),
    row({ firstResponseAt: at(4), resolvedAt: at(20) }),
    row({}),
  ];
  expect(stages(rows)).toEqual({
    firstResponse: { n: 2, median: 3, p90: 4 },
    resolution: { n: 2, median: 15, p90: 20 },
    answer: { n: 1, median: 1, p90: 1 },
  });
});

it('counts what is decided, per team; a wait for the customer is no miss', () => {
  const care = { teamId: 'care', teamName: 'Care' };
  const rows = [
    row({ ...care, firstResponseDueAt: at(4), firstResponseAt: at(4) }),
    row({ ...care, firstResponseDueAt: at(4), firstResponseAt: at(5) }),
    row({ ...care, firstResponseDueAt: at(4) }),
    row({ ...care, firstResponseDueAt: at(40) }),
    row({ resolutionDueAt: at(4), waiting: true }),
    row({ resolutionDueAt: at(4), resolvedAt: at(3) }),
  ];
  const [first, second] = slaByTeam(rows, at(10));
  expect(first).toMatchObject({ teamId: 'care', cases: 4, firstResponse: { rate: 1 / 3, n: 3 }, resolution: { n: 0 } });
  expect(second).toMatchObject({ teamId: null, resolution: { rate: 1, n: 1 } });
});

it('counts promises that were not kept', () => {
  const rows = [
    row({ promisedAt: at(4), firstResponseAt: at(4) }),
    row({ promisedAt: at(4), firstResponseAt: at(5) }),
    row({ promisedAt: at(4) }),
    row({ promisedAt: at(40) }),
    row({}),
  ];
  expect(promisesOf(rows, at(10))).toEqual({ promises: 4, brokenPromises: 2 });
});

describe('the backlog', () => {
  it('goes on as before when every week was alike', () =>
    expect(forecastBacklog(10, [2, 2, 2, 2], 2)).toEqual([
      { week: 1, expected: 12, low: 12, high: 12 },
      { week: 2, expected: 14, low: 14, high: 14 },
    ]));

  it('knows less the further it looks, and never less than nobody', () => {
    const [next, , , last] = forecastBacklog(3, [4, -4, 4, -4, 4, -4, 4, -4]);
    expect(next).toMatchObject({ expected: 3, low: 0 });
    expect(next?.high).toBeCloseTo(3 + 1.415 * Math.sqrt((8 * 16) / 7) * Math.sqrt(1 + 1 / 8), 6);
    expect((last?.high ?? 0) - (last?.expected ?? 0)).toBeGreaterThan((next?.high ?? 0) - (next?.expected ?? 0));
  });

  it('says nothing after three weeks', () => expect(forecastBacklog(3, [1, 2, 3])).toEqual([]));
});
