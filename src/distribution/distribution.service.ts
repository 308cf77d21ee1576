import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../config.js';
import { Customers, type TimelineEntry, type TimelineWindow } from '../customers/customers.service.js';
import { Identity } from '../identity/identity.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import { type Principal, roleAtLeast } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { AppError, invalid, notFound } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { type BounceKind, type Delivery, Mail, type MailContent } from '../platform/mail/mail.js';
import { type Page, decodeCursor, toPage } from '../platform/page.js';
import { Signer } from '../platform/signing.js';
import { joined, once, together } from '../platform/together.js';
import { DAY_MS } from '../platform/zone.js';
import { type RecallFacts, recallsIn } from '../surveys/recall.js';
import { type SurveyVersion, Surveys } from '../surveys/surveys.service.js';
import { wording } from '../surveys/wording.js';
import type {
  ContactPolicyView,
  DelayReason,
  InvitationStatus,
  InvitationView,
  ListInvitations,
  MailPreview,
  SendTest,
  SkipReason,
} from './distribution.contract.js';
import { HandOverDue } from './distribution.messages.js';
import { NO_SUCH_MAILBOX } from './send-health.js';
import { isFirstMail, reminderAfter } from './first-mail.js';
import { type InvitationRow, eventRows, invitationRow, invitationRows } from './distribution.queries.js';
import { invitationMail } from './mails/invitation-mail.js';
import type { Reminder, ReminderText } from './reminders.contract.js';
import { choiceOf } from './people.js';
import { SKIP_OF_STOP } from './planner.js';
import { ContactPolicies } from './policy/contact-policy.service.js';
import { countryOf } from './policy/contacts.queries.js';
import { nextOpening } from './policy/opening.js';
import { delayText, sendText, skipText } from './policy/words.js';
import { INVITATION_MAIL, Planning } from './planning.service.js';
import { CHANNEL_NAMES } from './channels/inbound-texts.service.js';
import { invitationText } from './channels/invitation-text.js';
import { ShortLinks } from './channels/short-links.service.js';
import { isNoAddress, isRefusedByOwner } from './channels/refusals.js';
import { type TextContent, type TextMessage, Texts } from './channels/texts.service.js';

/** Kind of the mails that users send themselves to try a survey. */
const TEST_MAIL = 'survey_test';
const LINK_DAYS = 30;
const SWEEP_MS = 5 * 60_000;

/** One ask of one customer, as other modules see it. */
export interface Invitation {
  id: string;
  /** Null for a test, and after the customer was erased. */
  customerId: string | null;
  surveyId: string;
  surveyVersion: number;
  touchpointId: string | null;
  campaignId: string | null;
  triggerId: string | null;
  eventId: string | null;
  /** When the event happened that this is about. */
  eventAt: Date | null;
  channel: string;
  locale: string;
  status: InvitationStatus;
  sentAt: Date | null;
  answeredAt: Date | null;
  expiresAt: Date | null;
  /** A user tries the survey: show that answers are not counted, and store none. */
  test: boolean;
}

/** One mail or text of an invitation. */
type Step = Pick<Delivery, 'subjectId' | 'step' | 'to'>;

/** True when the page behind the invitation's link shows the survey (or the answer that was given). */
export function linkWorks(invitation: Pick<Invitation, 'status'>): boolean {
  return ['scheduled', 'sent', 'bounced', 'answered', 'unknown'].includes(invitation.status);
}

