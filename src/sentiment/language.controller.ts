import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import * as C from './language.contract.js';
import { Language } from './language.service.js';

@ApiTags('Language')
@Controller('api/v1/language')
export class LanguageController {
  constructor(private readonly language: Language) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.LanguageReport })
  report(@Who() who: Principal) {
    return this.language.report(who.tenantId);
  }

  @Access('agent')
  @Get('to-judge')
  @ApiOkResponse({ standardSchema: C.StatementsToJudge })
  toJudge(@Who() who: Principal, @Query({ schema: C.ToJudgeQuery }) query: z.infer<typeof C.ToJudgeQuery>) {
    return this.language.toJudge(who.tenantId, query.limit);
  }

  @Access('admin')
  @Get('model')
  @ApiOkResponse({ standardSchema: C.ModelView })
  model(@Who() who: Principal) {
    return this.language.model(who.tenantId);
  }

  @Access('admin')
  @Patch('model')
  @ApiOkResponse({ standardSchema: C.ModelView })
  change(@Who() who: Principal, @Body({ schema: C.ChangeModel }) body: z.infer<typeof C.ChangeModel>) {
    return this.language.changeModel(who, body);
  }

  @Access('admin')
  @Post('model/trial')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.ModelView })
  tryModel(@Who() who: Principal) {
    return this.language.startTrial(who);
  }
}
