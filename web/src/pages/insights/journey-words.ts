import type { JourneyMapView } from '../../../../src/insights/insights.contract.js';
import { NPS_LIMITS, type HeatCell } from '../../../../src/insights/charts/heat-table.js';
import { signed } from '../../format.js';

type Row = JourneyMapView['rows'][number];
type Cell = Row['cells'][number];

/** A cell is a colour, not a ranking: it is hatched by its count alone; headings and arrows ask the server's stricter `tooFew`. */
const HATCHED_BELOW = 30;

/** Each measure as the heat table wants it: rising values are better, seven steps. */
export const MEASURES: Record<
  JourneyMapView['measure'],
  {
    what: string;
    cell: (cell: Cell) => HeatCell;
    limits: (map: JourneyMapView) => readonly number[];
    format: (value: number) => string;
  }
> = {
  nps: {
    what: 'NPS',
    cell: (cell) => ({ ...cell, tooFew: cell.n < HATCHED_BELOW }),
    limits: () => NPS_LIMITS,
    format: (value) => signed(value),
  },
  pain: {
    what: 'Responses with a complaint',
    // Less pain is better, so it is ordered by its negative.
    cell: (cell) => ({
      n: cell.n,
      value: cell.value === null ? null : -cell.value,
      tooFew: cell.n < HATCHED_BELOW,
    }),
    limits: () => [-70, -55, -45, -35, -25, -15],
    format: (value) => `${Math.abs(Math.round(value))}%`,
  },
  responses: {
    what: 'Number of responses',
    // A count has no better or worse and is never too few to show: only the neutral and the blue steps.
    cell: (cell) => ({ ...cell, value: cell.n, tooFew: false }),
    limits: (map) => {
      const most = Math.max(4, ...map.rows.flatMap((row) => row.cells.map((one) => one.n)));
      return [-3, -2, -1, most / 4, most / 2, (3 * most) / 4];
    },
    format: (value) => String(value),
  },
};

/**
 * What the map says, only where it is more than chance: a touchpoint whose newest full score lies wholly outside the interval that the whole
 * period has. At most one that slips and one that recovers; else the neutral name.
 */
export function journeyHeading(map: JourneyMapView): string {
  const neutral = `${map.journey.name}: where customers are let down`;
  if (map.measure === 'responses') return 'Responses along the journey';
  const better = map.measure === 'nps' ? 1 : -1;
  const moved = map.rows.flatMap((row) => {
    const index = newest(map, row);
    const cell = row.cells[index];
    const { total } = row;
    if (!cell || cell.tooFew || total.tooFew) return [];
    if (cell.low === null || cell.high === null || total.low === null || total.high === null) return [];
    const by = cell.low > total.high ? cell.low - total.high : cell.high < total.low ? cell.high - total.low : 0;
    return by === 0 ? [] : [{ name: row.touchpoint.name, by: by * better }];
  });
  const worst = moved.filter((one) => one.by < 0).sort((a, b) => a.by - b.by)[0];
  const best = moved.filter((one) => one.by > 0).sort((a, b) => b.by - a.by)[0];
  if (best && worst) return `${best.name} is better than usual; ${worst.name} is slipping`;
  if (worst) return `${worst.name} is slipping`;
  if (best) return `${best.name} is better than usual`;
  return map.measure === 'pain' ? `${map.journey.name}: what customers complain about` : neutral;
}

/** The newest cell of a row that covers its whole week or month; −1 for none. */
const newest = (map: JourneyMapView, row: Row): number =>
  row.cells.findLastIndex((cell, index) => cell.n > 0 && map.columns[index]?.partial === false);
