import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import * as C from './journeys.contract.js';
import { Journeys } from './journeys.service.js';

@ApiTags('Journeys')
@Controller('api/v1')
export class JourneysController {
  constructor(private readonly journeys: Journeys) {}

  @Access('viewer')
  @Get('journeys')
  @ApiOkResponse({ standardSchema: C.JourneyPage })
  list(@Who() who: Principal, @Query({ schema: C.JourneyQuery }) query: z.infer<typeof C.JourneyQuery>) {
    return this.journeys.journeys(who.tenantId, query);
  }

  @Access('manager')
  @Post('journeys')
  @ApiCreatedResponse({ standardSchema: C.JourneyView })
  add(@Who() who: Principal, @Body({ schema: C.NewJourney }) body: C.NewJourney) {
    return this.journeys.addJourney(who, body);
  }

  @Access('viewer')
  @Get('touchpoints')
  @ApiOkResponse({ standardSchema: C.TouchpointPage })
  touchpoints(@Who() who: Principal, @Query({ schema: C.TouchpointQuery }) query: z.infer<typeof C.TouchpointQuery>) {
    return this.journeys.list(who.tenantId, query);
  }

  @Access('manager')
  @Post('touchpoints')
  @ApiCreatedResponse({ standardSchema: C.TouchpointView })
  addTouchpoint(@Who() who: Principal, @Body({ schema: C.NewTouchpoint }) body: C.NewTouchpoint) {
    return this.journeys.add(who, body);
  }

  @Access('manager')
  @Patch('touchpoints/:id')
  @ApiOkResponse({ standardSchema: C.TouchpointView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeTouchpoint }) body: C.ChangeTouchpoint,
  ) {
    return this.journeys.change(who, id, body);
  }
}
