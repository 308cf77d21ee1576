import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../../platform/auth.js';
import { Receipts } from './receipt.service.js';

const ANSWER_FORM = {
  type: 'object',
  required: ['answer'],
  properties: { answer: { type: 'string', enum: ['fixed', 'not_yet'] }, comment: { type: 'string' } },
} as const;

/** The customer's page about their case; mail links open it with `?answer=`, which only preselects. */
@ApiTags('Public pages')
@ApiProduces('text/html')
@Controller('r')
export class ReceiptController {
  constructor(private readonly receipts: Receipts) {}

  @Public()
  @Get(':token')
  async show(
    @Param('token') token: string,
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.receipts.page(token, { lang: query.lang, acceptLanguage }, query.answer);
    void reply.headers(page.headers).type('text/html; charset=utf-8').send(page.html);
  }

  @Public()
  @Post(':token')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: ANSWER_FORM as never })
  async answer(
    @Param('token') token: string,
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.receipts.answer(token, { lang: query.lang, acceptLanguage }, body);
    const lang = typeof query.lang === 'string' ? `?lang=${encodeURIComponent(query.lang)}` : '';
    void reply.header('cache-control', 'no-store').redirect(`/r/${token}${lang}`, 303);
  }
}
