import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Config } from '../../config.js';
import { Public } from '../auth.js';
import { AppError } from '../errors.js';
import { Metrics } from '../metrics.js';
import { Readiness } from './readiness.js';

const STATUS = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } } as const;

@ApiTags('Operation')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly config: Config,
    private readonly ds: DataSource,
  ) {}

  @Public()
  @Get('healthz')
  @ApiOperation({ summary: 'The process is alive' })
  @ApiOkResponse({ schema: STATUS as never })
  alive() {
    return { status: 'ok' };
  }

  @Public()
  @Get('readyz')
  @ApiOperation({ summary: '200 after migrations and demo data, else 503' })
  @ApiOkResponse({ schema: STATUS as never })
  async ready() {
    if (!this.readiness.ready) throw new AppError('unavailable', 'not_ready', 'Hearback is starting or stopping.');
    await this.ds.query('select 1');
    return { status: 'ready' };
  }

  @Public()
  @Get('metrics')
  @ApiOperation({ summary: 'Figures for Prometheus; from this machine, or with METRICS_TOKEN as bearer' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async figures(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    if (!this.mayRead(request))
      throw new AppError('forbidden', 'metrics.private', 'Figures are for this machine, or for who has METRICS_TOKEN.');
    void reply.header('content-type', this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }

  private mayRead(request: FastifyRequest): boolean {
    const { metricsToken } = this.config;
    if (metricsToken === null) return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${metricsToken}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
