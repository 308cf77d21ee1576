import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { DistributionModule } from '../distribution/distribution.module.js';
import { JourneysModule } from '../journeys/journeys.module.js';
import { SurveysModule } from '../surveys/surveys.module.js';
import { ResponsesController } from './responses.controller.js';
import { Responses } from './responses.service.js';
import { PagePreviewController } from './survey-page/page-preview.controller.js';
import { SurveyPageController } from './survey-page/survey-page.controller.js';
import { SurveyPages } from './survey-page/survey-page.service.js';

@Module({
  imports: [CustomersModule, JourneysModule, SurveysModule, DistributionModule],
  controllers: [ResponsesController, SurveyPageController, PagePreviewController],
  providers: [Responses, SurveyPages],
  exports: [Responses],
})
export class ResponsesModule {}
