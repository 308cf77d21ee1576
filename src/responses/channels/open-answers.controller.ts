import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/auth.js';
import { formFields, sendOutcome, wishOf } from '../../platform/public-page/index.js';
import { PAGE_FIELDS, POSTED_FIELDS } from '../survey-page/posted.js';
import { OpenAnswers } from './open-answers.service.js';

const FORM = { type: 'object', properties: { ...POSTED_FIELDS, ...PAGE_FIELDS } } as const;

@ApiTags('Public pages')
@ApiProduces('text/html')
@Public()
@Controller('l/:token')
export class OpenAnswersController {
  constructor(private readonly answers: OpenAnswers) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.answers.show(token, formFields(request.query), wishOf(request)));
  }

  @Post()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: FORM as never })
  async submit(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const sender = { ip: request.ip, cookie: request.headers.cookie };
    const query = formFields(request.query);
    sendOutcome(reply, await this.answers.submit(token, query, formFields(request.body), sender, wishOf(request)));
  }

  @Get('thanks')
  async thanks(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    sendOutcome(reply, await this.answers.thanks(token, formFields(request.query), wishOf(request)));
  }
}
