/**
 * The survey as a box on a website: one script tag, `<script async src="…/widget/v1.js" data-key="…"></script>`. It sets no cookie, keeps one
 * time in localStorage (until when it stays away), and lives in a shadow root, so that neither page touches the other's styles. No eval, no
 * style attributes, no HTML from text: it works under a strict CSP and Trusted Types. What the page may set is in docs/channels.md.
 */
interface Settings {
  locale: string;
  dir: 'ltr' | 'rtl';
  organization: string;
  color: string;
  question: string;
  scores: number[];
  low: string;
  high: string;
  reason: { text: string; hint: string | null } | null;
  words: { send: string; thanks: string; thanksText: string; choose: string; close: string; failed: string };
  stamp: string;
  askAgainAfterDays: number;
  delaySeconds: number;
}

((script) => {
  const key = script?.dataset['key'] ?? '';
  if (!script || key === '') return;
  const { ref = '', lang = document.documentElement.lang, show = 'delay', test } = script.dataset;
  const endpoint = new URL(key, script.src).href;
  const memory = `hearback:${key.slice(-12)}`;
  let isShown = false;

  // Pages may forbid storage altogether; then the box comes with each page, and the visitor may close it.
  const staysAwayUntil = (): number => {
    try {
      return Number(localStorage.getItem(memory) ?? 0);
    } catch {
      return 0;
    }
  };
  const stayAway = (days: number): void => {
    try {
      localStorage.setItem(memory, String(Date.now() + days * 86_400_000));
    } catch {
      // Nothing to keep it in.
    }
  };

  type Props = Record<string, string | boolean>;
  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    props: Props = {},
    ...children: (Node | string | null)[]
  ): HTMLElementTagNameMap[K] => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) element.setAttribute(name, value === true ? '' : String(value));
    element.append(...children.filter((child) => child !== null));
    return element;
  };

  const load = async (): Promise<void> => {
    if (isShown) return;
    const answer = await fetch(`${endpoint}?lang=${encodeURIComponent(lang || navigator.language)}`, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (!answer.ok) return;
    const settings = (await answer.json()) as Settings;
    if (show === 'delay') setTimeout(() => open(settings), settings.delaySeconds * 1000);
    else open(settings);
  };

  const open = (settings: Settings): void => {
    if (isShown) return;
    isShown = true;
    if (!test) stayAway(settings.askAgainAfterDays);
    const before = document.activeElement;
    const host = make('div', { lang: settings.locale, dir: settings.dir });
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css(settings.color));
    root.adoptedStyleSheets = [sheet];

    const close = (): void => {
      const hadFocus = root.activeElement !== null;
      host.remove();
      if (hadFocus && before instanceof HTMLElement) before.focus();
    };
    const problem = make('p', { class: 'problem', role: 'alert', hidden: true });
    const say = (text: string): void => {
      problem.textContent = text;
      problem.hidden = false;
    };
    const tiles = settings.scores.map((score) =>
      make(
        'label',
        { class: 'tile' },
        make('input', { type: 'radio', name: 'score', value: String(score) }),
        make('span', {}, String(score)),
      ),
    );
    const more = make(
      'div',
      { hidden: true },
      settings.reason && make('label', { for: 'why' }, settings.reason.text),
      settings.reason && make('textarea', { id: 'why', name: 'comment', rows: '3', maxlength: '10000' }),
      make(
        'p',
        { class: 'trap', 'aria-hidden': 'true' },
        make('input', { name: 'homepage', tabindex: '-1', autocomplete: 'off' }),
      ),
      make('button', { type: 'submit' }, settings.words.send),
    );
    const form = make(
      'form',
      { novalidate: true },
      make(
        'fieldset',
        { 'aria-describedby': 'ends' },
        make('legend', { id: 'question' }, settings.question),
        make('div', { class: settings.scores.length > 7 ? 'tiles all' : 'tiles' }, ...tiles),
        make('p', { class: 'ends', id: 'ends' }, make('span', {}, settings.low), make('span', {}, settings.high)),
      ),
      problem,
      more,
    );
    const exit = make('button', { type: 'button', class: 'close', 'aria-label': settings.words.close }, '×');
    const box = make('section', { 'aria-label': settings.organization }, exit, form);

    exit.addEventListener('click', close);
    box.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
    // The rest shows itself once a number is chosen: the box stays small for whoever passes by.
    form.addEventListener('change', () => {
      more.hidden = false;
      problem.hidden = true;
    });
    const submission = newId();
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const body = new URLSearchParams({ stamp: settings.stamp, submission, ref, lang: settings.locale });
      for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.set(name, value);
      if (!body.has('score')) {
        say(settings.words.choose);
        return;
      }
      if (test) body.set('test', '1');
      const button = more.querySelector('button');
      if (button) button.disabled = true;
      // A form's type needs no preflight; the server answers only to origins that it knows.
      fetch(endpoint, { method: 'POST', body, credentials: 'omit', referrerPolicy: 'no-referrer', keepalive: true })
        .then((answer) => {
          if (!answer.ok) throw new Error(String(answer.status));
          const done = make('p', { role: 'status', tabindex: '-1' }, make('strong', {}, settings.words.thanks));
          done.append(make('br'), settings.words.thanksText);
          form.replaceWith(done);
          done.focus();
        })
        .catch(() => {
          if (button) button.disabled = false;
          say(settings.words.failed);
        });
    });
    root.append(box);
    document.body.append(host);
  };

  /** UUID version 4; plain http on another host than localhost has no randomUUID. */
  const newId = (): string => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
    bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
  };

  const css = (color: string): string => `
:host{all:initial}
*{box-sizing:border-box}
[hidden]{display:none!important}
section{--ink:#14212B;--second:#4A5A68;--card:#FFF;--tile:#F5F7F8;--field:#7F8E9B;--late:#B3261E;--brand:${color};
position:fixed;z-index:2147483000;inset-block-end:16px;inset-inline-end:16px;inline-size:min(420px,calc(100vw - 32px));max-block-size:calc(100vh - 32px);overflow:auto;
padding:20px;border:1px solid var(--field);border-radius:10px;background:var(--card);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;box-shadow:0 8px 28px rgba(20,33,43,.22)}
@media (prefers-color-scheme:dark){section{--ink:#E7EDF2;--second:#B8C5CF;--card:#172129;--tile:#11191F;--field:#718392;--late:#FF9C94}}
fieldset{border:0;margin:0 0 16px;padding:0;min-inline-size:0}
legend,label[for]{display:block;padding:0;margin:0 0 8px;font-weight:650;font-size:18px;line-height:1.35}
legend{padding-inline-end:40px}
label[for]{font-size:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr));gap:6px;direction:ltr}
.tiles.all{grid-template-columns:repeat(6,1fr)}
.tile{position:relative}
.tile input{position:absolute;inset:0;inline-size:100%;block-size:100%;margin:0;opacity:0;cursor:pointer}
.tile span{display:block;text-align:center;line-height:42px;border:1px solid var(--field);border-radius:6px;background:var(--tile);font-weight:650}
.tile input:checked+span{background:var(--brand);border-color:var(--brand);color:#FFF;box-shadow:inset 0 0 0 2px #FFF}
.ends{display:flex;direction:ltr;justify-content:space-between;gap:12px;margin:6px 0 0;color:var(--second);font-size:14px}
.ends span+span{text-align:right}
textarea{inline-size:100%;margin:0 0 16px;padding:8px 10px;font:inherit;color:inherit;background:var(--card);border:1px solid var(--field);border-radius:6px;resize:vertical}
button{font:inherit;font-weight:650;cursor:pointer}
button[type=submit]{inline-size:100%;min-block-size:46px;border:2px solid var(--brand);border-radius:6px;background:var(--brand);color:#FFF}
button:disabled{opacity:.6;cursor:default}
.close{position:absolute;inset-block-start:10px;inset-inline-end:10px;inline-size:44px;block-size:44px;border:0;border-radius:6px;background:none;color:var(--second);font-size:24px;line-height:1}
.problem{margin:0 0 12px;color:var(--late);font-weight:650}
.trap{position:absolute;inset-inline-start:-9999px}
p{margin:0}p[role=status]{padding-inline-end:40px}
:focus-visible,.tile input:focus-visible+span{outline:3px solid var(--ink);outline-offset:2px}
@media (forced-colors:active){.tile input:checked+span{outline:3px solid Highlight}}
@media print{section{display:none}}`;

  const start = (): void => void load().catch(() => undefined);
  // The page may ask for it, e.g. from a button "Give feedback": then the frequency does not matter.
  document.addEventListener('hearback:open', start);
  if (show === 'manual') return;
  if (test || staysAwayUntil() < Date.now()) start();
})(document.currentScript as HTMLScriptElement | null);
