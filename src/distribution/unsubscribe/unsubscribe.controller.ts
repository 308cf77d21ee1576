import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/auth.js';
import { sendOutcome, wishOf } from '../../platform/public-page/index.js';
import { Unsubscribe } from './unsubscribe.service.js';

@ApiTags('Public pages')
@ApiProduces('text/html')
@Public()
@Controller('u/:token')
export class UnsubscribeController {
  constructor(private readonly unsubscribe: Unsubscribe) {}

  @Get()
  async ask(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.unsubscribe.ask(token, wishOf(request)));
  }

  /** RFC 8058: `List-Unsubscribe=One-Click` as a form of either kind, or nothing at all; the token says everything. */
  @Post()
  @HttpCode(200)
  @ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data')
  async stop(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    // A multipart body is left unread by its parser.
    if (!request.raw.readableEnded) request.raw.resume();
    sendOutcome(reply, await this.unsubscribe.stop(token, wishOf(request)));
  }
}
