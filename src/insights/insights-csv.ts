import type { CsvCell } from '../platform/csv/write.js';
import type { JourneyMapView, LoopView, NpsView } from './insights.contract.js';

type Csv = [columns: string[], rows: AsyncIterable<CsvCell[]>];

/** A row per period of the total, then per period of each group. Figures as in JSON, unrounded. */
export function npsCsv(view: NpsView): Csv {
  async function* rows(): AsyncGenerator<CsvCell[]> {
    for (const group of [{ key: null, name: null, buckets: view.buckets, total: true }, ...view.groups])
      for (const b of group.buckets)
        yield [
          'total' in group ? 'total' : view.groupBy,
          group.key,
          group.name,
          b.date,
          b.start,
          b.end,
          b.n,
          b.promoters,
          b.passives,
          b.detractors,
          b.nps,
          b.low,
          b.high,
          b.tooFew,
          b.partial,
        ];
  }
  return [
    [
      'group',
      'key',
      'name',
      'date',
      'start',
      'end',
      'n',
      'promoters',
      'passives',
      'detractors',
      'nps',
      'low',
      'high',
      'tooFew',
      'partial',
    ],
    rows(),
  ];
}

/** A row per touchpoint and period, in journey order. */
export function journeyCsv(view: JourneyMapView): Csv {
  async function* rows(): AsyncGenerator<CsvCell[]> {
    for (const { touchpoint, cells } of view.rows)
      for (const [at, { n, value, low, high, tooFew }] of cells.entries())
        yield [
          touchpoint.stage,
          touchpoint.key,
          touchpoint.name,
          view.columns[at]?.date,
          view.measure,
          n,
          value,
          low,
          high,
          tooFew,
        ];
  }
  return [['stage', 'touchpointKey', 'touchpoint', 'date', 'measure', 'n', 'value', 'low', 'high', 'tooFew'], rows()];
}

/** A row per figure; of teams one per team and clock. Shares 0…1, times in hours. */
export function loopCsv(view: LoopView): Csv {
  async function* rows(): AsyncGenerator<CsvCell[]> {
    const share = (figure: string, team: string | null, rate: LoopView['heardBack']): CsvCell[] => [
      figure,
      team,
      rate.rate,
      rate.n,
      rate.low,
      rate.high,
    ];
    yield share('heardBack', null, view.heardBack);
    yield share('confirmed', null, view.confirmed);
    for (const figure of [
      'customers',
      'cases',
      'notReachable',
      'notYetDue',
      'reopened',
      'closedSilent',
      'promises',
      'brokenPromises',
      'announced',
    ] as const)
      yield [figure, null, view[figure], null, null, null];
    for (const stage of ['firstResponse', 'resolution', 'answer'] as const) {
      const { n, median, p90 } = view.hours[stage];
      yield [`${stage}.medianHours`, null, median, n, null, null];
      yield [`${stage}.p90Hours`, null, p90, n, null, null];
    }
    for (const clock of ['firstResponse', 'resolution'] as const) {
      yield share(`${clock}.slaMet`, null, view.sla[clock]);
      for (const team of view.sla.teams) yield share(`${clock}.slaMet`, team.name ?? 'No team', team[clock]);
    }
    yield ['backlog.open', null, view.backlog.open, null, null, null];
    for (const ahead of view.backlog.forecast)
      yield [`backlog.in${ahead.week}Weeks`, null, ahead.expected, null, ahead.low, ahead.high];
  }
  return [['figure', 'team', 'value', 'n', 'low', 'high'], rows()];
}
