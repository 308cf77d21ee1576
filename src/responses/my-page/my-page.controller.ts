import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/auth.js';
import { formFields, sendOutcome, wishOf } from '../../platform/public-page/index.js';
import { MyPages } from './my-page.service.js';

@ApiTags('Public pages')
@ApiProduces('text/html')
@Public()
@Controller('me')
export class MyPageController {
  constructor(private readonly pages: MyPages) {}

  /** The mailed one-use link; a look does not use it. */
  @Get('full/:token')
  async showFull(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.showFull(token, wishOf(request)));
  }

  @Post('full/:token')
  @HttpCode(200)
  async openFull(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.openFull(token, wishOf(request)));
  }

  @Post('full/:token/download')
  @HttpCode(200)
  async download(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const outcome = await this.pages.download(token, formFields(request.body)['access'], wishOf(request));
    if (!('json' in outcome)) return sendOutcome(reply, outcome);
    void reply
      .headers({
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="my-data.json"',
        'cache-control': 'no-store',
        'x-robots-tag': 'noindex',
      })
      .send(outcome.json);
  }

  @Post('full/:token/delete')
  @HttpCode(200)
  async erase(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.erase(token, formFields(request.body), wishOf(request)));
  }

  @Get(':token')
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.show(token, formFields(request.query)['done'], wishOf(request)));
  }

  @Post(':token')
  async save(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.save(token, formFields(request.body), request.ip, wishOf(request)));
  }

  @Post(':token/stop')
  async stop(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.stop(token, wishOf(request)));
  }

  @Post(':token/link')
  async sendLink(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.sendLink(token, request.ip, wishOf(request)));
  }
}
