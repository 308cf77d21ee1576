import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Identity } from '../../identity/identity.service.js';
import { Access, type Principal, Who } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { UuidParam } from '../../platform/http/uuid.param.js';
import { type WordedQuestion, type Wording, WordingQuery } from '../../surveys/surveys.contract.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { holds, pagesOf } from '../../surveys/logic.js';
import type { RecallFacts } from '../../surveys/recall.js';
import { EMPTY_FORM, scoreWithin } from './form.js';
import { PagePreview } from './page-preview.contract.js';
import { formPage } from './view.js';

/** Somebody who does not exist, so that recalled fields can be seen in their place. */
const EXAMPLE: RecallFacts = {
  customerName: 'Ingrid Halvorsen',
  account: 'Halvorsen AS',
  event: null,
  timeZone: 'UTC',
};

/** In a preview only the score is known: what depends on it is shown or not, what depends on anything else is shown. */
function mayShow(question: WordedQuestion, asked: Wording, score: number | null): boolean {
  const { showIf } = question;
  return (
    showIf === null ||
    showIf.question !== asked.metric.id ||
    score === null ||
    holds(showIf, { [asked.metric.id]: score })
  );
}

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
      const draft = { ...(await this.surveys.draft(tx, id)), recall: EXAMPLE };
      const tenant = await this.identity.tenant(tx);
      const locale = query.locale ?? draft.locales[0] ?? 'en';
      const range = wording(draft, locale).metric.scale;
      const score = scoreWithin(query.score, range);
      const asked = wording(draft, locale, score ?? undefined);
      const pages = pagesOf(asked.questions);
      const index = Math.min(query.page ?? 0, pages.length - 1);
      const values = { ...EMPTY_FORM, score, picked: score };
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
          values,
          problems: [],
          stamp: '',
          submission: '',
          replaces: null,
          waitSeconds: null,
          wasPicked: score !== null,
          ...(pages.length === 1
            ? {}
            : {
                step: {
                  page: index,
                  questions: (pages[index] ?? []).filter((question) => mayShow(question, asked, score)),
                  mayGoOn: index < pages.length - 1,
                  back: null,
                  carried: null,
                },
              }),
        },
      );
      return { html: page.html, locale: asked.locale, pages: pages.length };
    });
  }
}
