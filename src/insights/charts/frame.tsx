import type { ReactNode } from 'react';
import type { ChartPalette } from './palette.js';
import { FONT } from './text.js';

/** What every chart takes. `width` and `height` are px of the drawing; it scales by its viewBox. */
export type ChartProps = Readonly<{
  width: number;
  height: number;
  palette: ChartPalette;
  /** Accessible name: the finding or the neutral heading. */
  title: string;
  /** Accessible description: the numbers in a sentence, see describe.ts. */
  description: string;
  /** BCP 47 tag for dates and numbers. */
  locale?: string;
}>;

export function Frame({ width, height, palette, title, description, children }: ChartProps & { children: ReactNode }) {
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      role="img"
      aria-label={title}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      direction="ltr"
      fontFamily={FONT}
      fontSize={12}
      fill={palette.third}
    >
      <desc>{description}</desc>
      {children}
    </svg>
  );
}

/** Half pixels keep hairlines sharp. */
export const crisp = (value: number): number => Math.round(value) + 0.5;

/** Short enough for a path, exact enough for print. */
export const px = (value: number): number => Math.round(value * 100) / 100;

/** A transparent strip per point, from half way to its neighbours, with `data-index`: what the mouse meets in the app. */
export function HitAreas({
  xs,
  top,
  bottom,
  width,
}: {
  xs: readonly number[];
  top: number;
  bottom: number;
  width: number;
}) {
  return (
    <g data-part="hits" fill="transparent">
      {xs.map((x, i) => {
        const left = i === 0 ? 0 : (x + (xs[i - 1] ?? x)) / 2;
        const right = i === xs.length - 1 ? width : (x + (xs[i + 1] ?? x)) / 2;
        return <rect key={i} data-index={i} x={px(left)} width={px(right - left)} y={top} height={px(bottom - top)} />;
      })}
    </g>
  );
}
