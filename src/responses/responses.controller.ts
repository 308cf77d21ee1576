import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import * as C from './responses.contract.js';
import { Responses } from './responses.service.js';

@ApiTags('Responses')
@Controller('api/v1/responses')
export class ResponsesController {
  constructor(private readonly responses: Responses) {}

  @Access('manager')
  @Post()
  @HttpCode(201)
  @ApiCreatedResponse({ standardSchema: C.Accepted })
  submit(@Who() who: Principal, @Body({ schema: C.NewResponses }) body: z.infer<typeof C.NewResponses>) {
    return Array.isArray(body)
      ? this.responses.submitMany(who.tenantId, body)
      : this.responses.submitMany(who.tenantId, [body], 'single');
  }

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.ResponsePage })
  list(@Who() who: Principal, @Query({ schema: C.ResponseQuery }) query: z.infer<typeof C.ResponseQuery>) {
    return this.responses.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get(':id')
  @ApiOkResponse({ standardSchema: C.ResponseView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.responses.get(who.tenantId, id);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.ResponseView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeResponse }) body: z.infer<typeof C.ChangeResponse>,
  ) {
    return this.responses.changeFlags(who, id, body.flags, body.version);
  }
}
