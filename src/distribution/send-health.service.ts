import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../config.js';
import { Identity } from '../identity/identity.service.js';
import { roleAtLeast } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { Jobs } from '../platform/jobs.js';
import { renderMail } from '../platform/mail-template/mail-template.js';
import { type Delivery, Mail, type MailContent } from '../platform/mail/mail.js';
import { Campaigns } from './campaigns.service.js';
import { INVITATION_MAIL } from './planning.service.js';
import { NO_SUCH_MAILBOX, reasonToPause } from './send-health.js';

const LOOK_MS = 60_000;
/** Older news says nothing about what is sent now. */
const WINDOW_DAYS = 7;
const PAUSED_MAIL = 'campaign_paused';

/** Looks every minute how the mails of running campaigns are taken, and pauses one that does harm; only a person resumes it. */
@Injectable()
export class SendHealthWatch {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly identity: Identity,
    private readonly campaigns: Campaigns,
    private readonly mail: Mail,
    jobs: Jobs,
  ) {
    mail.on(PAUSED_MAIL, { toUsers: true, render: (tx, delivery) => this.render(tx, delivery) });
    jobs.every('distribution.send_health', LOOK_MS, z.strictObject({}), () => this.look());
  }

  /** One look at every organization. */
  async look(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) await this.db.tenant(tenantId, (tx) => this.lookAt(tx));
  }

  private async lookAt(tx: Tx): Promise<void> {
    // What was judged before a person resumed is their decision.
    const rows: { id: string; mails: number; hard: number; complaints: number }[] = await tx.em.query(
      `select c.id, count(*)::int as mails,
         count(*) filter (where d.bounce_kind = 'hard' or d.state = 'failed' and d.smtp_reply ~ $2)::int as hard,
         count(*) filter (where d.bounce_kind = 'complaint')::int as complaints
       from campaigns c join invitations i on i.campaign_id = c.id
       join deliveries d on d.kind = $1 and d.subject_id = i.id
       where c.status in ('planning', 'running') and d.state in ('sent', 'failed')
         and coalesce(d.sent_at, d.send_at) > greatest(c.judged_from, now() - interval '${WINDOW_DAYS} days')
       group by c.id`,
      [INVITATION_MAIL, NO_SUCH_MAILBOX],
    );
    for (const { id, mails, hard, complaints } of rows) {
      const reason = reasonToPause({ mails, hardBounces: hard, complaints });
      if (reason === null) continue;
      const version = await this.campaigns.pauseFor(tx, id, reason);
      if (version === null) continue;
      const readers = (await this.identity.users(tx)).filter(
        (user) => !user.disabled && roleAtLeast(user.role, 'manager'),
      );
      await this.mail.sendMany(
        tx,
        readers.map((user) => ({ kind: PAUSED_MAIL, subjectId: id, step: stepOf(version, user.id), to: user.email })),
      );
    }
  }

  private async render(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const [campaign]: { name: string; paused_because: string | null }[] = await tx.em.query(
      `select name, paused_because from campaigns where id = $1`,
      [delivery.subjectId],
    );
    if (!campaign || campaign.paused_because === null) return null;
    const tenant = await this.identity.tenant(tx);
    const subject = `The campaign “${campaign.name}” was paused`;
    const { html, text } = await renderMail({
      brand: { name: tenant.name, color: tenant.brand.color },
      locale: 'en',
      dir: 'ltr',
      preview: campaign.paused_because,
      blocks: [
        { kind: 'heading', text: subject },
        { kind: 'text', text: campaign.paused_because },
        { kind: 'text', text: 'What was not sent waits. It goes on when somebody of your team resumes the campaign.' },
        {
          kind: 'button',
          label: 'Open the campaign',
          href: `${this.config.publicUrl}/campaigns/${delivery.subjectId}`,
        },
      ],
      footer: [{ kind: 'text', text: `You get this because you manage surveys at ${tenant.name}.` }],
    });
    return { subject, html, text, locale: 'en' };
  }
}

/** One mail per pause and person: the ledger's key has a number where we have two ids. */
function stepOf(version: number, userId: string): number {
  return (version * 65_536 + Number.parseInt(userId.slice(-4), 16)) % 2_147_483_647;
}
