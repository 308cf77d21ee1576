/**
 * The frame of every mail that a customer or user reads: one column of 560 px, organization's name on top, blocks, footer.
 *
 *   const { html, text } = await renderMail({ brand, locale, dir, preview, blocks, footer });
 *
 * Say what the mail says as `blocks`, in order; each block knows how it looks in HTML and how it reads in plain text. All strings are
 * plain text: they are escaped here, line breaks become line breaks, and nothing of them is ever parsed as a template. MJML runs once per
 * shape (kinds of blocks × language × brand) and is cached; a recipient's values are then filled into the compiled HTML.
 * Keep wording in your module's `mails/` folder; languages are yours too.
 */
import mjml2html from 'mjml';

export interface MailBrand {
  /** The organization's name, shown on top. */
  name: string;
  /** `#rrggbb`, dark enough for white text on it (identity sees to that); absent: ours. */
  color?: string | undefined;
}

export interface MailLink {
  label: string;
  /** An http(s) address. */
  href: string;
}

export type MailBlock =
  | { kind: 'text'; text: string }
  /** Smaller and lighter. */
  | { kind: 'note'; text: string }
  | { kind: 'heading'; text: string }
  /** Someone's own words, marked as a quotation. */
  | { kind: 'quote'; text: string }
  /** Set apart on a tint, e.g. that this is a test. */
  | { kind: 'notice'; text: string }
  /** Who writes: name, and below it what they are. */
  | { kind: 'person'; name: string; role?: string | undefined }
  | { kind: 'button'; label: string; href: string }
  /** Rows of figures under a head; the first column is words, the others stand at the end of theirs. */
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** One-click score row in neutral grey; `answer` is the one link of the plain text part. */
  | { kind: 'scale'; cells: MailLink[]; low: string; high: string; answer: MailLink };

/** Small print under the card. */
export type MailFooter =
  /** `htmlOnly`: of no use in plain text, e.g. the plain link. */
  { kind: 'text'; text: string; htmlOnly?: boolean } | { kind: 'links'; links: MailLink[] };

export interface MailFrame {
  brand: MailBrand;
  /** BCP 47, for `lang`. */
  locale: string;
  dir: 'ltr' | 'rtl';
  /** The line that mail programs show beside the subject. */
  preview: string;
  blocks: readonly MailBlock[];
  footer: readonly MailFooter[];
}

export interface RenderedMail {
  html: string;
  /** The `text/plain` part: lines of at most 76 characters where words allow it. */
  text: string;
}

const DEFAULT_COLOR = '#0B6470';
const MAX_CACHED = 500;

/** Compiled HTML cut at its slots: text, slot, text, slot, …, text. */
interface Compiled {
  texts: string[];
  slots: number[];
}

const cache = new Map<string, Promise<Compiled>>();

/** @throws Error for a link that is not http(s) */
export async function renderMail(frame: MailFrame): Promise<RenderedMail> {
  const color = /^#[0-9a-fA-F]{6}$/.test(frame.brand.color ?? '')
    ? (frame.brand.color ?? DEFAULT_COLOR)
    : DEFAULT_COLOR;
  const values: string[] = [];
  // The same walk makes the template's slots and collects their values, so that the two cannot disagree.
  const slot = (value: string): string => `⟦${values.push(escapeHtml(value).replace(/\r?\n/g, '<br>')) - 1}⟧`;
  const attribute = (value: string): string => `⟦${values.push(escapeHtml(value)) - 1}⟧`;
  const href = (value: string): string => attribute(webAddress(value));
  const source = mjmlOf(frame, color, { slot, attribute, href });

  let compiled = cache.get(source);
  if (!compiled) {
    if (cache.size >= MAX_CACHED) cache.clear();
    compiled = compile(source);
    cache.set(source, compiled);
    compiled.catch(() => cache.delete(source));
  }
  const { texts, slots } = await compiled;
  let html = texts[0] ?? '';
  slots.forEach((index, i) => {
    html += (values[index] ?? '') + (texts[i + 1] ?? '');
  });
  return { html, text: plainText(frame) };
}

async function compile(source: string): Promise<Compiled> {
  // No font is fetched from anywhere, and no file may be included.
  const { html, errors } = await mjml2html(source, {
    validationLevel: 'soft',
    fonts: {},
    keepComments: false,
    ignoreIncludes: true,
  });
  if (errors.length > 0) throw new Error(`mail template: ${errors.map((error) => error.formattedMessage).join('; ')}`);
  const texts: string[] = [];
  const slots: number[] = [];
  let from = 0;
  for (const match of html.matchAll(/⟦(\d+)⟧/g)) {
    texts.push(html.slice(from, match.index));
    slots.push(Number(match[1]));
    from = match.index + match[0].length;
  }
  texts.push(html.slice(from));
  return { texts, slots };
}

interface Slots {
  slot: (value: string) => string;
  attribute: (value: string) => string;
  href: (value: string) => string;
}

const FONT = `-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif`;

