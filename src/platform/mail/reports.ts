import type { ParsedMail } from 'mailparser';
import type { BounceKind } from './mail.js';

/**
 * True for mail that no person wrote (RFC 3834, 2 and 5): it changes nothing and is never answered.
 * @param returnPath address of MAIL FROM; empty for reports and auto-replies
 */
export function isAutomatic(mail: ParsedMail, returnPath: string): boolean {
  const value = (name: string): string => rawHeader(mail, name).toLowerCase();
  const submitted = value('auto-submitted').split(/[;\s(]/, 1)[0] ?? '';
  return (
    returnPath === '' ||
    (submitted !== '' && submitted !== 'no') ||
    /^(?:bulk|junk|list|auto_reply)\b/.test(value('precedence')) ||
    value('x-autoreply') !== '' ||
    value('x-autorespond') !== '' ||
    value('x-auto-response-suppress').includes('all') ||
    value('x-loop') !== '' ||
    value('list-id') !== '' ||
    value('content-type').startsWith('multipart/report') ||
    /^(?:mailer-daemon|postmaster|no-?reply|double-bounce)@/i.test(mail.from?.value[0]?.address ?? '')
  );
}

/**
 * What a report says happened to our mail; null when it is no report or no bad news (delivered, relayed, still trying).
 * A delivery status (RFC 3464) counts by its status code (RFC 3463): 4.x.x is soft, and so is 5.x.x where it is not about the address but about a
 * full mailbox (5.2.2), the other system, the protocol, the content or a policy (5.3 to 5.7, without routing); the rest is hard. A feedback report
 * (RFC 5965) is a complaint.
 */
export function bounceKindOf(mail: ParsedMail): BounceKind | null {
  if (!rawHeader(mail, 'content-type').toLowerCase().startsWith('multipart/report')) return null;
  for (const part of mail.attachments) {
    if (part.contentType === 'message/feedback-report') {
      const type = /^feedback-type:[ \t]*([a-z-]+)/im.exec(part.content.toString('utf8', 0, MAX_REPORT));
      return type?.[1]?.toLowerCase() === 'not-spam' ? null : 'complaint';
    }
    if (part.contentType === 'message/delivery-status' || part.contentType === 'message/global-delivery-status')
      return statusKind(part.content.toString('utf8', 0, MAX_REPORT));
  }
  return null;
}

const MAX_REPORT = 64 * 1024;

/**
 * Our mails have one recipient, but a list or an alias may stand behind it: where the mail reached anyone there, the address takes mail.
 */
function statusKind(report: string): BounceKind | null {
  let worst: BounceKind | null = null;
  // Groups of fields: the first about the message, each further one about one recipient.
  for (const group of unfolded(report).split(/\n[ \t]*\n/)) {
    const action = /^action:[ \t]*([a-z]+)/im.exec(group)?.[1]?.toLowerCase();
    if (action === 'delivered' || action === 'relayed' || action === 'expanded') return null;
    if (action !== 'failed') continue;
    const status =
      /^status:[ \t]*([245])\.(\d{1,3})\.(\d{1,3})/im.exec(group) ??
      // Without a status of its own, what the other server said.
      /^diagnostic-code:[ \t]*smtp[ \t]*;[ \t]*([45])(\d)(\d)\b/im.exec(group);
    if (!status || status[1] === '2') continue;
    if (status[1] === '5' && isAboutAddress(status[0], status[2] ?? '', status[3] ?? '')) worst = 'hard';
    else worst ??= 'soft';
  }
  return worst;
}

function isAboutAddress(field: string, subject: string, detail: string): boolean {
  // A bare 5yz of RFC 5321 says less: 550, 551 and 553 are about the mailbox.
  if (/^diagnostic/i.test(field)) return subject === '5' && detail !== '2' && detail !== '4';
  if (subject === '2') return detail !== '2' && detail !== '3';
  return subject === '0' || subject === '1' || subject === '4';
}

const unfolded = (report: string): string => report.replace(/\r\n?/g, '\n').replace(/\n[ \t]+(?=\S)/g, ' ');

/** The unfolded value of a header as it came; empty when there is none. */
export function rawHeader(mail: ParsedMail, name: string): string {
  const line = mail.headerLines.find((header) => header.key === name)?.line ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n(?=[ \t])/g, '')
    .trim();
}
