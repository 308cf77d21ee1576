import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Principal, callerOf } from '../auth.js';
import { type CsvColumns, type CsvHeader, csvRows } from '../csv/read.js';
import { UnreadableCsv, utf8Text } from '../csv/text.js';
import { Db, type Tx } from '../db.js';
import { AppError, type FieldError, notFound } from '../errors.js';
import { inputError } from '../http/validation.js';
import { newId } from '../ids.js';
import { type Job, Jobs, defineMessage } from '../jobs.js';
import { type ImportOptions, ImportQuery, type ImportReport, type ImportView } from './imports.contract.js';
import { receiveFile } from './uploads.js';

export interface ImportColumn {
  name: string;
  required?: boolean;
}

/** One import, as the module that owns the rows sees it. */
export interface ImportRun {
  who: Principal;
  /** Stable name of who imports (`callerOf`). */
  caller: string;
  dryRun: boolean;
  onError: ImportOptions['onError'];
}

export interface RowError extends FieldError {
  /** As a spreadsheet numbers it; null for the file as a whole. */
  row: number | null;
}

/** How one kind of CSV becomes rows. Registered once, in the constructor of the service that owns the rows. */
export interface ImportKind<Row, Context = undefined> {
  columns: readonly ImportColumn[];
  /** Fields may also be `<prefix>.<anything>`. */
  prefixes?: readonly string[];
  /** What all rows are checked against (e.g. touchpoints by key), read once per run. */
  prepare(tx: Tx, run: ImportRun): Promise<Context>;
  /** Checks one row. Cells are texts as they stand in the file; an absent column is undefined. Pure: it may be called twice per row. */
  validateRow(
    cells: Readonly<Record<string, string>>,
    context: Context,
    run: ImportRun,
  ): { row: Row } | { errors: FieldError[] };
  /**
   * Stores up to 1,000 rows with a few statements. Safe to repeat: the same rows again change nothing and count as `skipped`.
   * `errors` names rows that could not be stored; those must not be counted elsewhere.
   */
  apply(
    tx: Tx,
    rows: readonly { row: number; value: Row }[],
    context: Context,
    run: ImportRun,
  ): Promise<{ created: number; updated: number; skipped: number; errors: RowError[] }>;
  /** In the transaction that ends an import which changed something, e.g. for the audit log. */
  finished?(tx: Tx, run: ImportRun, report: ImportReport): Promise<void>;
}

const SMALL_BYTES = 5 * 1024 * 1024;
/** Small, so that what was read dies young: with pieces of 1 MB the process grew by 200 MB during a 100 MB import. */
const PIECE_BYTES = 64 * 1024;
const FLUSH_BYTES = 256 * 1024;
const BATCH_ROWS = 1000;
const MAX_ERRORS = 1000;
const RENEW_MS = 30_000;
const CHECK_SHARE = 0.3;

const ImportReceived = defineMessage('imports.received', z.strictObject({ importId: z.uuid() }));

/** Undoes the transaction and carries the report out of it. */
class Undo extends Error {}

type AnyKind = ImportKind<unknown, unknown>;
type Spool = { pieces: Buffer[] } | { importId: string };

interface ImportRow {
  id: string;
  kind: string;
  state: ImportView['state'];
  options: { who: Principal; dryRun: boolean; onError: ImportOptions['onError']; mapping: Record<string, string> };
  progress: number;
  report: ImportReport | null;
  bytes: string;
  created_at: Date;
  finished_at: Date | null;
}

/**
 * CSV imports of every kind. Up to 5 MB are done while the caller waits, in one transaction. Larger files are stored in pieces as they
 * come in (in UTF-8, checked on the way) and imported by a job:
 * - `abort` and dry runs in one transaction, undone at the end if any row is bad;
 * - `skip` after a pass that reads the whole file, in a transaction per 1,000 rows that also moves the count of rows read on, so that a
 *   crash or a second worker neither repeats nor leaves out a row.
 */
