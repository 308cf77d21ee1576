import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Config } from '../../config.js';
import { Customers } from '../../customers/customers.service.js';
import { Distribution, type Invitation, linkWorks } from '../../distribution/distribution.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Clock } from '../../platform/clock.js';
import { Db } from '../../platform/db.js';
import { AppError } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { PublicGuard } from '../../platform/public-page/guard.js';
import {
  chooseLocale,
  notFoundPage,
  type PageOutcome,
  publicPath,
  type Wish,
} from '../../platform/public-page/index.js';
import { Signer } from '../../platform/signing.js';
import { type SurveyVersion, Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { AnswerChecks, type Sender } from '../answer-checks/answer-checks.service.js';
import { Response } from '../responses.entity.js';
import { Responses } from '../responses.service.js';
import { EMPTY_FORM, formOf, type FormValues, type ReadForm, readForm, scoreWithin } from './form.js';
import {
  answeredPage,
  type FormFacts,
  formPage,
  type SurveyPageFacts,
  thanksPage,
  TRAP_FIELD,
  withdrawnPage,
  withdrawPage,
  withLang,
} from './view.js';

const STAMP = 'survey form';

/** A link that works, and what is behind it. */
interface Opened {
  tenantId: string;
  invitation: Invitation;
  version: SurveyVersion;
  answer: Response | null;
  facts(score?: number): SurveyPageFacts;
}

/**
 * The customer's page: the questions of the version they were invited with, and afterwards their answer. Looking changes nothing; a post is
 * judged by itself, and one that looks like a machine's is taken and flagged, never refused. See docs/public-pages.md.
 */
@Injectable()
export class SurveyPages {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly guard: PublicGuard,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly surveys: Surveys,
    private readonly distribution: Distribution,
    private readonly responses: Responses,
    private readonly checks: AnswerChecks,
  ) {}

  /** The form, or the answer when one was given. @throws PageError 404 */
  async show(token: string, query: { score?: unknown; change?: unknown }, wish: Wish): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    const { answer } = opened;
    if (answer?.withdrawnAt) return { page: withdrawnPage(opened.facts()) };
    if (answer && query.change === undefined) return { page: answeredPage(opened.facts(answer.score), answer) };
    const picked = scoreWithin(query.score, opened.facts().wording.metric.scale);
    const values: FormValues = answer ? formOf(answer) : { ...EMPTY_FORM, score: picked, picked };
    return { page: this.form(opened, values, { wasPicked: picked !== null && !answer, asked: true }) };
  }

  /** What happens next. @throws PageError 404 */
  async thanks(token: string, wish: Wish): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    const { answer, tenantId } = opened;
    if (opened.invitation.test) return { page: thanksPage(opened.facts(), null) };
    if (!answer || answer.withdrawnAt) return this.show(token, {}, wish);
    const promise = await this.responses.promiseFor(tenantId, answer.id);
    return {
      page: thanksPage(opened.facts(), { promisedAt: promise?.at ?? null, mayContact: answer.mayContact }),
    };
  }

  /**
   * Takes an answer, or the change of one. The same post again ends like the first; another one to an answered link is shown as a change
   * that is not sent yet. @throws PageError 404
   */
  async submit(token: string, body: Record<string, unknown>, sender: Sender, wish: Wish): Promise<PageOutcome> {
    return this.judge(token, body, sender, wish, await this.guard.tooMany(token, sender.ip));
  }

  /** @param wait seconds to wait, when it is one post too many */
  private async judge(
    token: string,
    body: Record<string, unknown>,
    sender: Sender,
    wish: Wish,
    wait: number | null,
  ): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    const { invitation, tenantId, answer } = opened;
    const form = readForm(body, opened.facts().wording);
    const stamp = this.readStamp(body['stamp'], invitation.id);
    const submission = isUuid(body['submission']) ? String(body['submission']) : newId();
    const isChange = body['change'] !== undefined;
    const again = (more: Partial<FormFacts> = {}) =>
      this.form(opened, form.values, {
        problems: form.problems,
        submission,
        ...(stamp === null ? {} : { stamp: String(body['stamp']) }),
        asked: isChange,
        ...more,
      });
    if (wait !== null)
      return { page: again({ problems: [], waitSeconds: wait }), status: 429, retryAfterSeconds: wait };
    if (answer?.withdrawnAt) return { redirect: this.path(opened, token) };
    const { score } = form.values;
    if (score === null || form.problems.length > 0) return { page: again(), status: 422 };
    const done: PageOutcome = { redirect: this.path(opened, token, 'thanks') };
    if (invitation.test) return done;

    const given = {
      score,
      comment: form.values.comment === '' ? null : form.values.comment,
      mayContact: form.values.mayContact === null ? null : form.values.mayContact === 'yes',
      answers: form.answers,
      locale: opened.facts().wording.locale,
    };
    // Bound to the invitation, so that a made-up id can never meet another customer's.
    const submissionId = `${invitation.id}:${submission}`;
    if (answer) {
      if (isSame(answer, given)) return done;
      if (!isChange) return { page: again(), status: 409 };
      try {
        await this.responses.changeAnswer(tenantId, invitation.id, given);
      } catch (error) {
        // Withdrawn in another tab meanwhile: the page says so.
        if (!(error instanceof AppError) || error.code !== 'response.withdrawn') throw error;
        return { redirect: this.path(opened, token) };
      }
      return done;
    }
    const { isNew } = await this.responses.submitAnswer(tenantId, {
      ...given,
      invitationId: invitation.id,
      submissionId,
      picked: form.values.picked,
      channel: invitation.channel,
      checked: await this.checks.check({ tenantId, sender, madeAt: stamp, trap: body[TRAP_FIELD] }),
    });
    // Another post of this link came first while this one was on its way: then it is judged against that answer.
    return isNew ? done : this.judge(token, body, sender, wish, null);
  }

  /** Asks before the answer is withdrawn. @throws PageError 404 */
  async askWithdraw(token: string, wish: Wish): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    if (!opened.answer || opened.answer.withdrawnAt) return this.show(token, {}, wish);
    return { page: withdrawPage(opened.facts()) };
  }

  /** Withdraws the answer; doing it again is doing it once. @throws PageError 404 */
  async withdraw(token: string, ip: string, wish: Wish): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    const wait = await this.guard.tooMany(token, ip);
    if (wait !== null) return { page: withdrawPage(opened.facts()), status: 429, retryAfterSeconds: wait };
    if (opened.answer) await this.responses.withdraw(opened.tenantId, opened.invitation.id);
    return { redirect: this.path(opened, token) };
  }

  private form(
    opened: Opened,
    values: FormValues,
    more: Partial<FormFacts> & { asked: boolean },
  ): ReturnType<typeof formPage> {
    const { asked, ...given } = more;
    return formPage(opened.facts(values.score ?? undefined), {
      values,
      problems: [],
      stamp: this.signer.seal(STAMP, `${this.clock.now().getTime()}.${opened.invitation.id}`),
      submission: newId(),
      replaces: opened.answer ? { at: opened.answer.submittedAt, asked } : null,
      waitSeconds: null,
      wasPicked: false,
      ...given,
    });
  }

  /** When the form was made, by a stamp of ours for this invitation; else null. */
  private readStamp(sealed: unknown, invitationId: string): Date | null {
    const value = typeof sealed === 'string' ? this.signer.unseal(STAMP, sealed) : null;
    const [, at, id] = /^(\d{13})\.([0-9a-f-]{36})$/.exec(value ?? '') ?? [];
    return at !== undefined && id === invitationId ? new Date(Number(at)) : null;
  }

  /** Unknown, foreign and expired links are all the same page. */
  private async open(token: string, wish: Wish): Promise<Opened> {
    const target = this.signer.open('survey', token);
    const found = target
      ? await this.db.tenant(target.tenantId, async (tx) => {
          const invitation = await this.distribution.invitation(tx, target.id);
          if (!invitation) return null;
          const { customerId } = invitation;
          const customer = customerId
            ? ((await this.customers.contacts(tx, [customerId])).get(customerId) ?? null)
            : null;
          // Nobody is behind the link any more.
          if (!customer && !invitation.test) return null;
          const answer = await tx.em.findOneBy(Response, { invitationId: invitation.id });
          const isOver = invitation.expiresAt !== null && invitation.expiresAt <= this.clock.now();
          if (!answer && (!linkWorks(invitation) || isOver)) return null;
          const version = await this.surveys.version(
            tx,
            invitation.surveyId,
            invitation.surveyVersion,
            invitation.touchpointId,
          );
          return { invitation, customer, answer, version, tenant: await this.identity.tenant(tx) };
        })
      : null;
    if (!target || !found) throw notFoundPage(wish);
    const { invitation, customer, answer, version, tenant } = found;
    const [first = 'en', ...others] = version.locales;
    const locale = chooseLocale([first, ...others], {
      lang: wish.lang,
      customer: customer ? customer.locale : invitation.locale,
      acceptLanguage: wish.acceptLanguage,
    });
    const path = (...rest: string[]) => publicPath(this.config.publicUrl, 's', token, ...rest);
    return {
      tenantId: target.tenantId,
      invitation,
      version,
      answer,
      facts: (score) => ({
        organization: { name: tenant.name, color: tenant.brand.color },
        wording: wording(version, locale, score),
        languages: version.locales,
        timeZone: customer?.timeZone ?? tenant.timeZone,
        about:
          version.names.touchpoint === null ? null : { touchpoint: version.names.touchpoint, at: invitation.eventAt },
        isTest: invitation.test,
        paths: {
          form: path(),
          thanks: path('thanks'),
          withdraw: path('withdraw'),
          choices: customer
            ? publicPath(
                this.config.publicUrl,
                'me',
                this.signer.link('me', { tenantId: target.tenantId, id: invitation.id }),
              )
            : null,
          privacy: tenant.privacyUrl,
        },
        lang: typeof wish.lang === 'string' && version.locales.includes(wish.lang) ? wish.lang : null,
      }),
    };
  }

  private path(opened: Opened, token: string, ...rest: string[]): string {
    return withLang(opened.facts(), publicPath(this.config.publicUrl, 's', token, ...rest));
  }
}

function isSame(
  answer: Pick<Response, 'score' | 'comment' | 'mayContact' | 'answers'>,
  given: { score: number; comment: string | null; mayContact: boolean | null; answers: ReadForm['answers'] },
): boolean {
  const ordered = (answers: Record<string, unknown>) =>
    JSON.stringify(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
  return (
    answer.score === given.score &&
    answer.comment === given.comment &&
    answer.mayContact === given.mayContact &&
    ordered(answer.answers) === ordered(given.answers)
  );
}
