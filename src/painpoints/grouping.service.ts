import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { Customers } from '../customers/customers.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { ThreadUnavailable } from '../platform/thread.js';
import { Responses } from '../responses/responses.service.js';
import { Corrections, hashOf } from '../sentiment/corrections.service.js';
import { cosine, packVector, unpackVector } from '../sentiment/embedding/index.js';
import { SentimentTagged } from '../sentiment/sentiment.messages.js';
import { StatementVectors } from '../sentiment/vectors.service.js';
import { type Centre, type GroupItem, include, nearest, type Regrouping, vectorize } from './grouping/index.js';
import { closeGroupingThread, regroupInThread } from './grouping/thread.js';
import { PainPointsMatched, RegroupDue } from './painpoints.messages.js';

/** New pain points are looked for at most this often per touchpoint, and only when the pool may hold one. */
const REGROUP_EVERY_MS = 20_000;
const POOL_WORTH_A_LOOK = 3;
/** Statements of a touchpoint that one grouping looks at: the newest. */
const MOST_STATEMENTS = 5000;
/** All of a touchpoint is grouped anew this often, so that what drifted apart or together is seen. */
const WHOLE_EVERY_MS = 86_400_000;
/** Centroids are recomputed from so many statements. */
const MOST_OF_ONE = 1000;

interface ItemRow {
  id: string;
  text: string;
  language: string | null;
  customer_id: string | null;
  response_id: string;
  pain_point_id: string | null;
  placed_by_person: boolean;
}

/** What one regrouping looks at, read at one moment. */
interface Snapshot {
  items: GroupItem[];
  centres: Centre[];
  /** Which pain points stood, and how people had shaped them: another signature voids the regrouping. */
  signature: string;
  avoid: string[];
}

