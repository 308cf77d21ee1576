import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { DistributionModule } from '../distribution/distribution.module.js';
import { JourneysModule } from '../journeys/journeys.module.js';
import { SurveysModule } from '../surveys/surveys.module.js';
import { AnswerChecks } from './answer-checks/answer-checks.service.js';
import { KioskController } from './channels/kiosk.controller.js';
import { OpenAnswersController } from './channels/open-answers.controller.js';
import { OpenAnswers } from './channels/open-answers.service.js';
import { OpenLinksController } from './channels/open-links.controller.js';
import { OpenLinks } from './channels/open-links.service.js';
import { TextAnswers } from './channels/text-answers.service.js';
import { VisitsController } from './channels/visits.controller.js';
import { WidgetController } from './channels/widget.controller.js';
import { MyPageController } from './my-page/my-page.controller.js';
import { MyPages } from './my-page/my-page.service.js';
import { ResponseDays } from './response-days.service.js';
import { ResponsesController } from './responses.controller.js';
import { Responses } from './responses.service.js';
import { PagePreviewController } from './survey-page/page-preview.controller.js';
import { SurveyPageController } from './survey-page/survey-page.controller.js';
import { SurveyPages } from './survey-page/survey-page.service.js';

@Module({
  imports: [CustomersModule, JourneysModule, SurveysModule, DistributionModule],
  controllers: [
    ResponsesController,
    SurveyPageController,
    PagePreviewController,
    MyPageController,
    OpenLinksController,
    OpenAnswersController,
    VisitsController,
    WidgetController,
    KioskController,
  ],
  providers: [AnswerChecks, ResponseDays, Responses, SurveyPages, MyPages, OpenLinks, OpenAnswers, TextAnswers],
  exports: [Responses, TextAnswers],
})
export class ResponsesModule {}
