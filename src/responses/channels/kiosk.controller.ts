import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../config.js';
import { Public } from '../../platform/auth.js';
import { Clock } from '../../platform/clock.js';
import { AppError, notFound } from '../../platform/errors.js';
import { notFoundPage, publicPath, wishOf } from '../../platform/public-page/index.js';
import { type Limit, RateLimits } from '../../platform/rate-limit.js';
import { AnswerChecks } from '../answer-checks/answer-checks.service.js';
import { readForm } from '../survey-page/form.js';
import { boxOf, shortened } from './box.js';
import { KioskAnswers, KioskReceipt } from './kiosk.contract.js';
import { kioskPage } from './kiosk-page.js';
import { OpenAnswers } from './open-answers.service.js';

/** A counter sends what waited in messages of 50; more than this is no counter. */
const PER_KIOSK: Limit = { name: 'kiosk', points: 120, seconds: 60 };
/** A device may have been offline for so long. */
const OLDEST_MS = 90 * 86_400_000;

/** A full screen for a counter. Its answers wait on the device until they are acknowledged here; see docs/channels.md. */
@ApiTags('Public pages')
@Public()
@Controller('kiosk/:token')
export class KioskController {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly limits: RateLimits,
    private readonly answers: OpenAnswers,
    private readonly checks: AnswerChecks,
  ) {}

  @Get()
  @ApiProduces('text/html')
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const wish = wishOf(request);
    const opened = await this.answers.open(token, 'kiosk');
    if (!opened || opened.ended) throw notFoundPage(wish);
    const [first = 'en', ...others] = opened.version.locales;
    const path = publicPath(this.config.publicUrl, 'kiosk', token);
    const page = kioskPage({
      organization: opened.organization,
      // All languages go along, so that people can change it while the device is offline.
      boxes: [first, ...others].map((locale) => boxOf(shortened(this.answers.wordingFor(opened, { lang: locale })))),
      start: this.answers.wordingFor(opened, wish).locale,
      version: opened.version.number,
      resetSeconds: opened.link.settings.resetSeconds,
      path,
      script: publicPath(this.config.publicUrl, 'kiosk', 'app.js'),
      worker: publicPath(this.config.publicUrl, 'kiosk', 'sw.js'),
    });
    void reply.headers(page.headers).send(page.html);
  }

  /**
   * Stores each answer once. A closed survey or revoked kiosk is 404: the device keeps what it has. Once the survey's quota is reached, what
   * is stored already is acknowledged and the rest refused for good, or the device would send it for ever.
   * @throws AppError open_link.not_found, request.too_many
   */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: KioskReceipt })
  async submit(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Body({ schema: KioskAnswers }) body: KioskAnswers,
  ): Promise<KioskReceipt> {
    await this.limits.take(PER_KIOSK, token.slice(-22));
    const current = await this.answers.open(token, 'kiosk');
    if (!current || current.ended === 'closed') throw notFound('open_link', 'kiosk');
    // Its times are the device's own word, and one network sends all that waited: neither says machine.
    const checked = await this.checks.check({
      tenantId: current.tenantId,
      // Whoever set the device up may still be signed in on it: that says nothing about who stands before it.
      sender: { ip: request.ip },
      madeAt: new Date(0),
      trap: undefined,
      countsBursts: false,
    });
    const versions = new Map([[current.version.number, current]]);
    const receipt: KioskReceipt = { stored: [], refused: [] };
    const now = this.clock.now().getTime();
    for (const { id, at, version, locale, ...fields } of body.answers) {
      const opened = versions.get(version) ?? (await this.answers.open(token, 'kiosk', version));
      if (!opened) throw notFound('open_link', 'kiosk');
      versions.set(version, opened);
      const wording = shortened(this.answers.wordingFor(opened, { lang: locale }));
      const form = readForm(fields, wording);
      const given = Date.parse(at);
      if (form.values.score === null || form.problems.some((problem) => problem.kind !== 'missing')) {
        receipt.refused.push({
          id,
          message: `This is no answer to the survey: ${form.problems[0]?.field ?? 'score'}.`,
        });
        continue;
      }
      try {
        await this.answers.store(opened, {
          form,
          submission: id,
          locale: wording.locale,
          checked,
          customerId: null,
          ref: null,
          // A clock that is wrong moves nothing into the future or out of sight.
          at: given > now || given < now - OLDEST_MS ? new Date(now) : new Date(given),
        });
        receipt.stored.push(id);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'survey.ended') throw error;
        receipt.refused.push({ id, message: error.message });
      }
    }
    return receipt;
  }
}
