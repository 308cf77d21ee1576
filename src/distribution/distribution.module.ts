import { Global, Module } from '@nestjs/common';
import { Campaigns } from './campaigns.service.js';
import { CampaignsController, DistributionController, EventsController } from './distribution.controller.js';
import { Distribution } from './distribution.service.js';
import { Events } from './events.service.js';
import { Planning } from './planning.service.js';

@Global()
@Module({
  controllers: [CampaignsController, EventsController, DistributionController],
  providers: [Planning, Distribution, Campaigns, Events],
  exports: [Distribution],
})
export class DistributionModule {}
