import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import { dirOf, ownName, speak } from '../../platform/public-page/index.js';
import type { boxOf } from './box.js';
import { CHANNEL_TEXTS } from './texts.js';

type Box = ReturnType<typeof boxOf>;

/** What the page's script reads; everything it needs while offline. */
export interface KioskData {
  path: string;
  worker: string;
  version: number;
  resetSeconds: number;
  start: string;
  boxes: (Box & { name: string; more: { skip: string; next: string; offline: string } })[];
}

const css = (
  brand: string,
): string => `:root{color-scheme:light;--brand:${brand};--ink:#14212B;--second:#4A5A68;--field:#7F8E9B}
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%;margin:0}
body{display:flex;flex-direction:column;background:#EEF2F4;color:var(--ink);font:clamp(18px,2.4vmin,28px)/1.4 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;user-select:none;-webkit-user-select:none;touch-action:manipulation;overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:8px 24px;justify-content:space-between;align-items:center;padding:24px 32px}
.org{margin:0;font-weight:650}
.langs{display:flex;flex-wrap:wrap;gap:8px}
main{flex:1;display:flex;flex-direction:column;justify-content:center;max-width:1200px;width:100%;margin:0 auto;padding:0 32px 32px}
h1{margin:0 0 4vmin;font-size:clamp(26px,5vmin,56px);line-height:1.2;text-align:center}
h2{margin:0 0 12px;font-size:1.2em}
.tiles{display:grid;gap:clamp(8px,1.4vmin,16px);grid-template-columns:repeat(auto-fit,minmax(64px,1fr));direction:ltr}
.tiles.all{grid-template-columns:repeat(11,1fr)}
@media (max-width:900px){.tiles.all{grid-template-columns:repeat(4,1fr)}}
button{font:inherit;font-weight:650;color:var(--ink);background:#FFF;border:2px solid var(--field);border-radius:12px;min-height:64px;padding:12px 24px;cursor:pointer}
.tiles button{min-height:clamp(72px,12vmin,140px);padding:0;font-size:1.4em}
button[aria-pressed=true],.send{background:var(--brand);border-color:var(--brand);color:#FFF}
.langs button{min-height:48px;padding:6px 16px;border-width:1px}
.ends{display:flex;direction:ltr;justify-content:space-between;gap:16px;margin:2vmin 0 0;color:var(--second)}
textarea{width:100%;min-height:18vmin;margin:0 0 4vmin;padding:16px;font:inherit;color:inherit;background:#FFF;border:2px solid var(--field);border-radius:12px;user-select:text;-webkit-user-select:text}
.row{display:flex;flex-wrap:wrap;gap:16px;margin:0 0 4vmin}
.row>button{flex:1 1 220px}
.center{text-align:center}
footer{min-height:56px;padding:8px 32px 20px;color:var(--second);text-align:center}
:focus-visible:not(h1){outline:4px solid var(--ink);outline-offset:3px}
@media (forced-colors:active){button[aria-pressed=true]{outline:4px solid Highlight}}`;

/** A full screen with large tiles. All of it is drawn by the script, from data that the page carries: a counter works offline too. */
export function kioskPage(facts: {
  organization: { name: string; color?: string | undefined };
  boxes: Box[];
  start: string;
  version: number;
  resetSeconds: number;
  path: string;
  script: string;
  worker: string;
}): { html: string; headers: Record<string, string> } {
  const { organization, start } = facts;
  const color = /^#[0-9a-fA-F]{6}$/.test(organization.color ?? '') ? (organization.color ?? '') : '#0B6470';
  const style = css(color);
  const data: KioskData = {
    path: facts.path,
    worker: facts.worker,
    version: facts.version,
    resetSeconds: facts.resetSeconds,
    start,
    boxes: facts.boxes.map((box) => {
      const say = speak(CHANNEL_TEXTS, box.locale);
      return {
        ...box,
        name: ownName(box.locale),
        // The number is put in by the page, for as many as wait.
        more: { skip: say('skip'), next: say('next'), offline: say('offline') },
      };
    }),
  };
  const html = renderToStaticMarkup(
    <html lang={start} dir={dirOf(start)}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${facts.boxes.find((box) => box.locale === start)?.question ?? ''} · ${organization.name}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <p className="org">{organization.name}</p>
          <div className="langs" id="languages" />
        </header>
        <main id="stage" />
        <footer>
          <div role="status" id="waiting" />
        </footer>
        <noscript>
          <p className="center">This screen needs JavaScript. The survey’s link works without it.</p>
        </noscript>
        <template id="data" data-kiosk={JSON.stringify(data)} />
        <script defer src={facts.script} />
      </body>
    </html>,
  );
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    html: `<!doctype html>${html}`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      // The device's service worker keeps a copy; nobody between may.
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-security-policy': `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  };
}
