import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Webhook as Signature } from 'standardwebhooks';
import { type CaseEvent, Cases } from '../actions/cases/cases.service.js';
import { CustomerErased } from '../customers/customers.messages.js';
import { Identity, requireVersion } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Job, Jobs, WEBHOOK_SCHEDULE } from '../platform/jobs.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { ResponseReceived } from '../responses/responses.messages.js';
import { type Outcome, Outbound } from '../platform/outbound.js';
import type * as C from './webhooks.contract.js';
import { Webhook } from './webhooks.entity.js';
import { WebhookDue } from './webhooks.messages.js';

const MOST = 20;
const ROTATION_MS = 24 * 3_600_000;
const GONE = 410;

/** One thing that happened. `fact` names it: sent once per webhook, however often its job runs. */
interface Happening {
  event: C.WebhookEvent | 'test';
  fact: string;
  at: Date;
  data: Record<string, unknown>;
}

interface DeliveryRow {
  id: string;
  event: string;
  state: C.WebhookDelivery['state'];
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  payload: Record<string, unknown>;
  created_at: Date;
  created_text: string;
  delivered_at: Date | null;
}

const COLUMNS = `id, event, state, attempts, last_status, last_error, payload, created_at, created_at::text as created_text, delivered_at`;

/** The kinds of change of a case that programs may hear of. */
const CASE_EVENTS: Partial<Record<CaseEvent['kind'], C.WebhookEvent>> = {
  opened: 'case.opened',
  resolved: 'case.resolved',
  fixed: 'case.confirmed',
  not_yet: 'case.reopened',
  reopened: 'case.reopened',
};

/**
 * Tells other programs what happened: at least once, signed (Standard Webhooks 1.0), over three days of tries. A delivery is written in the
 * transaction of what it tells, and sent by a job.
 */
