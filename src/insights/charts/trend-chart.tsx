import { area, curveMonotoneX, line } from 'd3-shape';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { signed } from './describe.js';
import { type ChartProps, crisp, Frame, HitAreas, px } from './frame.js';
import { dateLabel, type DateStep, textWidth, visibleLabels } from './text.js';

export type TrendPoint = Readonly<{
  /** Local date the bucket begins on, 'YYYY-MM-DD'. */
  date: string;
  n: number;
  /** Null is a gap; so is a null bound for the band. Bounds are the API's, never computed here. */
  value: number | null;
  low: number | null;
  high: number | null;
}>;

export type TrendChartProps = ChartProps &
  Readonly<{
    /** Oldest first. */
    points: readonly TrendPoint[];
    step?: DateStep;
    /** Numbered 1… in the order given; their texts belong in a list under the chart. */
    annotations?: readonly Readonly<{ date: string }>[];
    goal?: Readonly<{ value: number; label: string }>;
    /** Under the last value, e.g. "last week". */
    lastNote?: string;
    /** How values are written; NPS by default. */
    format?: (value: number) => string;
    /** Widest possible axis. */
    limits?: readonly [number, number];
    /** The point being read, marked; given at all (null for none), each point gets a transparent `data-index` area for the mouse. */
    active?: number | null;
  }>;

