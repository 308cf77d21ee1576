import { Module } from '@nestjs/common';
import { JourneysModule } from '../journeys/journeys.module.js';
import { ResponsesModule } from '../responses/responses.module.js';
import { PainPointsController } from './painpoints.controller.js';
import { PainPoints } from './painpoints.service.js';

@Module({
  imports: [JourneysModule, ResponsesModule],
  controllers: [PainPointsController],
  providers: [PainPoints],
  exports: [PainPoints],
})
export class PainPointsModule {}
