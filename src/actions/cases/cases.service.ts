import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth.js';
import { Db, type Tx } from '../../platform/db.js';
import type { Page } from '../../platform/page.js';
import { CaseAnswers } from './case-answers.js';
import { CaseFiles } from './case-files.js';
import { CaseList } from './case-list.js';
import { CaseOpening } from './case-opening.js';
import { type CaseEvent, CaseStore } from './case-store.js';
import { CaseTogether } from './case-together.js';
import { CaseUndo } from './case-undo.js';
import { CaseWork } from './case-work.js';
import type {
  BulkChange,
  CaseCounts,
  CaseQuery,
  CaseView,
  ChangeCase,
  CountsQuery,
  NewCase,
} from './cases.contract.js';

export type { CaseEvent } from './case-store.js';

/** One customer, one problem, one answer: the inner loop, which the customer closes. The module's door; the parts do the work. */
@Injectable()
export class Cases {
  constructor(
    private readonly db: Db,
    private readonly store: CaseStore,
    private readonly inbox: CaseList,
    private readonly opening: CaseOpening,
    private readonly work: CaseWork,
    private readonly undos: CaseUndo,
    private readonly answers: CaseAnswers,
    private readonly together: CaseTogether,
    private readonly files: CaseFiles,
  ) {}

  /** Hears of every change of a case, in its transaction: for live screens and webhooks. */
  registerObserver(observe: (tx: Tx, event: CaseEvent) => Promise<void>): void {
    this.store.registerObserver(observe);
  }

  list(who: Principal, query: CaseQuery): Promise<Page<CaseView>> {
    return this.inbox.list(who, query);
  }

  /** The counts beside the tabs. */
  counts(who: Principal, query: CountsQuery): Promise<CaseCounts> {
    return this.inbox.counts(who, query);
  }

  /** @throws AppError case.not_found */
  get(who: Principal, id: string): Promise<CaseView> {
    return this.db.tenant(who.tenantId, (tx) => this.store.view(tx, who, id));
  }

  /** A case made by hand. @throws AppError 409 case.exists for a response that has one, 422 for unknown parts */
  create(who: Principal, input: NewCase): Promise<CaseView> {
    return this.opening.create(who, input);
  }

  /** @throws AppError case.not_found, case.version (409), 422 for unknown people, teams or pain points */
  change(who: Principal, id: string, change: ChangeCase) {
    return this.work.change(who, id, change);
  }

  /** An internal note. @throws AppError case.not_found */
  note(who: Principal, id: string, body: unknown) {
    return this.work.note(who, id, body);
  }

  /** Writes to the customer. @throws AppError as {@link CaseWork.message} */
  message(who: Principal, id: string, body: unknown) {
    return this.work.message(who, id, body);
  }

  /** Says what was done and why. @throws AppError case.not_found, case.illegal_transition (409) */
  resolve(who: Principal, id: string, body: unknown) {
    return this.work.resolve(who, id, body);
  }

  /** @throws AppError case.not_found, case.illegal_transition (409) */
  reopen(who: Principal, id: string, body: unknown) {
    return this.work.reopen(who, id, body);
  }

  /** One change for many; what cannot take it stays as it is, with the reason. */
  bulk(who: Principal, ids: string[], change: BulkChange) {
    return this.work.bulk(who, ids, change);
  }

  /** Takes a bulk change, a message or a resolution back. @throws AppError undo.not_found, undo.too_late (409) */
  undo(who: Principal, undoId: string) {
    return this.undos.undo(who, undoId);
  }

  /** `id` becomes part of `into`. @throws AppError as {@link CaseTogether.merge} */
  merge(who: Principal, id: string, into: string) {
    return this.together.merge(who, id, into);
  }

  /** The caller hears of what happens here, or no longer. @throws AppError case.not_found, 403 for programs */
  follow(who: Principal, id: string, follows: boolean) {
    return this.together.follow(who, id, follows);
  }

  /** The caller has seen what stands here now. @throws AppError case.not_found, 403 for programs */
  read(who: Principal, id: string): Promise<void> {
    return this.together.read(who, id);
  }

  /** @throws AppError case_file.not_found, case_file.not_kept (409) */
  file(tenantId: string, id: string, fileId: string) {
    return this.files.download(tenantId, id, fileId);
  }

  /** The customer's word on the page `/r`. @throws AppError case.not_found */
  answer(tenantId: string, id: string, answer: 'fixed' | 'not_yet', comment: string | null): Promise<void> {
    return this.answers.answer(tenantId, id, answer, comment);
  }
}
