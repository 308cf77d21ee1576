import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/customers.service.js';
import { Distribution } from '../../distribution/distribution.service.js';
import type { Tx } from '../../platform/db.js';
import { type Delivery, Mail, type MailReply } from '../../platform/mail/mail.js';
import { isStopRequest } from '../../platform/mail/reply-text.js';
import { TextAnswers } from '../../responses/channels/text-answers.service.js';
import { Responses } from '../../responses/responses.service.js';
import { CaseAnswers } from '../cases/case-answers.js';
import { CaseOpening } from '../cases/case-opening.js';

/** Version of what counts as a wish to stop; raise it when that changes in meaning. */
const STOP_VERSION = 'reply-stop-1';

/**
 * Answers to mails that have no use for them of their own: invitations, reminders, announcements. None is lost:
 * 1. a wish to stop is done, whoever wrote it: who has the mail can also follow its unsubscribe link;
 * 2. the words become the comment of a response that has none, when they come from the address that was asked;
 * 3. else they are a message in the customer's newest open case;
 * 4. else they open a case. A reply without a score is no response, since every response has one.
 * A reply that names another sender is shown with that name and as not verified, and never changes a response.
 */
@Injectable()
export class Replies {
  constructor(
    mail: Mail,
    private readonly customers: Customers,
    private readonly distribution: Distribution,
    private readonly responses: Responses,
    private readonly caseAnswers: CaseAnswers,
    private readonly caseOpening: CaseOpening,
    texts: TextAnswers,
  ) {
    mail.registerReplies((tx, delivery, reply) => this.take(tx, delivery, reply));
    // The number was asked and its text came through the provider, so the writer is who they seem.
    texts.registerLeftovers(async (tx, { id, customerId, touchpointId, phone, text }) => {
      const known = { text, from: phone, fromMatches: true, verified: true, messageId: id, attachments: [] };
      await this.caseAnswers.hear(tx, await this.caseFor(tx, { customerId, touchpointId, text }), known);
    });
  }

  private async take(tx: Tx, delivery: Delivery, reply: MailReply): Promise<void> {
    const customerId = delivery.customerId;
    // A customer who was erased meanwhile, or a user's mail: there is nobody to keep it for.
    if (customerId === null || !(await this.customers.contacts(tx, [customerId])).has(customerId)) return;
    if (isStopRequest(reply.text)) {
      await this.distribution.stopAsking(tx, customerId, 'reply', STOP_VERSION);
      return;
    }
    const text = reply.text === '' ? filesAsText(reply) : reply.text;
    if (text === '') return;
    const invitation = await this.distribution.invitation(tx, delivery.subjectId);
    if (invitation && reply.fromMatches && (await this.responses.addComment(tx, invitation.id, text))) return;
    const touchpointId = invitation?.touchpointId ?? null;
    const caseId = await this.caseFor(tx, { customerId, touchpointId, text });
    await this.caseAnswers.hear(tx, caseId, reply, text);
  }

  /** The customer's newest open case, or a new one. */
  private async caseFor(
    tx: Tx,
    about: { customerId: string; touchpointId: string | null; text: string },
  ): Promise<string> {
    return (
      (await this.caseOpening.openCaseOf(tx, about.customerId)) ?? (await this.caseOpening.openForReply(tx, about))
    );
  }
}

/** A mail that is only files still says that somebody wants something. */
const filesAsText = ({ attachments }: MailReply): string =>
  attachments.length === 0 ? '' : `(${attachments.map((one) => one.filename).join(', ')})`.slice(0, 1000);
