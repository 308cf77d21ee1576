import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/actions.module.js';
import { WebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.service.js';

@Module({ imports: [ActionsModule], controllers: [WebhooksController], providers: [Webhooks] })
export class WebhooksModule {}
