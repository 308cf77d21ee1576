import { renderToStaticMarkup } from 'react-dom/server';
import * as charts from './index.js';
import { spread, textWidth, visibleLabels } from './text.js';

const { CSS_PALETTE, DARK, LIGHT, DriverQuadrant, HeatLegend, HeatTable, SharesChart, Sparkline, TrendChart } = charts;
const frame = { width: 600, height: 300, palette: LIGHT, title: 'NPS per week', description: 'NPS +28.' };
const parts = (svg: string, part: string) => svg.split(`data-part="${part}"`).length - 1;
const path = (svg: string, part: string) =>
  [...svg.matchAll(/<path ([^>]*)>/g)]
    .find(([, all]) => all?.includes(`data-part="${part}"`))?.[1]
    ?.match(/ ?d="([^"]*)"/)?.[1] ?? '';
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const week = (i: number) => new Date(Date.UTC(2026, 3, 6 + 7 * i)).toISOString().slice(0, 10);
const point = (i: number, value: number | null, half = 8) => ({
  date: week(i),
  n: value === null ? 3 : 200,
  value,
  low: value === null ? null : value - half,
  high: value === null ? null : value + half,
});

describe('TrendChart', () => {
  const points = [30, 31, 29, 27, 25, 28, 33, 43].map((v, i) => point(i, v));
  const draw = (more: object = {}) => renderToStaticMarkup(<TrendChart {...frame} points={points} {...more} />);

  it('is one named picture with a description', () => {
    const svg = draw();
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="NPS per week"/);
    expect(svg).toContain('<desc>NPS +28.</desc>');
    expect(svg).toContain('viewBox="0 0 600 300"');
    expect(svg).not.toContain('style=');
  });

  it('draws the band from the bounds it is given', () => {
    const wide = draw({ points: points.map((p) => ({ ...p, high: 60, low: -20 })) });
    const ys = (path(wide, 'band').match(/-?[\d.]+/g) ?? []).filter((_, i) => i % 2 === 1).map(Number);
    // 60 and −20 are both ends of the axis: the band fills the plot from top to bottom.
    expect(Math.min(...ys)).toBe(10);
    expect(Math.max(...ys)).toBe(272);
    expect(path(draw({ points: points.map((p) => ({ ...p, low: null })) }), 'band')).toBe('');
  });

  it('leaves a gap where there is no score, and shows a point between two gaps', () => {
    const holed = [30, null, 29, null, 25, 28, 33, 43].map((v, i) => point(i, v));
    const svg = draw({ points: holed });
    expect(path(draw(), 'line').match(/M/g)).toHaveLength(1);
    expect(path(svg, 'line').match(/M/g)).toHaveLength(3);
    expect(path(svg, 'band').match(/M/g)).toHaveLength(3);
    expect(parts(svg, 'alone')).toBe(2);
  });

  it('labels the last value with its sign, the goal, and numbers the annotations', () => {
    const svg = draw({
      goal: { value: 35, label: 'Goal +35' },
      annotations: [{ date: week(2) }, { date: week(4) }, { date: '2020-01-01' }],
      lastNote: 'last week',
    });
    expect(texts(svg)).toEqual(expect.arrayContaining(['+43', 'Goal +35', '1', '2', 'last week']));
    expect(parts(svg, 'annotation')).toBe(2);
    expect(svg).toMatch(/stroke-dasharray="1.5 4"[^>]*data-part="goal"/);
  });

  it('has a heavier zero line, a true minus and at most six dates', () => {
    const svg = draw({ points: Array.from({ length: 104 }, (_, i) => point(i, (i % 9) - 12)) });
    expect(svg.match(/stroke-width="1.5"/g)).toHaveLength(1);
    expect(texts(svg).some((t) => t?.startsWith('−'))).toBe(true);
    expect(texts(svg).some((t) => t?.startsWith('-'))).toBe(false);
    expect(texts(svg).filter((t) => /[A-Z][a-z]+/.test(t ?? '')).length).toBeLessThanOrEqual(6);
  });

  it('draws nothing it does not know: no points, no score, one point', () => {
    expect(parts(draw({ points: [] }), 'line')).toBe(0);
    expect(parts(draw({ points: [point(0, null)] }), 'line')).toBe(0);
    const one = draw({ points: [point(0, 12)] });
    expect([parts(one, 'line'), parts(one, 'alone')]).toEqual([0, 1]);
    expect(one).not.toContain('NaN');
    expect(draw({ points: [] })).not.toContain('NaN');
  });

  it('is the same drawing in the app, with variables for colours', () => {
    const app = draw({ palette: CSS_PALETTE });
    expect(app).toContain('var(--chart-brand)');
    expect(app).not.toMatch(/#[0-9A-F]{6}/);
    expect(path(app, 'line')).toBe(path(draw(), 'line'));
  });
});

