import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { ShortListQuery } from './cases.contract.js';
import { Replanning } from './replanning.service.js';
import { SlaPolicies } from './sla-policies.service.js';
import * as C from './sla.contract.js';

@ApiTags('SLA policies and calendars')
@Controller('api/v1')
export class SlaController {
  constructor(
    private readonly policies: SlaPolicies,
    private readonly replanning: Replanning,
  ) {}

  @Access('viewer')
  @Get('sla-policies')
  @ApiOkResponse({ standardSchema: C.SlaPolicyPage })
  list(@Who() who: Principal, @Query({ schema: ShortListQuery }) query: ShortListQuery) {
    return this.policies.list(who.tenantId, query);
  }

  @Access('viewer')
  @Get('sla-policies/replan')
  @ApiOkResponse({ standardSchema: C.ReplanView })
  replan(@Who() who: Principal) {
    return this.replanning.latest(who.tenantId);
  }

  @Access('viewer')
  @Post('sla-policies/preview')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.Preview })
  preview(@Who() who: Principal, @Body({ schema: C.PreviewRequest }) body: z.infer<typeof C.PreviewRequest>) {
    return this.policies.preview(who.tenantId, body);
  }

  @Access('manager')
  @Post('sla-policies')
  @ApiCreatedResponse({ standardSchema: C.SlaPolicyView })
  add(@Who() who: Principal, @Body({ schema: C.NewSlaPolicy }) body: z.infer<typeof C.NewSlaPolicy>) {
    return this.policies.add(who, body);
  }

  @Access('manager')
  @Patch('sla-policies/:id')
  @ApiOkResponse({ standardSchema: C.SlaPolicyView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeSlaPolicy }) body: z.infer<typeof C.ChangeSlaPolicy>,
  ) {
    return this.policies.change(who, id, body);
  }

  @Access('manager')
  @Delete('sla-policies/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.policies.remove(who, id);
  }

  @Access('viewer')
  @Get('calendars')
  @ApiOkResponse({ standardSchema: C.CalendarPage })
  calendars(@Who() who: Principal, @Query({ schema: ShortListQuery }) query: ShortListQuery) {
    return this.policies.calendars(who.tenantId, query);
  }

  @Access('viewer')
  @Get('calendars/countries')
  @ApiOkResponse({ standardSchema: C.CountryList })
  countries() {
    return this.policies.countries();
  }

  @Access('viewer')
  @Get('calendars/holidays')
  @ApiOkResponse({ standardSchema: C.HolidayList })
  holidays(@Query({ schema: C.HolidaysQuery }) query: z.infer<typeof C.HolidaysQuery>) {
    return this.policies.holidays(query.country, query.region, query.year);
  }

  @Access('manager')
  @Post('calendars')
  @ApiCreatedResponse({ standardSchema: C.CalendarView })
  addCalendar(@Who() who: Principal, @Body({ schema: C.NewCalendar }) body: z.infer<typeof C.NewCalendar>) {
    return this.policies.addCalendar(who, body);
  }

  @Access('manager')
  @Patch('calendars/:id')
  @ApiOkResponse({ standardSchema: C.CalendarView })
  changeCalendar(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeCalendar }) body: z.infer<typeof C.ChangeCalendar>,
  ) {
    return this.policies.changeCalendar(who, id, body);
  }

  @Access('manager')
  @Delete('calendars/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeCalendar(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.policies.removeCalendar(who, id);
  }
}
