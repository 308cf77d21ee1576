import { Module } from '@nestjs/common';
import { PainPointsModule } from '../painpoints/painpoints.module.js';
import { ResponsesModule } from '../responses/responses.module.js';
import { CaseMails } from './cases/case-mails.js';
import { CaseRules } from './cases/case-rules.service.js';
import { CaseViews } from './cases/case-views.js';
import { CaseRulesController, CasesController } from './cases/cases.controller.js';
import { Cases } from './cases/cases.service.js';
import { Clocks } from './cases/clocks.js';
import { ReceiptController } from './cases/receipt/receipt.controller.js';
import { Receipts } from './cases/receipt/receipt.service.js';
import { ImprovementsController } from './improvements/improvements.controller.js';
import { Improvements } from './improvements/improvements.service.js';

/** Both kinds of action: cases (inner loop) and improvements (outer loop). */
@Module({
  imports: [ResponsesModule, PainPointsModule],
  controllers: [CasesController, CaseRulesController, ReceiptController, ImprovementsController],
  providers: [CaseMails, CaseRules, CaseViews, Cases, Clocks, Receipts, Improvements],
  exports: [Cases, CaseRules, Improvements],
})
export class ActionsModule {}
