import { createHash } from 'node:crypto';

const DEFAULT_COLOR = '#0B6470';

/** One style sheet for all public pages, as small as it can be; the organization's colour is its only variable part. */
const css = (
  brand: string,
): string => `:root{color-scheme:light dark;--page:#EEF2F4;--card:#FFF;--ink:#14212B;--second:#4A5A68;--line:#DDE3E8;--field:#7F8E9B;--fieldbg:#FFF;--tile:#F5F7F8;--brand:${brand};--link:${brand};--tint:#E3F1F2;--late:#B3261E;--good:#1C6B3C;--goodbg:#E6F4EA}
@media (prefers-color-scheme:dark){:root{--page:#0E151A;--card:#172129;--ink:#E7EDF2;--second:#B8C5CF;--line:#2A3741;--field:#718392;--fieldbg:#11191F;--tile:#11191F;--link:#58C2CE;--tint:#173A40;--late:#FF9C94;--good:#86D3A3;--goodbg:#173325}
@supports (color:color-mix(in srgb,red,red)){:root{--link:color-mix(in srgb,${brand} 45%,#fff)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;overflow-wrap:break-word;-webkit-text-size-adjust:100%}
.wrap{max-width:616px;margin:0 auto;padding:0 16px 48px}
header{display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between;align-items:center;padding:16px 0}
.org{font-weight:650;margin:0}
nav ul,footer ul,.plain{list-style:none;margin:0;padding:0}
nav ul{display:flex;flex-wrap:wrap;gap:0 16px}
a{color:var(--link);text-underline-offset:3px}
nav a,footer a,.more a,.links a{display:inline-block;padding:8px 0;min-height:44px}
footer{padding:12px 0;font-size:15px}
footer a{color:var(--second)}
main{display:grid;gap:14px}
.card{background:var(--card);border-radius:10px;padding:24px 20px}
@media (min-width:576px){.card{padding:32px}}
h1{font-size:26px;line-height:1.25;margin:0 0 12px;font-weight:700}
h2,legend,.label{font-size:19px;line-height:1.35;font-weight:650;margin:0;padding:0;display:block}
.label{font-size:17px}
h3{font-size:17px;margin:0 0 4px}
.card>h2{margin:0 0 8px}
p{margin:0 0 12px}p:last-child{margin-bottom:0}
.second,.hint{color:var(--second);font-size:15px}
.hint{margin:2px 0 8px}
blockquote{margin:0 0 20px;padding-inline-start:14px;border-inline-start:3px solid var(--line);color:var(--second)}
.pre{white-space:pre-line}
.pre,h1,blockquote{unicode-bidi:plaintext}
.clip{max-height:18em;overflow:auto}
fieldset{border:0;margin:0 0 24px;padding:0;min-width:0}
.field{margin:0 0 24px}
.tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:8px;margin:12px 0 8px;direction:ltr}
.tiles.few{grid-template-columns:repeat(7,1fr)}
.tiles.five{grid-template-columns:repeat(5,1fr)}
@media (min-width:576px){.tiles.all{grid-template-columns:repeat(11,1fr);gap:6px}}
.tile{position:relative;display:block}
.tile input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.tile span{display:block;text-align:center;min-height:48px;line-height:46px;border:1px solid var(--field);border-radius:6px;background:var(--tile);font-weight:650}
.tile input:checked+span{background:var(--brand);border-color:var(--brand);color:#FFF;box-shadow:inset 0 0 0 2px #FFF}
.ends{display:flex;direction:ltr;justify-content:space-between;gap:12px;color:var(--second);font-size:15px}
.ends span{unicode-bidi:plaintext}.ends span+span{text-align:right}
.choice{display:flex;gap:12px;align-items:flex-start;min-height:44px;padding:8px 0}
.choice input{flex:none;width:24px;height:24px;margin:1px 0 0;accent-color:var(--brand)}
.switch{border-bottom:1px solid var(--line);padding:8px 0}
.switch .hint,.switch .error{margin:0 0 8px;padding-inline-start:36px}
.switch:last-of-type{margin-bottom:20px}
.within{padding-inline-start:36px}
textarea,input[type=text],input[type=email],select{width:100%;font:inherit;color:inherit;background:var(--fieldbg);border:1px solid var(--field);border-radius:6px;padding:10px 12px;min-height:44px}
textarea{min-height:112px;resize:vertical;display:block}
button,.button{display:block;width:100%;min-height:48px;padding:10px 20px;border:2px solid var(--brand);border-radius:6px;background:var(--brand);color:#FFF;font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
.quiet{background:transparent;color:var(--link);border-color:currentcolor}
p+form{margin-top:16px}
button+button,.button+.button,form+form{margin-top:12px}
.tint{background:var(--tint);border-radius:6px;padding:12px 14px;margin:0 0 16px}
.good{background:var(--goodbg);color:var(--good);border-radius:6px;padding:12px 14px;margin:0 0 16px;font-weight:600}
.promise{border-inline-start:3px solid var(--brand);padding:4px 0;padding-inline-start:14px;margin:0 0 16px}
.problem{border:2px solid var(--late);border-radius:10px;padding:16px 20px;background:var(--card)}
.problem a,.error{color:var(--late);font-weight:650}
.error{margin:4px 0 8px;display:block}
.more{margin:20px 0 0}
.steps{list-style:none;margin:0;padding:0}
.steps li{position:relative;padding:0 0 18px;padding-inline-start:26px}
.steps li::before{content:'';position:absolute;inset-inline-start:2px;top:7px;width:10px;height:10px;border-radius:50%;background:var(--link);border:2px solid var(--link)}
.steps li.open::before{background:var(--card)}
.steps li:not(:last-child)::after{content:'';position:absolute;inset-inline-start:8px;top:24px;bottom:-6px;border-inline-start:2px solid var(--line)}
.steps h2,.steps h3{font-size:17px;line-height:1.5;font-weight:650;margin:0}
.steps p{margin:0}
.steps time{color:var(--second);font-size:15px}
.trap{position:absolute;inset-inline-start:-9999px}
.skip{position:absolute;inset-inline-start:-9999px}
.skip:focus{position:static}
hr{border:0;border-top:1px solid var(--line);margin:20px 0}
:focus-visible,.tile input:focus-visible+span{outline:3px solid var(--ink);outline-offset:2px}
@media (forced-colors:active){.tile input:checked+span{outline:3px solid Highlight}}
@media print{body{background:none}.card{border:1px solid #999}}`;

const sheets = new Map<string, { css: string; hash: string }>();

/** The style sheet in the organization's colour, with its hash for the Content-Security-Policy. */
export function styleOf(color: string | undefined): { css: string; hash: string } {
  const brand = /^#[0-9a-fA-F]{6}$/.test(color ?? '') ? (color ?? DEFAULT_COLOR) : DEFAULT_COLOR;
  let sheet = sheets.get(brand);
  if (!sheet) {
    if (sheets.size > 1000) sheets.clear();
    const text = css(brand);
    sheet = { css: text, hash: createHash('sha256').update(text).digest('base64') };
    sheets.set(brand, sheet);
  }
  return sheet;
}
