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
import { type RecallFacts, recallsIn, recallTags } from '../../surveys/recall.js';
import { type SurveyVersion, Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { AnswerChecks, type Sender } from '../answer-checks/answer-checks.service.js';
import { Response, type Seen } from '../responses.entity.js';
import { Responses } from '../responses.service.js';
import { EMPTY_FORM, formOf, type FormValues, type ReadForm, scoreWithin } from './form.js';
import {
  carriedIn,
  nearestPage,
  NOTHING,
  pageBefore,
  pageCount,
  pageNumber,
  type SoFar,
  stepOf,
  takeStep,
} from './steps.js';
import {
  answeredPage,
  endedPage,
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
/** Who opened the form in time may still send it so long after the survey's closing date. */
const CLOSING_GRACE_MS = 2 * 60 * 60_000;

/** A link that works, and what is behind it. */
interface Opened {
  tenantId: string;
  invitation: Invitation;
  version: SurveyVersion;
  answer: Response | null;
  /** Why no new answer is taken any more. */
  ended: 'closed' | 'full' | null;
  recall: RecallFacts;
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

  /** The form or its next page, or the answer when one was given. @throws PageError 404 */
  async show(
    token: string,
    query: { score?: unknown; change?: unknown; page?: unknown },
    wish: Wish,
  ): Promise<PageOutcome> {
    const opened = await this.open(token, wish);
    const { answer } = opened;
    if (answer?.withdrawnAt) return { page: withdrawnPage(opened.facts()) };
    if (opened.ended) return { page: endedPage(opened.facts(), opened.ended) };
    const isChange = query.change !== undefined;
    if (answer?.complete && !isChange) return { page: answeredPage(opened.facts(answer.score), answer) };
    const picked = scoreWithin(query.score, opened.facts().wording.metric.scale);
    const values: FormValues = answer ? formOf(answer) : { ...EMPTY_FORM, score: picked, picked };
    const wished = pageNumber(query.page) ?? answer?.nextPage ?? 0;
    const page = answer ? nearestPage(wished, opened.facts().wording, values) : 0;
    return {
      page: this.form(opened, token, page, values, { wasPicked: picked !== null && !answer, asked: true, isChange }),
    };
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
    const asked = opened.facts().wording;
    const soFar: SoFar = answer
      ? { values: formOf(answer), answers: answer.answers }
      : invitation.test
        ? carriedIn(body['carried'], asked)
        : NOTHING;
    // Without what came before, a later page has nothing to stand on.
    const page = answer || invitation.test ? Math.min(pageNumber(body['page']) ?? 0, pageCount(asked) - 1) : 0;
    const form = takeStep(body, asked, page, soFar);
    const stamp = this.readStamp(body['stamp'], invitation.id);
    const submission = isUuid(body['submission']) ? String(body['submission']) : newId();
    const isChange = body['change'] !== undefined;
    const again = (more: Partial<FormFacts> = {}) =>
      this.form(opened, token, page, form.values, {
        problems: form.problems,
        submission,
        ...(stamp === null ? {} : { stamp: String(body['stamp']) }),
        asked: isChange,
        isChange: answer?.complete ?? false,
        ...more,
      });
    if (wait !== null)
      return { page: again({ problems: [], waitSeconds: wait }), status: 429, retryAfterSeconds: wait };
    if (answer?.withdrawnAt) return { redirect: this.path(opened, token) };
    const isInTime = stamp !== null && this.clock.now().getTime() - stamp.getTime() < CLOSING_GRACE_MS;
    if (opened.ended === 'full' || (opened.ended === 'closed' && !isInTime))
      return { page: endedPage(opened.facts(), opened.ended), status: 409 };
    const { score } = form.values;
    if (score === null || form.problems.length > 0) return { page: again(), status: 422 };
    const { next } = form;
    const done: PageOutcome = {
      redirect: next === null ? this.path(opened, token, 'thanks') : this.stepPath(opened, token, next, isChange),
    };
    if (invitation.test) {
      if (next === null) return done;
      return { page: this.form(opened, token, next, form.values, { asked: true, isChange: false }) };
    }

    const given = {
      score,
      comment: form.values.comment === '' ? null : form.values.comment,
      mayContact: form.values.mayContact === null ? null : form.values.mayContact === 'yes',
      answers: form.answers,
      locale: asked.locale,
      nextPage: next,
      seen: seenOf(opened, scoreWithin(body['worded'], asked.metric.scale), form.questions, answer?.seen ?? null),
    };
    // Bound to the invitation, so that a made-up id can never meet another customer's.
    const submissionId = `${invitation.id}:${submission}`;
    if (answer) {
      if (isSame(answer, given) && (answer.complete || answer.nextPage === next)) return done;
      // Until it is finished, going back and on again is part of answering.
      if (answer.complete && !isChange) return { page: again(), status: 409 };
      try {
        await this.responses.changeAnswer(tenantId, invitation.id, given);
      } catch (error) {
        // Withdrawn in another tab meanwhile: the page says so.
        if (!(error instanceof AppError) || error.code !== 'response.withdrawn') throw error;
        return { redirect: this.path(opened, token) };
      }
      return done;
    }
    try {
      const { isNew } = await this.responses.submitAnswer(tenantId, {
        ...given,
        invitationId: invitation.id,
        submissionId,
        picked: form.values.picked,
        channel: invitation.channel,
        checked: await this.checks.check({ tenantId, sender, madeAt: stamp, trap: body[TRAP_FIELD] }),
        openedInTime: isInTime,
      });
      // Another post of this link came first while this one was on its way: then it is judged against that answer.
      return isNew ? done : await this.judge(token, body, sender, wish, null);
    } catch (error) {
      // Somebody else's answer was the last that the quota takes.
      if (!(error instanceof AppError) || error.code !== 'survey.ended') throw error;
      return {
        page: endedPage(opened.facts(), error.details.extra?.['why'] === 'closed' ? 'closed' : 'full'),
        status: 409,
      };
    }
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

  /** @param more `isChange`: an answer that was finished is changed; `asked`: the customer came to do that */
  private form(
    opened: Opened,
    token: string,
    page: number,
    values: FormValues,
    more: Partial<FormFacts> & { asked: boolean; isChange: boolean },
  ): ReturnType<typeof formPage> {
    const { asked, isChange, ...given } = more;
    const facts = opened.facts(values.score ?? undefined);
    const before = pageBefore(page, facts.wording, values);
    const step = stepOf(page, facts.wording, values, opened.invitation.test);
    return formPage(facts, {
      values,
      problems: [],
      step: step && {
        ...step,
        back: before === null || step.carried !== null ? null : this.stepPath(opened, token, before, isChange),
      },
      stamp: this.signer.seal(STAMP, `${this.clock.now().getTime()}.${opened.invitation.id}`),
      submission: newId(),
      replaces: opened.answer?.complete ? { at: opened.answer.submittedAt, asked } : null,
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
          const ended =
            answer || invitation.test
              ? null
              : await this.surveys.ended(tx, invitation.surveyId, invitation.touchpointId);
          const isOver = invitation.expiresAt !== null && invitation.expiresAt <= this.clock.now();
          if (!answer && (!linkWorks(invitation) || isOver)) return null;
          const version = await this.surveys.version(
            tx,
            invitation.surveyId,
            invitation.surveyVersion,
            invitation.touchpointId,
          );
          const event =
            invitation.eventId !== null && recallsIn(version)
              ? await this.distribution.event(tx, invitation.eventId)
              : null;
          return { invitation, customer, answer, version, ended, event, tenant: await this.identity.tenant(tx) };
        })
      : null;
    if (!target || !found) throw notFoundPage(wish);
    const { invitation, customer, answer, version, tenant } = found;
    const timeZone = customer?.timeZone ?? tenant.timeZone;
    const recall: RecallFacts = {
      customerName: customer?.name ?? null,
      account: customer?.account ?? null,
      event: found.event,
      timeZone,
    };
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
      ended: found.ended,
      recall,
      facts: (score) => ({
        organization: { name: tenant.name, color: tenant.brand.color },
        wording: wording({ ...version, recall }, locale, score),
        languages: version.locales,
        timeZone,
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

  private stepPath(opened: Opened, token: string, page: number, isChange: boolean): string {
    const query = new URLSearchParams({ page: String(page), ...(isChange ? { change: '1' } : {}) }).toString();
    return withLang(opened.facts(), `${publicPath(this.config.publicUrl, 's', token)}?${query}`);
  }

  private path(opened: Opened, token: string, ...rest: string[]): string {
    return withLang(opened.facts(), publicPath(this.config.publicUrl, 's', token, ...rest));
  }
}

/** What makes the words that were read; the reason's wording is that of the page it stood on. */
function seenOf(
  { version, recall }: Opened,
  worded: number | null,
  questions: readonly { type: string }[],
  before: Seen | null,
): Seen {
  if (before !== null && !questions.some((question) => question.type === 'reason')) return before;
  const named = new Set(recallTags(JSON.stringify(version.questions)).map((tag) => tag.field));
  const { event } = recall;
  return {
    score: worded,
    names: version.names,
    recall:
      named.size === 0
        ? null
        : {
            ...recall,
            event: event && {
              type: event.type,
              at: event.at.toISOString(),
              properties: Object.fromEntries(
                Object.entries(event.properties).filter(([name]) => named.has(`event.properties.${name}`)),
              ),
            },
          },
  };
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
