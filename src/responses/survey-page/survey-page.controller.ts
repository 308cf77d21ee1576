import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/auth.js';
import { formFields, sendOutcome, wishOf } from '../../platform/public-page/index.js';
import { PAGE_FIELDS, POSTED_FIELDS } from './posted.js';
import { SurveyPages } from './survey-page.service.js';

const ANSWER_FORM = {
  type: 'object',
  properties: {
    ...POSTED_FIELDS,
    ...PAGE_FIELDS,
    picked: { type: 'integer', description: 'What was pressed in the mail.' },
    change: { type: 'string', enum: ['1'], description: 'Replaces the answer that was given.' },
  },
} as const;

@ApiTags('Public pages')
@ApiProduces('text/html')
@Public()
@Controller('s/:token')
export class SurveyPageController {
  constructor(private readonly pages: SurveyPages) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.show(token, formFields(request.query), wishOf(request)));
  }

  @Post()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: ANSWER_FORM as never })
  async submit(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const sender = { ip: request.ip, cookie: request.headers.cookie };
    sendOutcome(reply, await this.pages.submit(token, formFields(request.body), sender, wishOf(request)));
  }

  @Get('thanks')
  async thanks(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.thanks(token, wishOf(request)));
  }

  @Get('withdraw')
  async askWithdraw(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.askWithdraw(token, wishOf(request)));
  }

  @Post('withdraw')
  async withdraw(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.pages.withdraw(token, request.ip, wishOf(request)));
  }
}
