import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { Decisions } from './decisions.service.js';
import { History } from './history.service.js';
import * as C from './painpoints.contract.js';
import { StatementSearch } from './statement-search.service.js';

@ApiTags('Statements')
@Controller('api/v1')
export class StatementsController {
  constructor(
    private readonly decisions: Decisions,
    private readonly statements: StatementSearch,
    private readonly history: History,
  ) {}

  @Access('viewer')
  @Get('statements/search')
  @ApiOkResponse({ standardSchema: C.FoundStatements })
  search(
    @Who() who: Principal,
    @Query({ schema: C.StatementSearchQuery }) query: z.infer<typeof C.StatementSearchQuery>,
  ) {
    return this.statements.search(who.tenantId, query);
  }

  @Access('viewer')
  @Get('statements/:id/similar')
  @ApiOkResponse({ standardSchema: C.FoundStatements })
  similar(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.SimilarQuery }) query: z.infer<typeof C.SimilarQuery>,
  ) {
    return this.statements.similar(who.tenantId, id, query);
  }

  @Access('agent')
  @Patch('statements/:id')
  @ApiOkResponse({ standardSchema: C.Corrected })
  correct(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.CorrectStatement }) body: z.infer<typeof C.CorrectStatement>,
  ) {
    return this.decisions.correct(who, [id], body);
  }

  @Access('agent')
  @Post('statements/correct')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Corrected })
  correctMany(@Who() who: Principal, @Body({ schema: C.CorrectStatements }) body: z.infer<typeof C.CorrectStatements>) {
    const { statementIds, ...change } = body;
    return this.decisions.correct(who, statementIds, change);
  }

  @Access('viewer')
  @Get('corrections')
  @ApiOkResponse({ standardSchema: C.HistoryPage })
  corrections(@Who() who: Principal, @Query({ schema: C.HistoryQuery }) query: z.infer<typeof C.HistoryQuery>) {
    return this.history.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get('pain-points/:id/history')
  @ApiOkResponse({ standardSchema: C.HistoryPage })
  ofPainPoint(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.HistoryQuery }) query: z.infer<typeof C.HistoryQuery>,
  ) {
    return this.history.of(who.tenantId, id, query);
  }

  @Access('agent')
  @Post('corrections/:id/undo')
  @HttpCode(204)
  @ApiNoContentResponse()
  undo(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.decisions.undo(who, id);
  }
}
