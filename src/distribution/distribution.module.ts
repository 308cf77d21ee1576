import { Global, Module } from '@nestjs/common';
import { Campaigns } from './campaigns.service.js';
import {
  CampaignsController,
  ContactPolicyController,
  DistributionController,
  EventsController,
} from './distribution.controller.js';
import { ChannelsController, InboundTextsController, ShortLinksController } from './channels/channels.controller.js';
import { Channels } from './channels/channels.service.js';
import { InboundTexts } from './channels/inbound-texts.service.js';
import { ShortLinks } from './channels/short-links.service.js';
import { TextLedger } from './channels/text-ledger.js';
import { TextPreviews } from './channels/text-previews.service.js';
import { Texts } from './channels/texts.service.js';
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
    ChannelsController,
    InboundTextsController,
    ShortLinksController,
  ],
  providers: [
    Channels,
    TextLedger,
    Texts,
    InboundTexts,
    ShortLinks,
    TextPreviews,
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
  exports: [Distribution, InboundTexts, Texts],
})
export class DistributionModule {}
