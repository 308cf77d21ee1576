import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, type Principal, Who } from '../platform/auth.js';
import * as C from './sending.contract.js';
import { Sending } from './sending.service.js';

@ApiTags('Sign-in and organization')
@Controller('api/v1/organization/sending')
export class SendingController {
  constructor(private readonly sending: Sending) {}

  @Access('manager')
  @Get()
  @ApiOkResponse({ standardSchema: C.SendingView })
  get(@Who() who: Principal) {
    return this.sending.get(who.tenantId);
  }

  @Access('admin')
  @Patch()
  @ApiOkResponse({ standardSchema: C.SendingView })
  change(@Who() who: Principal, @Body({ schema: C.ChangeSending }) body: C.ChangeSending) {
    return this.sending.change(who, body);
  }
}