@Injectable()
export class Imports {
  private readonly log = new Logger('Imports');
  private readonly kinds = new Map<string, AnyKind>();

  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
  ) {
    jobs.on(ImportReceived, 'imports.run', (message, job) => this.runStored(job, message.importId));
    jobs.every('imports.clean_up', 3_600_000, z.strictObject({}), () => this.cleanUp());
  }

  /** `kind` is the resource's name, e.g. `customers`. */
  register<Row, Context>(kind: string, how: ImportKind<Row, Context>): void {
    if (this.kinds.has(kind)) throw new Error(`two importers of ${kind}`);
    this.kinds.set(kind, how as unknown as AnyKind);
  }

  /**
   * Takes the upload of a request: 200 with the report, or 202 with `Location` for a file over 5 MB. `query` comes from `ImportQuery`.
   * @throws AppError 422 import.unreadable for a file that is no such CSV, 413, 415
   */
  async receive(
    who: Principal,
    kind: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ImportReport | ImportView> {
    const stored = new Set<string>();
    try {
      const { taken, fields } = await receiveFile(request, (file) =>
        this.spool(who, kind, file, (importId) => stored.add(importId)),
      );
      const options = optionsOf({ ...(request.query as object), ...fields });
      if ('pieces' in taken) return await this.runSmall(who, kind, taken.pieces, options);
      const { importId } = taken;
      await this.checkHeader(who.tenantId, kind, importId, options);
      const view = await this.db.tenant(who.tenantId, async (tx) => {
        await tx.em.query(`update imports set state = 'queued', options = $2 where id = $1`, [
          importId,
          JSON.stringify({ who, ...options }),
        ]);
        await this.jobs.send(tx, ImportReceived, importId, { importId });
        return this.find(tx, importId);
      });
      stored.clear();
      void reply.status(202).header('location', `/api/v1/imports/${importId}`);
      return viewOf(view);
    } catch (error) {
      throw error instanceof UnreadableCsv ? unreadable(error) : error;
    } finally {
      for (const importId of stored) await this.forget(who.tenantId, importId);
    }
  }

  /** @throws AppError 404 import.not_found */
  async get(tenantId: string, id: string): Promise<ImportView> {
    return this.db.tenant(tenantId, async (tx) => viewOf(await this.find(tx, id)));
  }

  /** Keeps up to 5 MB in memory; what is larger goes to `import_chunks` piece by piece. */
  private async spool(
    who: Principal,
    kind: string,
    file: AsyncIterable<Buffer>,
    onStored: (importId: string) => unknown,
  ): Promise<Spool> {
    const { tenantId } = who;
    let importId: string | null = null;
    let pieces: Buffer[] = [];
    let held = 0;
    let bytes = 0;
    let position = 0;
    const flush = async (): Promise<void> => {
      const id = importId;
      const data = Buffer.concat(pieces);
      pieces = [];
      held = 0;
      await this.db.tenant(tenantId, async (tx) => {
        // One by one, since a Buffer alone travels as it is, while an array of them is written out as text of twice the size.
        for (let from = 0; from < data.length; from += PIECE_BYTES)
          await tx.em.query(`insert into import_chunks (import_id, position, data) values ($1, $2, $3)`, [
            id,
            position++,
            data.subarray(from, from + PIECE_BYTES),
          ]);
      });
    };
    for await (const text of utf8Text(file)) {
      pieces.push(text);
      held += text.length;
      bytes += text.length;
      if (importId === null && bytes > SMALL_BYTES) {
        const id = newId();
        await this.db.tenant(tenantId, (tx) =>
          tx.em.query(`insert into imports (id, kind, created_by) values ($1, $2, $3)`, [id, kind, who.userId]),
        );
        importId = id;
        onStored(id);
      }
      if (importId !== null && held >= FLUSH_BYTES) await flush();
    }
    if (importId === null) return { pieces };
    await flush();
    await this.db.tenant(tenantId, (tx) =>
      tx.em.query(`update imports set bytes = $2 where id = $1`, [importId, bytes]),
    );
    return { importId };
  }

  /** Refuses a large file for its header at once instead of in the report. */
  private async checkHeader(tenantId: string, kind: string, importId: string, options: ImportOptions): Promise<void> {
    const first = await this.piece(tenantId, importId, 0);
    const head = first?.subarray(0, 65_536) ?? Buffer.alloc(0);
    const rows = csvRows(once(head), columnsOf(this.kind(kind), options.mapping));
    try {
      await rows.next();
    } catch (error) {
      // The piece ends anywhere, so only what is said about the header itself counts.
      if (error instanceof UnreadableCsv && error.path !== '') throw error;
    } finally {
      await rows.return(undefined);
    }
  }

  private async runSmall(
    who: Principal,
    kind: string,
    pieces: Buffer[],
    options: ImportOptions,
  ): Promise<ImportReport> {
    const how = this.kind(kind);
    const run: ImportRun = { who, caller: callerOf(who), dryRun: options.dryRun, onError: options.onError };
    const report = newReport(options.dryRun);
    await this.inOneTransaction(who.tenantId, run, report, async (tx) => {
      await this.applyAll(tx, how, run, options.mapping, fromMemory(pieces), report, { inMemory: true });
      if (changed(report)) await how.finished?.(tx, run, report);
    });
    return report;
  }

  /** The job of a stored import. Whoever comes second, or again, goes on where the rows stand. */
  private async runStored(job: Job, importId: string): Promise<void> {
    const { tenantId } = job;
    const row = await this.db.tenant(tenantId, async (tx) => {
      await tx.em.query(`update imports set state = 'running' where id = $1 and state = 'queued'`, [importId]);
      const [found]: ImportRow[] = await tx.em.query(`select * from imports where id = $1`, [importId]);
      return found ?? null;
    });
    if (row?.state !== 'running') return;
    const how = this.kind(row.kind);
    const { who, dryRun, onError, mapping } = row.options;
    const run: ImportRun = { who, caller: callerOf(who), dryRun, onError };

    let progress = row.progress;
    // Made outside every transaction, so that progress can be seen while one is open.
    const renewal = setInterval(() => void this.renew(job, importId, progress), RENEW_MS / 10);
    try {
      const total = Number(row.bytes);
      if (onError === 'skip' && !dryRun) await this.inBatches(row, how, run, (share) => (progress = share));
      else {
        const report = newReport(dryRun);
        const committed = await this.inOneTransaction(tenantId, run, report, async (tx) => {
          const [lock]: { free: boolean }[] = await tx.em.query(
            `select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free`,
            [importId],
          );
          if (!lock?.free) throw new Error('another worker runs this import');
          const pieces = this.stored(
            (position) => pieceOf(tx, importId, position),
            (bytes) => (progress = bytes / total),
          );
          await this.applyAll(tx, how, run, mapping, pieces, report);
          if (report.errorCount === 0 || onError === 'skip') {
            if (changed(report)) await how.finished?.(tx, run, report);
            await finish(tx, importId, 'done', report);
          }
        });
        if (!committed)
          await this.db.tenant(tenantId, (tx) => finish(tx, importId, dryRun ? 'done' : 'failed', report));
      }
    } catch (error) {
      if (error instanceof UnreadableCsv) {
        const report = { ...newReport(dryRun), errors: [rowError(error)], errorCount: 1 };
        await this.db.tenant(tenantId, (tx) => finish(tx, importId, 'failed', report));
        return;
      }
      if (job.isLastAttempt) await this.giveUp(tenantId, importId, error);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  private async inBatches(
    row: ImportRow,
    how: AnyKind,
    run: ImportRun,
    onProgress: (share: number) => void,
  ): Promise<void> {
    const { id, options } = row;
    const tenantId = run.who.tenantId;
    const total = Number(row.bytes);
    const columns = columnsOf(how, options.mapping);
    const report = row.report ?? newReport(false);
    const context = await this.db.tenant(tenantId, (tx) => how.prepare(tx, run));
    const fetch = (position: number) => this.piece(tenantId, id, position);

    // Read to the end first: a file that breaks off in a quoted cell must not be imported by half.
    if (row.report === null) {
      const pieces = this.stored(fetch, (bytes) => onProgress((bytes / total) * CHECK_SHARE));
      for await (const lot of csvRows(pieces, columns)) void lot;
    }

    const done = report.read;
    let seen = 0;
    const pieces = this.stored(fetch, (bytes) => onProgress(CHECK_SHARE + (bytes / total) * (1 - CHECK_SHARE)));
    const batches = ahead(
      batched(
        csvRows(pieces, columns, (header) => (report.ignoredColumns = header.ignored)),
        how,
        context,
        run,
      ),
    );
    for await (const batch of batches) {
      seen += batch.read;
      // After a crash the rows that are done are only counted; batches are cut the same way each time.
      if (seen <= done) continue;
      const before = report.read;
      const mine = await this.db.tenant(tenantId, async (tx) => {
        const [locked]: { read: number }[] = await tx.em.query(
          `select coalesce((report->>'read')::integer, 0) as read from imports where id = $1 and state = 'running' for update`,
          [id],
        );
        if (locked?.read !== before) return false;
        await applyBatch(tx, how, context, run, batch, report);
        await tx.em.query(`update imports set report = $2 where id = $1`, [id, JSON.stringify(report)]);
        return true;
      });
      // Another worker is ahead; it finishes the import.
      if (!mine) return;
    }
    await this.db.tenant(tenantId, async (tx) => {
      if (changed(report)) await how.finished?.(tx, run, report);
      await finish(tx, id, 'done', report);
    });
  }

  /** Applies while reading. After the first bad row of an `abort` import it only checks on, to report all of them. */
  private async applyAll(
    tx: Tx,
    how: AnyKind,
    run: ImportRun,
    mapping: Record<string, string>,
    pieces: AsyncIterable<Buffer>,
    report: ImportReport,
    { inMemory = false } = {},
  ): Promise<void> {
    const context = await how.prepare(tx, run);
    const rows = csvRows(
      pieces,
      columnsOf(how, mapping),
      (header: CsvHeader) => (report.ignoredColumns = header.ignored),
    );
    const batches = batched(rows, how, context, run);
    // Pieces that come over the transaction's own connection cannot be read while it works.
    for await (const batch of inMemory ? ahead(batches) : batches)
      await applyBatch(tx, how, context, run, batch, report);
  }

  /** Commits unless it was a dry run or an `abort` import with bad rows; true when committed. */
  private async inOneTransaction(
    tenantId: string,
    run: ImportRun,
    report: ImportReport,
    work: (tx: Tx) => Promise<void>,
  ): Promise<boolean> {
    try {
      await this.db.tenant(tenantId, async (tx) => {
        await work(tx);
        const refused = run.onError === 'abort' && report.errorCount > 0;
        if (refused) Object.assign(report, { created: 0, updated: 0, unchanged: 0, skipped: report.read });
        if (refused || run.dryRun) throw new Undo();
      });
      return true;
    } catch (error) {
      if (error instanceof Undo) return false;
      throw error;
    }
  }

  private async *stored(
    fetch: (position: number) => Promise<Buffer | null>,
    onBytes: (bytes: number) => void,
  ): AsyncGenerator<Buffer> {
    let bytes = 0;
    for (let position = 0; ; position += 1) {
      const piece = await fetch(position);
      if (!piece) return;
      yield piece;
      bytes += piece.length;
      onBytes(bytes);
    }
  }

  private piece(tenantId: string, importId: string, position: number): Promise<Buffer | null> {
    return this.db.tenant(tenantId, (tx) => pieceOf(tx, importId, position));
  }

  private async renew(job: Job, importId: string, progress: number): Promise<void> {
    try {
      await this.db.tenant(job.tenantId, (tx) =>
        tx.em.query(`update imports set progress = $2 where id = $1 and state = 'running'`, [
          importId,
          Math.min(progress, 1),
        ]),
      );
      await this.jobs.renew(job);
    } catch (error) {
      this.log.warn(`progress of import ${importId}: ${String(error)}`);
    }
  }

  private async giveUp(tenantId: string, importId: string, error: unknown): Promise<void> {
    this.log.error({ msg: 'import failed', importId, error: String(error) });
    await this.db.tenant(tenantId, async (tx) => {
      const row = await this.find(tx, importId);
      const report = row.report ?? newReport(false);
      addErrors(report, [
        {
          row: null,
          path: '',
          message: `The import stopped after ${report.read} rows because of an error on our side. Import the file again: rows that are in already stay as they are.`,
        },
      ]);
      await finish(tx, importId, 'failed', report);
    });
  }

  private async find(tx: Tx, id: string): Promise<ImportRow> {
    const [row]: ImportRow[] = await tx.em.query(`select * from imports where id = $1 and state <> 'receiving'`, [id]);
    if (!row) throw notFound('import', 'import');
    return row;
  }

  private async forget(tenantId: string, importId: string): Promise<void> {
    await this.db.tenant(tenantId, (tx) => tx.em.query(`delete from imports where id = $1`, [importId]));
  }

  /** Uploads that broke off with their process, and reports that nobody needs any more. */
  private async cleanUp(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, (tx) =>
        tx.em.query(
          `delete from imports where (state = 'receiving' and created_at < now() - interval '1 day') or finished_at < now() - interval '90 days'`,
        ),
      );
  }

  private kind(name: string): AnyKind {
    const kind = this.kinds.get(name);
    if (!kind) throw new Error(`no importer of ${name}`);
    return kind;
  }
}

interface Batch {
  read: number;
  good: { row: number; value: unknown }[];
  errors: RowError[];
}

/** Cuts the rows into batches of 1,000 checked ones; the cuts depend on the file only. */
async function* batched(
  lots: AsyncIterable<{ row: number; cells: Record<string, string> | null; problem: string | null }[]>,
  how: AnyKind,
  context: unknown,
  run: ImportRun,
): AsyncGenerator<Batch> {
  let batch: Batch = { read: 0, good: [], errors: [] };
  for await (const lot of lots)
    for (const { row, cells, problem } of lot) {
      batch.read += 1;
      if (cells === null) batch.errors.push({ row, path: '', message: problem ?? 'This row cannot be read.' });
      else {
        const checked = how.validateRow(cells, context, run);
        if ('row' in checked) batch.good.push({ row, value: checked.row });
        else batch.errors.push(...checked.errors.map((error) => ({ row, ...error })));
      }
      if (batch.read < BATCH_ROWS) continue;
      yield batch;
      batch = { read: 0, good: [], errors: [] };
    }
  if (batch.read > 0) yield batch;
}

/** Reads and checks the next batch while the database works on this one. */
async function* ahead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  // After the reader has had its turn to send its statement.
  const begin = () => new Promise((resolve) => setImmediate(resolve)).then(() => batches.next());
  let next = begin();
  try {
    for (;;) {
      const batch = await next;
      if (batch.done) return;
      next = begin();
      // Thrown where it is awaited.
      next.catch(() => undefined);
      yield batch.value;
    }
  } finally {
    await batches.return(undefined);
  }
}