@Injectable()
export class Webhooks {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly outbound: Outbound,
    cases: Cases,
  ) {
    jobs.on(WebhookDue, 'webhooks.deliver', ({ deliveryId }, job) => this.deliver(job, deliveryId), WEBHOOK_SCHEDULE);
    jobs.on(ResponseReceived, 'webhooks.response_received', ({ responseId, version }, job) =>
      this.db.tenant(job.tenantId, (tx) => this.responseReceived(tx, responseId, version)),
    );
    jobs.on(CustomerErased, 'webhooks.customer_erased', ({ customerId }, job) =>
      this.db.tenant(job.tenantId, (tx) =>
        this.tell(tx, {
          event: 'customer.erased',
          fact: customerId,
          at: this.clock.now(),
          data: { customerId },
        }),
      ),
    );
    cases.registerObserver((tx, event) => this.caseChanged(tx, event));
  }

  list(tenantId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<C.WebhookView>> {
    const after = query.cursor === undefined ? [null] : decodeCursor(query.cursor, 1);
    return this.db.tenant(tenantId, async (tx) => {
      const rows = await tx.em
        .createQueryBuilder(Webhook, 'w')
        .where('(:after::uuid is null or w.id > :after)', { after: after[0] })
        .orderBy('w.id')
        .limit(query.limit + 1)
        .getMany();
      return toPage(rows, query.limit, (row) => [row.id], view);
    });
  }

  /** @throws AppError 409 webhook.too_many, 422 for an address that may not be called */
  add(who: Principal, input: C.NewWebhook): Promise<C.WebhookWithSecret> {
    this.requireCallable(input.url);
    return this.db.tenant(who.tenantId, async (tx) => {
      if ((await tx.em.count(Webhook)) >= MOST)
        throw new AppError('conflict', 'webhook.too_many', `There can be ${MOST} webhooks. Delete one first.`);
      const id = newId();
      const secret = newSecret();
      await tx.em.insert(Webhook, { id, secret, ...input });
      await this.identity.audit(tx, who, 'webhook.created', { kind: 'webhook', id }, { url: originOf(input.url) });
      return { ...view(await this.require(tx, id)), secret };
    });
  }

  /** @throws AppError 404 webhook.not_found, 409 webhook.version, 422 */
  change(who: Principal, id: string, input: C.ChangeWebhook): Promise<C.WebhookWithSecret> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.require(tx, id, true);
      requireVersion(row, input.version, 'webhook');
      if (input.url !== undefined) this.requireCallable(input.url);
      const secret = input.rotateSecret ? newSecret() : undefined;
      await tx.em.update(
        Webhook,
        { id },
        {
          version: row.version + 1,
          ...(input.url === undefined ? {} : { url: input.url }),
          ...(input.events === undefined ? {} : { events: input.events }),
          ...(input.enabled === undefined ? {} : { enabled: input.enabled, disabledReason: null }),
          ...(secret === undefined
            ? {}
            : {
                secret,
                previousSecret: row.secret,
                previousSecretUntil: new Date(this.clock.now().getTime() + ROTATION_MS),
              }),
        },
      );
      await this.identity.audit(tx, who, 'webhook.changed', { kind: 'webhook', id }, { fields: Object.keys(input) });
      const changed = view(await this.require(tx, id));
      return secret === undefined ? changed : { ...changed, secret };
    });
  }

  /** @throws AppError 404 webhook.not_found */
  async remove(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      await this.require(tx, id);
      await tx.em.delete(Webhook, { id });
      await this.identity.audit(tx, who, 'webhook.deleted', { kind: 'webhook', id });
    });
  }

  /** Newest first. @throws AppError 404 webhook.not_found */
  deliveries(tenantId: string, id: string, query: C.WebhookDeliveryQuery): Promise<Page<C.WebhookDelivery>> {
    const after = query.cursor === undefined ? [null, null] : decodeCursor(query.cursor, 2);
    return this.db.tenant(tenantId, async (tx) => {
      await this.require(tx, id);
      const rows: DeliveryRow[] = await tx.em.query(
        `select ${COLUMNS} from webhook_deliveries where webhook_id = $1 and ($2::text is null or state = $2)
           and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid)) order by created_at desc, id desc limit $5`,
        [id, query.state ?? null, ...after, query.limit + 1],
      );
      return toPage(rows, query.limit, (row) => [row.created_text, row.id], deliveryView);
    });
  }

  /** Sends a delivery again, under the same id. @throws AppError 404, 409 webhook.delivery_pending, webhook.disabled */
  replay(who: Principal, id: string, deliveryId: string): Promise<C.WebhookDelivery> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const webhook = await this.require(tx, id);
      const [found]: DeliveryRow[] = await tx.em.query(
        `select ${COLUMNS} from webhook_deliveries where id = $1 and webhook_id = $2 for update`,
        [deliveryId, id],
      );
      if (!found) throw notFound('webhook_delivery', 'delivery');
      if (found.state === 'pending')
        throw new AppError('conflict', 'webhook.delivery_pending', 'This delivery is still being tried.');
      requireEnabled(webhook);
      await tx.em.query(`update webhook_deliveries set state = 'pending', delivered_at = null where id = $1`, [
        deliveryId,
      ]);
      await this.jobs.send(tx, WebhookDue, `${deliveryId}:${found.attempts}`, { deliveryId });
      return deliveryView({ ...found, state: 'pending', delivered_at: null });
    });
  }

  /** Sends a `test` event now. @throws AppError 404 webhook.not_found, 409 webhook.disabled */
  test(who: Principal, id: string): Promise<C.WebhookDelivery> {
    return this.db.tenant(who.tenantId, async (tx) => {
      requireEnabled(await this.require(tx, id));
      const fact = newId();
      const [deliveryId] = await this.write(tx, [id], {
        event: 'test',
        fact,
        at: this.clock.now(),
        data: { webhookId: id },
      });
      const [row]: DeliveryRow[] = await tx.em.query(`select ${COLUMNS} from webhook_deliveries where id = $1`, [
        deliveryId,
      ]);
      if (!row) throw new Error('delivery vanished');
      return deliveryView(row);
    });
  }

  // ——— what happened ———

  private async responseReceived(tx: Tx, responseId: string, version: number): Promise<void> {
    const [row] = await tx.em.query(
      `select r.id as "responseId", r.version, r.metric, r.score, r.channel, r.submitted_at as "submittedAt", r.withdrawn_at as "withdrawnAt", r.flags,
         r.customer_id as "customerId", r.survey_id as "surveyId", t.key as "touchpointKey"
       from responses r left join touchpoints t on t.tenant_id = r.tenant_id and t.id = r.touchpoint_id where r.id = $1 and r.version = $2`,
      [responseId, version],
    );
    // A newer version tells its own story.
    if (row)
      await this.tell(tx, {
        event: 'response.received',
        fact: `${responseId}:${version}`,
        at: this.clock.now(),
        data: row,
      });
  }

  private async caseChanged(tx: Tx, change: CaseEvent): Promise<void> {
    const event = CASE_EVENTS[change.kind];
    if (!event) return;
    const { caseId, number, status, version } = change;
    await this.tell(tx, {
      event,
      fact: `${caseId}:${version}`,
      at: this.clock.now(),
      data: { caseId, number, status, version },
    });
  }

  /** One query when nobody has subscribed. */
  private async tell(tx: Tx, happening: Happening): Promise<void> {
    const subscribed: { id: string }[] = await tx.em.query(
      `select id from webhooks where enabled and $1 = any(events)`,
      [happening.event],
    );
    if (subscribed.length > 0)
      await this.write(
        tx,
        subscribed.map(({ id }) => id),
        happening,
      );
  }

  private async write(tx: Tx, webhookIds: string[], { event, fact, at, data }: Happening): Promise<string[]> {
    const rows: { id: string }[] = await tx.em.query(
      `insert into webhook_deliveries (webhook_id, event, fact, payload) select w.id, $2, $3, $4 from unnest($1::uuid[]) as w (id)
       on conflict on constraint webhook_deliveries_fact_key do nothing returning id`,
      [webhookIds, event, `${event}:${fact}`, JSON.stringify({ type: event, timestamp: at.toISOString(), data })],
    );
    await this.jobs.sendMany(
      tx,
      WebhookDue,
      rows.map(({ id }) => ({ key: id, payload: { deliveryId: id } })),
    );
    return rows.map(({ id }) => id);
  }

  // ——— sending ———

  private async deliver(job: Job, deliveryId: string): Promise<void> {
    const due = await this.db.tenant(job.tenantId, async (tx) => {
      const [row]: (DeliveryRow & { webhook_id: string })[] = await tx.em.query(
        `select webhook_id, ${COLUMNS} from webhook_deliveries where id = $1 and state = 'pending'`,
        [deliveryId],
      );
      const webhook = row && (await tx.em.findOneBy(Webhook, { id: row.webhook_id }));
      if (!row || !webhook) return null;
      if (webhook.enabled) return { row, webhook };
      await this.record(tx, row.id, { status: null, error: 'The webhook was switched off.' }, 'failed');
      return null;
    });
    if (!due) return;

    const body = JSON.stringify(due.row.payload);
    const outcome = await this.outbound.post(due.webhook.url, this.headers(due.webhook, deliveryId, body), body);
    const delivered = outcome.status !== null && outcome.status >= 200 && outcome.status < 300;
    const gone = outcome.status === GONE;
    await this.db.tenant(job.tenantId, async (tx) => {
      await this.record(
        tx,
        deliveryId,
        outcome,
        delivered ? 'delivered' : gone || job.isLastAttempt ? 'failed' : 'pending',
      );
      if (!gone) return;
      await tx.em.update(
        Webhook,
        { id: due.webhook.id },
        { enabled: false, disabledReason: 'The address answered 410: it does not want to be called any more.' },
      );
      await this.identity.audit(tx, 'system', 'webhook.disabled', { kind: 'webhook', id: due.webhook.id });
    });
    if (!delivered && !gone && !job.isLastAttempt)
      throw new Error(outcome.status === null ? outcome.error : `the webhook answered ${outcome.status}`);
  }

  private headers(webhook: Webhook, deliveryId: string, body: string): Record<string, string> {
    const now = this.clock.now();
    const secrets = [webhook.secret];
    if (webhook.previousSecret && webhook.previousSecretUntil && webhook.previousSecretUntil > now)
      secrets.push(webhook.previousSecret);
    return {
      'content-type': 'application/json',
      'user-agent': 'Hearback-Webhooks/1',
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Signature(secret).sign(deliveryId, now, body)).join(' '),
    };
  }

  private async record(tx: Tx, id: string, outcome: Outcome, state: C.WebhookDelivery['state']): Promise<void> {
    const error =
      outcome.error ??
      (state === 'delivered'
        ? null
        : outcome.status >= 300 && outcome.status < 400
          ? `The address answered ${outcome.status}; redirects are not followed.`
          : `The address answered ${outcome.status}.`);
    await tx.em.query(
      `update webhook_deliveries set attempts = attempts + 1, last_status = $2, last_error = $3, state = $4, delivered_at = case when $4 = 'delivered' then now() end where id = $1`,
      [id, outcome.status, error, state],
    );
  }

  private async require(tx: Tx, id: string, lock = false): Promise<Webhook> {
    const row = await tx.em.findOne(Webhook, {
      where: { id },
      ...(lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    if (!row) throw notFound('webhook', 'webhook');
    return row;
  }

  private requireCallable(url: string): void {
    const refusal = this.outbound.refusal(url);
    if (refusal) throw invalid('url', refusal);
  }
}

function requireEnabled(webhook: Webhook): void {
  if (!webhook.enabled)
    throw new AppError('conflict', 'webhook.disabled', 'This webhook is switched off. Switch it on first.');
}

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** For the audit log: a path or query may hold a secret of the other side. */
const originOf = (url: string): string => new URL(url).origin;

const view = (row: Webhook): C.WebhookView => ({
  id: row.id,
  url: row.url,
  events: row.events,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  previousSecretUntil: row.previousSecretUntil?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  version: row.version,
});

const deliveryView = (row: DeliveryRow): C.WebhookDelivery => ({
  id: row.id,
  event: row.event,
  state: row.state,
  attempts: row.attempts,
  lastStatus: row.last_status,
  lastError: row.last_error,
  payload: row.payload,
  createdAt: row.created_at.toISOString(),
  deliveredAt: row.delivered_at?.toISOString() ?? null,
});
