import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/actions.module.js';
import { AddressPolicy, Outbound } from './outbound.js';
import { WebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.service.js';

@Module({ imports: [ActionsModule], controllers: [WebhooksController], providers: [AddressPolicy, Outbound, Webhooks] })
export class WebhooksModule {}
