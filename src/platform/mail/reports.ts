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
    value('list-id') !== '' ||
    value('content-type').startsWith('multipart/report') ||
    /^(?:mailer-daemon|postmaster|no-?reply|double-bounce)@/i.test(mail.from?.value[0]?.address ?? '')
  );
}

/**
 * What a report says happened to our mail; null when it is no report or no bad news (delivered, relayed, still trying).
 * A delivery status (RFC 3464) counts by its status code (RFC 3463): 5.x.x is hard, 4.x.x soft; 5.2.2 is a full mailbox, which
 * is soft too. A feedback report (RFC 5965) is a complaint.
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

function statusKind(report: string): BounceKind | null {
  let worst: BounceKind | null = null;
  // Groups of fields: the first about the message, each further one about one recipient.
  for (const group of report.replace(/\r\n/g, '\n').split(/\n[ \t]*\n/)) {
    const action = /^action:[ \t]*([a-z]+)/im.exec(group)?.[1]?.toLowerCase();
    const status = /^status:[ \t]*([245])\.(\d{1,3})\.(\d{1,3})/im.exec(group);
    if (action !== 'failed' || !status) continue;
    const hard = status[1] === '5' && !(status[2] === '2' && status[3] === '2');
    if (hard) return 'hard';
    worst = 'soft';
  }
  return worst;
}

/** The unfolded value of a header as it came; empty when there is none. */
export function rawHeader(mail: ParsedMail, name: string): string {
  const line = mail.headerLines.find((header) => header.key === name)?.line ?? '';
  return line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n(?=[ \t])/g, '')
    .trim();
}
