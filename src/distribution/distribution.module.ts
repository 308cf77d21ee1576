import { Global, Module } from '@nestjs/common';
import { Campaigns } from './campaigns.service.js';
import { CampaignsController, DistributionController, EventsController } from './distribution.controller.js';
import { Distribution } from './distribution.service.js';
import { Events } from './events.service.js';
import { Planning } from './planning.service.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';
import { Unsubscribe } from './unsubscribe/unsubscribe.service.js';

@Global()
@Module({
  controllers: [CampaignsController, EventsController, DistributionController, UnsubscribeController],
  providers: [Planning, Distribution, Campaigns, Events, Unsubscribe],
  exports: [Distribution],
})
export class DistributionModule {}