/** A score over time with its 95 % band: gaps for periods without a score, zero line heavier, the last value labelled on the line. */
export function TrendChart(props: TrendChartProps) {
  const { width, height, palette, points, step = 'week', annotations = [], goal, lastNote, locale = 'en' } = props;
  const { format = signed, limits = [-100, 100] } = props;
  const at = (date: string) => Date.parse(`${date}T00:00:00Z`);
  const shown = points.filter((p) => p.value !== null);
  const last = shown.at(-1);

  const known = points.flatMap((p) => [p.value, p.low, p.high]).filter((v) => v !== null);
  const rough = scaleLinear()
    .domain([Math.min(0, goal?.value ?? 0, ...known), Math.max(10, goal?.value ?? 0, ...known)])
    .nice(4);
  const [from = 0, to = 1] = rough.domain();
  const domain = [Math.max(limits[0], from), Math.min(limits[1], to)];
  const ticks = scaleLinear().domain(domain).ticks(4).slice(0, 6);

  const lastText = last?.value == null ? '' : format(last.value);
  const right = Math.max(
    16,
    14 + Math.max(textWidth(lastText, 16, true), textWidth(lastNote ?? '', 12), goal ? textWidth(goal.label, 12) : 0),
  );
  const left = 12 + Math.max(0, ...ticks.map((t) => textWidth(format(t), 12)));
  const [start = 0, end = 0] = [points[0], points.at(-1)].map((p) => (p ? at(p.date) : 0));
  const x = scaleUtc()
    .domain(start === end ? [start - 1, end + 1] : [start, end])
    .range([left + 4, width - right]);
  const markers = annotations
    .map(({ date }, i) => ({ number: i + 1, x: x(at(date)) }))
    .filter((m) => m.x >= left - 1 && m.x <= width - right + 1);
  const crowded = markers.some((m, i) => markers.some((o, j) => j < i && Math.abs(o.x - m.x) < 22));
  const top = annotations.length === 0 ? 10 : crowded ? 50 : 34;
  const box = { left, right: width - right, top, bottom: height - 28 };

  const y = scaleLinear().domain(domain).range([box.bottom, box.top]);
  const xs = points.map((p) => x(at(p.date)));
  const labels = points.map((p) => dateLabel(p.date, step, locale));

  const scored = (p: TrendPoint) => p.value !== null;
  const banded = (p: TrendPoint) => p.value !== null && p.low !== null && p.high !== null;
  const curve = line<TrendPoint>(
    (p) => px(x(at(p.date))),
    (p) => px(y(p.value ?? 0)),
  )
    .defined(scored)
    .curve(curveMonotoneX);
  const band = area<TrendPoint>(
    (p) => px(x(at(p.date))),
    (p) => px(y(p.low ?? 0)),
    (p) => px(y(p.high ?? 0)),
  )
    .defined(banded)
    .curve(curveMonotoneX);
  // A point between two gaps has no line: it is drawn as a dot with its interval, or it would vanish.
  const alone = points.filter((p, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    return scored(p) && !(before && scored(before)) && !(after && scored(after));
  });

  const lastX = last ? x(at(last.date)) : 0;
  const lastY = last ? y(last.value ?? 0) : 0;
  const atEnd = last !== undefined && last === points.at(-1);
  // The label with its note is 34 px high and may not leave the plot.
  const labelY = Math.min(Math.max(lastY, box.top + 10), box.bottom - (lastNote ? 18 : 4));
  const goalY = goal ? y(goal.value) : 0;
  const marked = props.active == null ? undefined : points[props.active];
  const goalBeside = !atEnd || goalY < labelY - 20 || goalY > labelY + (lastNote ? 34 : 22);

  return (
    <Frame {...props}>
      {ticks.map((tick) => (
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
            {format(tick)}
          </text>
        </g>
      ))}
      {visibleLabels(labels, xs, { left: 0, right: width }).map((i) => (
        <text key={points[i]?.date} x={px(xs[i] ?? 0)} y={box.bottom + 20} textAnchor="middle">
          {labels[i]}
        </text>
      ))}
      {points.some(banded) && <path d={band(points) ?? ''} fill={palette.brand} fillOpacity={0.14} data-part="band" />}
      {goal && (
        <line
          x1={box.left}
          x2={box.right}
          y1={px(goalY)}
          y2={px(goalY)}
          stroke={palette.third}
          strokeWidth={1.5}
          strokeDasharray="1.5 4"
          strokeLinecap="round"
          data-part="goal"
        />
      )}
      {markers.map((m, i) => {
        const row = crowded && i % 2 === 1 ? 20 : 0;
        return (
          <g key={m.number} data-part="annotation">
            <line x1={px(m.x)} x2={px(m.x)} y1={22 + row} y2={box.bottom} stroke={palette.note} strokeDasharray="3 3" />
            <circle cx={px(m.x)} cy={12 + row} r={9} fill={palette.noteTint} stroke={palette.note} strokeWidth={1.5} />
            <text x={px(m.x)} y={16 + row} textAnchor="middle" fontWeight={600} fill={palette.note}>
              {m.number}
            </text>
          </g>
        );
      })}
      {shown.length > 1 && (
        <path
          d={curve(points) ?? ''}
          fill="none"
          stroke={palette.brand}
          strokeWidth={2.25}
          strokeLinejoin="round"
          strokeLinecap="round"
          data-part="line"
        />
      )}
      {alone.map((p) => (
        <g key={p.date} data-part="alone">
          {p.low !== null && p.high !== null && (
            <line
              x1={px(x(at(p.date)))}
              x2={px(x(at(p.date)))}
              y1={px(y(p.low))}
              y2={px(y(p.high))}
              stroke={palette.brand}
              strokeOpacity={0.3}
              strokeWidth={5}
            />
          )}
          <circle cx={px(x(at(p.date)))} cy={px(y(p.value ?? 0))} r={3} fill={palette.brand} />
        </g>
      ))}
      {goal && (
        <text
          x={goalBeside ? box.right + 8 : box.left + 6}
          y={goalBeside ? goalY + 4 : goalY - 6}
          fill={palette.second}
          stroke={palette.surface}
          strokeWidth={3}
          paintOrder="stroke"
          strokeLinejoin="round"
        >
          {goal.label}
        </text>
      )}
      {marked && (
        <g data-part="active">
          <line
            x1={px(x(at(marked.date)))}
            x2={px(x(at(marked.date)))}
            y1={box.top}
            y2={box.bottom}
            stroke={palette.border}
            strokeWidth={1}
          />
          {marked.value !== null && (
            <circle
              cx={px(x(at(marked.date)))}
              cy={px(y(marked.value))}
              r={5}
              fill={palette.surface}
              stroke={palette.brand}
              strokeWidth={2.5}
            />
          )}
        </g>
      )}
      {last && (
        <g>
          <circle cx={px(lastX)} cy={px(lastY)} r={4.5} fill={palette.brand} stroke={palette.surface} strokeWidth={2} />
          <text
            x={atEnd ? lastX + 9 : lastX}
            y={atEnd ? labelY + 5 : lastY - 10}
            textAnchor={atEnd ? 'start' : 'middle'}
            fontSize={16}
            fontWeight={650}
            fill={palette.text}
            stroke={palette.surface}
            strokeWidth={3}
            paintOrder="stroke"
            strokeLinejoin="round"
          >
            {lastText}
          </text>
          {lastNote && atEnd && (
            <text x={lastX + 9} y={labelY + 21}>
              {lastNote}
            </text>
          )}
        </g>
      )}
      {props.active !== undefined && <HitAreas xs={xs} top={box.top} bottom={box.bottom} width={width} />}
    </Frame>
  );
}
