import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, type Principal, Who } from '../platform/auth.js';
import { csvResponse } from '../platform/csv/write.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { WordingQuery } from '../surveys/surveys.contract.js';
import { AudienceCount, CountAudience } from './audience.contract.js';
import { Campaigns } from './campaigns.service.js';
import * as C from './distribution.contract.js';
import { Distribution } from './distribution.service.js';
import { Events } from './events.service.js';
import { INVITATION_COLUMNS, Invitations } from './invitations.service.js';
import { PreviewCampaignMail } from './reminders.contract.js';
import { CampaignCycles } from './schedule.contract.js';
import { TriggerTests } from './trigger-tests.service.js';
import { ContactPolicies } from './policy/contact-policy.service.js';

@ApiTags('Campaigns')
@Controller('api/v1/campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly distribution: Distribution,
    private readonly invitationList: Invitations,
  ) {}

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
  @Post('audience-count')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: AudienceCount })
  countAudience(@Who() who: Principal, @Body({ schema: CountAudience }) body: CountAudience) {
    return this.campaigns.countAudience(who.tenantId, body.audience, body.channel);
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
  @Post(':id/duplicate')
  @ApiCreatedResponse({ standardSchema: C.CampaignView })
  duplicate(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.duplicate(who, id);
  }

  @Access('viewer')
  @Get(':id/cycles')
  @ApiOkResponse({ standardSchema: CampaignCycles })
  cycles(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.campaigns.cycles(who.tenantId, id);
  }

  /** The first mail, or a reminder with the words that are being written, in the survey's newest wording. */
  @Access('viewer')
  @Post(':id/mail-preview')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.MailPreview })
  async previewMail(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: PreviewCampaignMail }) body: PreviewCampaignMail,
  ) {
    const { surveyId } = await this.campaigns.get(who.tenantId, id);
    return this.distribution.previewMail(who.tenantId, surveyId, body.locale, body.reminder ?? null);
  }

  /** Names and addresses of everyone who was, will be or was not asked, with the reason. */
  @Access('manager')
  @Get(':id/invitations.csv')
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'One line per invitation, newest first.' })
  async invitations(@Who() who: Principal, @Param('id', UuidParam) id: string, @Res() reply: FastifyReply) {
    const rows = await this.invitationList.rows(who.tenantId, id);
    await csvResponse(reply, 'invitations.csv', INVITATION_COLUMNS, rows);
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
  constructor(
    private readonly events: Events,
    private readonly triggerTests: TriggerTests,
  ) {}

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

  /** Tries a trigger, saved or not, on the newest events; asks nobody. */
  @Access('viewer')
  @Post('triggers/test')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.TriggerTest })
  testTrigger(@Who() who: Principal, @Body({ schema: C.TestTrigger }) body: C.TestTrigger) {
    return this.triggerTests.test(who.tenantId, body);
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
  @Post('events/replay')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.EventsReplayed })
  replayAll(@Who() who: Principal, @Body({ schema: C.ReplayEvents }) body: C.ReplayEvents) {
    return this.events.replayAll(who, body);
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
@Controller('api/v1/contact-policy')
export class ContactPolicyController {
  constructor(private readonly policies: ContactPolicies) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.ContactPolicyView })
  get(@Who() who: Principal) {
    return this.policies.get(who.tenantId);
  }

  @Access('manager')
  @Put()
  @ApiOkResponse({ standardSchema: C.ContactPolicyView })
  put(@Who() who: Principal, @Body({ schema: C.PutContactPolicy }) body: C.PutContactPolicy) {
    return this.policies.put(who, body);
  }

  @Access('manager')
  @Post('simulate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.PolicySimulation })
  simulate(@Who() who: Principal, @Body({ schema: C.SimulateContactPolicy }) body: C.SimulateContactPolicy) {
    return this.policies.simulate(who.tenantId, body.policy);
  }

  @Access('viewer')
  @Get('calendars')
  @ApiOkResponse({ standardSchema: C.HolidayCalendars })
  calendars() {
    return this.policies.calendars();
  }

  @Access('viewer')
  @Get('holidays')
  @ApiOkResponse({ standardSchema: C.HolidayDays })
  holidays(@Who() who: Principal, @Query({ schema: C.ListHolidays }) query: C.ListHolidays) {
    return this.policies.holidays(who.tenantId, query);
  }
}

@ApiTags('Contact policy and invitations')
@Controller('api/v1')
export class DistributionController {
  constructor(
    private readonly distribution: Distribution,
    private readonly invitationList: Invitations,
  ) {}

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

  /** For a mail of which it is not known whether it went: a person decides to risk that it arrives twice. */
  @Access('manager')
  @Post('invitations/:id/send-again')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.InvitationView })
  async sendAgain(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    await this.invitationList.sendAgain(who, id);
    return this.distribution.getInvitation(who, id);
  }

  @Access('manager')
  @Post('surveys/:id/test')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.TestSent })
  sendTest(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body({ schema: C.SendTest }) body: C.SendTest) {
    return this.distribution.sendTest(who, id, body);
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
