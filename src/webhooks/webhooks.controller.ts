import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../platform/auth.js';
import { UuidParam } from '../platform/http/uuid.param.js';
import * as C from './webhooks.contract.js';
import { Webhooks } from './webhooks.service.js';

@ApiTags('Webhooks')
@Access('admin')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Get()
  @ApiOkResponse({ standardSchema: C.WebhookPage })
  list(@Who() who: Principal, @Query({ schema: C.WebhookQuery }) query: z.infer<typeof C.WebhookQuery>) {
    return this.webhooks.list(who.tenantId, query);
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: C.WebhookWithSecret })
  add(@Who() who: Principal, @Body({ schema: C.NewWebhook }) body: C.NewWebhook) {
    return this.webhooks.add(who, body);
  }

  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.WebhookWithSecret })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeWebhook }) body: C.ChangeWebhook,
  ) {
    return this.webhooks.change(who, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.webhooks.remove(who, id);
  }

  @Get(':id/deliveries')
  @ApiOkResponse({ standardSchema: C.WebhookDeliveryPage })
  deliveries(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.WebhookDeliveryQuery }) query: C.WebhookDeliveryQuery,
  ) {
    return this.webhooks.deliveries(who.tenantId, id, query);
  }

  @Post(':id/deliveries/:deliveryId/replay')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.WebhookDelivery })
  replay(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Param('deliveryId', UuidParam) deliveryId: string,
  ) {
    return this.webhooks.replay(who, id, deliveryId);
  }

  @Post(':id/test')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.WebhookDelivery })
  test(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.webhooks.test(who, id);
  }
}
