import { Module } from '@nestjs/common';
import { JourneysModule } from '../journeys/journeys.module.js';
import { ResponsesModule } from '../responses/responses.module.js';
import { SentimentModule } from '../sentiment/sentiment.module.js';
import { Decisions } from './decisions.service.js';
import { Grouping } from './grouping.service.js';
import { History } from './history.service.js';
import { PainPointFigures } from './painpoint-figures.service.js';
import { PainPointsController } from './painpoints.controller.js';
import { PainPoints } from './painpoints.service.js';
import { StatementSearch } from './statement-search.service.js';
import { StatementsController } from './statements.controller.js';

@Module({
  imports: [JourneysModule, ResponsesModule, SentimentModule],
  controllers: [PainPointsController, StatementsController],
  providers: [PainPoints, PainPointFigures, Grouping, Decisions, History, StatementSearch],
  exports: [PainPoints],
})
export class PainPointsModule {}
