/** Sizes of text without a screen, so that the server places labels as the browser does. */

export const FONT = "'Inter Variable', Inter, system-ui, sans-serif";

/** Width in px of `text` in Inter at `size`; a little generous, so that what fits here fits anywhere. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const letter of text) {
    if (/[ilIj.,:;'’|!()[\]ft ]/.test(letter)) em += 0.34;
    else if (/[mwMW%@]/.test(letter)) em += 0.88;
    else if (/[A-Z0-9+−–#&]/.test(letter)) em += 0.67;
    else em += letter > '\u2e80' ? 1 : 0.58;
  }
  return em * size * (bold ? 1.06 : 1);
}

/** A locale tag for dates: plain English reads day first, as everywhere else in Hearback. */
const dateLocale = (locale: string): string => (locale === 'en' ? 'en-GB' : locale);

export type DateStep = 'day' | 'week' | 'month' | 'quarter';

/** The axis label of a bucket that begins on the local date 'YYYY-MM-DD'. */
export function dateLabel(date: string, step: DateStep, locale: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (step === 'quarter') return `Q${Math.floor(at.getUTCMonth() / 3) + 1} ${at.getUTCFullYear()}`;
  return new Intl.DateTimeFormat(dateLocale(locale), {
    timeZone: 'UTC',
    month: 'short',
    ...(step === 'month' ? { year: 'numeric' } : { day: 'numeric' }),
  }).format(at);
}

/**
 * Which of `labels`, drawn centred at `xs`, to show: evenly spaced, at most `most`, never touching (12 px apart), all within
 * `[left, right]`. The last one is always shown, since the newest point is the one people look for.
 */
export function visibleLabels(
  labels: readonly string[],
  xs: readonly number[],
  {
    size = 12,
    most = 6,
    left = -Infinity,
    right = Infinity,
  }: { size?: number; most?: number; left?: number; right?: number } = {},
): number[] {
  const count = labels.length;
  const fits = (chosen: readonly number[]) =>
    chosen.every((i, at) => {
      const half = textWidth(labels[i] ?? '', size) / 2;
      const x = xs[i] ?? 0;
      if (x - half < left || x + half > right) return false;
      const before = chosen[at - 1];
      return before === undefined || x - half >= (xs[before] ?? 0) + textWidth(labels[before] ?? '', size) / 2 + 12;
    });
  for (let step = Math.max(1, Math.ceil((count - 1) / Math.max(1, most - 1))); step < Math.max(2, count); step++) {
    const chosen: number[] = [];
    for (let i = count - 1; i >= 0; i -= step) chosen.unshift(i);
    if (fits(chosen)) return chosen;
    if (fits(chosen.slice(1)) && chosen.length > 2) return chosen.slice(1);
  }
  return count === 0 ? [] : [count - 1];
}

/** Moves `ys` (wanted centres, in order) so that neighbours are at least `gap` apart and all lie within `[top, bottom]`. */
export function spread(ys: readonly number[], gap: number, top: number, bottom: number): number[] {
  const out: number[] = [];
  for (const y of ys) out.push(Math.max(y, (out.at(-1) ?? top - gap) + gap));
  let limit = bottom;
  for (let i = out.length - 1; i >= 0; i--) {
    out[i] = Math.min(out[i] ?? 0, limit);
    limit = (out[i] ?? 0) - gap;
  }
  return out;
}
