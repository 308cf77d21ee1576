import type { CsvCell } from '../platform/csv/write.js';
import type { JourneyMapView, NpsView } from './insights.contract.js';

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
