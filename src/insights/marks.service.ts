import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import type { Principal } from '../platform/auth.js';
import { Changes } from '../platform/changes.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { localDate } from '../platform/zone.js';
import type * as C from './insights.contract.js';
import { Annotation, Goal } from './insights.entity.js';
import { boundAt } from './period.js';

type AnnotationRow = Omit<C.AnnotationView, 'createdAt'> & { createdAt: Date };

const ANNOTATIONS = `select a.id, a.day::text as day, a.text, t.key as "touchpointKey",
    case when m.user_id is not null then json_build_object('id', m.user_id, 'name', m.name) end as "createdBy", a.created_at as "createdAt"
  from annotations a left join touchpoints t on t.tenant_id = a.tenant_id and t.id = a.touchpoint_id
  left join memberships m on m.tenant_id = a.tenant_id and m.user_id = a.created_by`;

/** What people mark on the trends: what happened on a day, and the goals they share. */
@Injectable()
export class Marks {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly journeys: Journeys,
    private readonly changes: Changes,
  ) {}

  annotations(tenantId: string, query: C.AnnotationQuery): Promise<Page<C.AnnotationView>> {
    const after = query.cursor === undefined ? [null, null] : decodeCursor(query.cursor, 2);
    return this.db.tenant(tenantId, async (tx) => {
      const { timeZone } = await this.identity.tenant(tx);
      const day = (path: 'from' | 'to') => {
        const text = query[path];
        return text ? localDate(timeZone, boundAt(path, text, timeZone)) : null;
      };
      const touchpointId = await this.touchpointId(tx, query.touchpoint ?? null, 'touchpoint');
      const rows: AnnotationRow[] = await tx.em.query(
        `${ANNOTATIONS} where ($1::date is null or a.day >= $1) and ($2::date is null or a.day < $2)
           and ($3::uuid is null or a.touchpoint_id is null or a.touchpoint_id = $3)
           and ($4::date is null or (a.day, a.id) < ($4, $5::uuid))
         order by a.day desc, a.id desc limit $6`,
        [day('from'), day('to'), touchpointId, ...after, query.limit + 1],
      );
      return toPage(rows, query.limit, (row) => [row.day, row.id], annotationView);
    });
  }

  annotate(who: Principal, input: C.NewAnnotation): Promise<C.AnnotationView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const id = newId();
      await tx.em.insert(Annotation, {
        id,
        day: input.day,
        text: input.text,
        touchpointId: await this.touchpointId(tx, input.touchpointKey ?? null, 'touchpointKey'),
        createdBy: who.userId,
      });
      await this.changes.announce(tx, 'annotation', id);
      const [row]: AnnotationRow[] = await tx.em.query(`${ANNOTATIONS} where a.id = $1`, [id]);
      if (!row) throw new Error('annotation vanished');
      return annotationView(row);
    });
  }

  /** @throws AppError 404 annotation.not_found */
  async removeAnnotation(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      const { affected } = await tx.em.delete(Annotation, { id });
      if (!affected) throw notFound('annotation', 'annotation');
      await this.changes.announce(tx, 'annotation', id);
      await this.identity.audit(tx, who, 'annotation.deleted', { kind: 'annotation', id });
    });
  }

  /** Those of the local days `from` to `to` (both included), oldest first; of the touchpoint and of the whole. */
  async annotationsOn(tx: Tx, from: string, to: string, touchpointId: string | null): Promise<C.AnnotationView[]> {
    const rows: AnnotationRow[] = await tx.em.query(
      `${ANNOTATIONS} where a.day between $1 and $2 and ($3::uuid is null or a.touchpoint_id is null or a.touchpoint_id = $3) order by a.day, a.id limit 50`,
      [from, to, touchpointId],
    );
    return rows.map(annotationView);
  }

  goals(tenantId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<C.GoalView>> {
    const after = query.cursor === undefined ? [null] : decodeCursor(query.cursor, 1);
    return this.db.tenant(tenantId, async (tx) => {
      const rows = await tx.em
        .createQueryBuilder(Goal, 'g')
        .where('(:after::uuid is null or g.id > :after)', { after: after[0] })
        .orderBy('g.id')
        .limit(query.limit + 1)
        .getMany();
      return toPage(rows, query.limit, (row) => [row.id], await this.goalView(tx));
    });
  }

  /** @throws AppError 422 for an unknown touchpoint or team */
  addGoal(who: Principal, input: C.NewGoal): Promise<C.GoalView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      for (const [at, teamId] of input.teamIds.entries()) await this.identity.requireTeam(tx, teamId, `teamIds[${at}]`);
      const id = newId();
      await tx.em.insert(Goal, {
        id,
        metric: input.metric,
        target: input.target,
        touchpointId: await this.touchpointId(tx, input.touchpointKey ?? null, 'touchpointKey'),
        dueOn: input.dueOn ?? null,
        teamIds: input.teamIds,
      });
      await this.changes.announce(tx, 'goal', id);
      await this.identity.audit(
        tx,
        who,
        'goal.created',
        { kind: 'goal', id },
        { metric: input.metric, target: input.target },
      );
      return (await this.goalView(tx))(await tx.em.findOneByOrFail(Goal, { id }));
    });
  }

  /** @throws AppError 404 goal.not_found */
  async removeGoal(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      const { affected } = await tx.em.delete(Goal, { id });
      if (!affected) throw notFound('goal', 'goal');
      await this.changes.announce(tx, 'goal', id);
      await this.identity.audit(tx, who, 'goal.deleted', { kind: 'goal', id });
    });
  }

  /** For a screen that shows `metrics` (and always the loop) of one touchpoint or of the whole. */
  async goalsFor(tx: Tx, metrics: readonly ('nps' | 'tnps')[], touchpointId: string | null): Promise<C.GoalView[]> {
    const rows = await tx.em.find(Goal, {
      where: { metric: In([...metrics, 'heardBack', 'confirmed']), touchpointId: touchpointId ?? IsNull() },
      order: { createdAt: 'asc', id: 'asc' },
    });
    return rows.map(await this.goalView(tx));
  }

  private async touchpointId(tx: Tx, key: string | null, path: string): Promise<string | null> {
    if (!key) return null;
    const touchpoint = await this.journeys.byKey(tx, key);
    if (!touchpoint) throw invalid(path, `There is no touchpoint "${key}".`);
    return touchpoint.id;
  }

  private async goalView(tx: Tx): Promise<(row: Goal) => C.GoalView> {
    const keys = new Map((await this.journeys.touchpoints(tx)).map(({ id, key }) => [id, key]));
    return (row) => ({
      id: row.id,
      metric: row.metric,
      target: row.target,
      touchpointKey: row.touchpointId ? (keys.get(row.touchpointId) ?? null) : null,
      dueOn: row.dueOn,
      teamIds: row.teamIds,
      createdAt: row.createdAt.toISOString(),
    });
  }
}

const annotationView = (row: AnnotationRow): C.AnnotationView => ({ ...row, createdAt: row.createdAt.toISOString() });
