import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Config } from '../../config.js';
import { Customers } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Jobs } from '../../platform/jobs.js';
import { PublicGuard } from '../../platform/public-page/guard.js';
import {
  chooseLocale,
  notFoundPage,
  type PageOutcome,
  publicPath,
  type Wish,
} from '../../platform/public-page/index.js';
import { Signer } from '../../platform/signing.js';
import type { Wording } from '../../surveys/surveys.contract.js';
import { type SurveyVersion, Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { AnswerChecks, type Checked, type Sender } from '../answer-checks/answer-checks.service.js';
import { Response } from '../responses.entity.js';
import { ResponseReceived } from '../responses.messages.js';
import { Responses } from '../responses.service.js';
import { EMPTY_FORM, type FormValues, type ReadForm, scoreWithin } from '../survey-page/form.js';
import { carriedIn, pageCount, pageNumber, stepOf, takeStep } from '../survey-page/steps.js';
import { endedPage, type FormFacts, formPage, type SurveyPageFacts, TRAP_FIELD } from '../survey-page/view.js';
import { withoutConsent } from './box.js';
import type { OpenChannel } from './open-links.contract.js';
import { type OpenLink, OpenLinks } from './open-links.service.js';
import { openThanksPage } from './views.js';

const STAMP = 'open form';
/** What `?ref=` may say: where the link was found, never who. */
const REF = /^[\p{L}\p{N} ._~-]{1,60}$/u;

/** A link that takes answers, and what stands behind it. */
export interface Opened {
  tenantId: string;
  link: OpenLink;
  version: SurveyVersion;
  organization: { name: string; color?: string | undefined };
  timeZone: string;
  privacyUrl: string | null;
  /** Why no new answer is taken: the survey is over, or its quota reached. */
  ended: 'closed' | 'full' | null;
}

/** An answer as a form or a program posted it. */
export interface Given {
  form: Pick<ReadForm, 'values' | 'answers'>;
  /** Of the caller, made once per answer: the same again is the same response. */
  submission: string;
  locale: string;
  checked: Checked;
  customerId: string | null;
  ref: string | null;
  /** When it was given, where that was before it came in. */
  at?: Date | undefined;
}

/** Answers of people whom nobody asked by name: the page of a link, and the store that widgets and kiosks use too. */
@Injectable()
export class OpenAnswers {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly guard: PublicGuard,
    private readonly jobs: Jobs,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly surveys: Surveys,
    private readonly links: OpenLinks,
    private readonly responses: Responses,
    private readonly checks: AnswerChecks,
  ) {}

  /** The form, or that the survey has ended. @throws PageError 404 for unknown and revoked links */
  async show(token: string, query: Record<string, unknown>, wish: Wish): Promise<PageOutcome> {
    const opened = await this.requirePage(token, wish);
    const page = this.page(opened, token, query, wish);
    if (opened.ended) return { page: endedPage(page.facts(), opened.ended) };
    const picked = scoreWithin(query['score'], page.facts().wording.metric.scale);
    return { page: this.form(opened, page, { ...EMPTY_FORM, score: picked }, 0, {}) };
  }

  /**
   * Takes an answer; the same post again ends like the first. Of a form of several pages nothing is stored before the last: nobody is known
   * who could come back to it. @throws PageError 404
   */
  async submit(
    token: string,
    query: Record<string, unknown>,
    body: Record<string, unknown>,
    sender: Sender,
    wish: Wish,
  ): Promise<PageOutcome> {
    // The link is the same for everybody, so its posts are counted by network and form, not by link.
    const submission = isUuid(body['submission']) ? String(body['submission']) : newId();
    const wait = await this.guard.tooMany(`${token} ${submission}`, sender.ip);
    const stamp = this.readStamp(body['stamp'], token);
    const opened = await this.requirePage(token, wish, stamp?.version);
    const page = this.page(opened, token, query, wish);
    const asked = page.facts().wording;
    const soFar = carriedIn(body['carried'], asked);
    // Without what came before, a later page has nothing to stand on.
    const step = soFar.values.score === null ? 0 : Math.min(pageNumber(body['page']) ?? 0, pageCount(asked) - 1);
    const form = takeStep(body, asked, step, soFar);
    const again = (more: Partial<FormFacts>, at = step) =>
      this.form(opened, page, form.values, at, {
        submission,
        ...(stamp === null ? {} : { stamp: String(body['stamp']) }),
        ...more,
      });
    if (wait !== null) return { page: again({ waitSeconds: wait }), status: 429, retryAfterSeconds: wait };
    // The last answer that fits may come once more, and ends as before.
    if (opened.ended && !(await this.isKnown(opened, submission)))
      return { page: endedPage(page.facts(), opened.ended), status: 409 };
    if (form.values.score === null || form.problems.length > 0)
      return { page: again({ problems: form.problems }), status: 422 };
    if (form.next !== null) return { page: again({}, form.next) };
    let responseId: string;
    try {
      ({ responseId } = await this.store(opened, {
        form,
        submission,
        locale: asked.locale,
        checked: await this.checks.check({
          tenantId: opened.tenantId,
          sender,
          madeAt: stamp?.at ?? null,
          trap: body[TRAP_FIELD],
        }),
        customerId: await this.customerOf(opened, query['c']),
        ref: refOf(query['ref']),
      }));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'survey.ended') throw error;
      return { page: endedPage(page.facts(), 'full'), status: 409 };
    }
    const done = new URLSearchParams({
      a: this.signer.seal(STAMP, responseId),
      ...(page.lang === null ? {} : { lang: page.lang }),
    });
    return { redirect: `${publicPath(this.config.publicUrl, 'l', token, 'thanks')}?${done.toString()}` };
  }

  /** What happens next; `a` names the answer that was just given. @throws PageError 404 */
  async thanks(token: string, query: Record<string, unknown>, wish: Wish): Promise<PageOutcome> {
    const opened = await this.requirePage(token, wish);
    const { a } = query;
    const responseId = typeof a === 'string' ? this.signer.unseal(STAMP, a) : null;
    if (responseId === null || !isUuid(responseId)) return this.show(token, {}, wish);
    const page = this.page(opened, token, query, wish);
    const answer = await this.db.tenant(opened.tenantId, (tx) =>
      tx.em.findOneBy(Response, { id: responseId, openLinkId: opened.link.id }),
    );
    const promise = answer && (await this.responses.promiseFor(opened.tenantId, answer.id));
    return {
      page: openThanksPage({
        organization: opened.organization,
        locale: page.facts().wording.locale,
        timeZone: opened.timeZone,
        promisedAt: promise?.at ?? null,
        mayContact: answer?.mayContact ?? null,
        choices:
          answer?.customerId != null
            ? publicPath(
                this.config.publicUrl,
                'me',
                this.signer.link('me', { tenantId: opened.tenantId, id: answer.id }),
              )
            : null,
        privacy: opened.privacyUrl,
      }),
    };
  }

  // For widgets and kiosks too.

  /**
   * What a token opens; null when it is unknown or revoked. That the survey has ended is for the caller to say.
   * @param version the one that was seen, where that is known; else the one that is published
   */
  open(token: string, channel: OpenChannel, version?: number): Promise<Opened | null> {
    const target = this.links.behind(token);
    if (!target) return Promise.resolve(null);
    return this.db.tenant(target.tenantId, async (tx) => {
      const link = await this.links.find(tx, target.id);
      if (!link || link.channel !== channel || link.revokedAt !== null) return null;
      const live = await this.live(tx, link.surveyId);
      const current = live ?? (await this.surveys.published(tx, link.surveyId))[0];
      if (!current) return null;
      const seen =
        version === undefined || version === current.number || version < 1 || version > current.number
          ? current
          : await this.surveys.version(tx, link.surveyId, version);
      const tenant = await this.identity.tenant(tx);
      return {
        tenantId: target.tenantId,
        link,
        version: seen,
        organization: { name: tenant.name, color: tenant.brand.color },
        timeZone: tenant.timeZone,
        privacyUrl: tenant.privacyUrl,
        ended: live ? await this.surveys.ended(tx, link.surveyId, current.touchpointId) : 'closed',
      };
    });
  }

  private async live(tx: Tx, surveyId: string): Promise<SurveyVersion | null> {
    try {
      return await this.surveys.requireLive(tx, surveyId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'survey.not_live') return null;
      throw error;
    }
  }

  /** The wording for a reader. */
  wordingFor(opened: Opened, wish: Wish): Wording {
    const [first = 'en', ...others] = opened.version.locales;
    return wording(opened.version, chooseLocale([first, ...others], wish));
  }

  /** A signed time stamp of a form of this link, with the version that is seen. */
  stampFor(opened: Opened, token: string): string {
    return this.signer.seal(STAMP, `${this.clock.now().getTime()}.${opened.version.number}.${token.slice(-22)}`);
  }

  readStamp(sealed: unknown, token: string): { at: Date; version: number } | null {
    const value = typeof sealed === 'string' ? this.signer.unseal(STAMP, sealed) : null;
    const [, at, version, of] = /^(\d{13})\.(\d{1,6})\.([\w-]{22})$/.exec(value ?? '') ?? [];
    return at !== undefined && of === token.slice(-22) ? { at: new Date(Number(at)), version: Number(version) } : null;
  }

  /**
   * Stores an answer once, whatever how often it comes. The form must have a score and no problems.
   * @throws AppError survey.ended (409): others were the last that the quota takes
   */
  store(opened: Opened, given: Given): Promise<{ responseId: string; isNew: boolean }> {
    const { link, version } = opened;
    const { score, comment, mayContact } = given.form.values;
    if (score === null) throw new Error('an answer without a score');
    // Bound to the link, so that a made-up id can never meet another one's answer.
    const submissionId = `${link.id}:${given.submission}`;
    return this.db.tenant(opened.tenantId, async (tx) => {
      const known = await tx.em.findOneBy(Response, { submissionId });
      if (known) return { responseId: known.id, isNew: false };
      // Held until the end of the transaction, so that of many at once exactly as many as the quota takes are stored.
      if ((await this.surveys.ended(tx, version.surveyId, version.touchpointId, true)) === 'full')
        throw new AppError('conflict', 'survey.ended', 'This survey takes no more answers.', {
          extra: { why: 'full' },
        });
      const id = newId();
      await tx.em
        .createQueryBuilder()
        .insert()
        .into(Response)
        .values({
          id,
          submissionId,
          openLinkId: link.id,
          sourceRef: given.ref,
          customerId: given.customerId,
          surveyId: version.surveyId,
          surveyVersion: version.number,
          touchpointId: version.touchpointId,
          metric: version.metric,
          score,
          comment: comment === '' ? null : comment,
          answers: given.form.answers as never,
          mayContact: mayContact === null ? null : mayContact === 'yes',
          locale: given.locale,
          channel: link.channel,
          flags: await this.checks.flagsOf(tx, given.checked, given.customerId),
          ...(given.at ? { submittedAt: given.at } : {}),
          ...(comment === '' ? { sentimentState: 'unreadable' as const, sentimentReason: 'empty' } : {}),
        })
        .orIgnore()
        .execute();
      const row = await tx.em.findOneByOrFail(Response, { submissionId });
      const isNew = row.id === id;
      if (isNew) {
        await this.checks.stored(tx, id, given.checked);
        await this.jobs.send(tx, ResponseReceived, `${id}:1`, { responseId: id, version: 1 });
      }
      return { responseId: row.id, isNew };
    });
  }

  private isKnown(opened: Opened, submission: string): Promise<boolean> {
    const submissionId = `${opened.link.id}:${submission}`;
    return this.db.tenant(opened.tenantId, (tx) => tx.em.existsBy(Response, { submissionId }));
  }

  /** The customer that the link was made out to, as long as they exist. */
  private async customerOf(opened: Opened, sealed: unknown): Promise<string | null> {
    const id = this.links.customerIn(sealed, opened.link.id);
    if (id === null) return null;
    const known = await this.db.tenant(opened.tenantId, (tx) => this.customers.contacts(tx, [id]));
    return known.has(id) ? id : null;
  }

  private async requirePage(token: string, wish: Wish, version?: number): Promise<Opened> {
    const opened = await this.open(token, 'link', version);
    if (!opened) throw notFoundPage(wish);
    return opened;
  }

  private page(opened: Opened, token: string, query: Record<string, unknown>, wish: Wish) {
    const keep: Record<string, string> = {};
    for (const name of ['ref', 'c'] as const) {
      const value = query[name];
      if (typeof value === 'string' && value.length <= 200) keep[name] = value;
    }
    const lang = typeof wish.lang === 'string' && opened.version.locales.includes(wish.lang) ? wish.lang : null;
    const path = publicPath(this.config.publicUrl, 'l', token);
    const form = Object.keys(keep).length > 0 ? `${path}?${new URLSearchParams(keep).toString()}` : path;
    const { locale } = this.wordingFor(opened, wish);
    const isKnown = this.links.customerIn(query['c'], opened.link.id) !== null;
    return {
      lang,
      facts: (score?: number): SurveyPageFacts => ({
        organization: opened.organization,
        wording: isKnown
          ? wording(opened.version, locale, score)
          : withoutConsent(wording(opened.version, locale, score)),
        languages: opened.version.locales,
        timeZone: opened.timeZone,
        about:
          opened.version.names.touchpoint === null ? null : { touchpoint: opened.version.names.touchpoint, at: null },
        isTest: false,
        paths: { form, thanks: path, withdraw: path, choices: null, privacy: opened.privacyUrl },
        lang,
        keep,
      }),
    };
  }

  private form(
    opened: Opened,
    page: ReturnType<OpenAnswers['page']>,
    values: FormValues,
    at: number,
    more: Partial<FormFacts>,
  ): ReturnType<typeof formPage> {
    const facts = page.facts(values.score ?? undefined);
    const token = facts.paths.thanks.split('/').at(-1) ?? '';
    const step = stepOf(at, facts.wording, values, true);
    return formPage(facts, {
      values,
      // One cannot go back to what is not stored; the browser's own way back works.
      step: step && { ...step, back: null },
      problems: [],
      stamp: this.stampFor(opened, token),
      submission: newId(),
      replaces: null,
      waitSeconds: null,
      wasPicked: false,
      ...more,
    });
  }
}

/** What the address says of where the link was found; null for nothing, and for what looks like more than a label. */
export function refOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return REF.test(text) ? text : null;
}