describe('SharesChart', () => {
  const bar = (i: number, promoters: number, passives: number, detractors: number) => ({
    date: week(i),
    promoters,
    passives,
    detractors,
  });

  it('stacks detractors at the bottom and labels the last bar', () => {
    const svg = renderToStaticMarkup(<SharesChart {...frame} bars={[bar(0, 50, 30, 20), bar(1, 56, 30, 14)]} />);
    const tops = [...svg.matchAll(/<rect [^>]*y="([\d.]+)"[^>]*data-kind="(\w+)"/g)].map(
      ([, y, kind]) => [kind, Number(y)] as const,
    );
    expect(tops.slice(0, 3).map(([kind]) => kind)).toEqual(['detractors', 'passives', 'promoters']);
    expect(tops[0]?.[1]).toBeGreaterThan(tops[1]?.[1] ?? 0);
    expect(tops[2]?.[1]).toBe(10);
    expect(texts(svg)).toEqual(expect.arrayContaining(['56%', '30%', '14%', 'Detractors']));
  });

  it('shows no bar for fewer than five answers and no segment for none', () => {
    const svg = renderToStaticMarkup(
      <SharesChart {...frame} bars={[bar(0, 2, 1, 1), bar(1, 0, 0, 0), bar(2, 9, 0, 1)]} />,
    );
    expect(parts(svg, 'bar')).toBe(1);
    expect(svg.match(/data-kind/g)).toHaveLength(2);
    expect(renderToStaticMarkup(<SharesChart {...frame} bars={[]} />)).not.toContain('NaN');
  });
});

