import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import {
  Card,
  Choices,
  chooseLocale,
  ErrorSummary,
  languageLinks,
  notFoundPage,
  PUBLIC_LOCALES,
  publicPage,
  ScaleTiles,
  speak,
  FRAME_TEXTS,
} from './index.js';

describe('chooseLocale', () => {
  it.each([
    [{ lang: 'fr', customer: 'de', acceptLanguage: 'es' }, 'fr'],
    [{ lang: 'xx', customer: 'de-AT', acceptLanguage: 'es' }, 'de'],
    [{ customer: null, acceptLanguage: 'nl, pt-BR;q=0.8, es;q=0.9' }, 'es'],
    [{ acceptLanguage: 'en;q=0, ar' }, 'ar'],
    [{ lang: ['de'], acceptLanguage: '*' }, 'en'],
    [{}, 'en'],
  ])('%j → %s', (wish, expected) => expect(chooseLocale(PUBLIC_LOCALES, wish)).toBe(expected));
});

describe('publicPage', () => {
  const page = publicPage({
    organization: { name: 'Halden <Energy>', color: '#123456' },
    locale: 'ar',
    languages: languageLinks(PUBLIC_LOCALES, 'ar', { score: '2' }),
    title: 'T',
    hasError: true,
    body: (
      <Card>
        <ErrorSummary title="P" problems={[{ field: 'score', message: 'Choose' }]} />
        <ScaleTiles name="score" legend="Q" min={0} max={10} low="l" high="h" value={null} error="Choose" />
        <Choices name="c" legend="C" options={[{ value: 'yes', label: 'Yes' }]} />
      </Card>
    ),
  });

  it('allows exactly its own style sheet and nothing else', () => {
    const css = /<style>([^]*)<\/style>/.exec(page.html)?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(page.headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(page.html).not.toMatch(/ style=|<script|https?:\/\//);
  });

  it('is escaped, small, right-to-left where it should be, and gives the focus to the summary', () => {
    expect(page.html).toContain('<html lang="ar" dir="rtl">');
    expect(page.html).toContain('Halden &lt;Energy&gt;');
    expect(page.html).toContain('href="?score=2&amp;lang=de"');
    expect(page.html).toMatch(/role="alert" tabindex="-1" autofocus/i);
    expect(page.html).not.toMatch(/checked="/);
    expect(gzipSync(page.html).length).toBeLessThan(4096);
  });
});

it('has one page for every link that leads nowhere, in the language of the reader', () => {
  const error = notFoundPage({ acceptLanguage: 'de' });
  expect(error.status).toBe(404);
  expect(error.html).toContain('Diese Seite gibt es nicht mehr');
});

it('says every message of the frame in every language', () => {
  for (const locale of PUBLIC_LOCALES)
    for (const key of Object.keys(FRAME_TEXTS.en) as (keyof (typeof FRAME_TEXTS)['en'])[])
      expect(speak(FRAME_TEXTS, locale)(key, { title: 'x' })).not.toMatch(/[{}]/);
});
