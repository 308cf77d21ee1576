import { Injectable } from '@nestjs/common';
import { Identity } from '../../identity/identity.service.js';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/db.js';
import type { Delivery, MailContent } from '../../platform/mail/mail.js';
import { CaseViews } from './case-views.js';
import { Case, CaseActivity, Resolution } from './cases.entity.js';
import { firstName } from './loop-steps.js';
import { caseMail } from './mails/case-mail.js';

/** What the mails of a case say at the moment they leave; null when they may no longer leave. */
@Injectable()
export class CaseMails {
  constructor(
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly caseViews: CaseViews,
  ) {}

  /** A message that somebody wrote; its subject is the activity. */
  async message(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const activity = await tx.em.findOneBy(CaseActivity, { id: delivery.subjectId });
    if (!activity || activity.data.undone === true || !activity.body) return null;
    return this.content(tx, delivery, activity.caseId, activity.actorId, { kind: 'message', body: activity.body });
  }

  /** That we heard them and until when a person writes; its subject is the case. Nothing once somebody wrote, or the time has passed. */
  async acknowledgement(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const row = await tx.em.findOneBy(Case, { id: delivery.subjectId });
    if (!row?.promisedAt || row.firstRespondedAt || row.promisedAt < this.clock.now()) return null;
    return this.content(tx, delivery, row.id, null, { kind: 'acknowledgement', promisedAt: row.promisedAt });
  }

  /** A resolution, and the one reminder of it. */
  async resolution(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const row = await tx.em.findOneBy(Resolution, { id: delivery.subjectId });
    if (!row || row.undoneAt || row.body === '') return null;
    const isReminder = delivery.kind === 'resolution_reminder';
    if (isReminder && row.answer !== null) return null;
    return this.content(
      tx,
      delivery,
      row.caseId,
      row.resolvedBy,
      isReminder
        ? { kind: 'reminder', body: row.body, resolvedAt: row.resolvedAt }
        : { kind: 'resolution', body: row.body },
    );
  }

  private async content(
    tx: Tx,
    delivery: Delivery,
    caseId: string,
    actorId: string | null,
    about: Parameters<typeof caseMail>[0]['about'],
  ): Promise<MailContent | null> {
    const [row] = await this.caseViews.select(tx, `where c.id = $1`, [caseId]);
    if (!row) return null;
    const reply = (await this.caseViews.replies(tx, [row])).get(caseId);
    // Consent may have been withdrawn since; a resolved case is no reason to stop what was said about it.
    if (!reply || !(reply.possible || reply.reason === 'closed')) return null;
    const organization = await this.identity.tenant(tx);
    const actor = actorId === null ? undefined : (await this.identity.users(tx)).find((user) => user.id === actorId);
    const chain = await this.chain(tx, caseId, delivery.id);
    const mail = await caseMail({
      organization: {
        name: organization.name,
        color: organization.brand.color,
        postalAddress: organization.postalAddress,
        privacyUrl: organization.privacyUrl,
        timeZone: organization.timeZone,
      },
      customer: { name: row.customer_name, locale: row.locale },
      number: row.number,
      touchpoint: row.touchpoint_name,
      toldAt: row.submitted_at ?? row.created_at,
      quote: chain.length === 0 || about.kind === 'resolution' ? row.the_comment : null,
      person: actor ? { name: actor.name, team: row.team_name } : null,
      receiptUrl: this.caseViews.receiptUrl(tx.tenantId, caseId),
      about,
      isReply: chain.length > 0,
      now: this.clock.now(),
    });
    return {
      ...mail,
      fromName: actor
        ? `${firstName(actor.name)} · ${organization.name}`
        : (organization.sender.name ?? organization.name),
      fromAddress: organization.sender.address,
      replyTo: 'token',
      inReplyTo: chain.at(-1),
      references: chain,
      // A person wrote messages and resolutions; the reminder and the acknowledgement go out by themselves (RFC 3834).
      autoSubmitted: about.kind === 'reminder' || about.kind === 'acknowledgement',
    };
  }

  /** Message-IDs of the conversation so far, oldest first: ours that left, and what the customer answered by mail. */
  private async chain(tx: Tx, caseId: string, deliveryId: string): Promise<string[]> {
    const rows: { message_id: string }[] = await tx.em.query(
      `select message_id from (
         select d.message_id, coalesce(d.sent_at, d.send_at) as at from deliveries d where d.subject_id in (select id from cases where id = $1 or merged_into = $1) and d.kind = 'case_acknowledgement' and d.message_id is not null and d.id <> $2 and d.state in ('sent', 'unknown')
         union all
         select d.message_id, coalesce(d.sent_at, d.send_at) as at from deliveries d join case_activities x on x.id = d.subject_id
           where x.case_id = $1 and d.kind in ('case_message', 'resolution', 'resolution_reminder') and d.message_id is not null and d.id <> $2 and d.state in ('sent', 'unknown')
         union all
         select x.data ->> 'messageId', x.at from case_activities x where x.case_id = $1 and x.kind = 'customer_message' and x.data ? 'messageId'
       ) m order by at`,
      [caseId, deliveryId],
    );
    // RFC 5322 lines are finite: the first and the newest ones are what mail programs look at.
    const ids = rows.map((row) => row.message_id).filter((id) => /^<[^\s<>]{1,900}>$/.test(id));
    return ids.length <= 20 ? ids : [...ids.slice(0, 1), ...ids.slice(-19)];
  }
}