function mjmlOf(frame: MailFrame, color: string, slots: Slots): string {
  const { slot } = slots;
  const start = frame.dir === 'rtl' ? 'right' : 'left';
  return `<mjml lang="${slots.attribute(frame.locale)}" dir="${frame.dir}">
  <mj-head>
    <mj-title>${slot(frame.brand.name)}</mj-title>
    <mj-preview>${slot(frame.preview)}</mj-preview>
    <mj-attributes>
      <mj-all font-family="${FONT}" />
      <mj-text font-size="16px" line-height="24px" color="#14212B" align="${start}" padding="0 24px 16px" />
    </mj-attributes>
    <mj-raw>
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
    </mj-raw>
    <mj-style>${styles()}</mj-style>
  </mj-head>
  <mj-body width="560px" background-color="#EEF2F4" css-class="page">
    <mj-section direction="${frame.dir}" padding="16px 0 8px"><mj-column direction="${frame.dir}">
      <mj-text css-class="ink" font-size="15px" font-weight="600" padding="0 24px 8px">${slot(frame.brand.name)}</mj-text>
    </mj-column></mj-section>
    <mj-section direction="${frame.dir}" background-color="#FFFFFF" padding="24px 0 8px" css-class="card"><mj-column direction="${frame.dir}">
      ${frame.blocks.map((block) => blockMjml(block, frame.dir, color, slots)).join('\n')}
    </mj-column></mj-section>
    <mj-section direction="${frame.dir}" padding="16px 0 24px"><mj-column direction="${frame.dir}">
      ${frame.footer.map((part) => footerMjml(part, slots)).join('\n')}
    </mj-column></mj-section>
  </mj-body>
</mjml>`;
}

function blockMjml(block: MailBlock, dir: 'ltr' | 'rtl', color: string, { slot, href }: Slots): string {
  const start = dir === 'rtl' ? 'right' : 'left';
  switch (block.kind) {
    case 'text':
      return `<mj-text css-class="ink">${slot(block.text)}</mj-text>`;
    case 'note':
      return `<mj-text css-class="second" font-size="14px" line-height="21px" color="#4A5A68">${slot(block.text)}</mj-text>`;
    case 'heading':
      return `<mj-text css-class="ink"><h1 class="ink" style="margin:0;font-size:20px;line-height:28px;font-weight:700">${slot(block.text)}</h1></mj-text>`;
    case 'quote':
      return `<mj-text css-class="second" color="#4A5A68"><div class="quote" style="border-${start}:3px solid #C9D1D8;padding-${start}:14px">${slot(block.text)}</div></mj-text>`;
    case 'notice':
      return `<mj-raw><tr><td style="padding:0 24px 16px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate"><tr><td class="notice" bgcolor="#FFF4DE" align="${start}" style="padding:10px 14px;font-family:${FONT};font-size:14px;line-height:21px;color:#6B4100">${slot(block.text)}</td></tr></table></td></tr></mj-raw>`;
    case 'person':
      return (
        `<mj-text css-class="ink" padding="0 24px ${block.role === undefined ? '16px' : '0'}">${slot(block.name)}</mj-text>` +
        (block.role === undefined
          ? ''
          : `<mj-text css-class="second" font-size="14px" line-height="21px" color="#4A5A68">${slot(block.role)}</mj-text>`)
      );
    case 'button':
      // Padding stands on the cell: Word-based Outlook ignores it on links.
      return `<mj-raw><tr><td align="${start}" style="padding:0 24px 20px"><table role="presentation" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate"><tr><td class="button" bgcolor="${color}" style="padding:0 20px"><a href="${href(block.href)}" style="display:block;font-family:${FONT};font-size:16px;line-height:44px;font-weight:600;color:#FFFFFF;text-decoration:none">${slot(block.label)}</a></td></tr></table></td></tr></mj-raw>`;
    case 'table': {
      const end = dir === 'rtl' ? 'left' : 'right';
      const line = (cells: readonly string[], tag: 'th' | 'td') =>
        `<tr>${cells.map((cell, at) => `<${tag} class="second" align="${at === 0 ? start : end}" style="padding:4px 0;font-family:${FONT};font-size:14px;line-height:20px;font-weight:${tag === 'th' ? 600 : 400};color:#4A5A68">${slot(cell)}</${tag}>`).join('')}</tr>`;
      return `<mj-raw><tr><td style="padding:0 24px 16px"><table width="100%" cellpadding="0" cellspacing="0" border="0" dir="${dir}">${line(block.head, 'th')}${block.rows.map((row) => line(row, 'td')).join('')}</table></td></tr></mj-raw>`;
    }
    case 'scale':
      return `<mj-raw><tr><td style="padding:0 22px 4px"><table role="presentation" class="scale" width="100%" cellpadding="0" cellspacing="3" border="0" dir="ltr" style="border-collapse:separate"><tr>${block.cells
        .map(
          (cell) =>
            `<td class="score" bgcolor="#E7EBEE" align="center" width="${(100 / block.cells.length).toFixed(2)}%"><a class="ink" href="${href(cell.href)}" style="display:block;font-family:${FONT};font-size:16px;line-height:44px;font-weight:700;color:#14212B;text-decoration:none">${slot(cell.label)}</a></td>`,
        )
        .join(
          '',
        )}</tr></table></td></tr><tr><td style="padding:0 24px 20px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" dir="ltr"><tr><td class="second" dir="${dir}" align="left" valign="top" style="font-family:${FONT};font-size:13px;line-height:19px;color:#4A5A68">${slot(block.low)}</td><td width="12"></td><td class="second" dir="${dir}" align="right" valign="top" style="font-family:${FONT};font-size:13px;line-height:19px;color:#4A5A68">${slot(block.high)}</td></tr></table></td></tr></mj-raw>`;
  }
}

