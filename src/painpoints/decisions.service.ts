import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Identity, requireVersion } from '../identity/identity.service.js';
import { type Principal, roleAtLeast } from '../platform/auth.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, isUniqueViolation, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Responses } from '../responses/responses.service.js';
import {
  type Correction,
  Corrections,
  type Label,
  type NewCorrection,
  scoreFor,
} from '../sentiment/corrections.service.js';
import { Language } from '../sentiment/language.service.js';
import { Grouping } from './grouping.service.js';
import type * as Contract from './painpoints.contract.js';
import { PainPoint } from './painpoints.entity.js';
import { PainPoints } from './painpoints.service.js';

type View = Contract.PainPointView;

interface StatementRow {
  id: string;
  response_id: string;
  text: string;
  touchpoint_id: string | null;
  pain_point_id: string | null;
  placed_by_person: boolean;
  label: Label | null;
  score: number | null;
  label_by_person: boolean;
  aspect: string | null;
  aspect_by_person: boolean;
}

/** What only managers do, only they take back. */
const MANAGERS = new Set(['rename', 'status', 'owner', 'merge', 'split']);

const STATEMENT = `id, response_id, text, touchpoint_id, pain_point_id, placed_by_person, label, score, label_by_person, aspect, aspect_by_person`;

/** What people decide about pain points and statements: it holds for ever, is written down, and can be taken back. */
@Injectable()
export class Decisions {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly responses: Responses,
    private readonly corrections: Corrections,
    private readonly language: Language,
    private readonly grouping: Grouping,
    private readonly painPoints: PainPoints,
  ) {}

  // ——— pain points ———

  /** @throws AppError painpoint.not_found, painpoint.version (409) */
  change(who: Principal, id: string, change: z.infer<typeof Contract.ChangePainPoint>): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      requireVersion(row, change.version, 'painpoint');
      if (change.ownerId) await this.identity.requireUser(tx, change.ownerId);
      await tx.em.update(
        PainPoint,
        { id: row.id },
        {
          ...(change.name !== undefined ? { name: change.name, namedByPerson: true } : {}),
          ...(change.status !== undefined ? { status: change.status } : {}),
          ...(change.ownerId !== undefined ? { ownerId: change.ownerId } : {}),
          version: row.version + 1,
        },
      );
      const made: NewCorrection[] = [];
      if (change.name !== undefined && change.name !== row.name)
        made.push({
          kind: 'rename',
          painPointId: row.id,
          before: { name: row.name, namedByPerson: row.namedByPerson },
          after: { name: change.name },
        });
      if (change.status !== undefined && change.status !== row.status)
        made.push({
          kind: 'status',
          painPointId: row.id,
          before: { status: row.status },
          after: { status: change.status },
        });
      if (change.ownerId !== undefined && change.ownerId !== row.ownerId)
        made.push({
          kind: 'owner',
          painPointId: row.id,
          before: { ownerId: row.ownerId },
          after: { ownerId: change.ownerId },
        });
      if (made.length > 0) await this.corrections.record(tx, who, made);
      await this.identity.audit(
        tx,
        who,
        'painpoint.changed',
        { kind: 'pain_point', id: row.id },
        { from: { name: row.name, status: row.status, ownerId: row.ownerId }, to: change },
      );
      return this.painPoints.one(tx, row.id);
    });
  }

  /** Joins two of the same touchpoint; the other's link keeps working. @throws AppError painpoint.not_found, 422 intoId */
  merge(who: Principal, id: string, intoId: string): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.lockInOrder(tx, [id, intoId]);
      const row = await this.lock(tx, id);
      const into = await this.painPoints.requirePainPoint(tx, intoId, 'intoId');
      if (into.id === row.id) throw invalid('intoId', 'Choose another pain point.');
      if (into.touchpointId !== row.touchpointId)
        throw invalid('intoId', 'Choose a pain point of the same touchpoint.');
      const [{ statements, heirs }] = await tx.em.query(
        `select (select coalesce(jsonb_agg(id), '[]') from statements where pain_point_id = $1) as statements,
           (select coalesce(jsonb_agg(id), '[]') from pain_points where merged_into = $1) as heirs`,
        [row.id],
      );
      await this.grouping.mergeInto(tx, row.id, into.id);
      await tx.em.query(`update pain_points set named_by_person = true, version = version + 1 where id = $1`, [
        into.id,
      ]);
      await this.grouping.recentre(tx, into.id);
      await this.corrections.record(tx, who, [
        {
          kind: 'merge',
          painPointId: row.id,
          before: { status: row.status, statements, heirs, intoNamedByPerson: into.namedByPerson },
          after: { into: into.id },
        },
      ]);
      await this.identity.audit(tx, who, 'painpoint.merged', { kind: 'pain_point', id: row.id }, { into: into.id });
      return this.painPoints.one(tx, into.id);
    });
  }

  /** Takes statements out into a pain point of their own. @throws AppError painpoint.not_found, 422 statementIds */
  split(who: Principal, id: string, input: z.infer<typeof Contract.SplitPainPoint>): Promise<View> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.lock(tx, id);
      const rows = await this.statements(tx, input.statementIds, 'lock');
      if (rows.some((one) => one.pain_point_id !== row.id) || rows.length !== new Set(input.statementIds).size)
        throw invalid('statementIds', 'Choose statements of this pain point.');
      const made = await this.found(tx, row.touchpointId, input.name);
      await this.corrections.record(tx, who, await this.placed(tx, rows, made, row.id));
      await tx.em.query(`update pain_points set version = version + 1 where id = $1`, [row.id]);
      for (const each of [row.id, made]) await this.grouping.recentre(tx, each);
      await this.identity.audit(
        tx,
        who,
        'painpoint.split',
        { kind: 'pain_point', id: row.id },
        { into: made, statements: rows.length },
      );
      return this.painPoints.one(tx, made);
    });
  }

  // ——— statements ———

  /** @throws AppError statement.not_found, 422 painPointId, statementIds */
  correct(
    who: Principal,
    statementIds: readonly string[],
    change: z.infer<typeof Contract.CorrectStatement>,
  ): Promise<Contract.Corrected> {
    return this.db.tenant(who.tenantId, async (tx) => {
      // Pain points first, then statements, like the grouping does; where these are may change until both are held.
      const seen = await this.statements(tx, statementIds, 'look');
      if (seen.length !== new Set(statementIds).size) throw notFound('statement', 'statement');
      await tx.em.query(
        `select id from pain_points where touchpoint_id = any($1::uuid[]) or (touchpoint_id is null and $2) order by id for update`,
        [seen.flatMap((one) => one.touchpoint_id ?? []), seen.some((one) => one.touchpoint_id === null)],
      );
      const rows = await this.statements(tx, statementIds, 'lock');
      if (change.sentiment !== undefined) return this.relabel(tx, who, rows, change.sentiment);
      if (change.aspect !== undefined) return this.reaspect(tx, who, rows, change.aspect);
      return this.move(tx, who, rows, change);
    });
  }

  private async move(
    tx: Tx,
    who: Principal,
    rows: readonly StatementRow[],
    change: z.infer<typeof Contract.CorrectStatement>,
  ): Promise<Contract.Corrected> {
    const [first] = rows;
    const touchpointId = first?.touchpoint_id ?? null;
    const isOnePlace = rows.every((row) => row.touchpoint_id === touchpointId);
    let target: string | null = null;
    if (change.newPainPoint !== undefined) {
      if (!isOnePlace) throw invalid('statementIds', 'Choose statements of one touchpoint.');
      target = await this.found(tx, touchpointId, change.newPainPoint);
    } else if (change.painPointId) {
      const row = await this.painPoints.requirePainPoint(tx, change.painPointId, 'painPointId');
      if (!isOnePlace || row.touchpointId !== touchpointId)
        throw invalid('painPointId', 'Choose a pain point of the same touchpoint.');
      target = row.id;
    }
    const batch = await this.corrections.record(tx, who, await this.placed(tx, rows, target));
    await this.recentreAll(tx, [...rows.map((row) => row.pain_point_id), target]);
    await this.identity.auditAll(
      tx,
      who,
      'statement.moved',
      rows.map((row) => ({ kind: 'statement', id: row.id, details: { from: row.pain_point_id, to: target } })),
    );
    return { correctionId: batch, statements: rows.length, painPointId: target };
  }

  private async relabel(
    tx: Tx,
    who: Principal,
    rows: readonly StatementRow[],
    label: Label,
  ): Promise<Contract.Corrected> {
    const read = await this.firstRead(tx, rows);
    const made = rows.map((row): NewCorrection => ({
      kind: 'sentiment',
      painPointId: row.pain_point_id,
      statement: { id: row.id, responseId: row.response_id, text: row.text },
      before: {
        label: row.label,
        score: row.score,
        byPerson: row.label_by_person,
        painPointId: row.pain_point_id,
        read: row.label_by_person ? (read.get(row.id) ?? null) : row.label,
      },
      after: { label },
    }));
    await tx.em.query(
      `update statements s set label = $2, score = n.score, label_by_person = true,
         pain_point_id = case when $2 <> 'negative' and not s.placed_by_person then null else s.pain_point_id end
       from jsonb_to_recordset($1::jsonb) as n (id uuid, score real) where s.id = n.id`,
      [JSON.stringify(rows.map((row) => ({ id: row.id, score: scoreFor(label, row.score) }))), label],
    );
    const batch = await this.corrections.record(tx, who, made);
    await this.resettle(tx, rows);
    return { correctionId: batch, statements: rows.length, painPointId: null };
  }

  /** What the engine had said of these statements before anybody judged them. */
  private async firstRead(tx: Tx, rows: readonly StatementRow[]): Promise<Map<string, unknown>> {
    const found: { statement_id: string; read: unknown }[] = await tx.em.query(
      `select distinct on (statement_id) statement_id, before->'read' as read from corrections
       where statement_id = any($1::uuid[]) and kind = 'sentiment' order by statement_id, at, id`,
      [rows.filter((row) => row.label_by_person).map((row) => row.id)],
    );
    return new Map(found.map((one) => [one.statement_id, one.read]));
  }

  private async reaspect(
    tx: Tx,
    who: Principal,
    rows: readonly StatementRow[],
    aspect: string | null,
  ): Promise<Contract.Corrected> {
    await tx.em.query(`update statements set aspect = $2, aspect_by_person = true where id = any($1::uuid[])`, [
      rows.map((row) => row.id),
      aspect,
    ]);
    const batch = await this.corrections.record(
      tx,
      who,
      rows.map((row) => ({
        kind: 'aspect',
        painPointId: row.pain_point_id,
        statement: { id: row.id, responseId: row.response_id, text: row.text },
        before: { aspect: row.aspect, byPerson: row.aspect_by_person },
        after: { aspect },
      })),
    );
    return { correctionId: batch, statements: rows.length, painPointId: null };
  }

  /** After labels changed: comments are summed up anew, what became negative looks for its pain point, and the organization learns. */
  private async resettle(tx: Tx, rows: readonly StatementRow[]): Promise<void> {
    await this.recentreAll(
      tx,
      rows.map((row) => row.pain_point_id),
    );
    for (const [responseId, touchpointId] of new Map(rows.map((row) => [row.response_id, row.touchpoint_id]))) {
      await this.responses.resumSentiment(tx, responseId);
      await this.grouping.place(tx, responseId, touchpointId);
    }
    await this.language.corrected(tx);
  }

  /** Puts the statements there, for good, and says so in corrections yet to be recorded. */
  private async placed(
    tx: Tx,
    rows: readonly StatementRow[],
    target: string | null,
    splitFrom: string | null = null,
  ): Promise<NewCorrection[]> {
    await tx.em.query(`update statements set pain_point_id = $2, placed_by_person = true where id = any($1::uuid[])`, [
      rows.map((row) => row.id),
      target,
    ]);
    return rows.map((row) => ({
      kind: splitFrom === null ? 'place' : 'split',
      painPointId: row.pain_point_id,
      statement: { id: row.id, responseId: row.response_id, text: row.text },
      before: { painPointId: row.pain_point_id, byPerson: row.placed_by_person },
      after: { painPointId: target },
    }));
  }

  private async found(tx: Tx, touchpointId: string | null, name: string): Promise<string> {
    const id = newId();
    await tx.em.insert(PainPoint, { id, touchpointId, name, namedByPerson: true });
    return id;
  }

  private async recentreAll(tx: Tx, ids: readonly (string | null)[]): Promise<void> {
    for (const id of new Set(ids)) if (id) await this.grouping.recentre(tx, id);
  }

  private statements(tx: Tx, ids: readonly string[], how: 'look' | 'lock'): Promise<StatementRow[]> {
    return tx.em.query(
      `select ${STATEMENT} from statements where id = any($1::uuid[]) order by id ${how === 'lock' ? 'for update' : ''}`,
      [ids],
    );
  }

  // ——— undo ———

  /**
   * Takes back a correction with all that were made in the same go, as far as nobody changed the same thing since.
   * @throws AppError correction.not_found, correction.undone, correction.superseded (409)
   */
  async undo(who: Principal, id: string): Promise<void> {
    try {
      await this.db.tenant(who.tenantId, async (tx) => {
        const batch = await this.corrections.batch(tx, id);
        if (batch.length === 0) {
          const [known] = await tx.em.query(
            `select 1 from corrections where (id = $1 or batch = $1) and kind <> 'undo'`,
            [id],
          );
          if (known) throw new AppError('conflict', 'correction.undone', 'This was taken back already.');
          throw notFound('correction', 'correction');
        }
        const isShape = batch.some((one) => MANAGERS.has(one.kind));
        if (isShape && !roleAtLeast(who.role, 'manager'))
          throw new AppError('forbidden', 'auth.role', 'Taking this back needs a manager.');
        await this.lockForUndo(tx, batch);
        let taken = 0;
        for (const one of batch) if (await this.takeBack(tx, one)) taken += 1;
        if (taken === 0)
          throw new AppError(
            'conflict',
            'correction.superseded',
            'It cannot be taken back, because somebody changed the same thing since.',
          );
        await this.corrections.record(
          tx,
          who,
          batch.map((one) => ({ kind: 'undo', painPointId: one.painPointId, before: {}, after: {}, undoes: one.id })),
        );
        await this.settleUndo(tx, batch);
        await this.identity.audit(
          tx,
          who,
          'correction.undone',
          { kind: 'correction', id: batch[0]?.batch ?? id },
          { kind: batch[0]?.kind, corrections: batch.length },
        );
      });
    } catch (error) {
      if (isUniqueViolation(error, 'corrections_undoes_key'))
        throw new AppError('conflict', 'correction.undone', 'This was taken back already.');
      throw error;
    }
  }

  private async lockForUndo(tx: Tx, batch: readonly Correction[]): Promise<void> {
    const ids = batch.flatMap((one) =>
      [one.painPointId, one.before['painPointId'], one.after['painPointId'], one.after['into']].filter(
        (id) => typeof id === 'string',
      ),
    );
    await tx.em.query(
      `select id from pain_points where touchpoint_id in (select touchpoint_id from pain_points where id = any($1::uuid[]) union
         select touchpoint_id from statements where id = any($2::uuid[])) or id = any($1::uuid[]) order by id for update`,
      [ids, batch.flatMap((one) => one.statementId ?? [])],
    );
    await this.statements(
      tx,
      batch.flatMap((one) => one.statementId ?? []),
      'lock',
    );
  }

  /** False when somebody changed the same thing since, or it is gone. */
  private async takeBack(tx: Tx, { kind, painPointId, statementId, before, after }: Correction): Promise<boolean> {
    const changed = async (sql: string, values: unknown[]): Promise<boolean> => (await tx.em.query(sql, values))[1] > 0;
    switch (kind) {
      case 'rename':
        return changed(
          `update pain_points set name = $3, named_by_person = $4, version = version + 1 where id = $1 and name = $2 and status <> 'merged'`,
          [painPointId, after['name'], before['name'], before['namedByPerson']],
        );
      case 'status':
        return changed(`update pain_points set status = $3, version = version + 1 where id = $1 and status = $2`, [
          painPointId,
          after['status'],
          before['status'],
        ]);
      case 'owner':
        return changed(
          `update pain_points set owner_id = $3::uuid, version = version + 1 where id = $1 and owner_id is not distinct from $2::uuid and status <> 'merged'`,
          [painPointId, after['ownerId'], before['ownerId']],
        );
      case 'sentiment':
        return changed(
          `update statements s set label = $3, score = $4, label_by_person = $5,
             pain_point_id = case when s.placed_by_person then s.pain_point_id
               else (select p.id from pain_points p where p.id = $6::uuid and p.status <> 'merged') end
           where s.id = $1 and s.label = $2 and s.label_by_person`,
          [statementId, after['label'], before['label'], before['score'], before['byPerson'], before['painPointId']],
        );
      case 'aspect':
        return changed(
          `update statements set aspect = $3, aspect_by_person = $4 where id = $1 and aspect is not distinct from $2 and aspect_by_person`,
          [statementId, after['aspect'], before['aspect'], before['byPerson']],
        );
      case 'place':
      case 'split':
        return changed(
          `update statements set placed_by_person = $4,
             pain_point_id = (select coalesce(p.merged_into, p.id) from pain_points p where p.id = $3::uuid)
           where id = $1 and placed_by_person and pain_point_id is not distinct from (select coalesce(q.merged_into, q.id) from pain_points q where q.id = $2::uuid)`,
          [statementId, after['painPointId'], before['painPointId'], before['byPerson']],
        );
      case 'merge':
        if (
          !(await changed(
            `update pain_points set status = $3, merged_into = null, named_by_person = true, version = version + 1 where id = $1 and status = 'merged' and merged_into = $2`,
            [painPointId, after['into'], before['status']],
          ))
        )
          return false;
        await tx.em.query(
          `update statements set pain_point_id = $1 where id in (select value::uuid from jsonb_array_elements_text($3::jsonb)) and pain_point_id = $2`,
          [painPointId, after['into'], JSON.stringify(before['statements'])],
        );
        await tx.em.query(
          `update pain_points set merged_into = $1 where id in (select value::uuid from jsonb_array_elements_text($2::jsonb)) and status = 'merged'`,
          [painPointId, JSON.stringify(before['heirs'])],
        );
        await tx.em.query(`update pain_points set named_by_person = $2, version = version + 1 where id = $1`, [
          after['into'],
          before['intoNamedByPerson'],
        ]);
        return true;
      case 'undo':
        return false;
    }
  }

  /** Centres, comments and learning after things went back; a pain point that the correction had made and that is empty now ends. */
  private async settleUndo(tx: Tx, batch: readonly Correction[]): Promise<void> {
    const [first] = batch;
    const touched = batch.flatMap((one) => [
      one.painPointId,
      one.before['painPointId'],
      one.after['painPointId'],
      one.after['into'],
    ]);
    for (const id of new Set(touched)) {
      if (typeof id !== 'string') continue;
      const left = await this.grouping.recentre(tx, id);
      const isMade = batch.some(
        (one) => (one.kind === 'split' || one.kind === 'place') && one.after['painPointId'] === id,
      );
      if (left === 0 && isMade && first?.kind === 'split') await this.grouping.mergeInto(tx, id, first.painPointId);
    }
    if (first?.kind !== 'sentiment') return;
    const rows = await this.statements(
      tx,
      batch.flatMap((one) => one.statementId ?? []),
      'look',
    );
    await this.resettle(tx, rows);
  }

  // ——— locks ———

  /** In the order in which the grouping holds them, or two that meet would wait for each other. */
  private async lockInOrder(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.em.query(`select id from pain_points where id = any($1::uuid[]) order by id for update`, [ids]);
  }

  private async lock(tx: Tx, id: string): Promise<PainPoint> {
    const row = await tx.em.findOne(PainPoint, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound('painpoint', 'pain point');
    if (row.status === 'merged')
      throw new AppError('conflict', 'painpoint.merged', 'This pain point was merged into another one.', {
        extra: { mergedInto: row.mergedInto },
      });
    return row;
  }
}
