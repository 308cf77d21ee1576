import { Module } from '@nestjs/common';
import { PainPointsModule } from '../painpoints/painpoints.module.js';
import { ResponsesModule } from '../responses/responses.module.js';
import { Assignees } from './cases/assignees.service.js';
import { CaseAnswers } from './cases/case-answers.js';
import { CaseFacts } from './cases/case-facts.js';
import { CaseFiles } from './cases/case-files.js';
import { CaseList } from './cases/case-list.js';
import { CaseMails } from './cases/case-mails.js';
import { CaseOpening } from './cases/case-opening.js';
import { CaseRules } from './cases/case-rules.service.js';
import { CaseStore } from './cases/case-store.js';
import { CaseTogether } from './cases/case-together.js';
import { CaseUndo } from './cases/case-undo.js';
import { CaseViews } from './cases/case-views.js';
import { CaseWork } from './cases/case-work.js';
import { CaseRulesController, CasesController } from './cases/cases.controller.js';
import { Cases } from './cases/cases.service.js';
import { Clocks } from './cases/clocks.js';
import { Escalations } from './cases/escalations.service.js';
import { ReceiptController } from './cases/receipt/receipt.controller.js';
import { Receipts } from './cases/receipt/receipt.service.js';
import { Replanning } from './cases/replanning.service.js';
import { SlaPolicies } from './cases/sla-policies.service.js';
import { SlaController } from './cases/sla.controller.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { Notifications } from './notifications/notifications.service.js';
import { SavedRepliesController } from './saved-replies/saved-replies.controller.js';
import { SavedReplies } from './saved-replies/saved-replies.service.js';
import { Replies } from './replies/replies.service.js';
import { ImprovementsController } from './improvements/improvements.controller.js';
import { Improvements } from './improvements/improvements.service.js';

/** Both kinds of action: cases (inner loop) and improvements (outer loop). */
@Module({
  imports: [ResponsesModule, PainPointsModule],
  controllers: [
    CasesController,
    CaseRulesController,
    SlaController,
    ReceiptController,
    ImprovementsController,
    NotificationsController,
    SavedRepliesController,
  ],
  providers: [
    Assignees,
    CaseAnswers,
    CaseFacts,
    CaseFiles,
    CaseList,
    CaseMails,
    CaseOpening,
    CaseRules,
    CaseStore,
    CaseTogether,
    CaseUndo,
    CaseViews,
    CaseWork,
    Cases,
    Clocks,
    Escalations,
    Receipts,
    Replanning,
    SlaPolicies,
    Improvements,
    Notifications,
    Replies,
    SavedReplies,
  ],
  exports: [Cases, CaseRules, Improvements],
})
export class ActionsModule {}
