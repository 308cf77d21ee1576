import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Identity } from '../../identity/identity.service.js';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { AppError } from '../../platform/errors.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import * as C from './open-links.contract.js';
import { OpenLinks } from './open-links.service.js';
import { poster } from './poster.js';
import { qrPng, qrSvg } from './qr.js';

@ApiTags('Channels')
@Controller('api/v1/open-links')
export class OpenLinksController {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly surveys: Surveys,
    private readonly links: OpenLinks,
  ) {}

  @Access('viewer')
  @Get()
  @ApiOkResponse({ standardSchema: C.OpenLinkPage })
  list(@Who() who: Principal, @Query({ schema: C.ListOpenLinks }) query: C.ListOpenLinks) {
    return this.links.list(who.tenantId, query);
  }

  @Access('manager')
  @Post()
  @ApiCreatedResponse({ standardSchema: C.OpenLinkView })
  create(@Who() who: Principal, @Body({ schema: C.NewOpenLink }) body: C.NewOpenLink) {
    return this.links.create(who, body);
  }

  @Access('viewer')
  @Get(':id')
  @ApiOkResponse({ standardSchema: C.OpenLinkView })
  get(@Who() who: Principal, @Param('id', UuidParam) id: string) {
    return this.links.get(who.tenantId, id);
  }

  @Access('manager')
  @Patch(':id')
  @ApiOkResponse({ standardSchema: C.OpenLinkView })
  change(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.ChangeOpenLink }) body: C.ChangeOpenLink,
  ) {
    return this.links.change(who, id, body);
  }

  @Access('manager')
  @Post(':id/personal')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: C.PersonalLinkList })
  personal(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Body({ schema: C.PersonalLinks }) body: z.infer<typeof C.PersonalLinks>,
  ) {
    return this.links.personal(who.tenantId, id, body.externalCustomerIds);
  }

  /** The QR code of a link, to be put on a receipt, a door or a parcel. */
  @Access('viewer')
  @Get(':id/qr')
  @ApiProduces('image/svg+xml', 'image/png')
  async qr(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.QrQuery }) query: C.QrQuery,
    @Res() reply: FastifyReply,
  ) {
    const { url } = await this.printable(who.tenantId, id);
    const image = query.format === 'svg' ? await qrSvg(url) : await qrPng(url, query.size);
    void reply
      .header('content-type', query.format === 'svg' ? 'image/svg+xml' : 'image/png')
      .header('content-disposition', `inline; filename="survey-code.${query.format}"`)
      .send(image);
  }

  /** A page with the question and the code that prints on one sheet. */
  @Access('viewer')
  @Get(':id/poster')
  @ApiProduces('text/html')
  async poster(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: C.PosterQuery }) query: C.PosterQuery,
    @Res() reply: FastifyReply,
  ) {
    const { url, surveyId } = await this.printable(who.tenantId, id);
    const { survey, organization } = await this.db.tenant(who.tenantId, async (tx) => ({
      survey: await this.surveys.requireLive(tx, surveyId),
      organization: (await this.identity.tenant(tx)).name,
    }));
    const asked = wording(survey, query.locale ?? survey.locales[0] ?? 'en');
    const sheet = poster({
      organization,
      question: asked.metric.text,
      locale: asked.locale,
      paper: query.paper,
      url,
      code: await qrSvg(url),
    });
    void reply.headers(sheet.headers).send(sheet.html);
  }

  private async printable(tenantId: string, id: string): Promise<C.OpenLinkView> {
    const link = await this.links.get(tenantId, id);
    if (link.channel !== 'link')
      throw new AppError('conflict', 'open_link.channel', 'Only a link has a code to print.');
    return link;
  }
}
