/** Data → SVG, the same in the browser, the digest and the PDF. */
export * from './describe.js';
export * from './driver-quadrant.js';
export * from './heat-table.js';
export * from './palette.js';
export * from './shares-chart.js';
export * from './sparkline.js';
export { dateLabel, type DateStep } from './text.js';
export * from './trend-chart.js';
