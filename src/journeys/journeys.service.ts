import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Identity, requireVersion } from '../identity/identity.service.js';
import type { Principal } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, isUniqueViolation, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import type {
  AREAS,
  ChangeTouchpoint,
  JourneyView,
  NewJourney,
  NewTouchpoint,
  TouchpointView,
} from './journeys.contract.js';
import { Journey, Stage, TouchpointRow } from './journeys.entity.js';

/** A place where customers meet us, as other modules see it. */
export interface Touchpoint {
  id: string;
  key: string;
  name: string;
  journeyKey: string;
  /** The stage's name. */
  stage: string;
  /** Place within the stage, 1 for the first. */
  position: number;
  area: (typeof AREAS)[number];
  teamId: string | null;
  ownerId: string | null;
  version: number;
}

interface Selected extends Touchpoint {
  createdAt: Date;
  journeyPlace: string;
  journeyId: string;
  stagePosition: number;
  stageId: string;
}

/** In journey order: the default journey first, then by age; stages, then touchpoints by their position. */
const ORDER = ['not j.is_default', 'j.created_at', 'j.id', 's.position', 's.id', 't.position', 't.id'];
const SELECT = `
  select t.id, t.key, t.name, j.key as "journeyKey", s.name as stage, t.position, t.area, t.team_id as "teamId", t.owner_id as "ownerId", t.version,
    t.created_at as "createdAt", j.created_at::text as "journeyPlace", j.id as "journeyId", s.position as "stagePosition", s.id as "stageId",
    j.is_default as "isDefault"
  from touchpoints t join stages s on s.id = t.stage_id join journeys j on j.id = s.journey_id`;

