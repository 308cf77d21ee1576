import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { Config } from '../../config.js';
import { Public } from '../../platform/auth.js';
import { AppError, invalid, notFound } from '../../platform/errors.js';
import { PublicGuard } from '../../platform/public-page/guard.js';
import { formFields, publicPath, speak, wishOf } from '../../platform/public-page/index.js';
import { AnswerChecks } from '../answer-checks/answer-checks.service.js';
import { readForm } from '../survey-page/form.js';
import { POSTED_FIELDS } from '../survey-page/posted.js';
import { TRAP_FIELD } from '../survey-page/view.js';
import { boxOf, shortened } from './box.js';
import { OpenAnswers, type Opened, refOf } from './open-answers.service.js';
import { CHANNEL_TEXTS } from './texts.js';
import { tryPage } from './try-page.js';

const DEFAULT_COLOR = '#0B6470';
const SETTINGS = {
  type: 'object',
  description: 'What the widget draws and how often; see docs/channels.md.',
  required: ['locale', 'question', 'scores', 'stamp', 'askAgainAfterDays', 'delaySeconds'],
} as const;
const ANSWER = {
  type: 'object',
  required: ['score', 'stamp', 'submission'],
  properties: {
    ...POSTED_FIELDS,
    ref: { type: 'string' },
    test: { type: 'string', enum: ['1'], description: 'Nothing is stored.' },
  },
} as const;
const TAKEN = { type: 'object', required: ['received'], properties: { received: { type: 'boolean' } } } as const;

/** What the script on other people's sites talks to. Only pages of the origins that its settings name are answered. */
@ApiTags('Public pages')
@Public()
@Controller('widget/:token')
export class WidgetController {
  constructor(
    private readonly config: Config,
    private readonly guard: PublicGuard,
    private readonly answers: OpenAnswers,
    private readonly checks: AnswerChecks,
  ) {}

  @Get()
  @ApiOkResponse({ schema: SETTINGS as never })
  async settings(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const opened = await this.requireRoom(token);
    this.admit(opened, request, reply);
    void reply.header('cache-control', 'no-store');
    const { organization, link } = opened;
    return {
      ...boxOf(shortened(this.answers.wordingFor(opened, wishOf(request)))),
      organization: organization.name,
      color: /^#[0-9a-fA-F]{6}$/.test(organization.color ?? '') ? organization.color : DEFAULT_COLOR,
      stamp: this.answers.stampFor(opened, token),
      askAgainAfterDays: link.settings.askAgainAfterDays,
      delaySeconds: link.settings.delaySeconds,
    };
  }

  @Post()
  @HttpCode(200)
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: ANSWER as never })
  @ApiOkResponse({ schema: TAKEN as never })
  async submit(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const body = formFields(request.body);
    const stamp = this.answers.readStamp(body['stamp'], token);
    const opened = await this.open(token, stamp?.version);
    this.admit(opened, request, reply);
    const submission = body['submission'];
    if (typeof submission !== 'string' || !isUuid(submission))
      throw invalid('submission', 'Send a UUID that is made once per answer.');
    const wait = await this.guard.tooMany(`${token} ${submission}`, request.ip);
    if (wait !== null)
      throw new AppError('too_many', 'request.too_many', 'Too many answers. Wait a little and send it again.', {
        retryAfterSeconds: wait,
      });
    const wording = shortened(this.answers.wordingFor(opened, wishOf(request)));
    const form = readForm(body, wording);
    if (form.values.score === null || form.problems.length > 0)
      throw new AppError('invalid', 'input.invalid', 'The answer is not complete.', {
        errors: form.problems.map(({ field, kind }) => ({
          path: field,
          message: kind === 'too_long' ? 'This text is too long.' : 'Answer this question.',
        })),
      });
    if (body['test'] === undefined)
      await this.answers.store(opened, {
        form,
        submission,
        locale: wording.locale,
        checked: await this.checks.check({
          tenantId: opened.tenantId,
          sender: { ip: request.ip, cookie: request.headers.cookie },
          madeAt: stamp?.at ?? null,
          trap: body[TRAP_FIELD],
        }),
        customerId: null,
        ref: refOf(body['ref']),
      });
    return { received: true };
  }

  /** A page of ours with the widget on it; its answers are not stored. */
  @Get('try')
  @ApiProduces('text/html')
  async try(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const opened = await this.requireRoom(token);
    const { locale } = this.answers.wordingFor(opened, wishOf(request));
    const say = speak(CHANNEL_TEXTS, locale);
    const page = tryPage({
      locale,
      title: say('tryTitle'),
      text: say('tryText'),
      script: publicPath(this.config.publicUrl, 'widget', 'v1.js'),
      key: token,
    });
    void reply.headers(page.headers).send(page.html);
  }

  private async open(token: string, version?: number): Promise<Opened> {
    const opened = await this.answers.open(token, 'widget', version);
    if (!opened || opened.ended === 'closed') throw notFound('open_link', 'widget');
    return opened;
  }

  /** A box that nobody could answer is not shown; a post is judged by the store, which knows whether it was there before. */
  private async requireRoom(token: string): Promise<Opened> {
    const opened = await this.open(token);
    if (opened.ended) throw notFound('open_link', 'widget');
    return opened;
  }

  /** CORS for the origins of its settings and our own; a request without `Origin` is of our own page or no browser's, and needs no header. */
  private admit(opened: Opened, request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return;
    const port = request.socket.localPort;
    const allowed = [
      new URL(this.config.publicUrl).origin,
      ...(this.config.production ? [] : [`http://localhost:${port}`, `http://127.0.0.1:${port}`]),
      ...opened.link.settings.origins,
    ];
    if (!allowed.includes(origin))
      throw new AppError('forbidden', 'open_link.origin', `This widget may not stand on ${origin}.`);
    void reply.header('access-control-allow-origin', origin);
  }
}
