import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { Decisions } from './decisions.service.js';
import * as C from './painpoints.contract.js';
import { PainPoints } from './painpoints.service.js';

@ApiTags('Pain points')
@Controller('api/v1')
export class PainPointsController {
  constructor(
    private readonly painPoints: PainPoints,
    private readonly decisions: Decisions,
  ) {}

  @Access('viewer')
  @Get('pain-points')
  @ApiOkResponse({ standardSchema: C.PainPointPage })
  list(@Who() who: Principal, @Query({ schema: C.PainPointQuery }) query: z.infer<typeof C.PainPointQuery>) {
    return this.painPoints.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get('pain-points/:id')
  @ApiOkResponse({ standardSchema: C.PainPointView })
  get(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.PainPointPeriod }) query: z.infer<typeof C.PainPointPeriod>,
  ) {
    return this.painPoints.get(who.tenantId, id, query);
  }

  @Access('viewer')
  @Get('pain-points/:id/statements')
  @ApiOkResponse({ standardSchema: C.PainPointStatementPage })
  statements(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.StatementQuery }) query: z.infer<typeof C.StatementQuery>,
  ) {
    return this.painPoints.statements(who.tenantId, id, query);
  }

  @Access('manager')
  @Patch('pain-points/:id')
  @ApiOkResponse({ standardSchema: C.PainPointView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangePainPoint }) body: z.infer<typeof C.ChangePainPoint>,
  ) {
    return this.decisions.change(who, id, body);
  }

  @Access('manager')
  @Post('pain-points/:id/merge')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.PainPointView })
  merge(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.MergePainPoint }) body: z.infer<typeof C.MergePainPoint>,
  ) {
    return this.decisions.merge(who, id, body.intoId);
  }

  @Access('manager')
  @Post('pain-points/:id/split')
  @ApiCreatedResponse({ standardSchema: C.PainPointView })
  split(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.SplitPainPoint }) body: z.infer<typeof C.SplitPainPoint>,
  ) {
    return this.decisions.split(who, id, body);
  }
}
