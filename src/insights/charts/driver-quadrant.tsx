import { mean } from 'd3-array';
import { scaleLinear, scaleSqrt } from 'd3-scale';
import { type ChartProps, crisp, Frame, px } from './frame.js';
import { textWidth } from './text.js';

export type DriverDot = Readonly<{
  key: string;
  label: string;
  /** Share of the explained variance, 0…1; zero when not significant. */
  share: number;
  /** Share of satisfied answers, 0…1. */
  performance: number;
  n: number;
}>;

export type QuadrantWords = Readonly<{
  fixFirst: string;
  keepDoing: string;
  lowPriority: string;
  niceToHave: string;
  importance: string;
  performance: string;
  caveat: string;
}>;

export const QUADRANT_WORDS: QuadrantWords = {
  fixFirst: 'Fix first',
  keepDoing: 'Keep doing',
  lowPriority: 'Low priority',
  niceToHave: 'Nice to have',
  importance: 'How much it moves with NPS →',
  performance: 'How satisfied customers are with it (% positive) →',
  caveat: 'Correlation, not proof of cause.',
};

export type DriverQuadrantProps = ChartProps &
  Readonly<{
    drivers: readonly DriverDot[];
    words?: QuadrantWords;
    /** The driver being read, by its place in `drivers`; given at all, every dot carries `data-index`. */
    active?: number | null;
  }>;

type Box = Readonly<{ left: number; top: number; right: number; bottom: number }>;

const clash = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export type Placed = Readonly<{ x: number; y: number; anchor: 'start' | 'middle' | 'end'; box: Box }>;

/**
 * A place for each label beside its dot, most important first; null where none is free. Tried in order: right, left, above, below,
 * then the same a little off. `taken` is out of bounds for labels, as is everything outside `within`.
 */
export function placeLabels(
  dots: readonly Readonly<{ x: number; y: number; r: number; label: string }>[],
  within: Box,
  taken: readonly Box[] = [],
  size = 12,
): (Placed | null)[] {
  const blocked: Box[] = [
    ...taken,
    ...dots.map((d) => ({ left: d.x - d.r - 1, right: d.x + d.r + 1, top: d.y - d.r - 1, bottom: d.y + d.r + 1 })),
  ];
  return dots.map(({ x, y, r, label }) => {
    const width = textWidth(label, size);
    const gap = r + 6;
    const at = (tx: number, ty: number, anchor: Placed['anchor']): Placed => {
      const left = anchor === 'start' ? tx : anchor === 'end' ? tx - width : tx - width / 2;
      return {
        x: tx,
        y: ty + size * 0.35,
        anchor,
        box: { left, right: left + width, top: ty - size * 0.55, bottom: ty + size * 0.55 },
      };
    };
    const found = [
      at(x + gap, y, 'start'),
      at(x - gap, y, 'end'),
      at(x, y - r - 11, 'middle'),
      at(x, y + r + 11, 'middle'),
      at(x + gap, y - 7, 'start'),
      at(x + gap, y + 7, 'start'),
      at(x - gap, y - 7, 'end'),
      at(x - gap, y + 7, 'end'),
      at(x + r, y - r - 8, 'start'),
      at(x + r, y + r + 8, 'start'),
      at(x - r, y - r - 8, 'end'),
      at(x - r, y + r + 8, 'end'),
    ].find(
      ({ box }) =>
        box.left >= within.left &&
        box.right <= within.right &&
        box.top >= within.top &&
        box.bottom <= within.bottom &&
        !blocked.some((other) => clash(box, other)),
    );
    if (!found) return null;
    blocked.push(found.box);
    return found;
  });
}

