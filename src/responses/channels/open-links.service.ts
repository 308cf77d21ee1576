import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Customers } from '../../customers/customers.service.js';
import { Identity, requireVersion } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { type Page, decodeCursor, toPage } from '../../platform/page.js';
import { Signer } from '../../platform/signing.js';
import { Surveys } from '../../surveys/surveys.service.js';
import {
  OPEN_LINK_DEFAULTS,
  type ChangeOpenLink,
  type ListOpenLinks,
  type NewOpenLink,
  type OpenChannel,
  type OpenLinkView,
} from './open-links.contract.js';

type Settings = typeof OPEN_LINK_DEFAULTS;

/** A way to a survey for whoever finds it. */
export interface OpenLink {
  id: string;
  surveyId: string;
  channel: OpenChannel;
  name: string;
  settings: Settings;
  revokedAt: Date | null;
}

interface Row {
  id: string;
  survey_id: string;
  survey_name: string;
  survey_live: boolean;
  channel: OpenChannel;
  name: string;
  settings: Partial<Settings>;
  revoked_at: Date | null;
  version: number;
  created_at: Date;
  created_key: string;
  answers: number;
  counted: number;
  last_answer_at: Date | null;
  people: number;
  machines: number;
  refs: { ref: string; answers: number }[];
}

/** Purpose of the value that says whose answer it is. */
const CUSTOMER = 'open link customer';
const PAGE_OF: Record<OpenChannel, string> = { link: 'l', widget: 'widget', kiosk: 'kiosk' };

