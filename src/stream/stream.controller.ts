import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, type Principal, Who } from '../platform/auth.js';
import { AppError } from '../platform/errors.js';
import * as C from './stream.contract.js';
import { Stream } from './stream.service.js';

@ApiTags('Stream')
@Controller('api/v1/stream')
export class StreamController {
  constructor(private readonly stream: Stream) {}

  /** Server-sent events: `ready`, `changed`, `presence`, `resync`. */
  @Access('viewer')
  @Get()
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Events `ready`, `changed` {kind, id}, `presence` {caseId, people}, `resync`.' })
  open(@Who() who: Principal, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.stream.open(who, () => (reply.hijack(), reply.raw), { 'x-request-id': request.id });
  }

  @Access('viewer')
  @Post('presence')
  @HttpCode(204)
  @ApiNoContentResponse()
  async look(@Who() who: Principal, @Body({ schema: C.Presence }) body: C.Presence): Promise<void> {
    if (who.userId === null) throw new AppError('forbidden', 'access.person', 'Only a person can look at a case.');
    await this.stream.look(who.tenantId, who.userId, body);
  }
}
