import { scaleBand, scaleLinear } from 'd3-scale';
import { percent } from './describe.js';
import { type ChartProps, crisp, Frame, HitAreas, px } from './frame.js';
import { dateLabel, type DateStep, spread, textWidth, visibleLabels } from './text.js';

export type SharesBar = Readonly<{
  /** Local date the bucket begins on, 'YYYY-MM-DD'. */
  date: string;
  promoters: number;
  passives: number;
  detractors: number;
}>;

export type SharesChartProps = ChartProps &
  Readonly<{
    /** Oldest first. */
    bars: readonly SharesBar[];
    step?: DateStep;
    words?: Readonly<{ promoters: string; passives: string; detractors: string }>;
    /** As in the trend chart. */
    active?: number | null;
  }>;

const KINDS = ['detractors', 'passives', 'promoters'] as const;

/** Below this a bar would tell who answered what. */
const HIDE_BELOW = 5;

/** Shares of promoters, passives and detractors per period; detractors at the bottom, so that their top edge can be read off. */
export function SharesChart(props: SharesChartProps) {
  const { width, height, palette, bars, step = 'week', locale = 'en' } = props;
  const words = props.words ?? { promoters: 'Promoters', passives: 'Passives', detractors: 'Detractors' };
  const fill = { promoters: palette.promoter, passives: palette.passive, detractors: palette.detractor };
  const ink = { promoters: palette.promoterText, passives: palette.passiveText, detractors: palette.detractorText };
  const size = (bar: SharesBar) => bar.promoters + bar.passives + bar.detractors;

  const right = 14 + Math.max(...KINDS.map((kind) => textWidth(words[kind], 12)));
  const box = { left: 44, right: width - right, top: 10, bottom: height - 28 };
  const x = scaleBand<string>()
    .domain(bars.map((bar) => bar.date))
    .range([box.left, box.right])
    .paddingInner(bars.length > 60 ? 0.05 : 0.16)
    .paddingOuter(0.08);
  const y = scaleLinear().domain([0, 1]).range([box.bottom, box.top]);
  const xs = bars.map((bar) => (x(bar.date) ?? 0) + x.bandwidth() / 2);
  const labels = bars.map((bar) => dateLabel(bar.date, step, locale));

  const marked = props.active == null ? undefined : xs[props.active];

  const segments = (bar: SharesBar) => {
    let below = 0;
    return KINDS.map((kind) => {
      const from = below;
      below += bar[kind] / size(bar);
      return { kind, from, to: below };
    });
  };
  const shown = bars.filter((bar) => size(bar) >= HIDE_BELOW);
  const last = shown.at(-1);
  // From the top down, as the labels are read.
  const ends = last ? segments(last).reverse() : [];
  const labelYs = spread(
    ends.map((s) => y((s.from + s.to) / 2)),
    34,
    box.top + 12,
    box.bottom - 18,
  );

  return (
    <Frame {...props}>
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <line
            x1={box.left}
            x2={box.right}
            y1={crisp(y(tick))}
            y2={crisp(y(tick))}
            stroke={tick === 0 ? palette.border : palette.hairline}
            strokeWidth={tick === 0 ? 1.5 : 1}
          />
          <text x={box.left - 8} y={y(tick) + 4} textAnchor="end">
            {tick === 0 ? '0' : percent(tick)}
          </text>
        </g>
      ))}
      {visibleLabels(labels, xs, { left: 0, right: width }).map((i) => (
        <text key={bars[i]?.date} x={px(xs[i] ?? 0)} y={box.bottom + 20} textAnchor="middle">
          {labels[i]}
        </text>
      ))}
      {shown.map((bar) => (
        <g key={bar.date} data-part="bar">
          {segments(bar)
            .filter((s) => s.to > s.from)
            .map(({ kind, from, to }) => (
              <rect
                key={kind}
                x={px(x(bar.date) ?? 0)}
                width={px(x.bandwidth())}
                y={px(y(to))}
                // One px of surface between segments, but never so much that a thin one disappears.
                height={px(Math.max(0.5, y(from) - y(to) - (from > 0 ? 1 : 0)))}
                fill={fill[kind]}
                data-kind={kind}
              />
            ))}
        </g>
      ))}
      {marked !== undefined && (
        <rect
          x={px(marked - x.bandwidth() / 2 - 2)}
          width={px(x.bandwidth() + 4)}
          y={box.top - 2}
          height={box.bottom - box.top + 4}
          fill="none"
          stroke={palette.text}
          strokeWidth={2}
          data-part="active"
        />
      )}
      {last &&
        ends.map(({ kind, from, to }, i) => (
          <g key={kind} data-part="label">
            <text x={box.right + 8} y={px(labelYs[i] ?? 0) + 1} fontSize={14} fontWeight={650} fill={ink[kind]}>
              {percent(to - from)}
            </text>
            <text x={box.right + 8} y={px(labelYs[i] ?? 0) + 16} fill={palette.second}>
              {words[kind]}
            </text>
          </g>
        ))}
      {props.active !== undefined && <HitAreas xs={xs} top={box.top} bottom={box.bottom} width={box.right} />}
    </Frame>
  );
}
