import { LIGHT, type ChartPalette } from '../../../src/insights/charts/palette.js';
import { Sparkline } from '../../../src/insights/charts/sparkline.js';

const palette: ChartPalette = { ...LIGHT, brand: 'var(--hb-brand)', third: 'var(--hb-text-3)' };

/** A trend the size of a word in the app's colours; `description` says the numbers. */
export function Spark(props: {
  values: readonly (number | null)[];
  title: string;
  description: string;
  width?: number;
  height?: number;
}) {
  return <Sparkline width={80} height={24} palette={palette} {...props} />;
}