/** Who is asked what when: invitations, their mails, and the contact policy. */
@Injectable()
export class Distribution {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: Signer,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly surveys: Surveys,
    private readonly planning: Planning,
    private readonly policies: ContactPolicies,
    private readonly mail: Mail,
    private readonly texts: Texts,
    private readonly shortLinks: ShortLinks,
    jobs: Jobs,
  ) {
    customers.registerRelease((tx, customerId) => this.released(tx, customerId));
    mail.on(INVITATION_MAIL, {
      bulk: true,
      render: (tx, delivery) => this.render(tx, delivery),
      renderMany: (tx, deliveries) =>
        together(
          tx,
          deliveries.map((one) => () => this.render(tx, one)),
        ),
      sent: (tx, delivery) => this.sent(tx, delivery),
      sentMany: async (tx, deliveries) =>
        void (await together(
          tx,
          deliveries.map((one) => () => this.sent(tx, one)),
        )),
      failed: (tx, delivery) => this.failed(tx, delivery),
      unknown: (tx, delivery) => this.handedOverUnknown(tx, delivery),
      suppressed: (tx, delivery) => this.suppressed(tx, delivery),
      bounced: (tx, delivery, kind) => this.bounced(tx, delivery, kind),
      cancelledMayReturn: true,
    });
    texts.on(INVITATION_MAIL, {
      bulk: true,
      render: (tx, message) => this.renderText(tx, message),
      sent: (tx, message) => this.sent(tx, message),
      failed: (tx, message) => this.textFailed(tx, message),
      unknown: (tx, message) => this.handedOverUnknown(tx, message),
      suppressed: (tx, message) => this.suppressed(tx, message),
      undelivered: async (tx, message) => {
        await this.stopNumber(tx, message);
        await this.bounced(tx, message, 'hard');
      },
      cancelledMayReturn: true,
    });
    mail.on(TEST_MAIL, {
      toUsers: true,
      render: (tx, delivery) => this.renderTest(tx, delivery),
      sent: async (tx, delivery) => {
        await tx.em.query(
          `update invitations set status = 'sent', sent_at = now(), expires_at = now() + interval '1 day' where id = $1 and test`,
          [delivery.subjectId],
        );
      },
    });
    customers.registerPersonalData({
      timeline: (tx, customerId, window) => this.timeline(tx, customerId, window),
      export: (tx, customerId) => this.export(tx, customerId),
      erase: (tx, customerId) => this.erase(tx, customerId),
    });
    jobs.on(HandOverDue, 'distribution.hand_over', (_, job) => this.handOver(job.tenantId));
    jobs.every('distribution.sweep', SWEEP_MS, z.strictObject({}), () => this.sweep());
  }

  // Ports for the modules to the right.

  /** The event that an invitation is about, for texts that recall it. */
  async event(tx: Tx, id: string): Promise<RecallFacts['event']> {
    const [row] = await eventRows(tx, { ref: id, limit: 1 });
    return row ? { type: row.type, at: row.occurredAt, properties: row.properties } : null;
  }

  /** One invitation, or null. */
  async invitation(tx: Tx, id: string): Promise<Invitation | null> {
    const row = await invitationRow(tx, id);
    if (!row) return null;
    return {
      id: row.id,
      customerId: row.customerId,
      surveyId: row.surveyId,
      surveyVersion: row.surveyVersion,
      touchpointId: row.touchpointId,
      campaignId: row.campaignId,
      triggerId: row.triggerId,
      eventId: row.eventId,
      eventAt: row.eventAt,
      channel: row.channel,
      locale: row.locale,
      status: row.status,
      sentAt: row.sentAt,
      answeredAt: row.answeredAt,
      expiresAt: row.expiresAt,
      test: row.test,
    };
  }

  /** Notes the answer and stops reminders. True when this call did it; false when it was answered before, is a test, or its link is over. */
  async markAnswered(tx: Tx, invitationId: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await tx.em.query(
      `update invitations set status = 'answered', answered_at = now(), next_at = null, next_step = null
       where id = $1 and status in ('scheduled', 'sent', 'bounced', 'unknown') and not test returning id`,
      [invitationId],
    );
    return rows.length > 0;
  }

  /** Takes back everything that is still to be sent to the customer, reminders too. Returns how many invitations were cancelled. */
  async cancelFor(tx: Tx, customerId: string): Promise<number> {
    await tx.em.query(`update invitations set next_at = null where customer_id = $1 and status = 'sent'`, [customerId]);
    const [rows]: [unknown[], number] = await tx.em.query(
      `update invitations set status = 'cancelled', next_at = null where customer_id = $1 and status = 'scheduled' returning id`,
      [customerId],
    );
    return rows.length;
  }

  /**
   * The customer wants no surveys: their consent is withdrawn, the address is suppressed (mails they asked for still reach it, see
   * `MailKind.requested`), and what was still to be sent is taken back. Doing it twice is doing it once.
   * @throws AppError customer.not_found
   */
  async stopAsking(tx: Tx, customerId: string, source: string, textVersion: string): Promise<void> {
    const { email } = await this.customers.requireCustomer(tx, customerId);
    await this.customers.recordConsent(tx, customerId, {
      purpose: 'feedback',
      granted: false,
      basis: 'consent',
      source,
      textVersion,
    });
    if (email !== null) await this.customers.suppress(tx, email, 'unsubscribed', source);
    await this.cancelFor(tx, customerId);
  }

  /**
   * Takes back the customer's own wish for no mail; what they may be sent is said by their consents. An address that bounces stays suppressed.
   * @throws AppError customer.not_found
   */
  async liftStop(tx: Tx, customerId: string): Promise<void> {
    const { email } = await this.customers.requireCustomer(tx, customerId);
    const reason = email === null ? undefined : (await this.customers.stopReasons(tx, [email])).get(email);
    if (email !== null && (reason === 'unsubscribed' || reason === 'complaint' || reason === 'manual'))
      await this.customers.unsuppress(tx, email);
  }

  /** The customer's page for an invitation. */
  surveyUrl(tenantId: string, invitationId: string): string {
    return `${this.config.publicUrl}/s/${this.signer.link('survey', { tenantId, id: invitationId })}`;
  }

  // What HTTP offers.

  /** Newest first. */
  invitations(who: Principal, query: ListInvitations): Promise<Page<InvitationView>> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 2);
      const rows = await invitationRows(tx, { ...query, after, limit: query.limit + 1 });
      const { timeZone } = await this.identity.tenant(tx);
      return toPage(
        rows,
        query.limit,
        (row) => [row.createdKey, row.id],
        (row) => this.view(who, row, timeZone),
      );
    });
  }

  /** @throws AppError invitation.not_found */
  getInvitation(who: Principal, id: string): Promise<InvitationView> {
    return this.db.tenant(who.tenantId, (tx) => this.requireView(tx, who, id));
  }

  /** Takes back one ask that was not sent yet, or its reminders. @throws AppError invitation.not_found, invitation.not_open */
  cancelInvitation(who: Principal, id: string): Promise<InvitationView> {
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.requireView(tx, who, id);
      const [rows]: [unknown[], number] = await tx.em.query(
        `update invitations set status = 'cancelled', next_at = null where id = $1 and status in ('scheduled', 'sent') returning id`,
        [id],
      );
      if (rows.length === 0)
        throw new AppError('conflict', 'invitation.not_open', 'This invitation is over; there is nothing to cancel.');
      await this.mail.cancel(tx, { kind: INVITATION_MAIL, subjectId: id });
      await this.texts.cancel(tx, { kind: INVITATION_MAIL, subjectId: id });
      await this.identity.audit(tx, who, 'invitation.cancelled', { kind: 'invitation', id });
      return this.requireView(tx, who, id);
    });
  }

  /**
   * Mails a survey to a user of the organization, marked as a test: its newest words, published or not, or those that customers get now.
   * @throws AppError survey.not_found, survey.not_live for the published words of a survey that is not live, input.invalid when `to` is not a user or the caller has no address
   */
  sendTest(who: Principal, surveyId: string, { to, locale, wording: which }: SendTest): Promise<{ to: string }> {
    return this.db.tenant(who.tenantId, async (tx) => {
      const survey = await (which === 'draft'
        ? this.surveys.draft(tx, surveyId)
        : this.surveys.requireLive(tx, surveyId));
      const users = (await this.identity.users(tx)).filter((user) => !user.disabled);
      const user = users.find((u) =>
        to === undefined ? u.id === who.userId : u.email.toLowerCase() === to.toLowerCase(),
      );
      if (!user)
        throw invalid(
          'to',
          to === undefined ? 'Enter the address of a user.' : 'Test mails go to users of your organization only.',
        );
      const id = newId();
      await tx.em.query(
        `insert into invitations (id, address, survey_id, survey_version, touchpoint_id, locale, status, send_at, test)
         values ($1, $2, $3, $4, $5, $6, 'scheduled', now(), true)`,
        [
          id,
          user.email,
          surveyId,
          which === 'draft' ? null : survey.number,
          survey.touchpointId,
          locale ?? survey.locales[0] ?? 'en',
        ],
      );
      await this.mail.send(tx, { kind: TEST_MAIL, subjectId: id, to: user.email });
      return { to: user.email };
    });
  }

  /** The mail of a survey's draft as it will arrive, with a made-up customer and links that lead nowhere. @throws AppError survey.not_found */
  previewMail(
    tenantId: string,
    surveyId: string,
    locale: string | undefined,
    reminder: ReminderText | null = null,
  ): Promise<MailPreview> {
    return this.db.tenant(tenantId, async (tx) => {
      const survey = await this.surveys.draft(tx, surveyId);
      const example = `${this.config.publicUrl}/s/example`;
      return this.compose(tx, survey, {
        locale: locale ?? survey.locales[0] ?? 'en',
        customerName: 'Ingrid Halvorsen',
        timeZone: null,
        about: survey.names.touchpoint === null ? null : { touchpoint: survey.names.touchpoint, at: null },
        ownerOf: survey.touchpointId,
        basis: 'existing_customer',
        // A reminder is shown as if the first mail had gone three days ago.
        askedAt: reminder === null ? null : new Date(this.clock.now().getTime() - 3 * DAY_MS),
        reminder,
        test: false,
        urls: {
          survey: example,
          choices: `${this.config.publicUrl}/me/example`,
          stop: `${this.config.publicUrl}/u/example`,
        },
      });
    });
  }

  // Mails.

  /** Everything that may have changed since the planning is looked at again; null: nothing is sent now. */
  private async lookAgain(tx: Tx, { subjectId: id, step }: Step) {
    const row = await invitationRow(tx, id);
    if (!row || row.customerId === null || row.status !== (isFirstMail(step) ? 'scheduled' : 'sent')) return null;
    const customer = (await this.customers.contacts(tx, [row.customerId])).get(row.customerId);
    if (!customer) return null;
    const tenant = await this.tenant(tx);
    const policy = await this.policyRules(tx);

    if (row.campaignId !== null) {
      const campaign = await this.campaign(tx, row.campaignId);
      if (campaign?.status === 'cancelled') return null;
      // Waits without a date; resuming hands it over again.
      if (campaign?.status === 'paused') return this.postpone(tx, id, step, this.clock.now());
    }
    const consent = (await this.customers.consents(tx, [row.customerId], 'feedback')).get(row.customerId) ?? null;
    if (!consent?.granted) return this.skip(tx, id, 'no_consent');
    const ended = await this.endOf(tx, row.surveyId, row.touchpointId);
    if (ended !== null) return this.skip(tx, id, ended);
    const isHeld = policy.respectOpenCases && (await this.customers.heldReasons(tx, [row.customerId])).size > 0;
    const survey = await once(tx, `version ${row.surveyId} ${row.surveyVersion} ${row.touchpointId}`, () =>
      this.surveys.version(tx, row.surveyId, row.surveyVersion, row.touchpointId),
    );
    const choices = (await this.customers.choices(tx, [row.customerId])).get(row.customerId);
    if (choices?.[choiceOf(row.triggerId, survey.metric)] === false) return this.skip(tx, id, 'not_wanted');
    const verdict = await this.planning.lookAgain(tx, row, customer, step, isHeld, policy);
    if (verdict.now === 'skip') return this.skip(tx, id, verdict.reason, verdict.becauseOf);
    if (verdict.now === 'wait') {
      await this.planning.promiseHandOver(tx, [verdict.until]);
      return this.postpone(tx, id, step, verdict.until, verdict);
    }
    return { row, customer, tenant, consent, survey };
  }

  private async render(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const { subjectId: id, step } = delivery;
    const found = await this.lookAgain(tx, delivery);
    if (found === null) return null;
    const { row, customer, tenant, consent, survey } = found;
    const customerId = customer.id;
    const stop = `${this.config.publicUrl}/u/${this.signer.link('unsubscribe', { tenantId: tx.tenantId, id: customerId })}`;
    const content = await this.compose(tx, survey, {
      locale: row.locale,
      customerName: customer.name,
      timeZone: customer.timeZone,
      about: row.touchpointName === null ? null : { touchpoint: row.touchpointName, at: row.eventAt },
      ownerOf: row.touchpointId,
      basis: consent.basis,
      askedAt: isFirstMail(step) ? null : row.sentAt,
      reminder: await this.reminderText(tx, row, step),
      recall: await this.recallOf(tx, found),
      test: false,
      urls: {
        survey: this.surveyUrl(tx.tenantId, id),
        choices: `${this.config.publicUrl}/me/${this.signer.link('me', { tenantId: tx.tenantId, id })}`,
        stop,
      },
    });
    return {
      ...content,
      fromName: tenant.sender.name ?? tenant.name,
      fromAddress: tenant.sender.address,
      replyTo: tenant.sender.replyTo ?? 'token',
      listUnsubscribeUrl: stop,
    };
  }

  private async renderText(tx: Tx, message: TextMessage): Promise<TextContent | null> {
    const found = await this.lookAgain(tx, message);
    if (found === null) return null;
    const { row, tenant, survey } = found;
    return invitationText({
      organization: tenant.name,
      wording: wording({ ...survey, recall: await this.recallOf(tx, found) }, row.locale),
      touchpoint: row.touchpointName,
      isReminder: !isFirstMail(message.step),
      url: await this.shortLinks.of(tx, row.id),
    });
  }

  /** What the survey's texts recall; null where they recall nothing. */
  private async recallOf(
    tx: Tx,
    { row, customer, tenant, survey }: NonNullable<Awaited<ReturnType<Distribution['lookAgain']>>>,
  ): Promise<RecallFacts | null> {
    if (!recallsIn(survey)) return null;
    return {
      customerName: customer.name,
      account: customer.account,
      event: row.eventId === null ? null : await this.event(tx, row.eventId),
      timeZone: customer.timeZone ?? tenant.timeZone,
    };
  }

  private async renderTest(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const row = await invitationRow(tx, delivery.subjectId);
    if (!row?.test) return null;
    const survey =
      row.surveyVersion === 0
        ? await this.surveys.draft(tx, row.surveyId)
        : await this.surveys.version(tx, row.surveyId, row.surveyVersion);
    const page = this.surveyUrl(tx.tenantId, row.id);
    const tenant = await this.identity.tenant(tx);
    const content = await this.compose(tx, survey, {
      locale: row.locale,
      customerName: null,
      timeZone: null,
      about: row.touchpointName === null ? null : { touchpoint: row.touchpointName, at: null },
      ownerOf: row.touchpointId,
      basis: 'existing_customer',
      askedAt: null,
      test: true,
      urls: { survey: page, choices: page, stop: page },
    });
    return { ...content, fromName: tenant.sender.name ?? tenant.name, fromAddress: tenant.sender.address };
  }

  private async compose(
    tx: Tx,
    survey: SurveyVersion,
    given: {
      locale: string;
      customerName: string | null;
      timeZone: string | null;
      about: { touchpoint: string; at: Date | null } | null;
      ownerOf: string | null;
      basis: 'consent' | 'existing_customer' | null;
      askedAt: Date | null;
      reminder?: ReminderText | null;
      recall?: RecallFacts | null;
      test: boolean;
      urls: { survey: string; choices: string; stop: string };
    },
  ): Promise<MailPreview> {
    const tenant = await this.tenant(tx);
    const policy = await this.policyRules(tx);
    return invitationMail({
      organization: tenant.name,
      color: tenant.brand.color,
      wording: wording({ ...survey, recall: given.recall }, given.locale),
      customerName: given.customerName,
      about: given.about,
      basis: given.basis,
      timeZone: given.timeZone ?? tenant.timeZone,
      askedAt: given.askedAt,
      reminder: given.reminder ?? null,
      person: await this.person(tx, given.ownerOf, tenant.name),
      minDaysBetween: policy.minDaysBetween,
      surveyUrl: given.urls.survey,
      choicesUrl: given.urls.choices,
      stopUrl: given.urls.stop,
      privacyUrl: tenant.privacyUrl,
      postalAddress: tenant.postalAddress,
      test: given.test,
    });
  }

  /** The campaign's own words for this reminder in the invitation's language; null: the built-in ones. */
  private async reminderText(tx: Tx, row: InvitationRow, step: number): Promise<ReminderText | null> {
    if (isFirstMail(step) || row.campaignId === null) return null;
    const reminder = (await this.campaign(tx, row.campaignId))?.reminders[step - 1];
    return reminder?.texts?.[row.locale] ?? reminder?.texts?.[row.locale.split('-')[0] ?? ''] ?? null;
  }

  /** The owner of the touchpoint signs; null: the team does. */
  private async person(
    tx: Tx,
    touchpointId: string | null,
    organization: string,
  ): Promise<{ name: string; role: string } | null> {
    if (touchpointId === null) return null;
    return once(tx, `person ${touchpointId}`, async () => {
      const { ownerId } = await this.journeys.requireTouchpoint(tx, touchpointId);
      const owner = ownerId === null ? undefined : (await this.identity.users(tx)).find((user) => user.id === ownerId);
      return owner && !owner.disabled ? { name: owner.name, role: organization } : null;
    });
  }

  /** Back into our hands until then. A first mail says why it waits; of a reminder nothing is told. */
  private async postpone(
    tx: Tx,
    id: string,
    step: number,
    until: Date,
    wait?: { sendAt: Date | null; reason: DelayReason; becauseOf: string | null },
  ): Promise<null> {
    const told = step === 0 ? wait : undefined;
    await tx.em.query(
      `update invitations set next_step = $2::smallint, next_at = $3, send_at = coalesce($4, send_at), delay_reason = coalesce($5, delay_reason),
         because_of = case when $5::text is null then because_of else $6::uuid end
       where id = $1`,
      [id, step, until, told?.sendAt ?? null, told?.reason ?? null, told?.becauseOf ?? null],
    );
    return null;
  }

  /** Only an ask that was never sent becomes skipped; a reminder is simply left out. */
  private async skip(tx: Tx, id: string, reason: SkipReason, becauseOf: string | null = null): Promise<null> {
    await tx.em.query(
      `update invitations set status = 'skipped', skip_reason = $2, delay_reason = null, because_of = $3, next_at = null
       where id = $1 and status = 'scheduled'`,
      [id, reason, becauseOf],
    );
    return null;
  }

  /** The customer's last case is settled: what waited for it is looked at again, at a time when mails may go. */
  private async released(tx: Tx, customerId: string): Promise<void> {
    const [rows]: [unknown[], number] = await tx.em.query(
      `update invitations set next_at = greatest(send_at, $2) where customer_id = $1 and status = 'scheduled' and delay_reason = 'open_case'
         and next_at is not null returning id`,
      [customerId, this.clock.now()],
    );
    if (rows.length === 0) return;
    const times: { at: Date }[] = await tx.em.query(
      `select distinct next_at as at from invitations where customer_id = $1 and status = 'scheduled' and delay_reason = 'open_case'`,
      [customerId],
    );
    await this.planning.promiseHandOver(
      tx,
      times.map((row) => row.at),
    );
  }

  private async sent(tx: Tx, delivery: Step): Promise<void> {
    const { subjectId: id, step } = delivery;
    if (isFirstMail(step))
      await joined(tx, 'sent', [id], async (ids) => {
        await tx.em.query(
          `update invitations set status = 'sent', sent_at = now(), expires_at = now() + make_interval(days => ${LINK_DAYS})
           where id = any($1) and status in ('scheduled', 'unknown')`,
          [ids],
        );
        return new Map<string, never>();
      });
    const row = await invitationRow(tx, id);
    if (row?.status !== 'sent' || row.campaignId === null || row.customerId === null) return;
    const reminder = (await this.campaign(tx, row.campaignId))?.reminders[reminderAfter(step)];
    if (!reminder) return;
    const customer = (await this.customers.contacts(tx, [row.customerId])).get(row.customerId);
    if (!customer) return;
    const place = {
      timeZone: customer.timeZone ?? (await this.tenant(tx)).timeZone,
      country: countryOf(customer.attributes),
    };
    const earliest = new Date(this.clock.now().getTime() + reminder.afterDays * DAY_MS);
    const { at } = nextOpening(await this.policyRules(tx), earliest, place);
    await tx.em.query(
      `update invitations set next_step = $2, next_at = $3 where id = $1 and status = 'sent' and (coalesce(next_step, 0) < $2 or next_step = $4)`,
      [id, reminderAfter(step) + 1, at, step],
    );
    await this.planning.promiseHandOver(tx, [at]);
  }

  private async failed(tx: Tx, delivery: Delivery): Promise<void> {
    if (new RegExp(NO_SUCH_MAILBOX).test(delivery.smtpReply ?? '') && delivery.to !== '')
      await this.customers.suppress(tx, delivery.to, 'hard_bounce', 'refused');
    await tx.em.query(
      `update invitations set status = 'bounced', next_at = null where id = $1 and status = 'scheduled'`,
      [delivery.subjectId],
    );
  }

  private async textFailed(tx: Tx, message: TextMessage): Promise<void> {
    await this.stopNumber(tx, message);
    await tx.em.query(
      `update invitations set status = 'bounced', next_at = null where id = $1 and status = 'scheduled'`,
      [message.subjectId],
    );
  }

  /** The provider's word that nobody can be reached at the number, or that its owner told them to stop. */
  private async stopNumber(tx: Tx, { to, errorCode }: TextMessage): Promise<void> {
    if (to === '' || errorCode === null) return;
    if (isRefusedByOwner(errorCode)) await this.customers.suppress(tx, to, 'unsubscribed', 'provider');
    else if (isNoAddress(errorCode)) await this.customers.suppress(tx, to, 'hard_bounce', 'provider');
  }

  private async handedOverUnknown(tx: Tx, delivery: Step): Promise<void> {
    await tx.em.query(
      `update invitations set status = 'unknown', sent_at = now(), expires_at = now() + make_interval(days => ${LINK_DAYS}), next_at = null
       where id = $1 and status = 'scheduled'`,
      [delivery.subjectId],
    );
  }

  private async suppressed(tx: Tx, delivery: Step): Promise<void> {
    const reason = (await this.customers.stopReasons(tx, [delivery.to])).get(delivery.to);
    await this.skip(tx, delivery.subjectId, reason === undefined ? 'bounced' : SKIP_OF_STOP[reason]);
  }

  private async bounced(tx: Tx, delivery: Step, kind: BounceKind): Promise<void> {
    // A complaint means that it did arrive.
    await tx.em.query(
      `update invitations set next_at = null, status = case when $2 and status <> 'answered' then 'bounced' else status end
       where id = $1 and status in ('scheduled', 'sent', 'unknown', 'answered')`,
      [delivery.subjectId, kind !== 'complaint'],
    );
  }

  // Work in the background.

  private async handOver(tenantId: string): Promise<void> {
    while (await this.db.tenant(tenantId, (tx) => this.planning.handOver(tx)));
  }

  /** Links run out, campaigns with nothing left to send end, and what a lost wake-up left lying is handed over. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      await this.db.tenant(tenantId, async (tx) => {
        await tx.em.query(
          `update invitations set status = 'expired', next_at = null where status in ('sent', 'unknown') and expires_at <= now()`,
        );
        await tx.em.query(
          `update campaigns c set status = 'done', finished_at = now() where status = 'running' and planned_at is not null and not exists
             (select 1 from invitations i where i.campaign_id = c.id and (i.status = 'scheduled' or i.next_at is not null))`,
        );
      });
      await this.handOver(tenantId);
    }
  }

  // Personal data.

  private async timeline(tx: Tx, customerId: string, window: TimelineWindow): Promise<TimelineEntry[]> {
    const [events, invitations] = [
      await eventRows(tx, { customerId, before: window.before, limit: window.limit }),
      await invitationRows(tx, { customerId, limit: 1000 }),
    ];
    const { timeZone } = await this.identity.tenant(tx);
    const touchpoints = new Map(
      (await this.journeys.touchpoints(tx)).map((touchpoint) => [touchpoint.id, touchpoint.name]),
    );
    return [
      ...events.map((row): TimelineEntry => {
        const touchpoint = row.touchpointId === null ? null : (touchpoints.get(row.touchpointId) ?? null);
        return {
          at: row.occurredAt,
          kind: 'event',
          title: touchpoint === null ? row.type : `${row.type} · ${touchpoint}`,
          data: {
            type: row.type,
            touchpointKey: row.touchpointKey,
            value: row.value === null ? null : Number(row.value),
            properties: row.properties,
          },
        };
      }),
      ...invitations.map((row): TimelineEntry => {
        const { title, detail, at } = story(row, timeZone);
        return {
          at,
          kind: 'invitation',
          title,
          detail,
          link: row.campaignId === null ? null : { kind: 'campaign', id: row.campaignId },
          data: {
            invitationId: row.id,
            channel: row.channel,
            status: row.status,
            skipReason: row.skipReason,
            delayReason: row.delayReason,
            becauseOf: row.becauseOfName,
            sendAt: row.sendAt?.toISOString() ?? null,
            surveyId: row.surveyId,
            surveyName: row.surveyName,
            touchpointKey: row.touchpointKey,
          },
        };
      }),
    ];
  }

  private async export(tx: Tx, customerId: string): Promise<Record<string, unknown[]>> {
    const events = await eventRows(tx, { customerId, limit: 100_000 });
    const invitations = await invitationRows(tx, { customerId, limit: 100_000 });
    return {
      events: events.map(({ value, ...row }) => ({
        ...without(row, 'receivedKey'),
        value: value === null ? null : Number(value),
      })),
      invitations: invitations.map((row) => without(without(row, 'createdKey'), 'test')),
    };
  }

  /** Counts stay, persons do not: invitations and events lose who they were about; rejected events in their name go. */
  private async erase(tx: Tx, customerId: string): Promise<void> {
    const customer = await this.customers.requireCustomer(tx, customerId);
    await this.cancelFor(tx, customerId);
    await this.mail.forget(tx, customerId);
    await tx.em.query(
      `update invitations set customer_id = null, address = null, next_at = null where customer_id = $1`,
      [customerId],
    );
    await tx.em.query(`delete from events where rejected_reason is not null and external_customer_id = $1`, [
      customer.externalId,
    ]);
    await tx.em.query(
      `update events set customer_id = null, external_customer_id = 'erased', properties = '{}', external_id = 'erased ' || id where customer_id = $1`,
      [customerId],
    );
  }

  // Reading; what mails of one batch share is read once.

  private tenant(tx: Tx): ReturnType<Identity['tenant']> {
    return once(tx, 'tenant', () => this.identity.tenant(tx));
  }

  private policyRules(tx: Tx): ReturnType<Planning['policy']> {
    return once(tx, 'policy', () => this.planning.policy(tx));
  }

  private async campaign(tx: Tx, id: string): Promise<{ status: string; reminders: Reminder[] } | null> {
    return once(tx, `campaign ${id}`, async () => {
      const rows: { status: string; reminders: Reminder[] }[] = await tx.em.query(
        `select status, reminders from campaigns where id = $1`,
        [id],
      );
      return rows[0] ?? null;
    });
  }

  /** Why the survey is asked of nobody any more, as a reason to skip; null while it is. */
  private async endOf(tx: Tx, surveyId: string, touchpointId: string | null): Promise<SkipReason | null> {
    return once(tx, `ended ${surveyId} ${touchpointId}`, async () => {
      const rows: unknown[] = await tx.em.query(`select 1 from surveys where id = $1 and status = 'live'`, [surveyId]);
      if (rows.length === 0) return 'survey_closed';
      const ended = await this.surveys.ended(tx, surveyId, touchpointId);
      return ended === null ? null : ended === 'full' ? 'quota_full' : 'survey_closed';
    });
  }

  /** The organization's contact policy, in the caller's transaction. */
  policyOf(tx: Tx): Promise<ContactPolicyView> {
    return this.policies.of(tx);
  }

  private async requireView(tx: Tx, who: Principal, id: string): Promise<InvitationView> {
    const row = await invitationRow(tx, id);
    if (!row || row.test) throw notFound('invitation', 'invitation');
    return this.view(who, row, (await this.identity.tenant(tx)).timeZone);
  }

  private view(who: Principal, row: InvitationRow, timeZone: string): InvitationView {
    const isShown = roleAtLeast(who.role, 'manager') && linkWorks(row);
    return {
      id: row.id,
      customerId: row.customerId,
      customerName: row.customerName,
      surveyId: row.surveyId,
      surveyName: row.surveyName,
      surveyVersion: row.surveyVersion,
      touchpointKey: row.touchpointKey,
      campaignId: row.campaignId,
      triggerId: row.triggerId,
      eventId: row.eventId,
      channel: row.channel,
      locale: row.locale,
      status: row.status,
      skipReason: row.skipReason,
      skipReasonText: skipText(factOf(row, timeZone)),
      delayReason: row.delayReason,
      delayReasonText: delayText(factOf(row, timeZone)),
      becauseOf:
        row.becauseOf === null ? null : { invitationId: row.becauseOf, name: row.becauseOfName ?? 'another survey' },
      wantedAt: row.wantedAt?.toISOString() ?? null,
      sendAt: row.sendAt?.toISOString() ?? null,
      sentAt: row.sentAt?.toISOString() ?? null,
      answeredAt: row.answeredAt?.toISOString() ?? null,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      surveyUrl: isShown ? this.surveyUrl(who.tenantId, row.id) : null,
      createdAt: row.createdAt.toISOString(),
    };
  }
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const copy = { ...value };
  delete (copy as Partial<T>)[key];
  return copy;
}

