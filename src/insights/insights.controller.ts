import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, type Principal, Who } from '../platform/auth.js';
import { csvResponse } from '../platform/csv/write.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { Digests } from './digests.service.js';
import { journeyCsv, loopCsv, npsCsv } from './insights-csv.js';
import * as C from './insights.contract.js';
import { Insights } from './insights.service.js';
import { Marks } from './marks.service.js';
import { SavedViews } from './saved-views.service.js';

@ApiTags('Insights')
@Controller('api/v1')
export class InsightsController {
  constructor(
    private readonly insights: Insights,
    private readonly marks: Marks,
    private readonly savedViews: SavedViews,
    private readonly digests: Digests,
  ) {}

  @Access('viewer')
  @Get('insights/overview')
  @ApiOkResponse({ standardSchema: C.OverviewView })
  overview(@Who() who: Principal, @Query({ schema: C.OverviewQuery }) query: C.OverviewQuery) {
    return this.insights.overview(who.tenantId, query);
  }

  @Access('viewer')
  @Get('insights/nps')
  @ApiOkResponse({ standardSchema: C.NpsView })
  async nps(@Who() who: Principal, @Query({ schema: C.NpsQuery }) query: C.NpsQuery, @Res() reply: FastifyReply) {
    const view = await this.insights.nps(who.tenantId, query);
    if (query.format === 'csv') await csvResponse(reply, 'nps.csv', ...npsCsv(view));
    else await reply.send(view);
  }

  @Access('viewer')
  @Get('insights/change')
  @ApiOkResponse({ standardSchema: C.ChangeView })
  change(@Who() who: Principal, @Query({ schema: C.ChangeQuery }) query: C.ChangeQuery) {
    return this.insights.change(who.tenantId, query);
  }

  @Access('viewer')
  @Get('insights/drivers')
  @ApiOkResponse({ standardSchema: C.DriversView })
  drivers(@Who() who: Principal, @Query({ schema: C.DriversQuery }) query: C.DriversQuery) {
    return this.insights.drivers(who.tenantId, query);
  }

  @Access('viewer')
  @Get('insights/journey')
  @ApiOkResponse({ standardSchema: C.JourneyMapView })
  async journey(
    @Who() who: Principal,
    @Query({ schema: C.JourneyQuery }) query: C.JourneyQuery,
    @Res() reply: FastifyReply,
  ) {
    const view = await this.insights.journey(who.tenantId, query);
    if (query.format === 'csv') await csvResponse(reply, 'journey.csv', ...journeyCsv(view));
    else await reply.send(view);
  }

  @Access('viewer')
  @Get('insights/funnel')
  @ApiOkResponse({ standardSchema: C.FunnelView })
  funnel(@Who() who: Principal, @Query({ schema: C.FunnelQuery }) query: C.FunnelQuery) {
    return this.insights.funnel(who.tenantId, query);
  }

  @Access('viewer')
  @Get('insights/loop')
  @ApiOkResponse({ standardSchema: C.LoopView })
  async loop(@Who() who: Principal, @Query({ schema: C.LoopQuery }) query: C.LoopQuery, @Res() reply: FastifyReply) {
    const view = await this.insights.loop(who.tenantId, query);
    if (query.format === 'csv') await csvResponse(reply, 'loop.csv', ...loopCsv(view));
    else await reply.send(view);
  }

  @Access('viewer')
  @Get('annotations')
  @ApiOkResponse({ standardSchema: C.AnnotationPage })
  annotations(@Who() who: Principal, @Query({ schema: C.AnnotationQuery }) query: C.AnnotationQuery) {
    return this.marks.annotations(who.tenantId, query);
  }

  @Access('agent')
  @Post('annotations')
  @ApiCreatedResponse({ standardSchema: C.AnnotationView })
  annotate(@Who() who: Principal, @Body({ schema: C.NewAnnotation }) body: C.NewAnnotation) {
    return this.marks.annotate(who, body);
  }

  @Access('agent')
  @Delete('annotations/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeAnnotation(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.marks.removeAnnotation(who, id);
  }

  @Access('viewer')
  @Get('goals')
  @ApiOkResponse({ standardSchema: C.GoalPage })
  goals(@Who() who: Principal, @Query({ schema: C.GoalQuery }) query: { limit: number; cursor?: string | undefined }) {
    return this.marks.goals(who.tenantId, query);
  }

  @Access('manager')
  @Post('goals')
  @ApiCreatedResponse({ standardSchema: C.GoalView })
  addGoal(@Who() who: Principal, @Body({ schema: C.NewGoal }) body: C.NewGoal) {
    return this.marks.addGoal(who, body);
  }

  @Access('manager')
  @Delete('goals/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeGoal(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.marks.removeGoal(who, id);
  }

  // One's own settings: viewers may change them too.

  @Access('viewer')
  @Get('digests')
  @ApiOkResponse({ standardSchema: C.DigestView })
  digest(@Who() who: Principal) {
    return this.digests.own(who);
  }

  @Access('viewer')
  @Put('digests')
  @ApiOkResponse({ standardSchema: C.DigestView })
  changeDigest(@Who() who: Principal, @Body({ schema: C.ChangeDigest }) body: C.ChangeDigest) {
    return this.digests.change(who, body);
  }

  @Access('viewer')
  @Get('views')
  @ApiOkResponse({ standardSchema: C.SavedViewPage })
  views(@Who() who: Principal, @Query({ schema: C.SavedViewQuery }) query: C.SavedViewQuery) {
    return this.savedViews.list(who, query);
  }

  @Access('viewer')
  @Post('views')
  @ApiCreatedResponse({ standardSchema: C.SavedView })
  saveView(@Who() who: Principal, @Body({ schema: C.NewSavedView }) body: C.NewSavedView) {
    return this.savedViews.save(who, body);
  }

  @Access('viewer')
  @Delete('views/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeView(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.savedViews.remove(who, id);
  }
}
