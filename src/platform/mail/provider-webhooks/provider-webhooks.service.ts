import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../../config.js';
import { Clock } from '../../clock.js';
import { Db, type Tx } from '../../db.js';
import { AppError, notFound } from '../../errors.js';
import { newId } from '../../ids.js';
import { Jobs } from '../../jobs.js';
import { Signer } from '../../signing.js';
import { Vault } from '../../vault.js';
import { Mail } from '../mail.js';
import { readGeneric } from './generic.js';
import { readPostmark } from './postmark.js';
import {
  Forged,
  PROVIDERS,
  type Provider,
  type ProviderCall,
  type ProviderEvent,
  type ProviderRequest,
  Unreadable,
  handleOfReturnPath,
} from './provider-events.js';
import { readSendGrid } from './sendgrid.js';
import { readSes } from './ses.js';
import { SnsTransport } from './sns-transport.js';

const SECRET = 'provider webhook credential';
const ROTATION_HOURS = 24;
/** Longer than any provider goes on trying. */
const KEEP_EVENTS_DAYS = 30;
const CLEAN_UP_MS = 6 * 3_600_000;
const MOST = 20;
/** One transaction each, so that a large request holds no locks for long. */
const BATCH = 200;

export interface ProviderWebhook {
  id: string;
  provider: Provider;
  url: string;
  endsAt: Date | null;
  lastEventAt: Date | null;
  createdAt: Date;
}

interface Row extends Omit<ProviderWebhook, 'url'> {
  credential: string;
}

const COLUMNS = `id, provider, credential, ends_at as "endsAt", last_event_at as "lastEventAt", created_at as "createdAt"`;

/**
 * Takes what mail providers report. Two things must hold before anything changes: the request proves that it is the provider's, and the event names
 * a mail of this organization by its Message-ID or its signed return path. An address alone never suffices, so that a provider's account that
 * several senders share, or one that fell into wrong hands, cannot stop mail to customers whom we never wrote to through it.
 */