async function applyBatch(
  tx: Tx,
  how: AnyKind,
  context: unknown,
  run: ImportRun,
  batch: Batch,
  report: ImportReport,
): Promise<void> {
  addErrors(report, batch.errors);
  report.read += batch.read;
  if (run.onError === 'abort' && report.errorCount > 0) return;
  const done =
    batch.good.length > 0
      ? await how.apply(tx, batch.good, context, run)
      : { created: 0, updated: 0, skipped: 0, errors: [] };
  addErrors(report, done.errors);
  report.created += done.created;
  report.updated += done.updated;
  report.unchanged += done.skipped;
  report.skipped = report.read - report.created - report.updated;
}

async function finish(tx: Tx, importId: string, state: 'done' | 'failed', report: ImportReport): Promise<void> {
  await tx.em.query(
    `update imports set state = $2, report = $3, progress = 1, finished_at = now() where id = $1 and state = 'running'`,
    [importId, state, JSON.stringify(report)],
  );
  // The file itself is personal data and has served its purpose.
  await tx.em.query(`delete from import_chunks where import_id = $1`, [importId]);
}

async function pieceOf(tx: Tx, importId: string, position: number): Promise<Buffer | null> {
  const [row]: { data: Buffer }[] = await tx.em.query(
    `select data from import_chunks where import_id = $1 and position = $2`,
    [importId, position],
  );
  return row?.data ?? null;
}

