/**
 * The charts' colours. In the app they are CSS variables, so that a change of theme needs no new drawing; in mails, PDF and PNG they are
 * hex values. Every pair used together passes WCAG 2.2 AA on its surface, in both themes.
 */

/** Fill and the ink that is readable on it. */
export type Step = Readonly<{ fill: string; ink: string }>;

export type ChartPalette = Readonly<{
  surface: string;
  sunken: string;
  text: string;
  second: string;
  third: string;
  /** Grid lines; never the only cue. */
  hairline: string;
  /** Zero line, reference lines. */
  border: string;
  brand: string;
  /** Numbered markers. */
  note: string;
  noteTint: string;
  promoter: string;
  passive: string;
  detractor: string;
  /** The same three as text on the surface. */
  promoterText: string;
  passiveText: string;
  detractorText: string;
  detractorTint: string;
  /** Worse → better. */
  heat: readonly [Step, Step, Step, Step, Step, Step, Step];
}>;

const heat = (fills: readonly string[], ends: string, middle: string): ChartPalette['heat'] => {
  const step = (i: number): Step => ({ fill: fills[i] ?? '', ink: i === 0 || i === 6 ? ends : middle });
  return [step(0), step(1), step(2), step(3), step(4), step(5), step(6)];
};

export const LIGHT: ChartPalette = {
  surface: '#FFFFFF',
  sunken: '#EEF2F4',
  text: '#14212B',
  second: '#4A5A68',
  third: '#5F6F7D',
  hairline: '#DDE3E8',
  border: '#7F8E9B',
  brand: '#0B6470',
  note: '#8A5300',
  noteTint: '#FFF4DE',
  promoter: '#1F5FBF',
  passive: '#8793A3',
  detractor: '#C2480C',
  promoterText: '#1B55AB',
  passiveText: '#4F5D6C',
  detractorText: '#A83C07',
  detractorTint: '#FDEDE4',
  heat: heat(['#B23F07', '#EE9A6C', '#FADFCF', '#EEF2F4', '#C5D8F3', '#7FA9E6', '#1F5FBF'], '#FFFFFF', '#14212B'),
};

export const DARK: ChartPalette = {
  surface: '#172129',
  sunken: '#11191F',
  text: '#E7EDF2',
  second: '#B8C5CF',
  third: '#9FB0BD',
  hairline: '#2A3741',
  border: '#718392',
  brand: '#58C2CE',
  note: '#F3C56B',
  noteTint: '#3A2E12',
  promoter: '#6FA3F0',
  passive: '#687786',
  detractor: '#F08A55',
  promoterText: '#9CC1F7',
  passiveText: '#B8C5CF',
  detractorText: '#F6AE86',
  detractorTint: '#43260F',
  heat: heat(['#F08A55', '#9C4A22', '#51301F', '#25313A', '#23405F', '#2F62A6', '#8DB6F5'], '#0E151A', '#FFFFFF'),
};

const variable = (name: string): string => `--chart-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `--chart-…` variables of one theme, for the app's style sheet: `chartVariables(LIGHT)['--chart-brand']`. */
export function chartVariables(palette: ChartPalette): Record<string, string> {
  const { heat: steps, ...colours } = palette;
  const found: Record<string, string> = {};
  for (const [name, colour] of Object.entries(colours)) found[variable(name)] = colour;
  steps.forEach(({ fill, ink }, i) => {
    found[`--chart-heat-${i}`] = fill;
    found[`--chart-heat-${i}-ink`] = ink;
  });
  return found;
}

/** The palette for the app: every colour is a reference to a variable of {@link chartVariables}. */
export const CSS_PALETTE: ChartPalette = (() => {
  const { heat: steps, ...colours } = LIGHT;
  const names = Object.fromEntries(Object.keys(colours).map((name) => [name, `var(${variable(name)})`]));
  const step = (i: number): Step => ({ fill: `var(--chart-heat-${i})`, ink: `var(--chart-heat-${i}-ink)` });
  const made: Record<keyof typeof colours, string> = { ...colours, ...names };
  return { ...made, heat: [step(0), step(1), step(2), step(3), step(4), step(5), step(6)] satisfies typeof steps };
})();
