import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { CaseRules } from './case-rules.service.js';
import * as C from './cases.contract.js';
import { Cases } from './cases.service.js';

const CaseWithUndo = C.CaseView.extend({ undo: z.object({ id: z.uuid(), until: z.string() }) });

/** Verbs check the state before the fields, so their bodies are parsed by the service; this only describes them. */
const Described = (schema: z.ZodType) =>
  ApiBody({ schema: z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as never });

@ApiTags('Cases')
@Controller('api/v1')
export class CasesController {
  constructor(private readonly cases: Cases) {}

  @Access('viewer')
  @Get('cases')
  @ApiOkResponse({ standardSchema: C.CasePage })
  list(@Who() who: Principal, @Query({ schema: C.CaseQuery }) query: z.infer<typeof C.CaseQuery>) {
    return this.cases.list(who, query);
  }

  @Access('viewer')
  @Get('cases/counts')
  @ApiOkResponse({ standardSchema: C.CaseCounts })
  counts(@Who() who: Principal, @Query({ schema: C.CountsQuery }) query: z.infer<typeof C.CountsQuery>) {
    return this.cases.counts(who, query);
  }

  @Access('viewer')
  @Get('cases/:id')
  @ApiOkResponse({ standardSchema: C.CaseView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.cases.get(who, id);
  }

  @Access('agent')
  @Post('cases')
  @ApiCreatedResponse({ standardSchema: C.CaseView })
  create(@Who() who: Principal, @Body({ schema: C.NewCase }) body: z.infer<typeof C.NewCase>) {
    return this.cases.create(who, body);
  }

  @Access('agent')
  @Post('cases/bulk')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.BulkResult })
  bulk(@Who() who: Principal, @Body({ schema: C.BulkRequest }) body: z.infer<typeof C.BulkRequest>) {
    return this.cases.bulk(who, body.ids, body.change);
  }

  @Access('agent')
  @Post('cases/bulk/:undoId/undo')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.BulkUndone })
  undo(@Who() who: Principal, @Param('undoId', UuidParam) undoId: string) {
    return this.cases.undo(who, undoId);
  }

  @Access('agent')
  @Patch('cases/:id')
  @ApiOkResponse({ standardSchema: C.CaseView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeCase }) body: z.infer<typeof C.ChangeCase>,
  ) {
    return this.cases.change(who, id, body);
  }

  @Access('agent')
  @Post('cases/:id/notes')
  @Described(C.NewNote)
  @ApiCreatedResponse({ standardSchema: C.CaseView })
  note(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body() body: unknown) {
    return this.cases.note(who, id, body);
  }

  @Access('agent')
  @Post('cases/:id/messages')
  @Described(C.NewMessage)
  @ApiCreatedResponse({ standardSchema: CaseWithUndo })
  message(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body() body: unknown) {
    return this.cases.message(who, id, body);
  }

  @Access('agent')
  @Post('cases/:id/resolve')
  @HttpCode(200)
  @Described(C.Resolve)
  @ApiOkResponse({ standardSchema: CaseWithUndo })
  resolve(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body() body: unknown) {
    return this.cases.resolve(who, id, body);
  }

  @Access('agent')
  @Post('cases/:id/reopen')
  @HttpCode(200)
  @Described(C.Reopen)
  @ApiOkResponse({ standardSchema: C.CaseView })
  reopen(@Who() who: Principal, @Param('id', UuidParam) id: string, @Body() body: unknown) {
    return this.cases.reopen(who, id, body);
  }

  @Access('agent')
  @Post('cases/:id/merge')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: CaseWithUndo })
  merge(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.Merge }) body: z.infer<typeof C.Merge>,
  ) {
    return this.cases.merge(who, id, body.into);
  }

  @Access('viewer')
  @Post('cases/:id/follow')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.CaseView })
  follow(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.cases.follow(who, id, true);
  }

  @Access('viewer')
  @Delete('cases/:id/follow')
  @ApiOkResponse({ standardSchema: C.CaseView })
  unfollow(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.cases.follow(who, id, false);
  }

  @Access('viewer')
  @Post('cases/:id/read')
  @HttpCode(204)
  @ApiNoContentResponse()
  read(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.cases.read(who, id);
  }

  /** Never shown in the browser: what customers send is downloaded, under a name of ours. */
  @Access('viewer')
  @Get('cases/:id/files/:fileId')
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async file(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Param('fileId', UuidParam) fileId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { filename, contentType, bytes } = await this.cases.file(who.tenantId, id, fileId);
    void reply
      .headers({
        'content-type': contentType,
        'content-disposition': `attachment; filename="${filename}"`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cache-control': 'private, no-store',
      })
      .send(bytes);
  }
}

@ApiTags('Case rules')
@Controller('api/v1')
export class CaseRulesController {
  constructor(private readonly rules: CaseRules) {}

  @Access('viewer')
  @Get('case-rules')
  @ApiOkResponse({ standardSchema: C.CaseRulePage })
  list(@Who() who: Principal, @Query({ schema: C.ShortListQuery }) query: C.ShortListQuery) {
    return this.rules.list(who.tenantId, query);
  }

  @Access('manager')
  @Post('case-rules')
  @ApiCreatedResponse({ standardSchema: C.CaseRuleView })
  add(@Who() who: Principal, @Body({ schema: C.NewCaseRule }) body: z.infer<typeof C.NewCaseRule>) {
    return this.rules.add(who, body);
  }

  @Access('manager')
  @Patch('case-rules/:id')
  @ApiOkResponse({ standardSchema: C.CaseRuleView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeCaseRule }) body: z.infer<typeof C.ChangeCaseRule>,
  ) {
    return this.rules.change(who, id, body);
  }

  @Access('manager')
  @Delete('case-rules/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.rules.remove(who, id);
  }

  @Access('manager')
  @Post('case-rules/backtest')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Backtest })
  backtestDraft(@Who() who: Principal, @Body({ schema: C.DraftBacktest }) body: z.infer<typeof C.DraftBacktest>) {
    return this.rules.backtestDraft(who.tenantId, body);
  }

  @Access('manager')
  @Post('case-rules/:id/backtest')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Backtest })
  backtest(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.rules.backtest(who.tenantId, id);
  }

  @Access('viewer')
  @Get('root-causes')
  @ApiOkResponse({ standardSchema: C.RootCausePage })
  rootCauses(@Who() who: Principal, @Query({ schema: C.ShortListQuery }) query: C.ShortListQuery) {
    return this.rules.rootCauses(who.tenantId, query);
  }

  @Access('manager')
  @Post('root-causes')
  @ApiCreatedResponse({ standardSchema: C.RootCauseView })
  addRootCause(@Who() who: Principal, @Body({ schema: C.NewRootCause }) body: z.infer<typeof C.NewRootCause>) {
    return this.rules.addRootCause(who, body);
  }

  @Access('manager')
  @Patch('root-causes/:id')
  @ApiOkResponse({ standardSchema: C.RootCauseView })
  changeRootCause(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeRootCause }) body: z.infer<typeof C.ChangeRootCause>,
  ) {
    return this.rules.changeRootCause(who, id, body);
  }

  @Access('manager')
  @Delete('root-causes/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeRootCause(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.rules.removeRootCause(who, id);
  }
}
