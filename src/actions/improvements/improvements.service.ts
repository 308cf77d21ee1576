import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Customers } from '../../customers/customers.service.js';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import { Journeys } from '../../journeys/journeys.service.js';
import { PainPoints } from '../../painpoints/painpoints.service.js';
import type { Principal } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { type Delivery, Mail, type MailContent } from '../../platform/mail/mail.js';
import { type Page, decodeCursor, toPage } from '../../platform/page.js';
import { publicLocale } from '../../platform/public-page/index.js';
import { Signer } from '../../platform/signing.js';
import { DAY_MS, parseBound } from '../../platform/zone.js';
import { npsChange } from '../../responses/change.js';
import { type NpsCounts, npsFromCounts } from '../../responses/nps.js';
import type {
  Announce,
  Announcement,
  ChangeImprovement,
  ImprovementEffect,
  ImprovementQuery,
  ImprovementView,
  NewImprovement,
} from './improvements.contract.js';
import { Improvement } from './improvements.entity.js';
import { announcementMail } from './mails/announcement-mail.js';

const EFFECT_DAYS = 90;
/** Mails leave after this, like all mails that a person sets off. */
const MAIL_DELAY_MS = 10_000;

interface Selected {
  id: string;
  name: string;
  description: string | null;
  owner_id: string | null;
  owner_name: string | null;
  due_at: Date | null;
  status: ImprovementView['status'];
  outcome: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  announced_at: Date | null;
  created_at: Date;
  created_text: string;
  version: number;
  pain_points: ImprovementView['painPoints'] | null;
  customers: number;
  told: number;
  sent: number;
  skipped: number;
}

/** Customers with a statement in the improvement's pain points, merged ones included. $1 improvement id. */
const SAYERS = `select distinct s.customer_id as id from improvement_pain_points ip
    join pain_points p on p.id = ip.pain_point_id or p.merged_into = ip.pain_point_id
    join statements s on s.pain_point_id = p.id
  where ip.improvement_id = $1 and s.customer_id is not null`;

const SELECT = `select i.id, i.name, i.description, i.owner_id, m.name as owner_name, i.due_at, i.status, i.outcome, i.started_at, i.finished_at, i.announced_at,
    i.created_at, i.created_at::text as created_text, i.version,
    (select json_agg(json_build_object('id', p.id, 'name', p.name, 'touchpointName', t.name) order by p.name) from improvement_pain_points ip
       join pain_points p on p.id = ip.pain_point_id left join touchpoints t on t.id = p.touchpoint_id where ip.improvement_id = i.id) as pain_points,
    n.customers, n.told, a.sent, a.skipped
  from improvements i left join memberships m on m.tenant_id = i.tenant_id and m.user_id = i.owner_id
  cross join lateral (select count(*)::int as customers, count(*) filter (where exists (select 1 from announcements x where x.improvement_id = i.id and x.customer_id = w.id and x.skip_reason is null))::int as told
    from (${SAYERS.replace('$1', 'i.id')}) w) n
  cross join lateral (select count(*) filter (where skip_reason is null)::int as sent, count(*) filter (where skip_reason is not null)::int as skipped from announcements x where x.improvement_id = i.id) a`;

type Skip = 'no_consent' | 'no_address' | 'suppressed' | 'already_told';