describe('HeatTable', () => {
  const columns = [
    { key: 'a', label: '13 Jul' },
    { key: 'b', label: '20 Jul' },
  ];
  const rows = [
    {
      key: 'm',
      name: 'Meter install',
      cells: [
        { n: 38, value: -14, tooFew: false },
        { n: 24, value: 9, tooFew: true },
      ],
    },
  ];
  const draw = (more: object = {}) =>
    renderToStaticMarkup(
      <HeatTable palette={LIGHT} caption="NPS" corner="Touchpoint" columns={columns} rows={rows} {...more} />,
    );

  it('is a table with headers, steps and hatched cells that say n', () => {
    const html = draw();
    expect(html).toMatch(/<caption[^>]*>NPS<\/caption>/);
    expect(html.match(/scope="col"/g)).toHaveLength(3);
    expect(html.match(/scope="row"/g)).toHaveLength(1);
    expect(html).toMatch(/background:#EE9A6C[^>]*data-step="1">−14</);
    expect(html).toMatch(/repeating-linear-gradient[^>]*data-step="few">n 24</);
    expect(html).not.toContain('+9');
  });

  it('lets the app wrap a cell and names it', () => {
    const html = draw({
      renderCell: (text: string, _r: unknown, _c: unknown, label: string) => (
        <a href="#x" title={label}>
          {text}
        </a>
      ),
    });
    expect(html).toContain('<a href="#x" title="Meter install, 13 Jul">−14</a>');
  });

  it.each([
    [-100, 0],
    [-30, 1],
    [-1, 2],
    [0, 3],
    [15, 4],
    [44.9, 5],
    [45, 6],
  ])('puts %d into step %d', (value, step) => expect(charts.heatStep(value)).toBe(step));

  it('explains its colours in words', () =>
    expect(renderToStaticMarkup(<HeatLegend palette={LIGHT} />)).toMatch(/Worse.*Better.*Fewer than 30/));
});

describe('DriverQuadrant', () => {
  const dot = (label: string, share: number, performance: number, n = 100) => ({
    key: label,
    label,
    share,
    performance,
    n,
  });

  it('marks what to fix first, sizes dots by area and always warns', () => {
    const svg = renderToStaticMarkup(
      <DriverQuadrant
        {...frame}
        drivers={[dot('Kept', 0.5, 0.2, 400), dot('Quick', 0.1, 0.9, 100), dot('Fair', 0.2, 0.5, 100)]}
      />,
    );
    const dots = [...svg.matchAll(/<circle [^>]*r="([\d.]+)" fill="([^"]+)"/g)].map(([, r, fill]) => [Number(r), fill]);
    expect(dots[0]).toEqual([10, LIGHT.detractor]);
    expect(dots[1]).toEqual([5, LIGHT.brand]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['Kept', 'Fix first', 'Correlation, not proof of cause.']));
  });

  it('drops labels that would overlap, never the most important', () => {
    const crowd = Array.from({ length: 30 }, (_, i) =>
      dot(`A rather long driver name ${i}`, 0.5 - i / 1e4, 0.5 + i / 1e4),
    );
    const svg = renderToStaticMarkup(<DriverQuadrant {...frame} drivers={[...crowd, dot('far', 0.1, 0.1)]} />);
    const labels = parts(svg, 'label');
    expect(parts(svg, 'dot')).toBe(31);
    expect(labels).toBeLessThan(31);
    expect(texts(svg)).toContain('far');
    expect(renderToStaticMarkup(<DriverQuadrant {...frame} drivers={[]} />)).not.toContain('NaN');
  });

  it('places labels clear of each other, of the dots and inside', () => {
    const within = { left: 0, top: 0, right: 400, bottom: 300 };
    const dots = Array.from({ length: 25 }, (_, i) => ({
      x: 20 + ((i * 97) % 360),
      y: 20 + ((i * 61) % 260),
      r: 6,
      label: `Driver number ${i}`,
    }));
    const placed = charts.placeLabels(dots, within).filter((p) => p !== null);
    expect(placed.length).toBeGreaterThan(10);
    placed.forEach((a, i) => {
      expect(a.box.left).toBeGreaterThanOrEqual(0);
      expect(a.box.right).toBeLessThanOrEqual(400);
      placed.slice(i + 1).forEach((b) => {
        const apart =
          a.box.right <= b.box.left ||
          b.box.right <= a.box.left ||
          a.box.bottom <= b.box.top ||
          b.box.bottom <= a.box.top;
        expect(apart).toBe(true);
      });
    });
  });
});

describe('Sparkline', () => {
  it('has gaps and one dot at the last value', () => {
    const svg = renderToStaticMarkup(<Sparkline {...frame} width={88} height={20} values={[1, 2, null, 3, 4, null]} />);
    expect(path(svg, 'line').match(/M/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(renderToStaticMarkup(<Sparkline {...frame} values={[]} />)).not.toMatch(/NaN|Infinity/);
    expect(renderToStaticMarkup(<Sparkline {...frame} height={20} values={[5, 5]} />)).toContain('cy="10"');
  });
});

describe('palettes', () => {
  const luminance = (hex: string) =>
    [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * ([0.2126, 0.7152, 0.0722][i] ?? 0), 0);
  const contrast = (a: string, b: string) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return ((x ?? 0) + 0.05) / ((y ?? 0) + 0.05);
  };

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('keep text at 4.5 and marks at 3 in %s', (_, palette) => {
    for (const ink of [
      palette.text,
      palette.second,
      palette.third,
      palette.promoterText,
      palette.passiveText,
      palette.detractorText,
    ])
      expect(contrast(ink, palette.surface)).toBeGreaterThanOrEqual(4.5);
    for (const fill of [palette.brand, palette.promoter, palette.passive, palette.detractor, palette.border])
      expect(contrast(fill, palette.surface)).toBeGreaterThanOrEqual(3);
    for (const { fill, ink } of palette.heat) expect(contrast(ink, fill)).toBeGreaterThanOrEqual(5.7);
    expect(contrast(palette.note, palette.noteTint)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.detractorText, palette.detractorTint)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.third, palette.sunken)).toBeGreaterThanOrEqual(4.5);
  });

  it('define every variable the app’s palette uses', () => {
    const used = JSON.stringify(CSS_PALETTE).match(/--chart-[\w-]+/g) ?? [];
    expect(new Set(used)).toEqual(new Set(Object.keys(charts.chartVariables(DARK))));
  });
});

