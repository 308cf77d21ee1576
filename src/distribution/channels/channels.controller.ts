import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, type Principal, Public, Who } from '../../platform/auth.js';
import { notFound } from '../../platform/errors.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { TEXT_CHANNELS, type TextChannel } from '../../platform/messaging/channel.js';
import { notFoundPage, wishOf } from '../../platform/public-page/index.js';
import { TextPreviews } from './text-previews.service.js';
import * as C from './channels.contract.js';
import { Channels } from './channels.service.js';
import { InboundTexts } from './inbound-texts.service.js';
import { ShortLinks } from './short-links.service.js';

@ApiTags('Channels')
@Controller('api/v1')
export class ChannelsController {
  constructor(
    private readonly channels: Channels,
    private readonly previews: TextPreviews,
  ) {}

  /** SMS and WhatsApp, whether set up or not. */
  @Access('manager')
  @Get('organization/channels')
  @ApiOkResponse({ standardSchema: C.TextChannelList })
  async list(@Who() who: Principal) {
    return { items: await this.channels.list(who.tenantId) };
  }

  @Access('admin')
  @Put('organization/channels/:channel')
  @ApiOkResponse({ standardSchema: C.TextChannelView })
  put(
    @Who() who: Principal,
    @Param('channel') channel: string,
    @Body({ schema: C.PutTextChannel }) body: C.PutTextChannel,
  ) {
    return this.channels.put(who, named(channel), body);
  }

  @Access('admin')
  @Delete('organization/channels/:channel')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Who() who: Principal, @Param('channel') channel: string) {
    return this.channels.remove(who, named(channel));
  }

  /** One text to a number of your own; what became of it stands in the channel's `lastTest`. */
  @Access('admin')
  @Post('organization/channels/:channel/test')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: C.TextChannelView })
  test(
    @Who() who: Principal,
    @Param('channel') channel: string,
    @Body({ schema: C.TestTextChannel }) body: C.TestTextChannel,
  ) {
    return this.previews.sendTest(who, named(channel), body.to);
  }

  /** The text of a survey's invitation as it will arrive, and how many segments it takes. */
  @Access('viewer')
  @Get('surveys/:id/text')
  @ApiOkResponse({ standardSchema: C.TextPreview })
  preview(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.TextPreviewQuery }) query: C.TextPreviewQuery,
  ) {
    return this.previews.preview(who.tenantId, id, query.locale);
  }
}

/** For providers: the token in the address and the provider's signature are the permission. */
@ApiTags('Channels')
@Controller('api/v1/inbound/sms')
export class InboundTextsController {
  constructor(private readonly inbound: InboundTexts) {}

  @Public()
  @Post(':token')
  @HttpCode(200)
  @Header('content-type', 'text/xml; charset=utf-8')
  @ApiProduces('text/xml')
  @ApiBody({
    description:
      'As Twilio posts it (application/x-www-form-urlencoded, signed): an incoming message, or the state of one of ours.',
    schema: { type: 'object', additionalProperties: true },
  })
  @ApiOkResponse({ description: 'Nothing is answered at once; what follows is sent as a message of its own.' })
  async receive(@Param('token') token: string, @Req() request: FastifyRequest) {
    const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    const at = request.url.indexOf('?');
    await this.inbound.receive(token, at < 0 ? '' : request.url.slice(at), request.headers, body);
    return '<?xml version="1.0" encoding="UTF-8"?><Response/>';
  }
}

@ApiTags('Public pages')
@Controller('t/:code')
export class ShortLinksController {
  constructor(private readonly links: ShortLinks) {}

  /** From the address in a text to the survey's page. */
  @Public()
  @Get()
  @ApiOkResponse({ description: 'Never: it leads on to the page.' })
  async open(@Param('code') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const page = await this.links.behind(code);
    if (page === null) throw notFoundPage(wishOf(request));
    await reply.code(302).header('location', page).header('cache-control', 'no-store').send();
  }
}

function named(channel: string): TextChannel {
  const found = TEXT_CHANNELS.find((one) => one === channel);
  if (!found) throw notFound('channel', 'channel');
  return found;
}
