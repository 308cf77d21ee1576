import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { type Customer, Customers, NO_CHOICES } from '../../customers/customers.service.js';
import { Distribution, type Invitation, linkWorks } from '../../distribution/distribution.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Mail } from '../../platform/mail/mail.js';
import { PublicGuard } from '../../platform/public-page/guard.js';
import {
  chooseLocale,
  maskedAddress,
  notFoundPage,
  PUBLIC_LOCALES,
  type PageOutcome,
  publicPath,
  type Wish,
} from '../../platform/public-page/index.js';
import { type Limit, RateLimits } from '../../platform/rate-limit.js';
import { type LinkTarget, Signer } from '../../platform/signing.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import { Response } from '../responses.entity.js';
import { Responses } from '../responses.service.js';
import { linkMail } from './link-mail.js';
import {
  deletedPage,
  type Feedback,
  fullPage,
  type MyPageFacts,
  myPage,
  OFTEN_DAYS,
  openPage,
  PURPOSES,
  type Purpose,
  usedPage,
} from './view.js';

/** Kind of the mails with a one-use link. */
const LINK_MAIL = 'me_link';
const LINKS: Limit = { name: 'me_link', points: 5, seconds: 3600 };
const ACCESS = 'privacy access';
const ACCESS_MS = 30 * 60_000;
const SHOWN = 200;
/** Version of the words of the switches; raise it when they change in meaning. */
const TEXT_VERSION = 'me-2';

/** What a mail's link to this page points at: an invitation, an answer that came another way, or only the customer. */
interface Behind {
  customer: Customer;
  invitation: Invitation | null;
  answer: Response | null;
}

interface PrivacyLink {
  customerId: string;
  locale: string;
  works: boolean;
}

/**
 * The customer's own page: what this mail was about and what became of it, and what may be asked. Mails are forwarded, so it shows no more than
 * that; the whole history, its download and its deletion need a fresh one-use link, mailed to the address on file. See docs/public-pages.md.
 */