/** What to fix first: how strongly each driver goes with the score against how satisfied customers are with it. Dot area is n. */
export function DriverQuadrant(props: DriverQuadrantProps) {
  const { width, height, palette, drivers, words = QUADRANT_WORDS } = props;
  const box = { left: 30, right: width - 8, top: 8, bottom: height - 50 };
  const meanShare = mean(drivers, (d) => d.share) ?? 0.5;
  const meanPerformance = mean(drivers, (d) => d.performance) ?? 0.5;
  // Both axes reach equally far to either side of the mean, so that the cross stands in the middle and no quadrant is squeezed.
  const reach = (values: readonly number[], middle: number) =>
    1.25 * Math.max(0.01, ...values.map((value) => Math.abs(value - middle)));
  const byShare = reach(
    drivers.map((d) => d.share),
    meanShare,
  );
  const byPerformance = reach(
    drivers.map((d) => d.performance),
    meanPerformance,
  );
  const x = scaleLinear()
    .domain([meanPerformance - byPerformance, meanPerformance + byPerformance])
    .range([box.left, box.right]);
  const y = scaleLinear()
    .domain([meanShare - byShare, meanShare + byShare])
    .range([box.bottom - 26, box.top + 26]);
  const r = scaleSqrt()
    .domain([0, Math.max(1, ...drivers.map((d) => d.n))])
    .range([0, 10]);
  const cross = { x: crisp(x(meanPerformance)), y: crisp(y(meanShare)) };

  const dots = [...drivers]
    .sort((a, b) => b.share - a.share)
    .map((d) => ({
      ...d,
      index: drivers.indexOf(d),
      x: px(x(d.performance)),
      y: px(y(d.share)),
      r: px(Math.max(4, r(d.n))),
      first: d.share > meanShare && d.performance < meanPerformance,
    }));
  const corners = [
    { text: words.fixFirst, x: box.left + 8, y: box.top + 18, anchor: 'start', ink: palette.detractorText },
    { text: words.keepDoing, x: box.right - 8, y: box.top + 18, anchor: 'end', ink: palette.second },
    { text: words.lowPriority, x: box.left + 8, y: box.bottom - 10, anchor: 'start', ink: palette.second },
    { text: words.niceToHave, x: box.right - 8, y: box.bottom - 10, anchor: 'end', ink: palette.second },
  ] as const;
  const cornerBoxes = corners.map((c) => {
    const wide = textWidth(c.text, 12, true) + 4;
    const left = c.anchor === 'start' ? c.x : c.x - wide;
    return { left, right: left + wide, top: c.y - 13, bottom: c.y + 5 };
  });
  const within = { left: box.left + 4, right: box.right - 4, top: box.top + 2, bottom: box.bottom - 2 };
  const labels = placeLabels(dots, within, cornerBoxes);

  return (
    <Frame {...props}>
      <rect
        x={box.left}
        y={box.top}
        width={px(cross.x - box.left)}
        height={px(cross.y - box.top)}
        fill={palette.detractorTint}
        fillOpacity={0.8}
      />
      <rect
        x={crisp(box.left)}
        y={crisp(box.top)}
        width={box.right - box.left - 1}
        height={box.bottom - box.top - 1}
        fill="none"
        stroke={palette.hairline}
      />
      <line x1={cross.x} x2={cross.x} y1={box.top} y2={box.bottom} stroke={palette.hairline} />
      <line x1={box.left} x2={box.right} y1={cross.y} y2={cross.y} stroke={palette.hairline} />
      {corners.map((c) => (
        <text key={c.text} x={c.x} y={c.y} textAnchor={c.anchor} fontWeight={600} fill={c.ink}>
          {c.text}
        </text>
      ))}
      {dots.map((d) => (
        <circle
          key={d.key}
          cx={d.x}
          cy={d.y}
          r={d.r}
          fill={d.first ? palette.detractor : palette.brand}
          stroke={d.index === props.active ? palette.text : palette.surface}
          strokeWidth={d.index === props.active ? 2.5 : 1.5}
          data-part="dot"
          {...(props.active === undefined ? {} : { 'data-index': d.index })}
        />
      ))}
      {dots.map((d, i) => {
        const place = labels[i];
        return (
          place && (
            <text
              key={d.key}
              x={px(place.x)}
              y={px(place.y)}
              textAnchor={place.anchor}
              fontWeight={d.first ? 600 : 400}
              fill={palette.text}
              data-part="label"
            >
              {d.label}
            </text>
          )
        );
      })}
      <text
        x={14}
        y={(box.top + box.bottom) / 2}
        textAnchor="middle"
        transform={`rotate(-90 14 ${(box.top + box.bottom) / 2})`}
      >
        {words.importance}
      </text>
      <text x={(box.left + box.right) / 2} y={box.bottom + 20} textAnchor="middle">
        {words.performance}
      </text>
      <text x={(box.left + box.right) / 2} y={box.bottom + 40} textAnchor="middle" fill={palette.second}>
        {words.caveat}
      </text>
    </Frame>
  );
}