const factOf = (row: InvitationRow, timeZone: string): Parameters<typeof delayText>[0] => ({
  skipReason: row.skipReason,
  delayReason: row.delayReason,
  becauseOf: row.becauseOf === null ? null : (row.becauseOfName ?? 'another survey'),
  sendAt: row.sendAt,
  sentAt: row.sentAt,
  timeZone: row.timeZone ?? timeZone,
});

/** What became of an ask that was sent. */
const AFTERWARDS: Partial<Record<InvitationStatus, string>> = {
  bounced: 'The mail came back.',
  unknown: 'The mail may or may not have arrived.',
  answered: 'They answered.',
  expired: 'No answer within 30 days.',
  sent: 'No answer yet.',
};

const afterwards = ({ status, channel }: InvitationRow): string | undefined =>
  channel === 'email'
    ? AFTERWARDS[status]
    : AFTERWARDS[status]?.replace('mail', 'text').replace('came back', 'did not arrive');

/** An invitation as one line of a customer's timeline, with the reason of every skip and delay. */
function story(row: InvitationRow, timeZone: string): { title: string; detail: string | null; at: Date } {
  const name = row.surveyName;
  const fact = factOf(row, timeZone);
  switch (row.status) {
    case 'skipped':
      return { title: `Not asked: ${name}`, detail: skipText(fact), at: row.createdAt };
    case 'scheduled':
      return { title: `Will be asked: ${name}`, detail: delayText(fact) ?? sendText(fact), at: row.createdAt };
    case 'cancelled':
      return { title: `Not asked: ${name}`, detail: 'The invitation was cancelled.', at: row.sentAt ?? row.createdAt };
    default:
      return {
        title: `Asked${row.channel === 'email' ? '' : ` by ${CHANNEL_NAMES[row.channel]}`}: ${name}`,
        detail: [afterwards(row), delayText(fact)].filter((text) => text).join(' '),
        at: row.sentAt ?? row.createdAt,
      };
  }
}
