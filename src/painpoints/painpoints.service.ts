import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid, notFound } from '../platform/errors.js';
import { type Page, decodeCursor, pageOfAll, toPage } from '../platform/page.js';
import { DAY_MS, dateOfWall, localDate, parseBound, startOfLocalDay } from '../platform/zone.js';
import { Grouping } from './grouping.service.js';
import { PainPointFigures, type PainPointFacts, type Period } from './painpoint-figures.service.js';
import type * as Contract from './painpoints.contract.js';
import { PainPoint } from './painpoints.entity.js';

export type { PainPointFacts };

type View = Contract.PainPointView;

/** The least that a trend and its comparison look at. */
const SHORTEST_OPEN_PERIOD_DAYS = 91;
/** Clusters of negative statements at a touchpoint, each with an identity that lasts: reading them. */
@Injectable()
export class PainPoints {
  private facts: PainPointFacts = {
    openCases: async () => new Map(),
    improvements: async () => new Map(),
    caseIds: async () => new Map(),
  };

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly grouping: Grouping,
    private readonly figures: PainPointFigures,
  ) {}

  registerFacts(facts: PainPointFacts): void {
    this.facts = facts;
  }

  /** Groups a touchpoint's negative statements anew within `tx`, for loading a history in bulk. */
  regroup(tx: Tx, touchpointId: string | null): Promise<void> {
    return this.grouping.regroup(tx, touchpointId);
  }

  /** Ids and names; merged ones answer with what they were merged into. Unknown ones are left out. */
  async names(tx: Tx, ids: string[]): Promise<Map<string, { id: string; name: string }>> {
    const rows: { asked: string; id: string; name: string }[] = await tx.em.query(
      `select p.id as asked, coalesce(m.id, p.id) as id, coalesce(m.name, p.name) as name
       from pain_points p left join pain_points m on m.id = p.merged_into where p.id = any($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map(({ asked, id, name }) => [asked, { id, name }]));
  }

  /** Pain points that the statements of these responses belong to. */
  async ofResponses(tx: Tx, responseIds: string[]): Promise<Map<string, string[]>> {
    const rows: { response_id: string; ids: string[] }[] = await tx.em.query(
      `select response_id, array_agg(distinct pain_point_id) as ids from statements where response_id = any($1::uuid[]) and pain_point_id is not null group by response_id`,
      [responseIds],
    );
    return new Map(rows.map((row) => [row.response_id, row.ids]));
  }

  /** @throws AppError 422 at `path` unless this is a pain point that stands */
  async requirePainPoint(tx: Tx, id: string, path = 'painPointIds'): Promise<PainPoint> {
    const row = await tx.em.findOneBy(PainPoint, { id });
    if (!row || row.status === 'merged') throw invalid(path, 'Choose a pain point of your organization.');
    return row;
  }

  // ——— reading ———

  list(tenantId: string, query: Contract.PainPointQuery): Promise<z.infer<typeof Contract.PainPointPage>> {
    return this.db.tenant(tenantId, async (tx) => {
      const period = await this.period(tx, query);
      const touchpoint = query.touchpoint ? await this.journeys.byKey(tx, query.touchpoint) : null;
      if (query.touchpoint && !touchpoint) throw invalid('touchpoint', `There is no touchpoint "${query.touchpoint}".`);
      const { views, score } = await this.figures.views(tx, period, touchpoint, null, this.facts);
      const narrow = query.segment !== undefined || query.surveyId !== undefined;
      const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
      const shown = views
        .filter((view) => query.status === undefined || view.status === query.status)
        .filter((view) => query.dismissed === undefined || (view.status === 'dismissed') === query.dismissed)
        .filter((view) => query.emerging === undefined || view.emerging === query.emerging)
        .filter((view) => !narrow || view.count > 0)
        .filter((view) => holds(view, words))
        .sort(ORDERS[query.sort]);

      const [{ ungrouped }] = await tx.em.query(
        `select count(*)::int as ungrouped from statements where label = 'negative' and pain_point_id is null and submitted_at >= $1 and submitted_at < $2 and ($3::uuid is null or touchpoint_id = $3)`,
        [period.from, period.to, touchpoint?.id ?? null],
      );
      return {
        ...pageOfAll(shown, query),
        from: period.from.toISOString(),
        to: period.to.toISOString(),
        score,
        ungrouped,
      };
    });
  }

  /** @throws AppError painpoint.not_found; a merged one answers with its heir */
  get(tenantId: string, id: string, query: { from?: string | undefined; to?: string | undefined }): Promise<View> {
    return this.db.tenant(tenantId, (tx) => this.one(tx, id, query));
  }

  /** One of them as screens show it; a merged one is its heir. @throws AppError painpoint.not_found */
  async one(tx: Tx, id: string, query: { from?: string | undefined; to?: string | undefined } = {}): Promise<View> {
    const period = await this.period(tx, query);
    const heir = (await this.names(tx, [id])).get(id)?.id;
    const row = heir ? await tx.em.findOneBy(PainPoint, { id: heir }) : null;
    if (!row || row.status === 'merged') throw notFound('painpoint', 'pain point');
    const touchpoint = row.touchpointId ? await this.journeys.requireTouchpoint(tx, row.touchpointId) : null;
    const { views } = await this.figures.views(tx, period, touchpoint, row.id, this.facts);
    const [view] = views;
    if (!view) throw notFound('painpoint', 'pain point');
    return view;
  }

  statements(
    tenantId: string,
    id: string,
    query: z.infer<typeof Contract.StatementQuery>,
  ): Promise<Page<z.infer<typeof Contract.PainPointStatement>>> {
    return this.db.tenant(tenantId, async (tx) => {
      const heir = (await this.names(tx, [id])).get(id)?.id;
      if (!heir) throw notFound('painpoint', 'pain point');
      const after = query.cursor ? decodeCursor(query.cursor, 2) : null;
      const { timeZone } = await this.identity.tenant(tx);
      const rows: StatementListRow[] = await tx.em.query(
        `select s.id, s.response_id, s.text, s.starts_at, s.ends_at, s.label, s.score, s.aspect, s.language, s.placed_by_person, s.submitted_at, s.submitted_at::text as at_text,
           r.comment, r.score as response_score, c.id as customer_id, c.name as customer_name
         from statements s join responses r on r.tenant_id = s.tenant_id and r.id = s.response_id left join customers c on c.tenant_id = s.tenant_id and c.id = s.customer_id
         where s.pain_point_id = $1 and ($2::timestamptz is null or (s.submitted_at, s.id) < ($2, $3::uuid))
           and ($5::timestamptz is null or s.submitted_at >= $5) and ($6::timestamptz is null or s.submitted_at < $6)
         order by s.submitted_at desc, s.id desc limit $4`,
        [
          heir,
          after?.[0] ?? null,
          after?.[1] ?? null,
          query.limit + 1,
          bound('from', query.from, timeZone),
          bound('to', query.to, timeZone),
        ],
      );
      const cases = await this.facts.caseIds(
        tx,
        rows.map((row) => row.response_id),
      );
      return toPage(
        rows,
        query.limit,
        (row) => [row.at_text, row.id],
        (row) => ({
          id: row.id,
          responseId: row.response_id,
          text: row.text,
          comment: row.comment,
          start: row.starts_at,
          end: row.ends_at,
          sentiment: { label: row.label, score: row.score },
          aspect: row.aspect,
          language: row.language,
          score: row.response_score,
          customer: row.customer_id ? { id: row.customer_id, name: row.customer_name } : null,
          caseId: cases.get(row.response_id) ?? null,
          placedByPerson: row.placed_by_person,
          submittedAt: row.submitted_at.toISOString(),
        }),
      );
    });
  }

  /** Without bounds all time: from the first response, 13 weeks at least, to the end of today. */
  private async period(
    tx: Tx,
    query: {
      from?: string | undefined;
      to?: string | undefined;
      segment?: string | undefined;
      surveyId?: string | undefined;
    },
  ): Promise<Period> {
    const { timeZone } = await this.identity.tenant(tx);
    const now = this.clock.now();
    const to =
      bound('to', query.to, timeZone) ??
      startOfLocalDay(timeZone, dateOfWall(Date.parse(`${localDate(timeZone, now)}T00:00:00Z`) + DAY_MS));
    const from = bound('from', query.from, timeZone) ?? (await this.firstDay(tx, to, timeZone));
    if (from >= to) throw invalid('from', 'The period must begin before it ends.');
    return { from, to, timeZone, segment: query.segment ?? null, surveyId: query.surveyId ?? null };
  }

  private async firstDay(tx: Tx, to: Date, timeZone: string): Promise<Date> {
    const [{ first }]: [{ first: Date | null }] = await tx.em.query(`select min(submitted_at) as first from responses`);
    const latest = new Date(to.getTime() - SHORTEST_OPEN_PERIOD_DAYS * DAY_MS);
    return first && first < latest ? startOfLocalDay(timeZone, localDate(timeZone, first)) : latest;
  }
}

interface StatementListRow {
  id: string;
  response_id: string;
  text: string;
  starts_at: number;
  ends_at: number;
  label: 'negative' | 'neutral' | 'positive' | null;
  score: number | null;
  aspect: string | null;
  language: string | null;
  placed_by_person: boolean;
  submitted_at: Date;
  at_text: string;
  comment: string | null;
  response_score: number;
  customer_id: string | null;
  customer_name: string | null;
}

/** Every word stands in its name, theme, touchpoint or exemplars. */
const holds = (view: View, words: readonly string[]): boolean => {
  const text = [view.name, view.theme, view.touchpointName, ...view.exemplars].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

const ORDERS: Record<z.infer<typeof Contract.PainPointSort>, (a: View, b: View) => number> = {
  impact: (a, b) => (a.impact ?? 0) - (b.impact ?? 0) || b.customers - a.customers || a.id.localeCompare(b.id),
  customers: (a, b) => b.customers - a.customers || a.id.localeCompare(b.id),
  count: (a, b) => b.count - a.count || a.id.localeCompare(b.id),
  newest: (a, b) => b.firstSeenAt.localeCompare(a.firstSeenAt) || a.id.localeCompare(b.id),
  name: (a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id),
};

function bound(path: string, text: string | undefined, timeZone: string): Date | null {
  if (text === undefined) return null;
  try {
    return parseBound(text, timeZone);
  } catch {
    throw invalid(path, 'Enter a date such as 2026-11-21, or a time with zone.');
  }
}
