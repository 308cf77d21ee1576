/** Contrast ratio of two sRGB colours, 1…21. Source: WCAG 2.2, relative luminance. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((value) => {
    const s = value / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const channels = (color: string): number[] => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

/** The nearest darker shade of a brand colour on which white text reaches 4.5 to 1. */
export function readableBrand(color: string): { color: string; contrast: number; changed: boolean } {
  let shade = color;
  for (let step = 0; contrast(shade, '#ffffff') < 4.5 && step < 100; step += 1) {
    const darker = channels(shade).map((value) => Math.floor(value * 0.97));
    shade = `#${darker.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  }
  return { color: shade, contrast: contrast(shade, '#ffffff'), changed: shade !== color };
}