/** One pain point, one fix, one announcement to exactly those who said it, and whether it worked. */
@Injectable()
export class Improvements {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly mail: Mail,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly painPoints: PainPoints,
  ) {
    mail.on('announcement', {
      render: (tx, delivery) => this.render(tx, delivery),
      suppressed: (tx, delivery) => this.notTold(tx, delivery, 'suppressed'),
    });
    customers.registerPersonalData({
      timeline: async (tx, customerId) => {
        const rows: { created_at: Date; body: string; id: string; name: string }[] = await tx.em.query(
          `select a.created_at, a.body, i.id, i.name from announcements a join improvements i on i.id = a.improvement_id where a.customer_id = $1 and a.skip_reason is null`,
          [customerId],
        );
        return rows.map((row) => ({
          at: row.created_at,
          kind: 'announcement',
          title: `Told what changed: ${row.name}`,
          detail: row.body,
          link: { kind: 'improvement', id: row.id },
        }));
      },
      export: async (tx, customerId) => ({
        announcements: await tx.em.query(
          `select created_at as at, body as text, skip_reason as "skipReason" from announcements where customer_id = $1 order by created_at`,
          [customerId],
        ),
      }),
      erase: async (tx, customerId) => {
        await tx.em.query(`delete from announcements where customer_id = $1`, [customerId]);
      },
    });
  }

  /** Newest first. */
  list(tenantId: string, query: ImprovementQuery): Promise<Page<ImprovementView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const values: unknown[] = [];
      const param = (value: unknown) => `$${values.push(value)}`;
      const where = ['true'];
      if (query.status) where.push(`i.status = ${param(query.status)}`);
      if (query.ownerId) where.push(`i.owner_id = ${param(query.ownerId)}`);
      if (query.painPointId)
        where.push(
          `exists (select 1 from improvement_pain_points ip where ip.improvement_id = i.id and ip.pain_point_id = ${param(query.painPointId)})`,
        );
      if (query.cursor) {
        const [at, id] = decodeCursor(query.cursor, 2);
        if (
          typeof at !== 'string' ||
          Number.isNaN(Date.parse(at)) ||
          typeof id !== 'string' ||
          !/^[0-9a-f-]{36}$/i.test(id)
        )
          throw invalid('cursor', 'Use the nextCursor of the page before.');
        where.push(`(i.created_at, i.id) < (${param(at)}::timestamptz, ${param(id)}::uuid)`);
      }
      const rows: Selected[] = await tx.em.query(
        `${SELECT} where ${where.join(' and ')} order by i.created_at desc, i.id desc limit ${param(query.limit + 1)}`,
        values,
      );
      const now = this.clock.now();
      return toPage(
        rows,
        query.limit,
        (row) => [row.created_text, row.id],
        (row) => view(row, now),
      );
    });
  }

  /** @throws AppError improvement.not_found */
  get(tenantId: string, id: string): Promise<ImprovementView> {
    return this.db.tenant(tenantId, (tx) => this.view(tx, id));
  }

  /** @throws AppError 422 for an unknown person or pain point */
  add(who: Principal, input: NewImprovement): Promise<ImprovementView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      if (input.ownerId) await this.identity.requireUser(tx, input.ownerId);
      const id = newId();
      const now = this.clock.now();
      await tx.em.insert(Improvement, {
        id,
        name: input.name,
        description: input.description ?? null,
        ownerId: input.ownerId ?? null,
        dueAt: await this.due(tx, input.dueAt ?? null),
        outcome: input.outcome ?? null,
        createdAt: now,
        ...reached(input.status, { startedAt: null, finishedAt: null }, now),
      } as Improvement);
      await this.link(tx, id, input.painPointIds);
      await this.identity.audit(tx, who, 'improvement.created', { kind: 'improvement', id });
      return this.view(tx, id);
    });
  }

  /** @throws AppError improvement.not_found, improvement.version (409) */
  change(who: Principal, id: string, change: ChangeImprovement): Promise<ImprovementView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, change.version, 'improvement');
      if (change.ownerId) await this.identity.requireUser(tx, change.ownerId);
      if (change.painPointIds) await this.link(tx, id, change.painPointIds);
      const { version: _, painPointIds: _ids, dueAt, status, ...plain } = change;
      await tx.em.update(Improvement, { id }, {
        ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
        ...(dueAt === undefined ? {} : { dueAt: await this.due(tx, dueAt) }),
        ...(status === undefined ? {} : reached(status, row, this.clock.now())),
        version: row.version + 1,
      } as never);
      await this.identity.audit(tx, who, 'improvement.changed', { kind: 'improvement', id }, { status });
      return this.view(tx, id);
    });
  }

  /**
   * Tells exactly those who said it what changed, or why nothing will. A dry run only counts and shows the mails.
   * @throws AppError improvement.not_found, improvement.not_finished (409), 422 without words
   */
  announce(who: Principal, id: string, input: Announce, dryRun: boolean): Promise<Announcement> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      if (row.status !== 'done' && row.status !== 'declined')
        throw new AppError(
          'conflict',
          'improvement.not_finished',
          'Announce it once it is done or declined: customers read what became of it.',
        );
      const fallback = (input.text ?? row.outcome ?? '').trim();
      if (fallback === '') throw invalid('text', 'Write what changed; customers read this.');
      const bodyFor = (locale: string | null) => input.texts?.[publicLocale(locale)]?.trim() || fallback;

      const sayers: { id: string }[] = await tx.em.query(`${SAYERS} order by 1`, [id]);
      const ids = sayers.map((sayer) => sayer.id);
      const people = await this.customers.contacts(tx, ids);
      const [followUp, feedback] = [
        await this.customers.consents(tx, ids, 'follow_up'),
        await this.customers.consents(tx, ids, 'feedback'),
      ];
      const stopped = await this.customers.suppressed(
        tx,
        [...people.values()].flatMap((person) => person.email ?? []),
      );
      const before: { customer_id: string }[] = await tx.em.query(
        `select customer_id from announcements where improvement_id = $1 and skip_reason is null`,
        [id],
      );
      const told = new Set(before.map((one) => one.customer_id));
      const plan = ids.map((customerId) => {
        const person = people.get(customerId);
        // The newest word on being told what became of it wins over the older, wider one on surveys.
        const consent = followUp.get(customerId) ?? feedback.get(customerId);
        const skip: Skip | null = told.has(customerId)
          ? 'already_told'
          : consent?.granted !== true
            ? 'no_consent'
            : !person?.email
              ? 'no_address'
              : stopped.has(person.email)
                ? 'suppressed'
                : null;
        return { customerId, skip, email: person?.email ?? '', locale: person?.locale ?? null };
      });
      const skipped: Record<string, number> = {};
      for (const { skip } of plan) if (skip) skipped[skip] = (skipped[skip] ?? 0) + 1;
      const send = plan.filter((one) => one.skip === null);

      if (!dryRun) {
        const rows = plan
          .filter((one) => one.skip !== 'already_told')
          .map((one) => ({
            id: newId(),
            customer_id: one.customerId,
            skip_reason: one.skip,
            body: bodyFor(one.locale),
          }));
        const written: { id: string; customer_id: string; skip_reason: string | null }[] = await tx.em.query(
          `insert into announcements (id, improvement_id, customer_id, skip_reason, body)
           select n.id, $2, n.customer_id, n.skip_reason, n.body from jsonb_to_recordset($1::jsonb) as n (id uuid, customer_id uuid, skip_reason text, body text)
           on conflict on constraint announcements_once do update set skip_reason = excluded.skip_reason, body = excluded.body, created_at = now()
           returning id, customer_id, skip_reason`,
          [JSON.stringify(rows), id],
        );
        const addresses = new Map(send.map((one) => [one.customerId, one.email]));
        const sendAt = new Date(this.clock.now().getTime() + MAIL_DELAY_MS);
        const orders = written
          .filter((one) => one.skip_reason === null)
          .map((one) => ({
            kind: 'announcement',
            subjectId: one.id,
            to: addresses.get(one.customer_id) ?? '',
            customerId: one.customer_id,
            sendAt,
          }));
        for (let at = 0; at < orders.length; at += 1000) await this.mail.sendMany(tx, orders.slice(at, at + 1000));
        await tx.em.update(
          Improvement,
          { id },
          { announcedAt: this.clock.now(), outcome: row.outcome ?? fallback, version: row.version + 1 },
        );
        await this.identity.audit(
          tx,
          who,
          'improvement.announced',
          { kind: 'improvement', id },
          { send: send.length, skipped },
        );
      }

      const languages = new Map<string, number>();
      for (const { locale } of send)
        languages.set(publicLocale(locale), (languages.get(publicLocale(locale)) ?? 0) + 1);
      if (languages.size === 0) languages.set('en', 0);
      const preview = [];
      for (const [locale, customers] of [...languages].sort((a, b) => b[1] - a[1])) {
        const mail = await announcementMail({
          ...(await this.frame(tx)),
          customer: { name: null, locale },
          isDeclined: row.status === 'declined',
          body: bodyFor(locale),
          stopUrl: `${this.config.publicUrl}/u/example`,
        });
        preview.push({ locale, customers, subject: mail.subject, html: mail.html, text: mail.text });
      }
      return { dryRun, customers: plan.length, send: send.length, skipped, preview };
    });
  }

  /** Did it work? NPS of the concerned touchpoints 90 days before and up to 90 days after. @throws AppError improvement.not_found */
  effect(tenantId: string, id: string): Promise<ImprovementEffect> {
    return this.db.tenant(tenantId, async (tx) => {
      const row = await tx.em.findOneBy(Improvement, { id });
      if (!row) throw notFound('improvement', 'improvement');
      const now = this.clock.now();
      const doneAt = row.status === 'done' ? row.finishedAt : null;
      const at = doneAt ?? now;
      const start = new Date(at.getTime() - EFFECT_DAYS * DAY_MS);
      const end = new Date(Math.min(now.getTime(), at.getTime() + EFFECT_DAYS * DAY_MS));
      const concerned: { id: string }[] = await tx.em.query(
        `select distinct p.touchpoint_id as id from improvement_pain_points ip join pain_points p on p.id = ip.pain_point_id
         where ip.improvement_id = $1 and p.touchpoint_id is not null`,
        [id],
      );
      const ids = concerned.map((one) => one.id);
      const touchpoints = (await this.journeys.touchpoints(tx)).filter((one) => ids.includes(one.id));
      const before = await this.counts(tx, ids, start, at);
      const after = doneAt ? await this.counts(tx, ids, at, end) : null;
      const change = after ? npsChange(before, after) : null;
      const [mentions]: { before: number; after: number }[] = await tx.em.query(
        `select count(*) filter (where s.submitted_at >= $2 and s.submitted_at < $3)::int as before, count(*) filter (where s.submitted_at >= $3 and s.submitted_at < $4)::int as after
         from improvement_pain_points ip join pain_points p on p.id = ip.pain_point_id or p.merged_into = ip.pain_point_id join statements s on s.pain_point_id = p.id
         where ip.improvement_id = $1 and s.submitted_at >= $2 and s.submitted_at < $4`,
        [id, start, at, end],
      );
      const weeksAfter = (end.getTime() - at.getTime()) / (7 * DAY_MS);
      return {
        state: doneAt ? 'measured' : 'not_done',
        touchpoints: touchpoints.map(({ id: touchpointId, key, name }) => ({ id: touchpointId, key, name })),
        doneAt: doneAt?.toISOString() ?? null,
        before: side(start, at, before),
        after: after ? side(at, end, after) : null,
        change: change
          ? {
              points: change.difference,
              low: change.low,
              high: change.high,
              verdict: change.verdict === 'tooFew' ? 'too_few' : change.verdict,
            }
          : null,
        mentions: {
          beforePerWeek: (mentions?.before ?? 0) / (EFFECT_DAYS / 7),
          afterPerWeek: doneAt && weeksAfter > 0 ? (mentions?.after ?? 0) / weeksAfter : null,
        },
      };
    });
  }

  private async counts(tx: Tx, touchpointIds: string[], from: Date, to: Date): Promise<NpsCounts> {
    const [row] = await tx.em.query(
      `select count(*) filter (where score >= 9)::int as promoters, count(*) filter (where score in (7, 8))::int as passives, count(*) filter (where score <= 6)::int as detractors
       from responses where counted and metric in ('nps', 'tnps') and touchpoint_id = any($1::uuid[]) and submitted_at >= $2 and submitted_at < $3`,
      [touchpointIds, from, to],
    );
    return row;
  }

  private async render(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const [row]: { body: string; status: string; skip_reason: string | null; customer_id: string }[] =
      await tx.em.query(
        `select a.body, a.skip_reason, a.customer_id, i.status from announcements a join improvements i on i.id = a.improvement_id where a.id = $1`,
        [delivery.subjectId],
      );
    const customer = row ? (await this.customers.contacts(tx, [row.customer_id])).get(row.customer_id) : undefined;
    if (!row || !customer || row.skip_reason !== null) return null;
    const stopUrl = `${this.config.publicUrl}/u/${this.signer.link('unsubscribe', { tenantId: tx.tenantId, id: row.customer_id })}`;
    const tenant = await this.identity.tenant(tx);
    const mail = await announcementMail({
      ...(await this.frame(tx)),
      customer: { name: customer.name, locale: customer.locale },
      isDeclined: row.status === 'declined',
      body: row.body,
      stopUrl,
    });
    return {
      ...mail,
      fromName: tenant.sender.name ?? tenant.name,
      fromAddress: tenant.sender.address,
      replyTo: tenant.sender.replyTo ?? 'token',
      listUnsubscribeUrl: stopUrl,
    };
  }

  private async notTold(tx: Tx, delivery: Delivery, reason: Skip): Promise<void> {
    await tx.em.query(`update announcements set skip_reason = $2 where id = $1`, [delivery.subjectId, reason]);
  }

  private async frame(tx: Tx) {
    const tenant = await this.identity.tenant(tx);
    return {
      organization: {
        name: tenant.name,
        color: tenant.brand.color,
        postalAddress: tenant.postalAddress,
        privacyUrl: tenant.privacyUrl,
      },
    };
  }

  private async due(tx: Tx, text: string | null): Promise<Date | null> {
    if (text === null) return null;
    const { timeZone } = await this.identity.tenant(tx);
    try {
      return parseBound(text, timeZone);
    } catch {
      throw invalid('dueAt', 'Enter a date such as 2026-11-30.');
    }
  }

  private async link(tx: Tx, id: string, painPointIds: string[]): Promise<void> {
    for (const [at, painPointId] of painPointIds.entries())
      await this.painPoints.requirePainPoint(tx, painPointId, `painPointIds[${at}]`);
    await tx.em.query(
      `delete from improvement_pain_points where improvement_id = $1 and not pain_point_id = any($2::uuid[])`,
      [id, painPointIds],
    );
    await tx.em.query(
      `insert into improvement_pain_points (improvement_id, pain_point_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
      [id, painPointIds],
    );
  }

  private async lock(tx: Tx, id: string): Promise<Improvement> {
    const row = await tx.em.findOne(Improvement, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('improvement', 'improvement');
    return row;
  }

  private async view(tx: Tx, id: string): Promise<ImprovementView> {
    const [row]: Selected[] = await tx.em.query(`${SELECT} where i.id = $1`, [id]);
    if (!row) throw notFound('improvement', 'improvement');
    return view(row, this.clock.now());
  }
}

/** Times that follow from the status: the first start and the last finish count. */
function reached(
  status: Improvement['status'],
  row: Pick<Improvement, 'startedAt' | 'finishedAt'>,
  now: Date,
): Pick<Improvement, 'status' | 'startedAt' | 'finishedAt'> {
  switch (status) {
    case 'planned':
      return { status, startedAt: null, finishedAt: null };
    case 'started':
      return { status, startedAt: row.startedAt ?? now, finishedAt: null };
    case 'done':
    case 'declined':
      return { status, startedAt: row.startedAt, finishedAt: row.finishedAt ?? now };
  }
}

function side(from: Date, to: Date, counts: NpsCounts): ImprovementEffect['before'] {
  const { n, nps, low, high, tooFew } = npsFromCounts(counts);
  return { from: from.toISOString(), to: to.toISOString(), n, ...counts, nps, low, high, tooFew };
}

function view(row: Selected, now: Date): ImprovementView {
  const painPoints = row.pain_points ?? [];
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    painPointIds: painPoints.map((one) => one.id),
    painPoints,
    ownerId: row.owner_id,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
    dueAt: row.due_at?.toISOString() ?? null,
    overdue: row.due_at !== null && row.due_at < now && (row.status === 'planned' || row.status === 'started'),
    status: row.status,
    outcome: row.outcome,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    announcedAt: row.announced_at?.toISOString() ?? null,
    customers: row.customers,
    waitingToHear: Math.max(0, row.customers - row.told),
    announced: { sent: row.sent, skipped: row.skipped },
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}
