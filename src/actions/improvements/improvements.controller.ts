import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import * as C from './improvements.contract.js';
import { Improvements } from './improvements.service.js';

@ApiTags('Improvements')
@Controller('api/v1/improvements')
export class ImprovementsController {
  constructor(private readonly improvements: Improvements) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.ImprovementPage })
  list(@Who() who: Principal, @Query({ schema: C.ImprovementQuery }) query: z.infer<typeof C.ImprovementQuery>) {
    return this.improvements.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get(':id')
  @ApiOkResponse({ standardSchema: C.ImprovementView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.improvements.get(who.tenantId, id);
  }

  @Access('manager')
  @Post()
  @ApiCreatedResponse({ standardSchema: C.ImprovementView })
  add(@Who() who: Principal, @Body({ schema: C.NewImprovement }) body: z.infer<typeof C.NewImprovement>) {
    return this.improvements.add(who, body);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.ImprovementView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeImprovement }) body: z.infer<typeof C.ChangeImprovement>,
  ) {
    return this.improvements.change(who, id, body);
  }

  @Access('manager')
  @Post(':id/announce')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Announcement })
  announce(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.AnnounceQuery }) query: z.infer<typeof C.AnnounceQuery>,
    @Body({ schema: C.Announce.optional() }) body: z.infer<typeof C.Announce> | undefined,
  ) {
    return this.improvements.announce(who, id, body ?? {}, query.dryRun ?? false);
  }

  @Access('viewer')
  @Get(':id/effect')
  @ApiOkResponse({ standardSchema: C.ImprovementEffect })
  effect(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.improvements.effect(who.tenantId, id);
  }
}
