import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { csvResponse } from '../platform/csv/write.js';
import { ImportQuery, ImportReport, ImportView } from '../platform/imports/imports.contract.js';
import { IMPORT_BODY } from '../platform/imports/uploads.js';
import { Imports } from '../platform/imports/imports.service.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import * as C from './customers.contract.js';
import { Customers } from './customers.service.js';
import { exportRows } from './export-rows.js';
import { Suppressions } from './suppressions.service.js';

@ApiTags('Customers')
@Controller('api/v1')
export class CustomersController {
  constructor(
    private readonly customers: Customers,
    private readonly imports: Imports,
    private readonly suppressed: Suppressions,
  ) {}

  @Access('agent')
  @Put('customers/by-external-id/:externalId')
  @ApiOkResponse({ standardSchema: C.CustomerView })
  @ApiCreatedResponse({ standardSchema: C.CustomerView })
  async put(
    @Who() who: Principal,
    @Param('externalId', { schema: C.ExternalId }) externalId: string,
    @Body({ schema: C.PutCustomer }) body: C.PutCustomer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<C.CustomerView> {
    const { created, customer } = await this.customers.put(who, externalId, body);
    void reply.status(created ? 201 : 200);
    return customer;
  }

  @Access('manager')
  @Post('customers/import')
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
  ): Promise<ImportReport | ImportView> {
    return this.imports.receive(who, 'customers', request, reply);
  }

  @Access('viewer')
  @Get('customers')
  @ApiOkResponse({ standardSchema: C.CustomerPage })
  list(@Who() who: Principal, @Query({ schema: C.CustomerQuery }) query: C.CustomerQuery) {
    return this.customers.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get('customers/:id')
  @ApiOkResponse({ standardSchema: C.CustomerView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.customers.get(who.tenantId, id);
  }

  @Access('viewer')
  @Get('customers/:id/timeline')
  @ApiOkResponse({ standardSchema: C.TimelinePage })
  timeline(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.TimelineQuery }) query: z.infer<typeof C.TimelineQuery>,
  ) {
    return this.customers.timeline(who.tenantId, id, query);
  }

  @Access('manager')
  @Get('customers/:id/export')
  @ApiOkResponse({ standardSchema: C.ExportView })
  async export(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.ExportQuery }) query: z.infer<typeof C.ExportQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const data = await this.customers.export(who, id);
    if (query.format === 'csv')
      await csvResponse(reply, `customer-${id}.csv`, ['section', 'item', 'field', 'value'], exportRows(data));
    else await reply.header('content-disposition', `attachment; filename="customer-${id}.json"`).send(data);
  }

  @Access('admin')
  @Delete('customers/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  erase(@Who() who: Principal, @Param('id', UuidParam) id: string): Promise<void> {
    return this.customers.erase(who, id);
  }

  @Access('manager')
  @Get('suppressions')
  @ApiOkResponse({ standardSchema: C.SuppressionPage })
  suppressions(@Who() who: Principal, @Query({ schema: C.SuppressionQuery }) query: C.SuppressionQuery) {
    return this.suppressed.list(who.tenantId, query);
  }

  @Access('manager')
  @Get('suppressions/export')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async exportSuppressions(@Who() who: Principal, @Res() reply: FastifyReply): Promise<void> {
    const columns = ['address', 'reason', 'since', 'until', 'source', 'mail', 'note'];
    await csvResponse(reply, 'suppressions.csv', columns, this.suppressed.exportRows(who));
  }

  @Access('manager')
  @Post('suppressions')
  @ApiCreatedResponse({ standardSchema: C.SuppressionView })
  addSuppression(@Who() who: Principal, @Body({ schema: C.NewSuppression }) body: C.NewSuppression) {
    return this.suppressed.add(who, body);
  }

  @Access('manager')
  @Post('suppressions/import')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data', 'text/csv')
  @ApiBody({ schema: IMPORT_BODY })
  @ApiOkResponse({ standardSchema: ImportReport })
  @ApiAcceptedResponse({ standardSchema: ImportView })
  importSuppressions(
    @Who() who: Principal,
    @Query({ schema: ImportQuery }) _query: z.infer<typeof ImportQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReport | ImportView> {
    return this.imports.receive(who, 'suppressions', request, reply);
  }

  /** By address, or by the id that the list shows. */
  @Access('admin')
  @Post('suppressions/:address/undo')
  @HttpCode(204)
  @ApiNoContentResponse()
  undoSuppression(
    @Who() who: Principal,
    @Param('address') address: string,
    @Body({ schema: C.UndoSuppression }) body: z.infer<typeof C.UndoSuppression>,
  ): Promise<void> {
    return this.suppressed.undo(who, address, body.note);
  }
}
