import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { decodeCursor, toPage } from '../../platform/page.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import {
  type ProviderWebhook,
  ProviderWebhooks,
} from '../../platform/mail/provider-webhooks/provider-webhooks.service.js';
import { Identity } from '../identity.service.js';
import * as C from './senders.contract.js';
import { Senders } from './senders.service.js';

@ApiTags('Mail')
@Controller('api/v1/mail')
export class SendersController {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly senders: Senders,
    private readonly providers: ProviderWebhooks,
  ) {}

  @Access('admin')
  @Get('sender')
  @ApiOkResponse({ standardSchema: C.SenderView })
  sender(@Who() who: Principal) {
    return this.senders.view(who.tenantId);
  }

  @Access('admin')
  @Post('domains')
  @ApiCreatedResponse({ standardSchema: C.SenderDomainView })
  add(@Who() who: Principal, @Body({ schema: C.NewSenderDomain }) body: z.infer<typeof C.NewSenderDomain>) {
    return this.senders.add(who, body.domain);
  }

  @Access('admin')
  @Post('domains/:id/check')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.SenderDomainView })
  check(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.senders.check(who.tenantId, id);
  }

  @Access('admin')
  @Post('domains/:id/rotate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.SenderDomainView })
  rotate(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.senders.rotate(who, id);
  }

  @Access('admin')
  @Delete('domains/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('id', UuidParam) id: string): Promise<void> {
    return this.senders.remove(who, id);
  }

  @Access('admin')
  @Get('providers')
  @ApiOkResponse({ standardSchema: C.ProviderWebhookPage })
  async providerWebhooks(
    @Who() who: Principal,
    @Query({ schema: C.ProviderWebhookQuery }) query: z.infer<typeof C.ProviderWebhookQuery>,
  ): Promise<z.infer<typeof C.ProviderWebhookPage>> {
    const [after] = query.cursor === undefined ? [null] : decodeCursor(query.cursor, 1);
    const all = await this.db.tenant(who.tenantId, (tx) => this.providers.list(tx));
    // Twenty at most, so all are read.
    const rest = all.slice(all.findIndex((one) => one.id === after) + 1);
    return toPage(rest.slice(0, query.limit + 1), query.limit, (one) => [one.id], providerView);
  }

  @Access('admin')
  @Post('providers')
  @ApiCreatedResponse({ standardSchema: C.ProviderWebhookView })
  addProvider(@Who() who: Principal, @Body({ schema: C.NewProviderWebhook }) body: C.NewProviderWebhook) {
    return this.db.tenant(who.tenantId, async (tx) => {
      const added = await this.providers.add(tx, body.provider, body.credential);
      await this.identity.audit(
        tx,
        who,
        'provider_webhook.added',
        { kind: 'provider_webhook', id: added.id },
        { provider: body.provider },
      );
      return providerView(added);
    });
  }

  @Access('admin')
  @Post('providers/:id/rotate')
  @ApiCreatedResponse({ standardSchema: C.ProviderWebhookView })
  rotateProvider(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.db.tenant(who.tenantId, async (tx) => {
      const added = await this.providers.rotate(tx, id);
      await this.identity.audit(tx, who, 'provider_webhook.rotated', { kind: 'provider_webhook', id: added.id });
      return providerView(added);
    });
  }

  @Access('admin')
  @Delete('providers/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  removeProvider(@Who() who: Principal, @Param('id', UuidParam) id: string): Promise<void> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const provider = await this.providers.remove(tx, id);
      await this.identity.audit(tx, who, 'provider_webhook.removed', { kind: 'provider_webhook', id }, { provider });
    });
  }
}

function providerView(one: ProviderWebhook): C.ProviderWebhookView {
  return {
    id: one.id,
    provider: one.provider,
    url: one.url,
    endsAt: one.endsAt?.toISOString() ?? null,
    lastEventAt: one.lastEventAt?.toISOString() ?? null,
    createdAt: one.createdAt.toISOString(),
  };
}
