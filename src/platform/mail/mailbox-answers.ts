import { createTransport, type SendMailOptions } from 'nodemailer';
import { mailAddress, mailbox } from './addresses.js';
import type { BounceKind } from './mail.js';
import type { MailboxMessage } from './mailbox.js';

/** How the conversation with the inbound server ended. */
export interface SmtpAnswer {
  accepted: boolean;
  /** The server's own words, e.g. `550 5.1.1 No such address here`. */
  answer: string;
}

/** Sends what the receiver of a mail would write, by SMTP to `port`, to the mail's Reply-To, else its From. */
export function sendReply(port: number, message: MailboxMessage, body: string): Promise<SmtpAnswer> {
  const from = message.to[0] ?? '';
  const to = mailbox(message.headers['reply-to'] ?? message.from)?.address ?? '';
  const quoted = message.text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
  return send(port, {
    envelope: { from, to: [to] },
    from: { name: '', address: from },
    to: { name: '', address: to },
    subject: /^re:/i.test(message.subject) ? message.subject : `Re: ${message.subject}`,
    inReplyTo: message.headers['message-id'],
    references: message.headers['message-id'],
    text: `${body}\n\nOn ${new Date(message.date).toUTCString()}, ${message.from} wrote:\n${quoted}\n`,
  });
}

const STATUS = { hard: '5.1.1', soft: '4.2.1' } as const;
const DIAGNOSTIC = { hard: '550 5.1.1 User unknown', soft: '450 4.2.1 Mailbox busy, given up after 5 days' } as const;

/** Sends what the receiver's server would report, by SMTP to `port`, to the mail's return path. */
export function sendBounce(port: number, message: MailboxMessage, kind: BounceKind): Promise<SmtpAnswer> {
  const to = mailAddress((message.headers['return-path'] ?? '').replace(/[<>]/g, '')) ?? '';
  const recipient = message.to[0] ?? '';
  const boundary = 'report-of-the-built-in-mailbox';
  const original = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}`);
  const part = (type: string, lines: string[]): string[] => [
    `--${boundary}`,
    `Content-Type: ${type}`,
    '',
    ...lines,
    '',
  ];
  const lines = [
    'From: Mail Delivery System <MAILER-DAEMON@mailbox.test>',
    `To: <${to}>`,
    `Subject: ${kind === 'complaint' ? 'Complaint about a message' : 'Undelivered mail returned to sender'}`,
    `Message-ID: <${Date.now()}.${kind}.${message.id}@mailbox.test>`,
    `Date: ${new Date().toUTCString()}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${kind === 'complaint' ? 'feedback-report' : 'delivery-status'}; boundary="${boundary}"`,
    '',
    ...part('text/plain; charset=utf-8', [
      kind === 'complaint'
        ? 'The receiver marked this message as spam.'
        : `Your message could not be delivered: ${DIAGNOSTIC[kind]}`,
    ]),
    ...(kind === 'complaint'
      ? part('message/feedback-report', [
          'Feedback-Type: abuse',
          'User-Agent: Hearback-mailbox/1',
          'Version: 1',
          `Original-Rcpt-To: <${recipient}>`,
        ])
      : part('message/delivery-status', [
          'Reporting-MTA: dns; mailbox.test',
          '',
          `Final-Recipient: rfc822; ${recipient}`,
          'Action: failed',
          `Status: ${STATUS[kind]}`,
          `Diagnostic-Code: smtp; ${DIAGNOSTIC[kind]}`,
        ])),
    ...part('text/rfc822-headers', original),
    `--${boundary}--`,
    '',
  ];
  return send(port, { envelope: { from: '', to: [to] }, raw: lines.join('\r\n') });
}

async function send(port: number, message: SendMailOptions): Promise<SmtpAnswer> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    connectionTimeout: 5_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const info = await transport.sendMail(message);
    return { accepted: true, answer: info.response ?? '250' };
  } catch (error) {
    const { response, message: text } = error as Error & { response?: string };
    return { accepted: false, answer: response ?? text };
  } finally {
    transport.close();
  }
}
