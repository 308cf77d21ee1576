import { curveMonotoneX, line } from 'd3-shape';
import { scaleLinear } from 'd3-scale';
import { type ChartProps, Frame, px } from './frame.js';

export type SparklineProps = ChartProps &
  Readonly<{
    /** Oldest first; null is a gap. */
    values: readonly (number | null)[];
  }>;

/** A trend the size of a word: no axis, the last value marked. A flat line stands in the middle. */
export function Sparkline(props: SparklineProps) {
  const { width, height, palette, values } = props;
  const known = values.filter((v) => v !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const pad = 4;
  const x = scaleLinear()
    .domain([0, Math.max(1, values.length - 1)])
    .range([pad, width - pad]);
  const y = scaleLinear()
    .domain(least === most ? [least - 1, most + 1] : [least, most])
    .range([height - pad, pad]);
  const path = line<number | null>(
    (_, i) => px(x(i)),
    (v) => px(y(v ?? 0)),
  )
    .defined((v) => v !== null)
    .curve(curveMonotoneX)(values);
  const lastIndex = values.findLastIndex((v) => v !== null);
  const last = values[lastIndex];
  return (
    <Frame {...props}>
      {known.length > 1 && path !== null && (
        <path
          d={path}
          fill="none"
          stroke={palette.brand}
          strokeWidth={1.75}
          strokeLinecap="round"
          strokeLinejoin="round"
          data-part="line"
        />
      )}
      {last != null && <circle cx={px(x(lastIndex))} cy={px(y(last))} r={2.75} fill={palette.brand} />}
    </Frame>
  );
}
