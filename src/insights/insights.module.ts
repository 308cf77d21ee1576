import { Global, Module } from '@nestjs/common';
import { Digests } from './digests.service.js';
import { InsightsController } from './insights.controller.js';
import { Insights } from './insights.service.js';
import { Marks } from './marks.service.js';
import { SavedViews } from './saved-views.service.js';

@Global()
@Module({
  controllers: [InsightsController],
  providers: [Insights, Marks, SavedViews, Digests],
  exports: [Insights, Digests],
})
export class InsightsModule {}
