import { Injectable } from '@nestjs/common';
import { Identity } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import type { CsvCell } from '../platform/csv/write.js';
import { Db } from '../platform/db.js';
import { AppError, notFound } from '../platform/errors.js';
import { type InvitationRow, invitationRow, invitationRows } from './distribution.queries.js';
import { firstSendAgain } from './first-mail.js';
import { Planning } from './planning.service.js';
import { SKIP_REASON_TEXTS } from './policy/words.js';

const PAGE = 500;

/** What people do with a campaign's invitations beyond looking at them. */
@Injectable()
export class Invitations {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly planning: Planning,
  ) {}

  /**
   * Sends the first mail again although it may have arrived: only a person decides that, and only for invitations whose mail is not known to
   * have gone. The link stays the same, so that they can answer once whichever mail they use.
   * @throws AppError invitation.not_found, invitation.not_unknown, invitation.campaign_over
   */
  sendAgain(who: Principal, id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await invitationRow(tx, id);
      if (!row || row.test) throw notFound('invitation', 'invitation');
      const [over]: unknown[] = await tx.em.query(`select 1 from campaigns where id = $1 and status = 'cancelled'`, [
        row.campaignId,
      ]);
      if (over) throw new AppError('conflict', 'invitation.campaign_over', 'Its campaign was cancelled.');
      const now = this.clock.now();
      const [rows]: [unknown[], number] = await tx.em.query(
        `update invitations set status = 'scheduled', sent_at = null, expires_at = null, send_at = $2, next_at = $2, next_step = $3
         where id = $1 and status = 'unknown' and address is not null returning id`,
        [id, now, await firstSendAgain(tx, id)],
      );
      if (rows.length === 0)
        throw new AppError(
          'conflict',
          'invitation.not_unknown',
          'Only a mail of which it is not known whether it went can be sent again.',
        );
      // Its campaign may have ended meanwhile; nothing is handed over for one that is not running.
      await tx.em.query(
        `update campaigns set status = 'running', finished_at = null where id = $1 and status = 'done'`,
        [row.campaignId],
      );
      await this.planning.promiseHandOver(tx, [now]);
      await this.identity.audit(tx, who, 'invitation.sent_again', { kind: 'invitation', id });
    });
  }

  /** Every invitation of a campaign, newest first, for a spreadsheet. @throws AppError campaign.not_found */
  async rows(tenantId: string, campaignId: string): Promise<AsyncGenerator<CsvCell[]>> {
    await this.db.tenant(tenantId, async (tx) => {
      const found: unknown[] = await tx.em.query(`select 1 from campaigns where id = $1`, [campaignId]);
      if (found.length === 0) throw notFound('campaign', 'campaign');
    });
    return this.each(tenantId, campaignId);
  }

  private async *each(tenantId: string, campaignId: string): AsyncGenerator<CsvCell[]> {
    let after: readonly unknown[] | undefined;
    for (;;) {
      const rows = await this.db.tenant(tenantId, (tx) => invitationRows(tx, { campaignId, after, limit: PAGE }));
      for (const row of rows) yield cells(row);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = [last.createdKey, last.id];
    }
  }
}

export const INVITATION_COLUMNS = [
  'id',
  'customerId',
  'customerName',
  'address',
  'language',
  'cycle',
  'status',
  'skipReason',
  'skipReasonText',
  'sendAt',
  'sentAt',
  'answeredAt',
  'expiresAt',
];

const cells = (row: InvitationRow): CsvCell[] => [
  row.id,
  row.customerId,
  row.customerName,
  row.address,
  row.locale,
  row.cycle,
  row.status,
  row.skipReason,
  row.skipReason && SKIP_REASON_TEXTS[row.skipReason],
  row.sendAt,
  row.sentAt,
  row.answeredAt,
  row.expiresAt,
];
