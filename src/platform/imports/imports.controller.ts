import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../auth.js';
import { UuidParam } from '../http/uuid.param.js';
import { ImportView } from './imports.contract.js';
import { Imports } from './imports.service.js';

@ApiTags('Imports')
@Controller('api/v1/imports')
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  @Access('manager')
  @Get(':id')
  @ApiOkResponse({ standardSchema: ImportView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string): Promise<ImportView> {
    return this.imports.get(who.tenantId, id);
  }
}
