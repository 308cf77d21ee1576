import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Public } from '../../auth.js';
import { ProviderWebhooks } from './provider-webhooks.service.js';

const Taken = z.object({ received: z.number().int(), matched: z.number().int() });

/** For mail providers: the token in the address and the provider's own signature are the permission. */
@ApiTags('Mail')
@Controller('api/v1/inbound/mail')
export class ProviderWebhooksController {
  constructor(private readonly webhooks: ProviderWebhooks) {}

  @Public()
  @Post(':provider/:token')
  @HttpCode(200)
  @ApiBody({
    description: 'As the provider writes it; our own form is described in docs/mail.md.',
    schema: { type: 'object', additionalProperties: true },
  })
  @ApiOkResponse({ standardSchema: Taken })
  receive(@Param('provider') provider: string, @Param('token') token: string, @Req() request: FastifyRequest) {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    return this.webhooks.receive(provider, token, { headers: request.headers, raw });
  }
}
