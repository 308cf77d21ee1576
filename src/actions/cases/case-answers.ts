import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { Jobs } from '../../platform/jobs.js';
import { type Delivery, Mail, type MailReply } from '../../platform/mail/mail.js';
import { CaseFiles } from './case-files.js';
import { CaseMails } from './case-mails.js';
import { CaseStore } from './case-store.js';
import { Case, CaseActivity, Resolution } from './cases.entity.js';
import { Clocks } from './clocks.js';
import { isOpenStatus, next } from './transitions.js';

const SWEEP_MS = 5 * 60_000;

/** The customer's side: their answer on the receipt, their mails, and their silence. */
@Injectable()
export class CaseAnswers {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly mail: Mail,
    jobs: Jobs,
    private readonly clocks: Clocks,
    private readonly caseMails: CaseMails,
    private readonly store: CaseStore,
    private readonly files: CaseFiles,
  ) {
    jobs.every('cases.silence', SWEEP_MS, z.strictObject({}), () => this.sweepSilence());
    const replied = (tx: Tx, delivery: Delivery, reply: MailReply) => this.replied(tx, delivery, reply);
    mail.on('case_acknowledgement', {
      requested: true,
      render: (tx, delivery) => this.caseMails.acknowledgement(tx, delivery),
      replied: (tx, delivery, reply) => this.repliedTo(tx, delivery.subjectId, reply),
    });
    mail.on('case_message', {
      requested: true,
      render: (tx, delivery) => this.caseMails.message(tx, delivery),
      replied,
    });
    mail.on('resolution', {
      requested: true,
      render: (tx, delivery) => this.caseMails.resolution(tx, delivery),
      replied,
      sent: (tx, delivery) => this.mailed(tx, delivery, true),
      bounced: (tx, delivery, kind) => (kind === 'hard' ? this.mailed(tx, delivery, false) : Promise.resolve()),
    });
    mail.on('resolution_reminder', {
      requested: true,
      render: (tx, delivery) => this.caseMails.resolution(tx, delivery),
      replied,
    });
  }

  /**
   * The customer's word on the page `/r`: fixed closes the case, not yet reopens it with a higher priority. The same answer twice is once.
   * @throws AppError case.not_found
   */
  answer(tenantId: string, id: string, answer: 'fixed' | 'not_yet', comment: string | null): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await this.store.lockCurrent(tx, id);
      const resolution = await this.store.lastResolution(tx, row.id);
      if (!resolution) {
        if (comment) await this.heard(tx, row, comment, {});
        return;
      }
      if (resolution.answer === answer) return;
      const now = this.clock.now();
      const status = next(row.status, answer === 'fixed' ? 'customer_fixed' : 'customer_not_yet');
      if (isOpenStatus(row.status)) {
        // Somebody opened it again since the page was made: the words count, the question is no longer asked.
        if (comment) await this.heard(tx, row, comment, {});
        return;
      }
      await tx.em.update(Resolution, { id: resolution.id }, { answer, answerComment: comment, answeredAt: now });
      if (answer === 'not_yet' && status !== null) {
        row.priority = RAISED[row.priority];
        await this.store.reopened(tx, row, status, 'customer');
        row.lastCustomerMessageAt = now;
        row.snoozedUntil = null;
      } else if (status !== null && row.status !== status) {
        row.status = status;
        row.closedAt = now;
        await this.store.release(tx, row);
      }
      // A late "fixed" after the silence is kept as the last word; the case was closed already.
      await this.store.save(tx, row);
      await this.store.activity(tx, row, answer, null, comment);
    });
  }

  /** Mail that answers one of ours. */
  private async replied(tx: Tx, delivery: Delivery, reply: MailReply): Promise<void> {
    const activity = await tx.em.findOneBy(CaseActivity, { id: delivery.subjectId });
    if (activity) await this.repliedTo(tx, activity.caseId, reply);
  }

  private async repliedTo(tx: Tx, caseId: string, reply: MailReply): Promise<void> {
    const row = await this.store.lockCurrent(tx, caseId);
    const activityId = await this.heard(tx, row, reply.text, {
      messageId: reply.messageId,
      fromMatches: reply.fromMatches,
      verified: reply.verified,
      ...(reply.fromMatches ? {} : { from: reply.from }),
      attachments: reply.attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
    });
    await this.files.keep(tx, row.id, activityId, reply.attachments);
  }

  /** A mail of the customer that belongs into the case. */
  async hear(tx: Tx, caseId: string, reply: MailReply, text = reply.text): Promise<void> {
    await this.repliedTo(tx, caseId, { ...reply, text });
  }

  private async heard(tx: Tx, row: Case, text: string, data: Record<string, unknown>): Promise<string> {
    const now = this.clock.now();
    await this.clocks.record(
      tx,
      row,
      { type: 'customer_message', at: now },
      next(row.status, 'customer_message') ?? row.status,
    );
    row.lastCustomerMessageAt = now;
    row.snoozedUntil = null;
    await this.store.save(tx, row);
    return this.store.activity(tx, row, 'customer_message', null, text, data);
  }

  private async mailed(tx: Tx, delivery: Delivery, mailed: boolean): Promise<void> {
    await tx.em.update(Resolution, { id: delivery.subjectId }, { mailed });
    await tx.em.query(
      `update case_activities set data = data || jsonb_build_object('mailed', $2::boolean) where id = $1`,
      [delivery.subjectId, mailed],
    );
  }

  /** One gentle reminder, then `closed_silent`, case by case. */
  private async sweepSilence(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const now = this.clock.now();
      const due: { case_id: string }[] = await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `select distinct n.case_id from resolutions n join cases c on c.id = n.case_id
           where c.status = 'resolved' and n.answer is null and n.undone_at is null and (n.silent_at <= $1 or n.remind_at <= $1 and n.reminded_at is null) limit 1000`,
          [now],
        ),
      );
      for (const { case_id: id } of due) await this.db.tenant(tenantId, (tx) => this.silence(tx, id, now));
    }
  }

  private async silence(tx: Tx, id: string, now: Date): Promise<void> {
    const row = await this.store.lock(tx, id);
    const resolution = await this.store.lastResolution(tx, id);
    if (row.status !== 'resolved' || !resolution || resolution.answer !== null) return;
    if (resolution.silentAt && resolution.silentAt <= now) {
      row.status = this.store.allowed(row, 'silence');
      row.closedAt = now;
      await this.store.release(tx, row);
      await this.store.save(tx, row);
      await this.store.activity(tx, row, 'closed_silent', null, null);
      return;
    }
    if (!resolution.remindAt || resolution.remindAt > now || resolution.remindedAt) return;
    await tx.em.update(Resolution, { id: resolution.id }, { remindedAt: now });
    const reply = await this.store.reply(tx, id);
    if (resolution.mailed && reply.reason === 'closed' && reply.to !== null)
      await this.mail.send(tx, {
        kind: 'resolution_reminder',
        subjectId: resolution.id,
        to: reply.to,
        customerId: row.customerId,
      });
  }
}

const RAISED = { low: 'normal', normal: 'high', high: 'urgent', urgent: 'urgent' } as const;