/** Links, widgets and kiosks of surveys: making, revoking and counting them. Answering by them is `OpenAnswers`. */
@Injectable()
export class OpenLinks {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly signer: Signer,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly surveys: Surveys,
  ) {}

  /** Newest first. */
  list(tenantId: string, query: ListOpenLinks): Promise<Page<OpenLinkView>> {
    return this.db.tenant(tenantId, async (tx) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
      const rows = await this.rows(
        tx,
        `where ($1::uuid is null or l.survey_id = $1) and ($2::text is null or l.channel = $2)
           and ($3::timestamptz is null or (l.created_at, l.id) < ($3::timestamptz, $4::uuid))
         order by l.created_at desc, l.id desc limit $5`,
        [query.surveyId ?? null, query.channel ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      return toPage(
        rows,
        query.limit,
        (row) => [row.created_key, row.id],
        (row) => this.view(tenantId, row),
      );
    });
  }

  /** @throws AppError open_link.not_found */
  get(tenantId: string, id: string): Promise<OpenLinkView> {
    return this.db.tenant(tenantId, (tx) => this.requireView(tx, id));
  }

  /** @throws AppError survey.not_found, survey.not_live: nobody could answer */
  create(who: Principal, input: NewOpenLink): Promise<OpenLinkView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.surveys.requireLive(tx, input.surveyId);
      const { surveyId, channel, name, ...settings } = input;
      const id = newId();
      await tx.em.query(
        `insert into open_links (id, survey_id, channel, name, settings, created_by) values ($1, $2, $3, $4, $5, $6)`,
        [id, surveyId, channel, name, JSON.stringify(settings), who.userId],
      );
      await this.identity.audit(tx, who, 'open_link.created', { kind: 'open_link', id }, { channel, name, surveyId });
      return this.requireView(tx, id);
    });
  }

  /** @throws AppError open_link.not_found, open_link.version (409) */
  change(who: Principal, id: string, { version, revoked, name, ...settings }: ChangeOpenLink): Promise<OpenLinkView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const [row]: { version: number }[] = await tx.em.query(
        `select version from open_links where id = $1 for update`,
        [id],
      );
      if (!row) throw notFound('open_link', 'link');
      requireVersion(row, version, 'open_link');
      await tx.em.query(
        `update open_links set name = coalesce($2, name), settings = settings || $3::jsonb, version = version + 1,
           revoked_at = case when $4::boolean is null then revoked_at when $4 then coalesce(revoked_at, now()) end where id = $1`,
        [id, name ?? null, JSON.stringify(settings), revoked ?? null],
      );
      await this.identity.audit(
        tx,
        who,
        revoked === true ? 'open_link.revoked' : 'open_link.changed',
        { kind: 'open_link', id },
        { ...(name === undefined ? {} : { name }), ...settings, ...(revoked === undefined ? {} : { revoked }) },
      );
      return this.requireView(tx, id);
    });
  }

  /**
   * Addresses that carry whose answer it is. Only of links: a widget or kiosk is the same for everybody.
   * @throws AppError open_link.not_found, open_link.channel (409), input.invalid naming the unknown ids
   */
  personal(
    tenantId: string,
    id: string,
    externalIds: string[],
  ): Promise<{ items: { externalCustomerId: string; url: string }[] }> {
    return this.db.tenant(tenantId, async (tx) => {
      const view = await this.requireView(tx, id);
      if (view.channel !== 'link')
        throw new AppError('conflict', 'open_link.channel', 'Only a link can be made out to a person.');
      const ids = await this.customers.idsByExternalId(tx, externalIds);
      const unknown = externalIds.findIndex((externalId) => !ids.has(externalId));
      if (unknown >= 0)
        throw invalid(
          `externalCustomerIds[${unknown}]`,
          `There is no customer "${externalIds[unknown] ?? ''}". Nothing was made.`,
        );
      return {
        items: externalIds.map((externalCustomerId) => ({
          externalCustomerId,
          url: `${view.url}?c=${this.signer.seal(CUSTOMER, `${id}.${ids.get(externalCustomerId) ?? ''}`)}`,
        })),
      };
    });
  }

  // Ports for answering.

  /** What a token of ours names, revoked or not, else null. */
  behind(token: string): { tenantId: string; id: string } | null {
    return this.signer.open('open', token);
  }

  async find(tx: Tx, id: string): Promise<OpenLink | null> {
    const [row]: (Pick<Row, 'id' | 'survey_id' | 'channel' | 'name' | 'settings' | 'revoked_at'> | undefined)[] =
      await tx.em.query(`select id, survey_id, channel, name, settings, revoked_at from open_links where id = $1`, [
        id,
      ]);
    return row
      ? {
          id: row.id,
          surveyId: row.survey_id,
          channel: row.channel,
          name: row.name,
          settings: { ...OPEN_LINK_DEFAULTS, ...row.settings },
          revokedAt: row.revoked_at,
        }
      : null;
  }

  /** The customer that a `?c=` of this link was made out to; null for none, and for one of another link. */
  customerIn(sealed: unknown, linkId: string): string | null {
    const value = typeof sealed === 'string' ? this.signer.unseal(CUSTOMER, sealed) : null;
    const [id, customerId] = value?.split('.') ?? [];
    return id === linkId && customerId !== undefined ? customerId : null;
  }

  private async requireView(tx: Tx, id: string): Promise<OpenLinkView> {
    const [row] = await this.rows(tx, `where l.id = $1`, [id]);
    if (!row) throw notFound('open_link', 'link');
    return this.view(tx.tenantId, row);
  }

  /** The counts stand in laterals, so that each is one walk over the index of that link. */
  private rows(tx: Tx, tail: string, values: unknown[]): Promise<Row[]> {
    return tx.em.query(
      `select l.id, l.survey_id, s.name as survey_name, s.status = 'live' as survey_live, l.channel, l.name, l.settings, l.revoked_at, l.version,
         l.created_at, l.created_at::text as created_key, r.answers, r.counted, r.last_answer_at, v.people, v.machines, f.refs
       from open_links l join surveys s on s.id = l.survey_id
       cross join lateral (select count(*)::int as answers, (count(*) filter (where counted))::int as counted, max(submitted_at) as last_answer_at
         from responses where open_link_id = l.id) r
       cross join lateral (select coalesce(sum(n) filter (where visitor = 'person'), 0)::int as people,
         coalesce(sum(n) filter (where visitor = 'machine'), 0)::int as machines from page_visits where subject = l.id::text) v
       cross join lateral (select coalesce(json_agg(json_build_object('ref', ref, 'answers', answers)), '[]') as refs from (
         select source_ref as ref, count(*)::int as answers from responses where open_link_id = l.id and source_ref is not null and counted
         group by source_ref order by count(*) desc, source_ref limit 20) as most) f
       ${tail}`,
      values,
    );
  }

  private view(tenantId: string, row: Row): OpenLinkView {
    return {
      id: row.id,
      surveyId: row.survey_id,
      surveyName: row.survey_name,
      surveyLive: row.survey_live,
      channel: row.channel,
      name: row.name,
      url: `${this.config.publicUrl}/${PAGE_OF[row.channel]}/${this.signer.link('open', { tenantId, id: row.id })}`,
      ...OPEN_LINK_DEFAULTS,
      ...row.settings,
      answers: row.answers,
      counted: row.counted,
      lastAnswerAt: row.last_answer_at?.toISOString() ?? null,
      openings: row.people,
      machineOpenings: row.machines,
      refs: row.refs,
      revokedAt: row.revoked_at?.toISOString() ?? null,
      createdAt: row.created_at.toISOString(),
      version: row.version,
    };
  }
}
