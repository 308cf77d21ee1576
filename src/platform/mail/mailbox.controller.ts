import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Config } from '../../config.js';
import { Public } from '../auth.js';
import { AppError, notFound } from '../errors.js';
import { type SmtpAnswer, sendBounce, sendReply } from './mailbox-answers.js';
import { renderMailbox } from './mailbox-page.js';
import { Mailbox, MailboxMessage } from './mailbox.js';

const PAGE_SIZE = 50;

const PageQuery = z.object({
  to: z.string().max(300).default(''),
  page: z.coerce.number().int().min(1).max(1000).catch(1),
  message: z.string().max(100).optional(),
  tab: z.enum(['html', 'text', 'headers']).catch('html'),
  notice: z.string().max(600).optional(),
  ok: z.enum(['0', '1']).optional(),
});
const MessagesQuery = z.object({ to: z.string().max(300).default('') });
const Info = z.object({ inboundHost: z.string(), inboundPort: z.number().int().nullable() });
const Reply = z.strictObject({
  body: z
    .string({ error: 'Enter the text of the reply.' })
    .trim()
    .min(1, { error: 'Enter the text of the reply.' })
    .max(20_000),
});
const Bounce = z.strictObject({
  kind: z.enum(['hard', 'soft', 'complaint'], { error: 'Choose hard, soft or complaint.' }),
});
/** Whether the inbound server took it, and its words. */
const Answer = z.object({ accepted: z.boolean(), answer: z.string() });

/** The built-in mailbox's page and API; there is nothing here in production or with SMTP_URL. */
@ApiTags('built-in mailbox')
@Controller('dev/mailbox')
export class MailboxController {
  constructor(
    private readonly mailbox: Mailbox,
    private readonly config: Config,
  ) {}

  @Public()
  @ApiExcludeEndpoint()
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  // Under the app's no-referrer the page's own forms would say `Origin: null`, and be refused.
  @Header('referrer-policy', 'same-origin')
  // The frame with the mail inherits this: its own styles and pictures show, nothing runs.
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https: http:; font-src 'self' data:; form-action 'self'; base-uri 'self'; frame-ancestors 'none'",
  )
  async page(@Query({ schema: PageQuery }) query: z.infer<typeof PageQuery>): Promise<string> {
    this.requireEnabled();
    const { entries, total } = this.mailbox.list(query.to, (query.page - 1) * PAGE_SIZE, PAGE_SIZE);
    const message = query.message === undefined ? null : await this.mailbox.message(query.message);
    return renderMailbox({
      search: query.to,
      page: query.page,
      pageSize: PAGE_SIZE,
      total,
      entries,
      message,
      missing: query.message !== undefined && message === null,
      tab: query.tab,
      notice: query.notice === undefined ? null : { good: query.ok === '1', text: query.notice },
      inboundPort: this.mailbox.inboundPort,
    });
  }

  @Public()
  @ApiOkResponse({ standardSchema: z.array(MailboxMessage) })
  @Get('messages')
  async messages(
    @Query({ schema: MessagesQuery }) query: z.infer<typeof MessagesQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.requireEnabled();
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(this.mailbox.messagesJson(query.to.trim()));
  }

  @Public()
  @ApiOkResponse({ standardSchema: Info })
  @Get('info')
  info(): z.infer<typeof Info> {
    const info = this.mailbox.info();
    if (!info) throw notFound('mailbox', 'mailbox');
    return { inboundHost: info.inboundHost, inboundPort: info.inboundPort };
  }

  /** Sends a reply as the receiver would; forms are led back to the message, programs get the server's answer. */
  @Public()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Answer })
  @Post('messages/:id/reply')
  async reply(
    @Param('id') id: string,
    @Body({ schema: Reply }) body: z.infer<typeof Reply>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { message, port } = await this.answering(id, request);
    await this.respond(id, request, reply, 'reply', await sendReply(port, message, body.body));
  }

  /** Sends a bounce or a complaint as the receiver's server would. */
  @Public()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: Answer })
  @Post('messages/:id/bounce')
  async bounce(
    @Param('id') id: string,
    @Body({ schema: Bounce }) body: z.infer<typeof Bounce>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { message, port } = await this.answering(id, request);
    await this.respond(id, request, reply, 'bounce', await sendBounce(port, message, body.kind));
  }

  private requireEnabled(): void {
    if (!this.mailbox.enabled) throw notFound('mailbox', 'mailbox');
  }

  private async answering(id: string, request: FastifyRequest): Promise<{ message: MailboxMessage; port: number }> {
    this.requireEnabled();
    this.requireOwnOrigin(request);
    const message = await this.mailbox.message(id);
    if (!message) throw notFound('mailbox', 'message');
    if (this.mailbox.inboundPort === null)
      throw new AppError('conflict', 'mailbox.no_inbound', 'This process takes no inbound mail; the worker does.');
    return { message, port: this.mailbox.inboundPort };
  }

  /** Another site's page must not write mails in the name of customers; programs send no Origin. */
  private requireOwnOrigin(request: FastifyRequest): void {
    const { origin } = request.headers;
    if (
      origin === undefined ||
      origin === new URL(this.config.publicUrl).origin ||
      origin === `http://${request.headers.host}`
    )
      return;
    throw new AppError('forbidden', 'request.foreign_origin', 'This came from another site.');
  }

  private async respond(
    id: string,
    request: FastifyRequest,
    reply: FastifyReply,
    what: string,
    answer: SmtpAnswer,
  ): Promise<void> {
    if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      await reply.status(200).send(answer);
      return;
    }
    const notice = answer.accepted
      ? `The ${what} was delivered: ${answer.answer}`
      : `The ${what} was refused: ${answer.answer}`;
    const query = new URLSearchParams({ message: id, ok: answer.accepted ? '1' : '0', notice: notice.slice(0, 600) });
    await reply.status(303).header('location', `/dev/mailbox?${query.toString()}`).send();
  }
}