/** Journeys, their stages in order, and the touchpoints with who answers for them. */
@Injectable()
export class Journeys {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
  ) {
    identity.registerSetup(async (tx) => {
      await tx.em.insert(Journey, { id: newId(), key: 'customer-journey', name: 'Customer journey', isDefault: true });
    });
  }

  // Ports for the modules to the right.

  async byKey(tx: Tx, key: string): Promise<Touchpoint | null> {
    const [row]: Selected[] = await tx.em.query(`${SELECT} where t.key = $1`, [key]);
    return row ? touchpointOf(row) : null;
  }

  /** @throws AppError 404 touchpoint.not_found */
  async requireTouchpoint(tx: Tx, id: string): Promise<Touchpoint> {
    return touchpointOf(await this.select(tx, id));
  }

  /** All of them, in journey order. */
  async touchpoints(tx: Tx): Promise<Touchpoint[]> {
    const rows: Selected[] = await tx.em.query(`${SELECT} order by ${ORDER.join(', ')}`);
    return rows.map(touchpointOf);
  }

  // What HTTP offers.

  async journeys(tenantId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<JourneyView>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 3);
    if (after && !isPlace(after.slice(0, 3))) throw invalid('cursor', 'Use the nextCursor of the page before.');
    return this.db.tenant(tenantId, async (tx) => {
      const rows: (Omit<JourneyView, 'createdAt'> & { createdAt: Date; place: string })[] = await tx.em.query(
        `select j.id, j.key, j.name, j.is_default as "isDefault", j.created_at as "createdAt", j.created_at::text as place,
           coalesce((select json_agg(json_build_object('id', s.id, 'name', s.name, 'position', s.position) order by s.position, s.id)
             from stages s where s.journey_id = j.id), '[]') as stages
         from journeys j
         where $1::boolean is null or (not j.is_default, j.created_at, j.id) > ($1, $2::timestamptz, $3::uuid)
         order by not j.is_default, j.created_at, j.id limit $4`,
        [...(after ? [after[0] === 1, after[1], after[2]] : [null, null, null]), query.limit + 1],
      );
      return toPage(
        rows,
        query.limit,
        (row) => [row.isDefault ? 0 : 1, row.place, row.id],
        ({ id, key, name, isDefault, stages, createdAt }) => ({
          id,
          key,
          name,
          isDefault,
          stages,
          createdAt: createdAt.toISOString(),
        }),
      );
    });
  }

  /** @throws AppError 409 journey.key_taken */
  async addJourney(who: Principal, input: NewJourney): Promise<JourneyView> {
    const key = input.key ?? keyFrom(input.name);
    return this.refusingTakenKeys(() =>
      this.db.tenant(who.tenantId, async (tx) => {
        const journeyId = newId();
        const isDefault = !(await tx.em.existsBy(Journey, { isDefault: true }));
        await tx.em.insert(Journey, { id: journeyId, key, name: input.name, isDefault });
        const stages = [...new Set(input.stages)].map((name, index) => ({
          id: newId(),
          journeyId,
          name,
          position: index + 1,
        }));
        if (stages.length > 0) await tx.em.insert(Stage, stages);
        const journey = await tx.em.findOneByOrFail(Journey, { id: journeyId });
        await this.identity.audit(tx, who, 'journey.created', { kind: 'journey', id: journeyId });
        return {
          id: journeyId,
          key,
          name: input.name,
          isDefault,
          stages: stages.map(({ id, name, position }) => ({ id, name, position })),
          createdAt: journey.createdAt.toISOString(),
        };
      }),
    );
  }

  /** In journey order. */
  async list(
    tenantId: string,
    query: { limit: number; cursor?: string | undefined; journeyKey?: string | undefined },
  ): Promise<Page<TouchpointView>> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 7);
    if (after) {
      const numbers = [after[0], after[3], after[5]];
      if (
        !isPlace(after.slice(0, 3)) ||
        !isUuid(after[4]) ||
        !isUuid(after[6]) ||
        !numbers.every((n) => Number.isSafeInteger(n))
      )
        throw invalid('cursor', 'Use the nextCursor of the page before.');
    }
    return this.db.tenant(tenantId, async (tx) => {
      const rows: (Selected & { isDefault: boolean })[] = await tx.em.query(
        `${SELECT}
         where ($1::text is null or j.key = $1)
           and ($2::boolean is null or (${ORDER.join(', ')}) > ($2, $3::timestamptz, $4::uuid, $5::integer, $6::uuid, $7::integer, $8::uuid))
         order by ${ORDER.join(', ')} limit $9`,
        [
          query.journeyKey ?? null,
          ...(after ? [after[0] === 1, ...after.slice(1)] : Array<null>(7).fill(null)),
          query.limit + 1,
        ],
      );
      return toPage(
        rows,
        query.limit,
        (row) => [
          row.isDefault ? 0 : 1,
          row.journeyPlace,
          row.journeyId,
          row.stagePosition,
          row.stageId,
          row.position,
          row.id,
        ],
        view,
      );
    });
  }

  /** @throws AppError 409 touchpoint.key_taken, 422 for an unknown journey, team or owner */
  async add(who: Principal, input: NewTouchpoint): Promise<TouchpointView> {
    return this.refusingTakenKeys(() =>
      this.db.tenant(who.tenantId, async (tx) => {
        await this.requireOwners(tx, input);
        const stageId = await this.stageId(tx, await this.journeyId(tx, input.journeyKey), input.stage);
        const id = newId();
        await tx.em.insert(TouchpointRow, {
          id,
          key: input.key,
          name: input.name,
          stageId,
          position: (await tx.em.countBy(TouchpointRow, { stageId })) + 1,
          area: input.area,
          teamId: input.teamId ?? null,
          ownerId: input.ownerId ?? null,
        });
        if (input.position !== undefined) await this.place(tx, stageId, id, input.position);
        await this.identity.audit(tx, who, 'touchpoint.created', { kind: 'touchpoint', id });
        return view(await this.select(tx, id));
      }),
    );
  }

  /** @throws AppError 404 touchpoint.not_found, 409 touchpoint.version or touchpoint.key_taken, 422 for an unknown journey, team or owner */
  async change(who: Principal, id: string, input: ChangeTouchpoint): Promise<TouchpointView> {
    return this.refusingTakenKeys(() =>
      this.db.tenant(who.tenantId, async (tx) => {
        if (!isUuid(id)) throw notFound('touchpoint', 'touchpoint');
        const row = await tx.em.findOne(TouchpointRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
        if (!row) throw notFound('touchpoint', 'touchpoint');
        requireVersion(row, input.version, 'touchpoint');
        await this.requireOwners(tx, input);
        const before = await this.select(tx, id);
        const stageId =
          input.stage === undefined && input.journeyKey === undefined
            ? row.stageId
            : await this.stageId(
                tx,
                input.journeyKey === undefined ? before.journeyId : await this.journeyId(tx, input.journeyKey),
                input.stage ?? before.stage,
              );
        const moves = stageId !== row.stageId;
        await tx.em.update(
          TouchpointRow,
          { id },
          {
            ...(input.key !== undefined && { key: input.key }),
            ...(input.name !== undefined && { name: input.name }),
            ...(input.area !== undefined && { area: input.area }),
            ...(input.teamId !== undefined && { teamId: input.teamId }),
            ...(input.ownerId !== undefined && { ownerId: input.ownerId }),
            ...(moves && { stageId, position: (await tx.em.countBy(TouchpointRow, { stageId })) + 1 }),
            version: row.version + 1,
          },
        );
        if (moves) await this.place(tx, row.stageId);
        if (input.position !== undefined) await this.place(tx, stageId, id, input.position);
        await this.identity.audit(tx, who, 'touchpoint.changed', { kind: 'touchpoint', id });
        return view(await this.select(tx, id));
      }),
    );
  }

  private async select(tx: Tx, id: string): Promise<Selected> {
    const [row]: Selected[] = isUuid(id) ? await tx.em.query(`${SELECT} where t.id = $1`, [id]) : [];
    if (!row) throw notFound('touchpoint', 'touchpoint');
    return row;
  }

  private async requireOwners(
    tx: Tx,
    input: { teamId?: string | null | undefined; ownerId?: string | null | undefined },
  ): Promise<void> {
    if (input.teamId) await this.identity.requireTeam(tx, input.teamId);
    if (input.ownerId) await this.identity.requireUser(tx, input.ownerId);
  }

  private async journeyId(tx: Tx, key: string | undefined): Promise<string> {
    const journey = await tx.em.findOneBy(Journey, key === undefined ? { isDefault: true } : { key });
    if (!journey)
      throw invalid(
        'journeyKey',
        key === undefined ? 'Add a journey first.' : `There is no journey with the key ${key}.`,
      );
    return journey.id;
  }

  /** The stage of that name, made at the end of the journey when it is new. */
  private async stageId(tx: Tx, journeyId: string, name: string): Promise<string> {
    // Two requests that make stages of one journey come one after the other, so that no position is given twice.
    await tx.em.query(`select 1 from journeys where id = $1 for update`, [journeyId]);
    const stage = await tx.em.findOneBy(Stage, { journeyId, name });
    if (stage) return stage.id;
    const id = newId();
    const [last]: { position: number }[] = await tx.em.query(
      `select coalesce(max(position), 0)::int as position from stages where journey_id = $1`,
      [journeyId],
    );
    await tx.em.insert(Stage, { id, journeyId, name, position: (last?.position ?? 0) + 1 });
    return id;
  }

  /** Numbers the stage's touchpoints 1, 2, 3 …, with `id` at `position` (or last, if that is beyond the end). */
  private async place(tx: Tx, stageId: string, id: string | null = null, position = 0): Promise<void> {
    await tx.em.query(
      `update touchpoints t set position = n.place
       from (
         select id, row_number() over (order by case when id = $2 then $3 - 0.5 else rest end, id) as place
         from (select id, row_number() over (order by id is not distinct from $2::uuid, position, id) as rest from touchpoints where stage_id = $1) r
       ) n
       where t.id = n.id and t.position <> n.place`,
      [stageId, id, position],
    );
  }

  private async refusingTakenKeys<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      for (const thing of ['journey', 'touchpoint'])
        if (isUniqueViolation(error, `${thing}s_key_key`))
          throw new AppError('conflict', `${thing}.key_taken`, `Another ${thing} has this key. Choose another one.`, {
            errors: [{ path: 'key', message: 'Choose a key that is not taken.' }],
          });
      throw error;
    }
  }
}

/** "Après-vente & SAV" → `apres-vente-sav`; `journey` when no letter or digit is left. */
function keyFrom(name: string): string {
  const key = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return key === '' ? 'journey' : key;
}

function touchpointOf(row: Selected): Touchpoint {
  const { id, key, name, journeyKey, stage, position, area, teamId, ownerId, version } = row;
  return { id, key, name, journeyKey, stage, position, area, teamId, ownerId, version };
}

function view(row: Selected): TouchpointView {
  return { ...touchpointOf(row), createdAt: row.createdAt.toISOString() };
}

const isPlace = (values: readonly unknown[]): boolean =>
  typeof values[0] === 'number' &&
  typeof values[1] === 'string' &&
  !Number.isNaN(Date.parse(values[1])) &&
  isUuid(values[2]);
