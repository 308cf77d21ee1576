import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Identity } from '../../identity/identity.service.js';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { WordingQuery } from '../../surveys/surveys.contract.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { EMPTY_FORM, scoreWithin } from './form.js';
import { PagePreview } from './page-preview.contract.js';
import { formPage } from './view.js';

/** Beside the mail's preview (`surveys/:id/mail`), but here, where the page is drawn. */
@ApiTags('Surveys')
@Controller('api/v1/surveys')
export class PagePreviewController {
  constructor(
    private readonly db: Db,
    private readonly identity: Identity,
    private readonly surveys: Surveys,
  ) {}

  /** The draft's page, as it opens from a mail with `score` picked, or from a link without one. */
  @Access('viewer')
  @Get(':id/page')
  @ApiOkResponse({ standardSchema: PagePreview })
  preview(
    @Who() who: Principal,
    @Param('id', UuidParam) id: string,
    @Query({ schema: WordingQuery }) query: WordingQuery,
  ): Promise<PagePreview> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const draft = await this.surveys.draft(tx, id);
      const tenant = await this.identity.tenant(tx);
      const locale = query.locale ?? draft.locales[0] ?? 'en';
      const range = wording(draft, locale).metric.scale;
      const score = scoreWithin(query.score, range);
      const asked = wording(draft, locale, score ?? undefined);
      const { touchpoint } = draft.names;
      const page = formPage(
        {
          organization: { name: tenant.name, color: tenant.brand.color },
          wording: asked,
          languages: draft.locales,
          timeZone: tenant.timeZone,
          about: touchpoint === null ? null : { touchpoint, at: null },
          isTest: false,
          paths: { form: '#', thanks: '#', withdraw: '#', choices: '#', privacy: tenant.privacyUrl },
          lang: null,
        },
        {
          values: { ...EMPTY_FORM, score, picked: score },
          problems: [],
          stamp: '',
          submission: '',
          replaces: null,
          waitSeconds: null,
          wasPicked: score !== null,
        },
      );
      return { html: page.html, locale: asked.locale };
    });
  }
}