@Injectable()
export class MyPages {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly guard: PublicGuard,
    private readonly limits: RateLimits,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly surveys: Surveys,
    private readonly distribution: Distribution,
    private readonly responses: Responses,
    private readonly mail: Mail,
  ) {
    mail.on(LINK_MAIL, {
      requested: true,
      render: async (tx, delivery) => {
        const link = await this.link(tx, delivery.subjectId);
        const customer = link ? (await customers.contacts(tx, [link.customerId])).get(link.customerId) : undefined;
        // An address that was changed meanwhile is not the one on file any more.
        if (!link?.works || customer?.email !== delivery.to) return null;
        const tenant = await identity.tenant(tx);
        const content = await linkMail({
          organization: tenant.name,
          color: tenant.brand.color,
          postalAddress: tenant.postalAddress,
          locale: link.locale,
          url: `${config.publicUrl}/me/full/${signer.link('privacy', { tenantId: tx.tenantId, id: delivery.subjectId })}`,
        });
        return { ...content, fromName: tenant.sender.name ?? tenant.name, fromAddress: tenant.sender.address };
      },
    });
  }

  /** @throws PageError 404 */
  show(token: string, done: unknown, wish: Wish): Promise<PageOutcome> {
    const known = (['saved', 'stopped', 'sent'] as const).find((one) => one === done) ?? null;
    return this.page(token, wish, { done: known });
  }

  /** Keeps what the customer chose; what did not change is not written again. @throws PageError 404 */
  async save(token: string, body: Record<string, unknown>, ip: string, wish: Wish): Promise<PageOutcome> {
    const target = this.target(token, wish);
    const wait = await this.guard.tooMany(token, ip);
    if (wait !== null) return this.page(token, wish, { waitSeconds: wait });
    // A post without the form's fields comes from a machine and must not switch everything off.
    const isForm = body['choices'] !== undefined || PURPOSES.some((purpose) => body[purpose] !== undefined);
    await this.db.tenant(target.tenantId, async (tx) => {
      const { customer } = await this.behind(tx, target, wish);
      if (!isForm) return;
      const granted = await this.granted(tx, customer);
      const wanted = Object.fromEntries(PURPOSES.map((one) => [one, body[one] === 'yes'])) as Record<Purpose, boolean>;
      for (const purpose of PURPOSES)
        if (wanted[purpose] !== granted[purpose])
          await this.customers.recordConsent(tx, customer.id, {
            purpose,
            granted: wanted[purpose],
            basis: 'consent',
            source: 'me',
            textVersion: TEXT_VERSION,
          });
      if (body['wishes'] !== undefined)
        await this.customers.choose(
          tx,
          customer.id,
          {
            relationship: body['relationship'] === 'yes',
            transactional: body['transactional'] === 'yes',
            minDaysBetween: OFTEN_DAYS.find((days) => String(days) === body['often']) ?? null,
          },
          'me',
          TEXT_VERSION,
        );
      const wantsMail = wanted.feedback || wanted.follow_up;
      if (wantsMail) await this.distribution.liftStop(tx, customer.id);
      else if (granted.feedback || granted.follow_up)
        await this.distribution.stopAsking(tx, customer.id, 'me', TEXT_VERSION);
      if (!wanted.feedback) await this.distribution.cancelFor(tx, customer.id);
    });
    return this.back(token, wish, 'saved');
  }

  /** Stops surveys. Works always, so it has no limit. @throws PageError 404 */
  async stop(token: string, wish: Wish): Promise<PageOutcome> {
    const target = this.target(token, wish);
    await this.db.tenant(target.tenantId, async (tx) => {
      const { customer } = await this.behind(tx, target, wish);
      await this.distribution.stopAsking(tx, customer.id, 'me', TEXT_VERSION);
    });
    return this.back(token, wish, 'stopped');
  }

  /** Mails a one-use link to the address on file, at most five times an hour. @throws PageError 404 */
  async sendLink(token: string, ip: string, wish: Wish): Promise<PageOutcome> {
    const target = this.target(token, wish);
    const wait = await this.guard.tooMany(token, ip);
    if (wait !== null) return this.page(token, wish, { waitSeconds: wait });
    const { customer, locale } = await this.db.tenant(target.tenantId, async (tx) => {
      const found = await this.behind(tx, target, wish);
      return { customer: found.customer, locale: (await this.facts(tx, found.customer, wish)).locale };
    });
    const { email } = customer;
    if (email === null) return this.page(token, wish, {});
    try {
      await this.limits.take(LINKS, customer.id);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'too_many') throw error;
      return this.page(token, wish, { waitSeconds: error.details.retryAfterSeconds ?? LINKS.seconds });
    }
    await this.db.tenant(target.tenantId, async (tx) => {
      await tx.em.query(`delete from privacy_links where customer_id = $1 and expires_at < now() - interval '1 day'`, [
        customer.id,
      ]);
      const id = newId();
      await tx.em.query(
        `insert into privacy_links (id, customer_id, locale, expires_at) values ($1, $2, $3, now() + interval '1 hour')`,
        [id, customer.id, locale],
      );
      await this.mail.send(tx, { kind: LINK_MAIL, subjectId: id, to: email, customerId: customer.id });
    });
    return this.back(token, wish, 'sent');
  }

  // Behind the mailed link.

  /** Looking at the link does not use it up. @throws PageError 404 */
  async showFull(token: string, wish: Wish): Promise<PageOutcome> {
    const target = this.fullTarget(token, wish);
    return this.db.tenant(target.tenantId, async (tx): Promise<PageOutcome> => {
      const { link, facts } = await this.fullLink(tx, target, wish);
      return link.works
        ? { page: openPage(facts, publicPath(this.config.publicUrl, 'me', 'full', token)) }
        : { page: usedPage(facts), status: 410 };
    });
  }

  /** Uses the link and shows everything. @throws PageError 404 */
  async openFull(token: string, wish: Wish): Promise<PageOutcome> {
    const target = this.fullTarget(token, wish);
    const used = await this.db.tenant(target.tenantId, async (tx) => {
      const { link, facts } = await this.fullLink(tx, target, wish);
      const [rows]: [unknown[], number] = await tx.em.query(
        `update privacy_links set used_at = now() where id = $1 and used_at is null and expires_at > now() returning id`,
        [target.id],
      );
      return { facts, customerId: rows.length > 0 ? link.customerId : null };
    });
    if (used.customerId === null) return { page: usedPage(used.facts), status: 410 };
    const access = this.signer.seal(ACCESS, `${target.id}.${this.clock.now().getTime() + ACCESS_MS}`);
    return { page: await this.fullPage(token, target.tenantId, used.customerId, access, false, used.facts) };
  }

  /** Everything as one JSON document; a page when the time for it is over. @throws PageError 404 */
  async download(token: string, access: unknown, wish: Wish): Promise<PageOutcome | { json: string }> {
    const target = this.fullTarget(token, wish);
    return this.db.tenant(target.tenantId, async (tx): Promise<PageOutcome | { json: string }> => {
      const { link, facts } = await this.fullLink(tx, target, wish);
      if (!this.mayAccess(target, access)) return { page: usedPage(facts), status: 410 };
      return { json: JSON.stringify(await this.customers.exportIn(tx, 'system', link.customerId), null, 2) };
    });
  }

  /** Forgets the customer for good. @throws PageError 404 */
  async erase(token: string, body: Record<string, unknown>, wish: Wish): Promise<PageOutcome> {
    const target = this.fullTarget(token, wish);
    const access = body['access'];
    const asked = await this.db.tenant(target.tenantId, async (tx) => {
      const { link, facts } = await this.fullLink(tx, target, wish);
      const isAllowed = this.mayAccess(target, access);
      const isConfirmed = body['understand'] === 'yes';
      if (isAllowed && isConfirmed) await this.customers.eraseIn(tx, 'system', link.customerId);
      return { facts, isAllowed, isConfirmed, customerId: link.customerId };
    });
    if (!asked.isAllowed) return { page: usedPage(asked.facts), status: 410 };
    if (asked.isConfirmed) return { page: deletedPage(asked.facts) };
    return {
      page: await this.fullPage(token, target.tenantId, asked.customerId, String(access), true, asked.facts),
      status: 422,
    };
  }

  private async fullPage(
    token: string,
    tenantId: string,
    customerId: string,
    access: string,
    isUnconfirmed: boolean,
    facts: MyPageFacts,
  ) {
    const { items, nextCursor } = await this.customers.timeline(tenantId, customerId, { limit: SHOWN });
    const customer = await this.db.tenant(tenantId, (tx) => this.customers.requireCustomer(tx, customerId));
    const path = (...rest: string[]) => publicPath(this.config.publicUrl, 'me', 'full', token, ...rest);
    return fullPage(facts, {
      customer,
      history: items.map((item) => ({ ...item, at: new Date(item.at), detail: item.detail ?? null })),
      isCut: nextCursor !== null,
      access,
      isUnconfirmed,
      paths: { download: path('download'), delete: path('delete') },
    });
  }

  private mayAccess(target: LinkTarget, access: unknown): boolean {
    const [id, until] = (typeof access === 'string' ? (this.signer.unseal(ACCESS, access) ?? '') : '').split('.');
    return id === target.id && Number(until) > this.clock.now().getTime();
  }

  private fullTarget(token: string, wish: Wish): LinkTarget {
    const target = this.signer.open('privacy', token);
    if (!target) throw notFoundPage(wish);
    return target;
  }

  private async fullLink(tx: Tx, target: LinkTarget, wish: Wish): Promise<{ link: PrivacyLink; facts: MyPageFacts }> {
    const link = await this.link(tx, target.id);
    const customer = link ? (await this.customers.contacts(tx, [link.customerId])).get(link.customerId) : undefined;
    if (!link || !customer) throw notFoundPage(wish);
    return { link, facts: await this.facts(tx, { ...customer, locale: link.locale }, wish) };
  }

  private async link(tx: Tx, id: string): Promise<PrivacyLink | null> {
    const [row]: PrivacyLink[] = await tx.em.query(
      `select customer_id as "customerId", locale, used_at is null and expires_at > now() as works from privacy_links where id = $1`,
      [id],
    );
    return row ?? null;
  }

  // The page of the mail.

  private async page(
    token: string,
    wish: Wish,
    more: { done?: 'saved' | 'stopped' | 'sent' | null; waitSeconds?: number },
  ): Promise<PageOutcome> {
    const target = this.target(token, wish);
    const path = (...rest: string[]) => publicPath(this.config.publicUrl, 'me', token, ...rest);
    const page = await this.db.tenant(target.tenantId, async (tx) => {
      const behind = await this.behind(tx, target, wish);
      const facts = await this.facts(tx, behind.customer, wish);
      const { email } = behind.customer;
      const reason = email === null ? undefined : (await this.customers.stopReasons(tx, [email])).get(email);
      return myPage(facts, {
        feedback: await this.feedback(tx, behind, facts),
        granted: await this.granted(tx, behind.customer),
        wishes: (await this.customers.choices(tx, [behind.customer.id])).get(behind.customer.id) ?? NO_CHOICES,
        isBouncing: isBounce(reason),
        minDaysBetween: (await this.distribution.policyOf(tx)).minDaysBetween,
        done: more.done ?? null,
        waitSeconds: more.waitSeconds ?? null,
        paths: { save: path(), stop: path('stop'), link: path('link') },
      });
    });
    return more.waitSeconds === undefined ? { page } : { page, status: 429, retryAfterSeconds: more.waitSeconds };
  }

  private target(token: string, wish: Wish): LinkTarget {
    const target = this.signer.open('me', token);
    if (!target) throw notFoundPage(wish);
    return target;
  }

  private async behind(tx: Tx, { id }: LinkTarget, wish: Wish): Promise<Behind> {
    const invitation = await this.distribution.invitation(tx, id);
    const answer = await tx.em.findOneBy(Response, invitation ? { invitationId: id } : { id });
    const customerId = invitation ? invitation.customerId : answer ? answer.customerId : id;
    const customer = customerId ? (await this.customers.contacts(tx, [customerId])).get(customerId) : undefined;
    if (!customer) throw notFoundPage(wish);
    return { customer, invitation, answer };
  }

  private async facts(tx: Tx, customer: Customer, wish: Wish): Promise<MyPageFacts> {
    const tenant = await this.identity.tenant(tx);
    const locale = chooseLocale(PUBLIC_LOCALES, { ...wish, customer: customer.locale });
    return {
      organization: { name: tenant.name, color: tenant.brand.color },
      locale,
      timeZone: customer.timeZone ?? tenant.timeZone,
      lang: wish.lang === locale ? locale : null,
      address: customer.email === null ? null : maskedAddress(customer.email),
      privacyUrl: tenant.privacyUrl,
    };
  }

  private async feedback(tx: Tx, { invitation, answer }: Behind, facts: MyPageFacts): Promise<Feedback | null> {
    if (!invitation && !answer) return null;
    const surveyId = invitation?.surveyId ?? answer?.surveyId;
    const number = invitation?.surveyVersion ?? answer?.surveyVersion;
    const version =
      surveyId && number
        ? await this.surveys.version(tx, surveyId, number, invitation?.touchpointId ?? answer?.touchpointId ?? null)
        : null;
    const isOver =
      !invitation ||
      !linkWorks(invitation) ||
      (invitation.expiresAt !== null && invitation.expiresAt <= this.clock.now());
    const survey = invitation
      ? publicPath(this.config.publicUrl, 's', this.signer.link('survey', { tenantId: tx.tenantId, id: invitation.id }))
      : null;
    const query = (values: Record<string, string>) => {
      const text = new URLSearchParams({ ...values, ...(facts.lang === null ? {} : { lang: facts.lang }) }).toString();
      return text === '' ? '' : `?${text}`;
    };
    return {
      touchpoint: version?.names.touchpoint ?? null,
      askedAt: invitation?.sentAt ?? null,
      wording: version ? wording(version, facts.locale, answer?.score) : null,
      answer: answer
        ? {
            score: answer.score,
            comment: answer.comment,
            mayContact: answer.mayContact,
            answers: answer.answers,
            submittedAt: answer.submittedAt,
            withdrawn: answer.withdrawnAt !== null,
          }
        : null,
      outcome: answer ? await this.responses.outcomeOf(tx, answer.id) : null,
      paths:
        survey === null || (isOver && !answer)
          ? null
          : {
              answer: survey + query({}),
              change: survey + query({ change: '1' }),
              withdraw: `${survey}/withdraw${query({})}`,
            },
    };
  }

  /** What the customer allows now; mail that is not asked for each time also needs an address that they did not stop. */
  private async granted(tx: Tx, customer: Customer): Promise<Record<Purpose, boolean>> {
    const granted = {} as Record<Purpose, boolean>;
    for (const purpose of PURPOSES)
      granted[purpose] = (await this.customers.consents(tx, [customer.id], purpose)).get(customer.id)?.granted ?? false;
    const { email } = customer;
    const reason = email === null ? undefined : (await this.customers.stopReasons(tx, [email])).get(email);
    if (reason !== undefined && !isBounce(reason)) Object.assign(granted, { feedback: false, follow_up: false });
    return granted;
  }

  private back(token: string, wish: Wish, done: string): PageOutcome {
    const lang = PUBLIC_LOCALES.find((locale) => locale === wish.lang);
    const query = new URLSearchParams({ done, ...(lang ? { lang } : {}) }).toString();
    return { redirect: `${publicPath(this.config.publicUrl, 'me', token)}?${query}` };
  }
}

const isBounce = (reason: string | undefined): boolean => reason === 'hard_bounce' || reason === 'soft_bounce';
