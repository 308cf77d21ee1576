import type { CaseView, LoopFilter, MailState } from '../../../../src/actions/cases/cases.contract.js';
import type { Tone } from '../../components/badges.js';

export type CaseStatus = CaseView['status'];
export type CasePriority = CaseView['priority'];

export const statusWords: Record<CaseStatus, string> = {
  new: 'New',
  assigned: 'Assigned',
  in_progress: 'In progress',
  waiting: 'Waiting for the customer',
  resolved: 'Waiting for the customer’s yes',
  confirmed: 'Confirmed',
  reopened: 'Reopened',
  closed_silent: 'Closed, no answer',
  merged: 'Merged',
};
export const statusTones: Record<CaseStatus, Tone> = {
  new: 'neutral',
  assigned: 'neutral',
  in_progress: 'neutral',
  waiting: 'neutral',
  resolved: 'brand',
  confirmed: 'good',
  reopened: 'late',
  closed_silent: 'neutral',
  merged: 'neutral',
};
export const isResolved = (status: CaseStatus): boolean =>
  status === 'resolved' || status === 'confirmed' || status === 'closed_silent' || status === 'merged';

export const priorityWords: Record<CasePriority, string> = {
  urgent: 'Urgent',
  high: 'High',
  normal: 'Normal',
  low: 'Low',
};
export const priorities = Object.keys(priorityWords) as CasePriority[];

/** The figures of loop health as filters. */
export const loopWords: Record<LoopFilter, string> = {
  heard_back: 'heard back',
  not_heard_back: 'not heard back',
  confirmed: 'confirmed fixed',
  not_yet: 'said not yet',
  reopened: 'reopened',
  silent: 'closed in silence',
  promised: 'with a promise',
  promise_broken: 'promise broken',
  first_response_met: 'first reply in time',
  first_response_missed: 'first reply late',
  resolution_met: 'resolved in time',
  resolution_missed: 'resolved late',
  answered: 'answered by a person',
  resolved: 'resolved',
};

export const dueWords = {
  first_response: 'first reply',
  next_response: 'next reply',
  resolution: 'resolution',
} as const;

export const metricWords = { nps: 'NPS', tnps: 'Transactional NPS', csat: 'CSAT', ces: 'CES' } as const;

/** A customer's first name for sentences; "the customer" where there is none. */
export function firstName(customer: { name: string | null } | null): string {
  return customer?.name?.trim().split(/\s+/u)[0] ?? 'the customer';
}

/** "Maja Kovač" → "Maja K.", for narrow places. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/u);
  const last = words.length > 1 ? Array.from(words.at(-1) ?? '')[0] : undefined;
  return last ? `${words[0] ?? name} ${last}.` : name;
}

export const customerName = (row: {
  customer: { name: string | null; externalId: string } | null;
  subject: string;
}): string => row.customer?.name ?? row.customer?.externalId ?? (row.subject || 'Unknown customer');

/** How a mail fares, in a word or two; `failed` when somebody has to do something. */
export function mailWords(mail: MailState | null): { state: string; failed: boolean } | null {
  if (!mail) return null;
  const problem = mail.problem ? ` ${mail.problem}` : '';
  switch (mail.state) {
    case 'waiting':
      return { state: 'Leaves in a few seconds', failed: false };
    case 'sending':
      return { state: 'Sending', failed: false };
    case 'sent':
      return { state: 'Sent', failed: false };
    case 'bounced':
      return { state: `Bounced.${problem}`, failed: true };
    case 'failed':
      return { state: `Not sent.${problem}`, failed: true };
    case 'unknown':
      return { state: `May not have arrived.${problem}`, failed: true };
    case 'stopped':
      return { state: 'Taken back before it left', failed: false };
    case 'none':
      // Written before mails were recorded, or for somebody who cannot be written to; the thread says which.
      return null;
  }
}

/** What somebody else did between two readings of a case, as sentences. */
export function whatChanged(before: CaseView, after: CaseView, meId: string): string[] {
  const changes: string[] = [];
  const known = new Set(before.activity.map((entry) => entry.id));
  for (const entry of after.activity) {
    if (known.has(entry.id) || entry.actor?.id === meId) continue;
    const who = entry.actor?.name ?? firstName(after.customer);
    if (entry.kind === 'note') changes.push(`${who} wrote a note.`);
    if (entry.kind === 'message' || entry.kind === 'customer_message') changes.push(`${who} wrote a message.`);
  }
  if (before.ownerId !== after.ownerId)
    changes.push(after.owner ? `It now belongs to ${after.owner.name}.` : 'It now belongs to nobody.');
  if (before.status !== after.status) changes.push(`Its status is now “${statusWords[after.status]}”.`);
  if (before.priority !== after.priority)
    changes.push(`Its priority is now ${priorityWords[after.priority].toLowerCase()}.`);
  return changes;
}
