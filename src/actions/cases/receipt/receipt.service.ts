import { Injectable } from '@nestjs/common';
import { Identity } from '../../../identity/identity.service.js';
import { Clock } from '../../../platform/clock.js';
import { Db, type Tx } from '../../../platform/db.js';
import {
  chooseLocale,
  notFoundPage,
  pageRefusal,
  PUBLIC_LOCALES,
  type PublicPage,
} from '../../../platform/public-page/index.js';
import { Signer } from '../../../platform/signing.js';
import { caseFacts, CaseViews, stepFacts } from '../case-views.js';
import type { ActivityName } from '../cases.entity.js';
import { Cases } from '../cases.service.js';
import { firstName, loopSteps } from '../loop-steps.js';
import { type Receipt, type ReceiptForm, receiptPage } from './receipt-page.js';

/** What the reader's browser and address say about the language. */
export interface Reader {
  lang?: unknown;
  acceptLanguage?: string | undefined;
}

const COMMENT_MAX = 5000;

/** The page `/r/:token`. Looking changes nothing; only the posted answer counts. */
@Injectable()
export class Receipts {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly identity: Identity,
    private readonly caseViews: CaseViews,
    private readonly cases: Cases,
  ) {}

  /** @throws PageError 404 for every link that leads nowhere */
  page(token: string, reader: Reader, picked: unknown): Promise<PublicPage> {
    return this.render(token, reader, { answer: answerOf(picked), comment: '', missing: false });
  }

  /** Takes the customer's answer. @throws PageError 404, or 422 with the form as it was sent */
  async answer(token: string, reader: Reader, body: unknown): Promise<void> {
    const target = this.signer.open('receipt', token);
    if (!target) throw notFoundPage(reader);
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const answer = answerOf(fields.answer);
    const comment = typeof fields.comment === 'string' ? fields.comment.trim().slice(0, COMMENT_MAX) : '';
    if (answer === null) throw pageRefusal(422, await this.render(token, reader, { answer, comment, missing: true }));
    // Also the look that tells an unknown case from a known one.
    await this.render(token, reader, { answer, comment, missing: false });
    await this.cases.answer(target.tenantId, target.id, answer, comment === '' ? null : comment);
  }

  private async render(token: string, reader: Reader, form: ReceiptForm): Promise<PublicPage> {
    const target = this.signer.open('receipt', token);
    const found = target ? await this.db.tenant(target.tenantId, (tx) => this.receipt(tx, target.id)) : null;
    if (!found) throw notFoundPage(reader);
    const locale = chooseLocale(PUBLIC_LOCALES, { ...reader, customer: found.customerLocale });
    return receiptPage(found.receipt, locale, form, this.clock.now());
  }

  private async receipt(tx: Tx, linkedId: string): Promise<{ receipt: Receipt; customerLocale: string | null } | null> {
    // A merged case's link leads to the case that goes on for it.
    const [current]: { id: string }[] = await tx.em.query(
      `select coalesce(merged_into, id) as id from cases where id = $1`,
      [linkedId],
    );
    const id = current?.id ?? linkedId;
    const [row] = await this.caseViews.select(tx, `where c.id = $1`, [id]);
    // Once the person is erased there is nobody left whose page this is.
    if (!row || (row.customer_id === null && row.response_id !== null && row.subject === 'Erased')) return null;
    const organization = await this.identity.tenant(tx);
    const thread: {
      kind: ActivityName;
      at: Date;
      body: string | null;
      data: Record<string, unknown>;
      actor_name: string | null;
    }[] = await tx.em.query(
      `select x.kind, x.at, x.body, x.data, m.name as actor_name from case_activities x
         left join memberships m on m.tenant_id = x.tenant_id and m.user_id = x.actor_id where x.case_id = $1 order by x.at, x.id`,
      [id],
    );
    const [last]: { answer: 'fixed' | 'not_yet' | null }[] = await tx.em.query(
      `select answer from resolutions where case_id = $1 and undone_at is null order by resolved_at desc limit 1`,
      [id],
    );
    const improvements: { text: string; finished_at: Date | null }[] = await tx.em.query(
      `select distinct on (i.id) coalesce(nullif(i.outcome, ''), nullif(i.description, ''), i.name) as text, case when i.status = 'done' then i.finished_at end as finished_at, i.created_at
       from case_pain_points l join pain_points p on p.id = l.pain_point_id
         join improvement_pain_points ip on ip.pain_point_id = coalesce(p.merged_into, p.id) join improvements i on i.id = ip.improvement_id
       where l.case_id = $1 and i.status in ('started', 'done') order by i.id`,
      [id],
    );
    const comment = row.the_comment;
    const subject =
      row.subject !== '' && comment?.replace(/\s+/g, ' ').startsWith(row.subject.replace(/ …$/, ''))
        ? row.subject
        : null;
    return {
      customerLocale: row.locale,
      receipt: {
        organization: {
          name: organization.name,
          color: organization.brand.color,
          privacyUrl: organization.privacyUrl,
          timeZone: organization.timeZone,
        },
        number: row.number,
        status: row.status,
        answer: last?.answer ?? null,
        subject: subject ?? (row.response_id === null && row.subject !== '' ? row.subject : null),
        quote: comment,
        isWithdrawn: row.withdrawn_at !== null,
        toldAt: row.submitted_at ?? row.created_at,
        owner: row.owner_name ? firstName(row.owner_name) : null,
        steps: loopSteps(
          caseFacts(row),
          thread.map(stepFacts),
          improvements.map((one) => ({ text: one.text, doneAt: one.finished_at })),
        ),
      },
    };
  }
}

const answerOf = (value: unknown): 'fixed' | 'not_yet' | null =>
  value === 'fixed' || value === 'not_yet' ? value : null;
