import type { CSSProperties, ReactNode } from 'react';
import { signed } from './describe.js';
import type { ChartPalette } from './palette.js';

export type HeatCell = Readonly<{ n: number; value: number | null; tooFew: boolean }>;
export type HeatRow = Readonly<{ key: string; name: string; note?: string; cells: readonly HeatCell[] }>;
export type HeatColumn = Readonly<{ key: string; label: string }>;

export type HeatTableProps = Readonly<{
  palette: ChartPalette;
  /** Read by screen readers as the table's name, not drawn: the card's heading says it already. */
  caption: string;
  /** Over the row names. */
  corner: string;
  columns: readonly HeatColumn[];
  /** One cell per column, in their order. */
  rows: readonly HeatRow[];
  /** Six rising limits between the seven steps; {@link NPS_LIMITS} by default. */
  limits?: readonly number[];
  format?: (value: number) => string;
  /** "n 24", visible and in the name of a cell with too few answers. */
  tooFewText?: (n: number) => string;
  /** Wraps a cell's text, e.g. in a link; `label` is "Meter install, 13 Jul". */
  renderCell?: (text: string, row: HeatRow, column: HeatColumn, label: string) => ReactNode;
  minCellWidth?: number;
}>;

export const NPS_LIMITS = [-30, -10, 0, 15, 30, 45] as const;

/** Step 0 (worst) … 6 (best) of a value; a value on a limit belongs to the better step. */
export const heatStep = (value: number, limits: readonly number[] = NPS_LIMITS): number =>
  limits.filter((limit) => value >= limit).length;

const hatch = (palette: ChartPalette): string =>
  `repeating-linear-gradient(135deg, ${palette.surface} 0 4px, ${palette.sunken} 4px 8px)`;

const hidden: CSSProperties = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
};

/** Scores per touchpoint and period as a real table: seven steps from worse to better, hatched with n where too few answered. */
export function HeatTable(props: HeatTableProps) {
  const { palette, caption, corner, columns, rows, limits = NPS_LIMITS, format = signed, minCellWidth = 58 } = props;
  const { tooFewText = (n: number) => `n ${n}`, renderCell = (text: string) => text } = props;
  const heading: CSSProperties = {
    padding: '4px 6px',
    fontSize: 12,
    fontWeight: 500,
    color: palette.third,
    textAlign: 'center',
    whiteSpace: 'nowrap',
  };
  const name: CSSProperties = {
    padding: '6px 12px 6px 6px',
    minWidth: 120,
    fontSize: 13,
    fontWeight: 600,
    lineHeight: 1.35,
    color: palette.text,
    textAlign: 'start',
    background: palette.surface,
    position: 'sticky',
    insetInlineStart: 0,
  };
  return (
    <table
      style={{
        width: '100%',
        borderCollapse: 'separate',
        borderSpacing: 2,
        fontVariantNumeric: 'tabular-nums',
        color: palette.text,
      }}
    >
      <caption style={hidden}>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" style={{ ...heading, ...name, fontSize: 12, fontWeight: 500, color: palette.third }}>
            {corner}
          </th>
          {columns.map((column) => (
            <th key={column.key} scope="col" style={heading}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row" style={name}>
              {row.name}
              {row.note && (
                <span style={{ display: 'block', fontSize: 12, fontWeight: 400, color: palette.third }}>
                  {row.note}
                </span>
              )}
            </th>
            {columns.map((column, i) => {
              const cell = row.cells[i] ?? { n: 0, value: null, tooFew: true };
              const value = cell.tooFew ? null : cell.value;
              const step = value === null ? null : heatStep(value, limits);
              const colours = step === null ? undefined : palette.heat[step];
              const text = value === null ? tooFewText(cell.n) : format(value);
              const look: CSSProperties = {
                height: 34,
                minWidth: minCellWidth,
                padding: '0 4px',
                borderRadius: 4,
                textAlign: 'center',
                fontSize: 12,
                whiteSpace: 'nowrap',
                ...(colours
                  ? { background: colours.fill, color: colours.ink, fontWeight: 650 }
                  : { background: hatch(palette), color: palette.third, fontWeight: 500 }),
              };
              return (
                <td key={column.key} style={look} data-step={step ?? 'few'}>
                  {renderCell(text, row, column, `${row.name}, ${column.label}`)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export type HeatLegendProps = Readonly<{
  palette: ChartPalette;
  words?: Readonly<{ worse: string; better: string; few: string }>;
}>;

/** The key to the seven steps; swatches are decoration, the words carry it. */
export function HeatLegend({ palette, words }: HeatLegendProps) {
  const { worse, better, few } = words ?? { worse: 'Worse', better: 'Better', few: 'Fewer than 30 responses' };
  const swatch: CSSProperties = { display: 'inline-block', width: 26, height: 12, borderRadius: 2 };
  return (
    <div
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: '4px 24px',
        fontSize: 12,
        color: palette.third,
      }}
    >
      <span style={{ display: 'inline-flex', alignItems: 'center', gap: 3 }}>
        <span style={{ marginInlineEnd: 5 }}>{worse}</span>
        {palette.heat.map(({ fill }) => (
          <span key={fill} aria-hidden style={{ ...swatch, background: fill }} />
        ))}
        <span style={{ marginInlineStart: 5 }}>{better}</span>
      </span>
      <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
        <span
          aria-hidden
          style={{ ...swatch, background: hatch(palette), boxShadow: `inset 0 0 0 1px ${palette.hairline}` }}
        />
        {few}
      </span>
    </div>
  );
}
