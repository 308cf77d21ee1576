import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { DistributionModule } from '../distribution/distribution.module.js';
import { JourneysModule } from '../journeys/journeys.module.js';
import { SurveysModule } from '../surveys/surveys.module.js';
import { ResponsesController } from './responses.controller.js';
import { Responses } from './responses.service.js';

@Module({
  imports: [CustomersModule, JourneysModule, SurveysModule, DistributionModule],
  controllers: [ResponsesController],
  providers: [Responses],
  exports: [Responses],
})
export class ResponsesModule {}