async function* once(piece: Buffer): AsyncGenerator<Buffer> {
  yield piece;
}

async function* fromMemory(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

function columnsOf(how: AnyKind, mapping: Record<string, string>): CsvColumns {
  return {
    names: how.columns.map((column) => column.name),
    required: how.columns.filter((column) => column.required).map((column) => column.name),
    prefixes: how.prefixes ?? [],
    mapping,
  };
}

function optionsOf(fields: object): ImportOptions {
  const parsed = ImportQuery.safeParse(fields);
  if (!parsed.success) throw inputError(parsed.error.issues);
  return parsed.data;
}

function newReport(dryRun: boolean): ImportReport {
  return {
    read: 0,
    created: 0,
    updated: 0,
    skipped: 0,
    unchanged: 0,
    errors: [],
    errorCount: 0,
    ignoredColumns: [],
    dryRun,
  };
}

function addErrors(report: ImportReport, errors: readonly RowError[]): void {
  report.errorCount += errors.length;
  report.errors.push(...errors.slice(0, Math.max(0, MAX_ERRORS - report.errors.length)));
}

const changed = (report: ImportReport): boolean => report.created + report.updated > 0;

const rowError = (error: UnreadableCsv): RowError => ({ row: error.row, path: error.path, message: error.message });

/** 422 with the report of an import that read nothing beside the problem. */
function unreadable(error: UnreadableCsv): AppError {
  const { errors: _, ...report } = newReport(false);
  return new AppError('invalid', 'import.unreadable', error.message, {
    errors: [rowError(error)],
    extra: { ...report, errorCount: 1 },
  });
}

function viewOf(row: ImportRow): ImportView {
  return {
    ...(row.report ?? newReport(row.options.dryRun)),
    id: row.id,
    kind: row.kind,
    state: row.state,
    progress: row.progress,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