describe('words', () => {
  it.each([
    [28.4, '+28'],
    [-3.2, '−3'],
    [-0.4, '0'],
    [0.49, '0'],
    [null, '–'],
  ])('writes %p as %s', (value, text) => expect(charts.signed(value)).toBe(text));

  const score = { n: 412, value: 28, low: 26, high: 31, tooFew: false };
  it('says a score with its range and n', () => {
    expect(charts.describeScore('NPS', score)).toBe('NPS +28, likely between +26 and +31, 412 answers');
    expect(charts.describeScore('NPS', { ...score, n: 12, tooFew: true })).toMatch(/12 answers: too few to read$/);
    expect(charts.describeScore('NPS', { n: 3, value: null, low: null, high: null, tooFew: true })).toBe(
      'NPS hidden below 5 answers, 3 answers',
    );
    expect(charts.describeScore('NPS', { n: 0, value: null, low: null, high: null, tooFew: true })).toBe(
      'NPS: no answers',
    );
    expect(charts.describePoint('NPS', { ...score, date: '2026-07-06' })).toMatch(/^week of 6 Jul: NPS \+28/);
  });

  it('says a trend, shares, a driver and a change', () => {
    const trend = [point(0, 29), point(1, null), point(2, -3), point(3, 43)].map((p) => ({
      ...p,
      tooFew: p.value === null,
    }));
    expect(charts.describeTrend('NPS', trend)).toBe(
      'NPS from +29 on 6 Apr to +43 on 27 Apr, lowest −3, highest +43; 1 period has too few answers to show.',
    );
    expect(charts.describeTrend('NPS', [])).toMatch(/no period/);
    expect(charts.describeShares({ date: '2026-07-06', promoters: 56, passives: 30, detractors: 14 })).toBe(
      'week of 6 Jul: 56% promoters, 30% passives, 14% detractors, 100 answers',
    );
    expect(charts.describeDriver({ label: 'Price fair', share: 0, performance: 0.4, n: 1 })).toBe(
      'Price fair: no clear link with the score, 40% positive, 1 answer',
    );
    expect(charts.describeChange({ difference: 4, low: 2, high: 6, verdict: 'signal' })).toBe(
      'Signal: +4 (likely between +2 and +6)',
    );
    expect(charts.describeChange({ difference: 1, low: -2, high: 4, verdict: 'noise' })).toBe(
      'Noise: +1 is within chance',
    );
    expect(charts.describeChange({ difference: 40, low: 2, high: 6, verdict: 'tooFew' })).toBe(
      'Too few answers to compare',
    );
  });

  it('labels periods without ambiguity', () => {
    expect(charts.dateLabel('2026-07-06', 'week', 'en')).toBe('6 Jul');
    expect(charts.dateLabel('2026-07-01', 'month', 'en')).toBe('Jul 2026');
    expect(charts.dateLabel('2026-07-01', 'quarter', 'en')).toBe('Q3 2026');
  });
});

describe('label layout', () => {
  it('shows evenly spaced labels that never touch, the last included', () => {
    const labels = Array.from({ length: 26 }, (_, i) => `${i + 1} Sept`);
    for (const width of [200, 320, 600, 1200]) {
      const xs = labels.map((_, i) => 40 + (i * (width - 80)) / 25);
      const shown = visibleLabels(labels, xs, { left: 0, right: width });
      expect(shown.length).toBeLessThanOrEqual(6);
      expect(shown.at(-1)).toBe(25);
      shown.slice(1).forEach((i, at) => {
        const before = shown[at] ?? 0;
        const room = (xs[i] ?? 0) - (xs[before] ?? 0);
        expect(room).toBeGreaterThan(textWidth(labels[i] ?? '', 12) / 2 + textWidth(labels[before] ?? '', 12) / 2);
      });
    }
    expect(visibleLabels([], [])).toEqual([]);
    expect(visibleLabels(['a'], [50])).toEqual([0]);
  });

  it('pushes labels apart and keeps them inside', () => {
    expect(spread([10, 12, 14], 20, 0, 100)).toEqual([10, 30, 50]);
    expect(spread([90, 95, 99], 20, 0, 100)).toEqual([60, 80, 100]);
  });
});
