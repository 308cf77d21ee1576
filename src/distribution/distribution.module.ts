import { Global, Module } from '@nestjs/common';
import { Campaigns } from './campaigns.service.js';
import {
  CampaignsController,
  ContactPolicyController,
  DistributionController,
  EventsController,
} from './distribution.controller.js';
import { Distribution } from './distribution.service.js';
import { Events } from './events.service.js';
import { Invitations } from './invitations.service.js';
import { ContactPolicies } from './policy/contact-policy.service.js';
import { Planning } from './planning.service.js';
import { SendHealthWatch } from './send-health.service.js';
import { Recurring } from './recurring.service.js';
import { TriggerTests } from './trigger-tests.service.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';
import { Unsubscribe } from './unsubscribe/unsubscribe.service.js';

@Global()
@Module({
  controllers: [
    CampaignsController,
    EventsController,
    ContactPolicyController,
    DistributionController,
    UnsubscribeController,
  ],
  providers: [
    Planning,
    ContactPolicies,
    Distribution,
    Campaigns,
    SendHealthWatch,
    Recurring,
    Events,
    TriggerTests,
    Invitations,
    Unsubscribe,
  ],
  exports: [Distribution],
})
export class DistributionModule {}
