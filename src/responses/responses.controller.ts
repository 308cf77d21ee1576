import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import { type CsvCell, csvResponse } from '../platform/csv/write.js';
import { ImportQuery, ImportReport, ImportView } from '../platform/imports/imports.contract.js';
import { Imports } from '../platform/imports/imports.service.js';
import { IMPORT_BODY } from '../platform/imports/uploads.js';
import * as C from './responses.contract.js';
import { Responses } from './responses.service.js';

@ApiTags('Responses')
@Controller('api/v1/responses')
export class ResponsesController {
  constructor(
    private readonly responses: Responses,
    private readonly imports: Imports,
  ) {}

  @Access('manager')
  @Post()
  @HttpCode(201)
  @ApiCreatedResponse({ standardSchema: C.Accepted })
  submit(@Who() who: Principal, @Body({ schema: C.NewResponses }) body: z.infer<typeof C.NewResponses>) {
    return Array.isArray(body)
      ? this.responses.submitMany(who.tenantId, body)
      : this.responses.submitOne(who.tenantId, body);
  }

  @Access('manager')
  @Post('import')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data', 'text/csv')
  @ApiBody({ schema: IMPORT_BODY })
  @ApiOkResponse({ standardSchema: ImportReport })
  @ApiAcceptedResponse({ standardSchema: ImportView })
  import(
    @Who() who: Principal,
    @Query({ schema: ImportQuery }) _query: z.infer<typeof ImportQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.imports.receive(who, 'responses', request, reply);
  }

  @Access('viewer')
  @Get('export')
  @ApiProduces('text/csv')
  async export(
    @Who() who: Principal,
    @Query({ schema: C.ResponseQuery }) query: z.infer<typeof C.ResponseQuery>,
    @Res() reply: FastifyReply,
  ) {
    // Of one survey each question has its column; over all of them that would be a column for every question there ever was.
    const questions =
      query.surveyId === undefined ? null : await this.responses.answerColumns(who.tenantId, query.surveyId);
    await csvResponse(
      reply,
      'responses.csv',
      [...EXPORT_COLUMNS, ...(questions?.map((id) => `answers.${id}`) ?? ['answers'])],
      exportRows(this.responses.each(who.tenantId, query), questions),
    );
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

  /** The questions as they were read, each with its answer. */
  @Access('viewer')
  @Get(':id/asked')
  @ApiOkResponse({ standardSchema: C.AskedAnswer })
  async asked(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return { asked: await this.responses.asked(who.tenantId, id) };
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

const EXPORT_COLUMNS = [
  'id',
  'submittedAt',
  'externalCustomerId',
  'touchpointKey',
  'metric',
  'score',
  'category',
  'comment',
  'sentiment',
  'channel',
  'mayContact',
  'flags',
  'caseId',
  'complete',
  'surveyVersion',
];

const inCell = (value: unknown): CsvCell => {
  if (Array.isArray(value)) return value.map(String).join('; ');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === undefined || value === null ? null : JSON.stringify(value);
};

async function* exportRows(
  responses: AsyncIterable<C.ResponseView>,
  questions: readonly string[] | null,
): AsyncGenerator<CsvCell[]> {
  for await (const r of responses)
    yield [
      r.externalId ?? r.id,
      r.submittedAt,
      r.customer?.externalId,
      r.touchpointKey,
      r.metric,
      r.score,
      r.category,
      r.comment,
      r.sentiment?.label,
      r.channel,
      r.mayContact,
      r.flags.join(' '),
      r.caseId,
      r.complete,
      r.surveyVersion,
      ...(questions?.map((id) => inCell(r.answers[id])) ?? [
        Object.keys(r.answers).length === 0 ? null : JSON.stringify(r.answers),
      ]),
    ];
}
