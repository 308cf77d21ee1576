import type { MailboxEntry, MailboxMessage } from './mailbox.js';

export type MailboxTab = 'html' | 'text' | 'headers';

export interface MailboxPage {
  search: string;
  /** From 1. */
  page: number;
  pageSize: number;
  total: number;
  entries: MailboxEntry[];
  message: MailboxMessage | null;
  /** A message was asked for that is not (or no longer) there. */
  missing: boolean;
  tab: MailboxTab;
  notice: { good: boolean; text: string } | null;
  inboundPort: number | null;
}

/** The whole page. Everything from a mail is text here; its HTML stands in a frame that runs no scripts. */
export function renderMailbox(view: MailboxPage): string {
  const title = view.message ? `${view.message.subject || '(no subject)'} · Mailbox` : 'Mailbox';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<title>${escape(title)}</title>
<style>${CSS}</style>
</head>
<body class="${view.message || view.missing ? 'reading' : 'listing'}">
<header class="top">
  <h1><a href="/dev/mailbox">Mailbox</a></h1>
  <p>Every mail that Hearback sends lands here; nothing leaves this machine.${
    view.inboundPort === null ? '' : ` Answers go to port <span class="figure">${view.inboundPort}</span>.`
  }</p>
</header>
<main>
<section class="list" aria-label="Messages">
  <form class="search" role="search" method="get" action="/dev/mailbox">
    <label for="to">Find by recipient</label>
    <div class="row"><input id="to" name="to" type="search" value="${escape(view.search)}" placeholder="name@example.org" autocomplete="off"><button type="submit">Find</button></div>
  </form>
  <p class="count" role="status">${countText(view)}</p>
  ${view.entries.length === 0 ? emptyList(view) : `<ul>${view.entries.map((entry) => item(entry, view)).join('')}</ul>`}
  ${pager(view)}
</section>
<section class="message" aria-label="Message">
  ${view.notice ? `<p class="notice ${view.notice.good ? 'good' : 'late'}" role="status">${escape(view.notice.text)}</p>` : ''}
  ${view.message ? message(view.message, view) : `<div class="empty"><p>${view.missing ? 'This message is no longer here. The mailbox keeps the newest 10,000.' : 'Choose a message to read it.'}</p></div>`}
</section>
</main>
</body>
</html>
`;
}

function countText(view: MailboxPage): string {
  const messages = `${view.total.toLocaleString('en')} ${view.total === 1 ? 'message' : 'messages'}`;
  return view.search === '' ? messages : `${messages} to “${escape(view.search)}”`;
}

function emptyList(view: MailboxPage): string {
  return `<div class="empty"><p>${
    view.search === ''
      ? 'No mail yet. Launch a campaign, send an event, or resolve a case, and its mail appears here.'
      : `No mail to an address with “${escape(view.search)}”. <a href="/dev/mailbox">Show all</a>`
  }</p></div>`;
}

function item(entry: MailboxEntry, view: MailboxPage): string {
  const open = view.message?.id === entry.id;
  return `<li><a href="${escape(href(view, { message: entry.id }))}"${open ? ' aria-current="true"' : ''}>
    <span class="line"><span class="to">${escape(entry.to.join(', '))}</span>${time(entry.date)}</span>
    <span class="subject">${escape(entry.subject || '(no subject)')}</span>
    <span class="from">${escape(entry.from)}</span></a></li>`;
}

function pager(view: MailboxPage): string {
  const last = Math.max(1, Math.ceil(view.total / view.pageSize));
  if (last === 1) return '';
  const link = (page: number, text: string): string =>
    page < 1 || page > last ? `<span>${text}</span>` : `<a href="${escape(href(view, { page }))}">${text}</a>`;
  return `<nav class="pager" aria-label="Pages">${link(view.page - 1, 'Newer')}<span class="figure">${view.page} of ${last}</span>${link(view.page + 1, 'Older')}</nav>`;
}

function message(mail: MailboxMessage, view: MailboxPage): string {
  const tab = (name: MailboxTab, text: string): string =>
    `<a href="${escape(href(view, { message: mail.id, tab: name }))}"${view.tab === name ? ' aria-current="page"' : ''}>${text}</a>`;
  const action = `/dev/mailbox/messages/${mail.id}`;
  return `<p class="back"><a href="${escape(href(view, {}))}">← All messages</a></p>
  <h2>${escape(mail.subject || '(no subject)')}</h2>
  <dl>
    <div><dt>From</dt><dd>${escape(mail.from)}</dd></div>
    <div><dt>To</dt><dd>${escape(mail.to.join(', '))}</dd></div>
    <div><dt>Date</dt><dd>${time(mail.date, true)}</dd></div>
  </dl>
  <nav class="tabs" aria-label="Parts of the message">${tab('html', 'Message')}${tab('text', 'Text')}${tab('headers', 'Headers')}</nav>
  ${content(mail, view.tab)}
  <div class="answers">
    <form method="post" action="${action}/reply">
      <label for="body">Reply as ${escape(mail.to[0] ?? 'the receiver')}</label>
      <textarea id="body" name="body" rows="4" required maxlength="20000"></textarea>
      <button type="submit" class="primary">Send reply</button>
    </form>
    <form method="post" action="${action}/bounce">
      <label for="kind">Bounce</label>
      <div class="row"><select id="kind" name="kind">
        <option value="hard">The address does not exist</option>
        <option value="soft">The mailbox takes no mail now</option>
        <option value="complaint">Marked as spam</option>
      </select><button type="submit">Send bounce</button></div>
      <p class="hint">Both speak SMTP to the inbound port, as the receiver's own server would.</p>
    </form>
  </div>`;
}

function content(mail: MailboxMessage, tab: MailboxTab): string {
  if (tab === 'headers')
    return `<div class="headers" tabindex="0" role="region" aria-label="Headers"><table><tbody>${Object.entries(
      mail.headers,
    )
      .map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`)
      .join('')}</tbody></table></div>`;
  if (tab === 'text' || mail.html === '')
    return `<pre tabindex="0" aria-label="Text of the message">${mail.text === '' ? '(This message has no text part.)' : escape(mail.text)}</pre>`;
  // No scripts, no forms, no access to this page; links open in a tab of their own.
  return `<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escape(`<base target="_blank">${mail.html}`)}"></iframe>`;
}

function href(view: MailboxPage, to: { message?: string; tab?: MailboxTab; page?: number }): string {
  const query = new URLSearchParams();
  if (view.search !== '') query.set('to', view.search);
  const page = to.page ?? view.page;
  if (page !== 1) query.set('page', String(page));
  if (to.message !== undefined) query.set('message', to.message);
  if (to.tab !== undefined && to.tab !== 'html') query.set('tab', to.tab);
  const text = query.toString();
  return text === '' ? '/dev/mailbox' : `/dev/mailbox?${text}`;
}

function time(iso: string, seconds = false): string {
  return `<time class="figure" datetime="${escape(iso)}">${escape(iso.slice(0, seconds ? 19 : 16).replace('T', ' '))} UTC</time>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const CSS = `
:root{--page:#F5F7F8;--surface:#FFFFFF;--sunken:#EEF2F4;--text:#14212B;--second:#4A5A68;--third:#5F6F7D;--border:#7F8E9B;--hairline:#DDE3E8;--brand:#0B6470;--link:#0B6470;--on-brand:#FFFFFF;--tint:#E3F1F2;--good:#1C6B3C;--good-tint:#E6F4EA;--late:#B3261E;--late-tint:#FDECEA}
@media (prefers-color-scheme:dark){:root{--page:#0E151A;--surface:#172129;--sunken:#11191F;--text:#E7EDF2;--second:#B8C5CF;--third:#9FB0BD;--border:#718392;--hairline:#2A3741;--brand:#16767F;--link:#58C2CE;--on-brand:#FFFFFF;--tint:#173A40;--good:#86D3A3;--good-tint:#173325;--late:#FF9C94;--late-tint:#43201D}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--page);color:var(--text);font:400 14px/1.5 "Inter Variable",Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--link)}
h1,h2,p,dl,ul{margin:0;padding:0}
h1,h2{line-height:1.3;font-weight:650}
h1{font-size:18px}h1 a{color:inherit;text-decoration:none}
h2{font-size:20px;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:6px}
.figure{font-variant-numeric:tabular-nums}
.top{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding:12px 20px;background:var(--surface);border-bottom:1px solid var(--hairline)}
.top p{font-size:13px;color:var(--second)}
main{flex:1;display:grid;grid-template-columns:minmax(300px,380px) minmax(0,1fr);align-items:start}
.list{background:var(--surface);border-right:1px solid var(--hairline)}
.search{padding:16px 16px 8px}
label{display:block;margin-bottom:4px;font-size:13px;font-weight:500}
.row{display:flex;gap:8px}
input,select,textarea{flex:1;min-width:0;width:100%;padding:7px 10px;border:1px solid var(--border);border-radius:6px;background:var(--surface);color:var(--text);font:inherit}
input,select{min-height:36px}
textarea{resize:vertical;display:block;margin-bottom:8px}
button{min-height:36px;padding:6px 14px;border:1px solid var(--border);border-radius:6px;background:var(--surface);color:var(--text);font:inherit;font-weight:500;white-space:nowrap;cursor:pointer}
button:hover{background:var(--sunken)}
button.primary{border-color:var(--brand);background:var(--brand);color:var(--on-brand)}
.count{padding:0 16px 8px;font-size:12px;color:var(--third)}
.list ul{list-style:none;border-top:1px solid var(--hairline)}
.list li a{display:block;padding:8px 16px;border-bottom:1px solid var(--hairline);color:inherit;text-decoration:none}
.list li a:hover{background:var(--sunken)}
.list li a[aria-current]{background:var(--tint);box-shadow:inset 3px 0 0 var(--brand)}
.list li a[aria-current] .from,.list li a[aria-current] time{color:var(--second)}
.line{display:flex;gap:8px;justify-content:space-between;align-items:baseline}
.to{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.line time{flex:none;font-size:12px;color:var(--third)}
.subject,.from{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.from{font-size:12px;color:var(--third)}
.pager{display:flex;justify-content:space-between;align-items:center;padding:12px 16px;font-size:13px;color:var(--second)}
.pager span:not(.figure){color:var(--third)}
.pager a{padding:4px 0}
.message{padding:20px 24px 32px;max-width:1000px;min-width:0;width:100%}
.message dl{margin:12px 0 16px;font-size:13px}
.message dl div{display:flex;gap:12px}
dt{flex:none;width:44px;color:var(--third)}
dd{margin:0;overflow-wrap:anywhere}
.back{display:none;margin-bottom:12px}
.tabs{display:flex;gap:4px;border-bottom:1px solid var(--hairline)}
.tabs a{padding:8px 12px;margin-bottom:-1px;border-bottom:2px solid transparent;color:var(--second);text-decoration:none;font-weight:500}
.tabs a[aria-current]{border-color:var(--brand);color:var(--text)}
iframe{display:block;width:100%;height:min(70vh,760px);margin:16px 0;border:1px solid var(--hairline);border-radius:10px;background:#FFFFFF;color-scheme:light}
pre,.headers{margin:16px 0;padding:16px;border:1px solid var(--hairline);border-radius:10px;background:var(--surface)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;max-height:70vh;overflow:auto}
.headers{padding:4px 16px;max-height:70vh;overflow:auto}
.headers table{width:100%;border-collapse:collapse;font-size:13px}
.headers th,.headers td{padding:8px 0;border-bottom:1px solid var(--hairline);text-align:left;vertical-align:top}
.headers tr:last-child>*{border-bottom:0}
.headers th{width:180px;padding-right:16px;font-weight:500;color:var(--second)}
.headers td{overflow-wrap:anywhere}
.answers{display:grid;grid-template-columns:1fr 1fr;gap:14px}
.answers form{padding:16px;border:1px solid var(--hairline);border-radius:10px;background:var(--surface);min-width:0}
.hint{margin-top:8px;font-size:12px;color:var(--third)}
.notice{margin-bottom:16px;padding:10px 14px;border-radius:6px;overflow-wrap:anywhere}
.notice.good{background:var(--good-tint);color:var(--good)}
.notice.late{background:var(--late-tint);color:var(--late)}
.empty{padding:32px 16px;color:var(--second);text-align:center}
@media (min-width:821px){
body{height:100vh}
main{min-height:0;align-items:stretch}
.list,.message{overflow:auto;min-height:0}
}
@media (max-width:820px){
main{grid-template-columns:minmax(0,1fr)}
.list{border-right:0;min-height:0}
.reading .list{display:none}
.listing .message{display:none}
.back{display:block}
.message{padding:16px}
.answers{grid-template-columns:minmax(0,1fr)}
.answers .row{flex-wrap:wrap}
.answers select{flex-basis:100%}
.headers th{width:auto;display:block;padding-bottom:0;border-bottom:0}
.headers td{display:block;padding-top:0}
input,select,textarea,button{min-height:44px;font-size:16px}
.tabs a{padding:11px 12px}
}
`;
