import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { SurveyResultsQuery, SurveyResultsView } from './survey-results.contract.js';
import { SurveyResults } from './survey-results.service.js';

/** At the survey's address, but here, where answers are counted. */
@ApiTags('Surveys')
@Controller('api/v1/surveys')
export class SurveyResultsController {
  constructor(private readonly surveyResults: SurveyResults) {}

  @Access('viewer')
  @Get(':id/results')
  @ApiOkResponse({ standardSchema: SurveyResultsView })
  results(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: SurveyResultsQuery }) query: SurveyResultsQuery,
  ) {
    return this.surveyResults.results(who.tenantId, id, query);
  }
}