/** Puts negative statements into pain points whose identity lasts: one by one as they come, and all anew from time to time. */
@Injectable()
export class Grouping implements OnApplicationShutdown {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly journeys: Journeys,
    private readonly responses: Responses,
    private readonly vectors: StatementVectors,
    private readonly corrections: Corrections,
    customers: Customers,
  ) {
    customers.registerPersonalData({ erase: (tx, customerId) => this.erase(tx, customerId) });
    jobs.on(SentimentTagged, 'painpoints.match', ({ responseId, version }, job) =>
      this.match(job.tenantId, responseId, version),
    );
    jobs.on(RegroupDue, 'painpoints.regroup', ({ touchpointId, whole }, job) =>
      this.regroupDue(job.tenantId, touchpointId, whole ?? false),
    );
    jobs.every('painpoints.regroup_all', WHOLE_EVERY_MS, z.strictObject({}), () => this.promiseAll());
  }

  onApplicationShutdown(): Promise<void> {
    return closeGroupingThread();
  }

  // ——— one by one ———

  /** Each negative statement joins the nearest pain point of its touchpoint, or waits in the pool. Milliseconds: one vector against the centres. */
  private match(tenantId: string, responseId: string, version: number): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const response = await this.responses.find(tx, responseId);
      if (!response || response.version !== version) return;
      await this.place(tx, responseId, response.touchpointId);
      await this.jobs.send(tx, PainPointsMatched, `${responseId}:${version}`, { responseId, version });
    });
  }

  /** Finds a place for the response's negative statements that have none; what a person once said about the same words comes first. */
  async place(tx: Tx, responseId: string, touchpointId: string | null): Promise<void> {
    const waiting = `select id, text, language from statements
      where response_id = $1 and label = 'negative' and pain_point_id is null and not placed_by_person order by position`;
    type Waiting = { id: string; text: string; language: string | null };
    let statements: Waiting[] = await tx.em.query(waiting, [responseId]);
    const said = await this.corrections.ofResponse(tx, responseId, 'place');
    if (statements.length === 0 && said.size === 0) return;
    const centres = await this.centres(tx, touchpointId);
    if (said.size > 0) {
      await this.placeAgain(tx, responseId, said, centres);
      statements = await tx.em.query(waiting, [responseId]);
    }
    const vectors = await this.vectors.load(
      tx,
      statements.map((one) => one.id),
    );
    const changed = new Map<string, Centre>();
    let pooled = 0;
    for (const statement of statements) {
      const terms = vectorize(statement.text, statement.language);
      const vector = vectors.get(statement.id) ?? null;
      const found = nearest(terms, [...centres.values()], vector);
      const centre = found ? centres.get(found.id) : undefined;
      if (!centre) {
        pooled += 1;
        continue;
      }
      await tx.em.query(`update statements set pain_point_id = $2 where id = $1`, [statement.id, centre.id]);
      const grown = include(centre, terms, vector);
      centres.set(centre.id, grown);
      changed.set(centre.id, grown);
    }
    for (const centre of changed.values()) await this.storeCentre(tx, centre);
    if (pooled > 0) await this.promiseRegrouping(tx, touchpointId);
  }

  /** A comment read anew has new statements; those with the words that a person placed go where that person said. */
  private async placeAgain(
    tx: Tx,
    responseId: string,
    said: ReadonlyMap<string, Record<string, unknown>>,
    centres: ReadonlyMap<string, Centre>,
  ): Promise<void> {
    const rows: { id: string; text: string }[] = await tx.em.query(
      `select id, text from statements where response_id = $1 and not placed_by_person`,
      [responseId],
    );
    for (const row of rows) {
      const after = said.get(hashOf(row.text).toString('hex'));
      if (!after || after['placed'] === false) continue;
      const target = typeof after['painPointId'] === 'string' ? after['painPointId'] : null;
      const heir = target === null ? null : await this.heirOf(tx, target);
      if (heir !== null && !centres.has(heir)) continue;
      await tx.em.query(`update statements set pain_point_id = $2, placed_by_person = true where id = $1`, [
        row.id,
        heir,
      ]);
    }
  }

  private async heirOf(tx: Tx, id: string): Promise<string> {
    const [row]: { id: string }[] = await tx.em.query(
      `select coalesce(merged_into, id) as id from pain_points where id = $1`,
      [id],
    );
    return row?.id ?? id;
  }

  /** Answers that arrive together do not see each other's statements, so whether the pool is worth a look is asked when its time has come. */
  async promiseRegrouping(tx: Tx, touchpointId: string | null): Promise<void> {
    const slot = Math.floor(this.clock.now().getTime() / REGROUP_EVERY_MS) + 1;
    await this.jobs.send(
      tx,
      RegroupDue,
      `${touchpointId ?? 'none'}:${slot}`,
      { touchpointId },
      new Date(slot * REGROUP_EVERY_MS),
    );
  }

  // ——— all anew ———

  /** Every touchpoint that something negative was said at since the last time. */
  private async promiseAll(): Promise<void> {
    const day = Math.floor(this.clock.now().getTime() / WHOLE_EVERY_MS);
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        const rows: { touchpoint_id: string | null }[] = await tx.em.query(
          `select distinct touchpoint_id from statements where label = 'negative' and created_at > now() - make_interval(secs => ${(2 * WHOLE_EVERY_MS) / 1000})`,
        );
        await this.jobs.sendMany(
          tx,
          RegroupDue,
          rows.map(({ touchpoint_id: touchpointId }) => ({
            key: `${touchpointId ?? 'none'}:whole:${day}`,
            payload: { touchpointId, whole: true },
          })),
        );
      });
  }

  /** Reads, groups on a thread while no transaction is open, then writes what still fits. */
  private async regroupDue(tenantId: string, touchpointId: string | null, whole: boolean): Promise<void> {
    const before = await this.db.tenant(tenantId, async (tx) =>
      whole || (await this.poolIsWorthALook(tx, touchpointId)) ? this.snapshot(tx, touchpointId, false) : null,
    );
    if (!before) return;
    let found: Regrouping;
    try {
      found = await regroupInThread(before.items, before.centres, { avoid: before.avoid });
    } catch (error) {
      if (!(error instanceof ThreadUnavailable)) throw error;
      // Statements stay where they are until the next time.
      await this.db.tenant(tenantId, (tx) => this.promiseRegrouping(tx, touchpointId));
      return;
    }
    await this.db.tenant(tenantId, async (tx) => {
      const centres = await this.centres(tx, touchpointId);
      if ((await this.signature(tx, [...centres.values()])) !== before.signature) {
        // Somebody merged, split or named something meanwhile.
        await this.promiseRegrouping(tx, touchpointId);
        return;
      }
      await this.apply(tx, touchpointId, before.items, found);
    });
  }

  /** Groups a touchpoint's negative statements anew within `tx`; identities, names, owners and what people moved stay. */
  async regroup(tx: Tx, touchpointId: string | null): Promise<void> {
    const before = await this.snapshot(tx, touchpointId, true);
    await this.apply(
      tx,
      touchpointId,
      before.items,
      await regroupInThread(before.items, before.centres, { avoid: before.avoid }),
    );
  }

  private async poolIsWorthALook(tx: Tx, touchpointId: string | null): Promise<boolean> {
    const [{ pool }] = await tx.em.query(
      `select count(*)::int as pool from (select 1 from statements where touchpoint_id is not distinct from $1 and label = 'negative' and pain_point_id is null and not placed_by_person limit $2) p`,
      [touchpointId, POOL_WORTH_A_LOOK],
    );
    return pool >= POOL_WORTH_A_LOOK;
  }

  private async snapshot(tx: Tx, touchpointId: string | null, lock: boolean): Promise<Snapshot> {
    const centres = [...(await this.centres(tx, touchpointId, lock)).values()];
    const rows: ItemRow[] = await tx.em.query(
      `select id, text, language, customer_id, response_id, pain_point_id, placed_by_person from statements
       where touchpoint_id is not distinct from $1 and label = 'negative' and not (placed_by_person and pain_point_id is null)
       order by submitted_at desc, id desc limit ${MOST_STATEMENTS}`,
      [touchpointId],
    );
    const vectors = await this.vectors.load(
      tx,
      rows.map((row) => row.id),
    );
    const touchpoint = touchpointId ? await this.journeys.requireTouchpoint(tx, touchpointId) : null;
    return {
      items: rows.map((row) => ({
        id: row.id,
        text: row.text,
        language: row.language,
        customerId: row.customer_id ?? row.response_id,
        currentId: row.pain_point_id,
        pinnedTo: row.placed_by_person ? row.pain_point_id : null,
        vector: vectors.get(row.id) ?? null,
      })),
      centres,
      signature: await this.signature(tx, centres),
      avoid: touchpoint ? [touchpoint.name] : [],
    };
  }

  private async signature(tx: Tx, centres: readonly Centre[]): Promise<string> {
    const rows: { id: string; version: number }[] = await tx.em.query(
      `select id, version from pain_points where id = any($1::uuid[]) order by id`,
      [centres.map((one) => one.id)],
    );
    return rows.map(({ id, version }) => `${id}:${version}`).join();
  }

  private async apply(
    tx: Tx,
    touchpointId: string | null,
    items: readonly GroupItem[],
    { assignments, groups, retired, splits, themes }: Regrouping,
  ): Promise<void> {
    const ids = new Map<string, string>();
    const members = new Map<string, GroupItem[]>();
    for (const item of items) {
      const key = assignments.get(item.id);
      if (!key) continue;
      const list = members.get(key);
      if (list) list.push(item);
      else members.set(key, [item]);
    }
    const themeNames = new Map(themes.flatMap(({ name, groups: keys }) => keys.map((key) => [key, name] as const)));
    const several = new Set(themes.filter((theme) => theme.groups.length > 1).flatMap((theme) => theme.groups));
    for (const group of groups) {
      const id = group.isNew ? newId() : group.key;
      ids.set(group.key, id);
      const own = members.get(group.key) ?? [];
      if (group.isNew) {
        await tx.em.query(
          `insert into pain_points (id, touchpoint_id, name, first_seen_at)
           values ($1, $2, $3, coalesce((select min(submitted_at) from statements where id = any($4::uuid[])), now()))`,
          [id, touchpointId, group.name, own.map((item) => item.id)],
        );
        await this.event(tx, id, 'found', null, own.length);
      }
      await tx.em.query(
        `update pain_points set terms = $2, size = $3, exemplar_ids = $4, vector = $5, vector_version = $6, cohesion = $7, theme = $8 where id = $1`,
        [
          id,
          JSON.stringify(group.terms),
          group.size,
          group.exemplars,
          group.vector ? packVector(group.vector) : null,
          group.vector ? this.vectors.version : null,
          cohesionOf({ terms: group.terms, vector: group.vector }, own),
          several.has(group.key) ? (themeNames.get(group.key) ?? null) : null,
        ],
      );
    }
    const moved = items
      .map((item) => ({ id: item.id, from: item.currentId, to: mapKey(assignments.get(item.id) ?? null, ids) }))
      .filter((move) => move.from !== move.to);
    // What moved, was placed or was read otherwise in the meantime stays as it is now.
    await tx.em.query(
      `update statements s set pain_point_id = n."to" from jsonb_to_recordset($1::jsonb) as n (id uuid, "from" uuid, "to" uuid)
       where s.id = n.id and not s.placed_by_person and s.label = 'negative' and s.pain_point_id is not distinct from n."from"`,
      [JSON.stringify(moved)],
    );
    for (const { id, into } of retired) {
      const heir = mapKey(into, ids);
      const count = items.filter((item) => item.currentId === id).length;
      await this.mergeInto(tx, id, heir);
      await this.event(tx, id, heir ? 'merged' : 'dissolved', heir, count);
      if (heir) await this.event(tx, heir, 'merged', id, count);
    }
    for (const { from, into } of splits)
      for (const key of into) {
        const part = mapKey(key, ids);
        if (part === null || part === from) continue;
        const count = items.filter((item) => item.currentId === from && assignments.get(item.id) === key).length;
        await this.event(tx, from, 'split', part, count);
        await this.event(tx, part, 'split_from', from, count);
      }
  }

  /** Shown in the history of the pain point. */
  private async event(
    tx: Tx,
    painPointId: string,
    kind: 'found' | 'split' | 'split_from' | 'merged' | 'dissolved',
    otherId: string | null,
    statements: number,
  ): Promise<void> {
    await tx.em.query(
      `insert into pain_point_events (id, pain_point_id, kind, other_id, statements) values ($1, $2, $3, $4, $5)`,
      [newId(), painPointId, kind, otherId, statements],
    );
  }

  /** Retires a pain point; what is left of it goes along. With no heir its statements return to the pool. */
  async mergeInto(tx: Tx, id: string, into: string | null): Promise<void> {
    await tx.em.query(`update statements set pain_point_id = $2 where pain_point_id = $1`, [id, into]);
    await tx.em.query(`update pain_points set merged_into = $2 where merged_into = $1`, [id, into]);
    await tx.em.query(
      `update pain_points set status = 'merged', merged_into = $2, version = version + 1 where id = $1`,
      [id, into],
    );
  }

  // ——— centres ———

  /** Locked in the order of their ids by whoever changes them, or two that meet would wait for each other. */
  async centres(tx: Tx, touchpointId: string | null, lock = true): Promise<Map<string, Centre>> {
    const rows: (Omit<Centre, 'vector'> & { vector: Buffer | null; vector_version: string | null })[] =
      await tx.em.query(
        `select id, terms, size, named_by_person or owner_id is not null or status <> 'new' as pinned, vector, vector_version from pain_points
         where touchpoint_id is not distinct from $1 and status <> 'merged' order by id ${lock ? 'for update' : ''}`,
        [touchpointId],
      );
    return new Map(
      rows.map(({ id, terms, size, pinned, vector, vector_version: version }) => [
        id,
        { id, terms, size, pinned, vector: vector && version === this.vectors.version ? unpackVector(vector) : null },
      ]),
    );
  }

  private async storeCentre(tx: Tx, { id, terms, size, vector }: Centre): Promise<void> {
    await tx.em.query(`update pain_points set terms = $2, size = $3, vector = $4, vector_version = $5 where id = $1`, [
      id,
      JSON.stringify(terms),
      size,
      vector ? packVector(vector) : null,
      vector ? this.vectors.version : null,
    ]);
  }

  /** The centre anew from its statements (but those of one customer), after a person changed which they are; how many there are. */
  async recentre(tx: Tx, id: string, without: string | null = null): Promise<number> {
    const rows: { id: string; text: string; language: string | null }[] = await tx.em.query(
      `select id, text, language from statements where pain_point_id = $1 and ($2::uuid is null or customer_id is distinct from $2)
       order by submitted_at desc, id desc limit ${MOST_OF_ONE}`,
      [id, without],
    );
    const vectors = await this.vectors.load(
      tx,
      rows.map((row) => row.id),
    );
    const centre = rows.reduce<Centre>(
      (sum, row) => include(sum, vectorize(row.text, row.language), vectors.get(row.id) ?? null),
      { id, terms: {}, size: 0, pinned: true },
    );
    await this.storeCentre(tx, centre);
    return rows.length;
  }

  /** The customer's words leave the centres too; their statements go with their responses, which are erased next. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    const rows: { id: string; named_by_person: boolean }[] = await tx.em.query(
      `select id, named_by_person from pain_points where id in (select pain_point_id from statements where customer_id = $1) order by id for update`,
      [customerId],
    );
    for (const row of rows) {
      const isEmpty = (await this.recentre(tx, row.id, customerId)) === 0;
      // Its name was made of the words that go.
      if (isEmpty && !row.named_by_person)
        await tx.em.query(`update pain_points set name = 'Erased', theme = null, version = version + 1 where id = $1`, [
          row.id,
        ]);
    }
  }
}

const mapKey = (key: string | null, ids: Map<string, string>): string | null =>
  key === null ? null : (ids.get(key) ?? key);

/** Mean likeness of the statements to their centre, 0…1; null for none. Of a bounded sample, newest first. */
function cohesionOf(
  centre: { terms: Centre['terms']; vector: Float32Array | null },
  items: readonly GroupItem[],
): number | null {
  const likeness = items
    .slice(0, 300)
    .flatMap((item) => (centre.vector && item.vector ? [cosine(item.vector, centre.vector)] : []));
  if (likeness.length < 3) return null;
  return likeness.reduce((sum, one) => sum + one, 0) / likeness.length;
}
