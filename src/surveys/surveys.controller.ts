import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import * as C from './surveys.contract.js';
import { Surveys } from './surveys.service.js';

@ApiTags('Surveys')
@Controller('api/v1/surveys')
export class SurveysController {
  constructor(private readonly surveys: Surveys) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.SurveyPage })
  list(@Who() who: Principal, @Query({ schema: C.ListSurveys }) query: C.ListSurveys) {
    return this.surveys.list(who.tenantId, query);
  }

  @Access('manager')
  @Post()
  @ApiCreatedResponse({ standardSchema: C.SurveyView })
  create(@Who() who: Principal, @Body({ schema: C.CreateSurvey }) body: C.CreateSurvey) {
    return this.surveys.create(who.tenantId, body);
  }

  @Access('viewer')
  @Get(':id')
  @ApiOkResponse({ standardSchema: C.SurveyView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.surveys.get(who.tenantId, id);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.SurveyView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeSurvey }) body: C.ChangeSurvey,
  ) {
    return this.surveys.change(who.tenantId, id, body);
  }

  @Access('manager')
  @Post(':id/publish')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.SurveyView })
  publish(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.surveys.publish(who, id);
  }

  @Access('manager')
  @Post(':id/duplicate')
  @ApiCreatedResponse({ standardSchema: C.SurveyView })
  duplicate(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.surveys.duplicate(who, id);
  }

  /** What was published, word for word, newest first. */
  @Access('viewer')
  @Get(':id/versions')
  @ApiOkResponse({ standardSchema: C.SurveyVersions })
  versions(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.surveys.versions(who.tenantId, id);
  }

  @Access('viewer')
  @Get(':id/wording')
  @ApiOkResponse({ standardSchema: C.Wording })
  wording(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.WordingQuery }) query: C.WordingQuery,
  ) {
    return this.surveys.draftWording(who.tenantId, id, query.locale, query.score);
  }
}
