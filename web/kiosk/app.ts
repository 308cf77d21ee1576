/**
 * The counter's screen: one number, one reason, thanks, and anew for the next person. What is answered goes on the device's shelf first and
 * to the server as soon as it can (`Queue`). Drawn from data in the page, so that it needs the network only to send.
 */
import { type KioskAnswer, Queue, type Receipt } from './queue.js';

interface Box {
  locale: string;
  dir: 'ltr' | 'rtl';
  name: string;
  question: string;
  scores: number[];
  low: string;
  high: string;
  reason: { text: string; hint: string | null } | null;
  words: { send: string; thanks: string; thanksText: string };
  more: { skip: string; next: string; offline: string };
}
interface Data {
  path: string;
  worker: string;
  version: number;
  resetSeconds: number;
  start: string;
  boxes: Box[];
}

const THANKS_MS = 5_000;
const RETRY_MS = [3_000, 10_000, 30_000, 60_000];
const RELOAD_MS = 30 * 60_000;

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};
const data = JSON.parse(element('data').dataset['kiosk'] ?? '{}') as Data;
const [stage, languages, waiting] = [element('stage'), element('languages'), element('waiting')];
const queue = new Queue(localStorage, `hearback-kiosk:${data.path.slice(-22)}`);

let box = data.boxes.find((one) => one.locale === data.start) ?? (data.boxes[0] as Box);
let answer: KioskAnswer | null = null;
let comment: HTMLTextAreaElement | null = null;
let idle = 0;

const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const button = (text: string, press: () => void, props: Readonly<Record<string, string>> = {}): HTMLButtonElement => {
  const made = make('button', { type: 'button', ...props }, text);
  made.addEventListener('click', press);
  return made;
};

/** UUID version 4; plain http on another host than localhost has no randomUUID. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

function draw(...parts: HTMLElement[]): void {
  document.documentElement.lang = box.locale;
  document.documentElement.dir = box.dir;
  stage.replaceChildren(...parts);
  const heading = stage.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}

function askScore(): void {
  answer = null;
  comment = null;
  const tiles = box.scores.map((score) => button(String(score), () => chose(score)));
  draw(
    make('h1', { id: 'question' }, box.question),
    make(
      'div',
      { class: box.scores.length > 7 ? 'tiles all' : 'tiles', role: 'group', 'aria-labelledby': 'question' },
      ...tiles,
    ),
    make('p', { class: 'ends' }, make('span', {}, box.low), make('span', {}, box.high)),
  );
  drawLanguages();
}

/** A number that was pressed is an answer, whatever happens next. */
function chose(score: number): void {
  answer = {
    id: newId(),
    at: new Date().toISOString(),
    version: data.version,
    locale: box.locale,
    score,
  };
  queue.begin(answer);
  if (box.reason) askReason();
  else thank();
}

function askReason(): void {
  const field = make('textarea', { id: 'why', maxlength: '5000', autocomplete: 'off' });
  comment = field;
  field.addEventListener('input', () => {
    if (answer) queue.begin({ ...answer, comment: field.value });
  });
  draw(
    make('h1', {}, make('label', { for: 'why' }, box.reason?.text ?? '')),
    field,
    make('div', { class: 'row' }, button(box.words.send, thank, { class: 'send' }), button(box.more.skip, leaveOut)),
  );
  languages.replaceChildren();
}

function leaveOut(): void {
  if (answer) queue.begin(answer);
  thank();
}

function thank(): void {
  queue.finish();
  answer = null;
  draw(
    make('h1', {}, box.words.thanks),
    make('p', { class: 'center' }, box.words.thanksText),
    make('p', { class: 'center' }, button(box.more.next, anew)),
  );
  languages.replaceChildren();
  clearTimeout(idle);
  idle = window.setTimeout(anew, THANKS_MS);
  void deliver();
}

/** For the next person, in the language the screen started in. */
function anew(): void {
  queue.finish();
  box = data.boxes.find((one) => one.locale === data.start) ?? box;
  clearTimeout(idle);
  askScore();
  void deliver();
}

function drawLanguages(): void {
  languages.replaceChildren(
    ...(data.boxes.length < 2
      ? []
      : data.boxes.map((one) =>
          button(
            one.name,
            () => {
              box = one;
              askScore();
            },
            { lang: one.locale, 'aria-pressed': String(one === box) },
          ),
        )),
  );
}

function touched(): void {
  clearTimeout(idle);
  idle = window.setTimeout(() => {
    // Somebody who walked away has answered all the same.
    if (answer !== null && comment !== null && document.activeElement === comment) comment.blur();
    anew();
  }, data.resetSeconds * 1000);
}
for (const kind of ['pointerdown', 'keydown', 'input']) document.addEventListener(kind, touched);

// Sending.

let failures = 0;
let retry = 0;

async function send(answers: KioskAnswer[]): Promise<Receipt | null> {
  try {
    const reply = await fetch(data.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answers }),
      credentials: 'omit',
    });
    return reply.ok ? ((await reply.json()) as Receipt) : null;
  } catch {
    return null;
  }
}

async function deliver(): Promise<void> {
  clearTimeout(retry);
  const isDone = await queue.flush(send);
  failures = isDone ? 0 : failures + 1;
  const n = queue.size;
  waiting.textContent = n === 0 ? '' : `${box.more.offline}: ${n.toLocaleString(box.locale)}`;
  if (n > 0)
    retry = window.setTimeout(() => void deliver(), RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 3_000);
}
window.addEventListener('online', () => void deliver());

// A new version of the survey comes while nobody is answering and the server is there.
setInterval(() => {
  if (answer !== null || queue.size > 0) return;
  fetch(data.path, { credentials: 'omit' }).then(
    (reply) => {
      if (reply.ok && answer === null) location.reload();
    },
    () => undefined,
  );
}, RELOAD_MS);

if ('serviceWorker' in navigator)
  navigator.serviceWorker.register(data.worker).catch(() => {
    // Without https the screen works as long as it is open; only a start while offline needs the worker.
  });
askScore();
void deliver();