function footerMjml(part: MailFooter, { slot, href }: Slots): string {
  const body =
    part.kind === 'text'
      ? slot(part.text)
      : part.links
          .map(
            (link) =>
              `<a class="second" href="${href(link.href)}" style="color:#4A5A68;text-decoration:underline">${slot(link.label)}</a>`,
          )
          .join(' · ');
  return `<mj-text css-class="second" font-size="13px" line-height="20px" color="#4A5A68" padding="0 24px 12px">${body}</mj-text>`;
}

/** Phones wrap eleven cells 6 + 5; without the rule the row of eleven still works. Dark rules also for Outlook, which rewrites colours itself. */
function styles(): string {
  const dark = (prefix: string, background: (value: string) => string, ink: (value: string) => string): string =>
    [
      [`.page, ${prefix} .page > div[role=article]`, background('#11191F')],
      [`.card, ${prefix} .card > table`, background('#172129')],
      [`.score`, background('#2A3741')],
      [`.notice`, `${background('#3A2E12')};${ink('#F3C56B')}`],
      [`.ink, ${prefix} .ink div, ${prefix} .ink h1`, ink('#E7EDF2')],
      [`.second, ${prefix} .second div, ${prefix} .second a`, ink('#B8C5CF')],
      [`.quote`, 'border-color:#718392 !important'],
    ]
      .map(([selector, rule]) => `${prefix} ${selector} { ${rule} }`)
      .join('\n');
  const background = (value: string) => `background:${value} !important;background-color:${value} !important`;
  const ink = (value: string) => `color:${value} !important`;
  return `
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    .score { border-radius: 6px; }
    .button, .notice { border-radius: 6px; }
    a { word-break: break-word; }
    @media only screen and (max-width: 479px) {
      table.scale, table.scale tbody, table.scale tr { display: block !important; width: 100% !important; }
      table.scale tr::after { content: ''; display: block; clear: both; }
      table.scale td.score { display: block !important; float: left !important; box-sizing: border-box; width: calc(16.666% - 4px) !important; margin: 2px !important; }
    }
    @media (prefers-color-scheme: dark) {
      ${dark('', background, ink)}
    }
    ${dark('[data-ogsb]', background, () => '')}
    ${dark('[data-ogsc]', () => '', ink)}`;
}

const LINE = 76;

/** The blocks as a letter. */
function plainText(frame: MailFrame): string {
  const parts = frame.blocks.map((block): string => {
    switch (block.kind) {
      case 'text':
      case 'note':
      case 'heading':
      case 'notice':
        return wrap(block.text);
      case 'quote':
        return wrap(block.text, LINE - 2).replace(/^/gm, '> ');
      case 'person':
        return block.role === undefined ? block.name : `${block.name}\n${block.role}`;
      case 'button':
        return `${block.label}:\n${block.href}`;
      case 'table':
        return [block.head, ...block.rows].map((row) => row.join(' · ')).join('\n');
      case 'scale':
        return `${wrap(`${block.low}, ${block.high}`)}\n\n${wrap(block.answer.label)}\n${block.answer.href}`;
    }
  });
  const small = frame.footer
    .filter((part) => part.kind === 'links' || !part.htmlOnly)
    .map((part): string =>
      part.kind === 'text' ? wrap(part.text) : part.links.map((link) => `${link.label}:\n${link.href}`).join('\n\n'),
    );
  return [frame.brand.name, ...parts, '-- ', ...small].join('\n\n').replace('\n\n-- \n\n', '\n\n-- \n') + '\n';
}

/** Breaks lines at spaces; long words such as addresses stay whole. */
function wrap(text: string, width = LINE): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const lines: string[] = [];
      let current = '';
      for (const word of line.split(' ')) {
        if (current !== '' && current.length + 1 + word.length > width) {
          lines.push(current);
          current = word;
        } else current = current === '' ? word : `${current} ${word}`;
      }
      return [...lines, current].join('\n');
    })
    .join('\n');
}

function webAddress(value: string): string {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) throw new Error('a mail may link to web addresses only');
  return value;
}

/** Text for element content and quoted attributes. The brackets of our own slots are taken out, so that no value can name one. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[⟦⟧]/g, '')
    .replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);
}
