import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { WordingQuery } from '../surveys/surveys.contract.js';
import { Campaigns } from './campaigns.service.js';
import * as C from './distribution.contract.js';
import { Distribution } from './distribution.service.js';
import { Events } from './events.service.js';

@ApiTags('Campaigns')
@Controller('api/v1/campaigns')
export class CampaignsController {
  constructor(private readonly campaigns: Campaigns) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.CampaignPage })
  list(@Who() who: Principal, @Query({ schema: C.ListCampaigns }) query: C.ListCampaigns) {
    return this.campaigns.list(who.tenantId, query);
  }

  @Access('manager')
  @Post()
  @ApiCreatedResponse({ standardSchema: C.CampaignView })
  create(@Who() who: Principal, @Body({ schema: C.CreateCampaign }) body: C.CreateCampaign) {
    return this.campaigns.create(who.tenantId, body);
  }

  @Access('viewer')
  @Get(':id')
  @ApiOkResponse({ standardSchema: C.CampaignView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.get(who.tenantId, id);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.CampaignView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeCampaign }) body: C.ChangeCampaign,
  ) {
    return this.campaigns.change(who.tenantId, id, body);
  }

  @Access('manager')
  @Post(':id/preview')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CampaignPreview })
  preview(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.preview(who.tenantId, id);
  }

  @Access('manager')
  @Post(':id/launch')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CampaignView })
  launch(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.launch(who, id);
  }

  @Access('manager')
  @Post(':id/pause')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CampaignView })
  pause(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.pause(who, id);
  }

  @Access('manager')
  @Post(':id/resume')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CampaignView })
  resume(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.resume(who, id);
  }

  @Access('manager')
  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CampaignView })
  cancel(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.cancel(who, id);
  }
}

@ApiTags('Triggers and events')
@Controller('api/v1')
export class EventsController {
  constructor(private readonly events: Events) {}

  @Access('viewer')
  @Get('triggers')
  @ApiOkResponse({ standardSchema: C.TriggerPage })
  triggers(@Who() who: Principal, @Query({ schema: C.ListTriggers }) query: C.ListTriggers) {
    return this.events.triggers(who.tenantId, query);
  }

  @Access('manager')
  @Post('triggers')
  @ApiCreatedResponse({ standardSchema: C.TriggerView })
  addTrigger(@Who() who: Principal, @Body({ schema: C.CreateTrigger }) body: C.CreateTrigger) {
    return this.events.addTrigger(who.tenantId, body);
  }

  @Access('manager')
  @Patch('triggers/:id')
  @ApiOkResponse({ standardSchema: C.TriggerView })
  changeTrigger(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeTrigger }) body: C.ChangeTrigger,
  ) {
    return this.events.changeTrigger(who.tenantId, id, body);
  }

  @Access('agent')
  @Post('events')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.EventsAccepted })
  receive(@Who() who: Principal, @Body({ schema: C.PostEvents }) body: C.PostEvents) {
    return this.events.receive(who.tenantId, body);
  }

  @Access('viewer')
  @Get('events')
  @ApiOkResponse({ standardSchema: C.EventPage })
  list(@Who() who: Principal, @Query({ schema: C.ListEvents }) query: C.ListEvents) {
    return this.events.list(who.tenantId, query);
  }

  @Access('manager')
  @Post('events/:id/replay')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.EventView })
  replay(@Who() who: Principal, @Param('id') ref: string) {
    return this.events.replay(who.tenantId, ref);
  }
}

@ApiTags('Contact policy and invitations')
@Controller('api/v1')
export class DistributionController {
  constructor(private readonly distribution: Distribution) {}

  @Access('viewer')
  @Get('contact-policy')
  @ApiOkResponse({ standardSchema: C.ContactPolicyView })
  policy(@Who() who: Principal) {
    return this.distribution.policy(who.tenantId);
  }

  @Access('manager')
  @Put('contact-policy')
  @ApiOkResponse({ standardSchema: C.ContactPolicyView })
  putPolicy(@Who() who: Principal, @Body({ schema: C.PutContactPolicy }) body: C.PutContactPolicy) {
    return this.distribution.putPolicy(who, body);
  }

  @Access('viewer')
  @Get('invitations')
  @ApiOkResponse({ standardSchema: C.InvitationPage })
  invitations(@Who() who: Principal, @Query({ schema: C.ListInvitations }) query: C.ListInvitations) {
    return this.distribution.invitations(who, query);
  }

  @Access('viewer')
  @Get('invitations/:id')
  @ApiOkResponse({ standardSchema: C.InvitationView })
  invitation(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.distribution.getInvitation(who, id);
  }

  @Access('manager')
  @Post('invitations/:id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.InvitationView })
  cancel(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.distribution.cancelInvitation(who, id);
  }

  @Access('manager')
  @Post('surveys/:id/test')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.TestSent })
  sendTest(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body({ schema: C.SendTest }) body: C.SendTest) {
    return this.distribution.sendTest(who, id, body.to, body.locale);
  }

  @Access('viewer')
  @Get('surveys/:id/mail')
  @ApiOkResponse({ standardSchema: C.MailPreview })
  previewMail(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: WordingQuery }) query: WordingQuery,
  ) {
    return this.distribution.previewMail(who.tenantId, id, query.locale);
  }
}
