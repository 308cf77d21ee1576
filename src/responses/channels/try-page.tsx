import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import { dirOf } from '../../platform/public-page/index.js';

const CSS = `body{margin:0 auto;max-width:640px;padding:32px 16px;background:#EEF2F4;color:#14212B;font:17px/1.5 system-ui,sans-serif}
h1{font-size:24px;line-height:1.3}@media (prefers-color-scheme:dark){body{background:#0E151A;color:#E7EDF2}}`;

/** A page as strict as any that the widget may stand on: no inline script, no inline style, nothing from elsewhere. */
export function tryPage(facts: { locale: string; title: string; text: string; script: string; key: string }) {
  const html = renderToStaticMarkup(
    <html lang={facts.locale} dir={dirOf(facts.locale)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{facts.title}</title>
        <style dangerouslySetInnerHTML={{ __html: CSS }} />
      </head>
      <body>
        <main>
          <h1>{facts.title}</h1>
          <p>{facts.text}</p>
        </main>
        <script async src={facts.script} data-key={facts.key} data-show="now" data-test="1" />
      </body>
    </html>,
  );
  const hash = createHash('sha256').update(CSS).digest('base64');
  return {
    html: `<!doctype html>${html}`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
    },
  };
}
