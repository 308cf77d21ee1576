import { Global, Module } from '@nestjs/common';
import { Digests } from './digests.service.js';
import { InsightsController } from './insights.controller.js';
import { Insights } from './insights.service.js';
import { Marks } from './marks.service.js';
import { SavedViews } from './saved-views.service.js';
import { SurveyResultsController } from './survey-results/survey-results.controller.js';
import { SurveyResults } from './survey-results/survey-results.service.js';

@Global()
@Module({
  controllers: [InsightsController, SurveyResultsController],
  providers: [Insights, Marks, SavedViews, Digests, SurveyResults],
  exports: [Insights, Digests],
})
export class InsightsModule {}