@Injectable()
export class ProviderWebhooks {
  private readonly log = new Logger('ProviderWebhooks');

  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly vault: Vault,
    private readonly mail: Mail,
    private readonly sns: SnsTransport,
    jobs: Jobs,
  ) {
    jobs.every('mail.forget_provider_events', CLEAN_UP_MS, z.strictObject({}), () => this.cleanUp());
  }

  /** Oldest first. */
  async list(tx: Tx): Promise<ProviderWebhook[]> {
    const rows: Row[] = await tx.em.query(
      `select ${COLUMNS} from provider_webhooks where ends_at is null or ends_at > now() order by created_at, id`,
    );
    return rows.map((row) => this.view(tx.tenantId, row));
  }

  /** @throws AppError 409 provider_webhook.too_many */
  async add(tx: Tx, provider: Provider, credential: string): Promise<ProviderWebhook> {
    if ((await this.list(tx)).length >= MOST)
      throw new AppError('conflict', 'provider_webhook.too_many', `There can be ${MOST} addresses. Remove one first.`);
    return this.insert(tx, provider, this.vault.seal(SECRET, credential));
  }

  /** A new address in place of one, which works for a day more. @throws AppError 404 provider_webhook.not_found */
  async rotate(tx: Tx, id: string): Promise<ProviderWebhook> {
    const [rows]: [Row[], number] = await tx.em.query(
      `update provider_webhooks set ends_at = now() + make_interval(hours => ${ROTATION_HOURS}) where id = $1 and ends_at is null returning ${COLUMNS}`,
      [id],
    );
    const [row] = rows;
    if (!row) throw notFound('provider_webhook', 'address');
    return this.insert(tx, row.provider, row.credential);
  }

  /** The address stops working at once. @throws AppError 404 provider_webhook.not_found */
  async remove(tx: Tx, id: string): Promise<Provider> {
    const [rows]: [Row[], number] = await tx.em.query(
      `delete from provider_webhooks where id = $1 returning provider`,
      [id],
    );
    if (!rows[0]) throw notFound('provider_webhook', 'address');
    return rows[0].provider;
  }

  /**
   * One request of a provider. Its events count once each; those that name no mail of ours are ignored.
   * @throws AppError 404 for an address that is not (or no longer) ours, 403 provider.forged, 422 provider.unreadable
   */
  async receive(
    provider: string,
    token: string,
    request: ProviderRequest,
  ): Promise<{ received: number; matched: number }> {
    const target = this.signer.open('provider', token);
    const row = target && (await this.db.tenant(target.tenantId, (tx) => this.row(tx, target.id)));
    if (!target || !row || row.provider !== provider) throw notFound('provider_webhook', 'address');
    const call = await this.read(row, request).catch((error: unknown) => {
      if (error instanceof Forged) {
        this.log.warn({ msg: 'forged provider request', provider, tenantId: target.tenantId, why: error.message });
        throw new AppError(
          'forbidden',
          'provider.forged',
          'This request does not prove that it comes from the provider.',
        );
      }
      if (error instanceof Unreadable)
        throw new AppError('invalid', 'provider.unreadable', `The body cannot be read: ${error.message}.`);
      throw error;
    });
    if ('confirm' in call) {
      await this.sns.confirm(call.confirm);
      return { received: 0, matched: 0 };
    }
    let matched = 0;
    for (let at = 0; at < call.events.length; at += BATCH)
      matched += await this.db.tenant(target.tenantId, (tx) => this.record(tx, row, call.events.slice(at, at + BATCH)));
    return { received: call.events.length, matched };
  }

  private async read({ provider, credential }: Row, request: ProviderRequest): Promise<ProviderCall> {
    const secret = this.vault.open(SECRET, credential);
    const now = this.clock.now();
    switch (provider) {
      case 'generic':
        return readGeneric(request, secret);
      case 'postmark':
        return readPostmark(request, secret);
      case 'sendgrid':
        return readSendGrid(request, secret, now);
      case 'ses':
        return readSes(request, secret, now, (url) => this.sns.certificate(url));
    }
  }

  /** How many of the events were about mails of ours and new. */
  private async record(tx: Tx, row: Row, events: readonly ProviderEvent[]): Promise<number> {
    let matched = 0;
    for (const event of events) {
      const handle =
        (event.returnPath === null ? null : handleOfReturnPath(this.signer, tx.tenantId, event.returnPath)) ??
        (event.messageId === null ? null : await this.mail.handleOf(tx, event.messageId));
      if (!handle) continue;
      const fresh: unknown[] = await tx.em.query(
        `insert into provider_events (provider, event_id) values ($1, $2) on conflict do nothing returning 1`,
        [row.provider, event.id],
      );
      if (fresh.length === 0) continue;
      matched += 1;
      if (event.kind === 'delivered') await this.mail.recordDelivered(tx, handle);
      else await this.mail.recordBounce(tx, handle, event.kind);
    }
    await tx.em.query(`update provider_webhooks set last_event_at = now() where id = $1`, [row.id]);
    return matched;
  }

  private async insert(tx: Tx, provider: Provider, sealed: string): Promise<ProviderWebhook> {
    const [row]: Row[] = await tx.em.query(
      `insert into provider_webhooks (id, provider, credential) values ($1, $2, $3) returning ${COLUMNS}`,
      [newId(), provider, sealed],
    );
    if (!row) throw new Error('no address was written');
    return this.view(tx.tenantId, row);
  }

  private async row(tx: Tx, id: string): Promise<Row | null> {
    const [row]: Row[] = await tx.em.query(
      `select ${COLUMNS} from provider_webhooks where id = $1 and (ends_at is null or ends_at > now())`,
      [id],
    );
    return row && PROVIDERS.includes(row.provider) ? row : null;
  }

  private view(tenantId: string, row: Row): ProviderWebhook {
    const token = this.signer.link('provider', { tenantId, id: row.id });
    const url = `${this.config.publicUrl}/api/v1/inbound/mail/${row.provider}/${token}`;
    const { id, provider, endsAt, lastEventAt, createdAt } = row;
    return { id, provider, url, endsAt, lastEventAt, createdAt };
  }

  private async cleanUp(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        await tx.em.query(
          `delete from provider_events where received_at < now() - make_interval(days => ${KEEP_EVENTS_DAYS})`,
        );
        await tx.em.query(`delete from provider_webhooks where ends_at < now()`);
      });
  }
}
