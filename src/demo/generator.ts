import { DAY, HOLIDAYS, HOUR, instantAt, isWorkday, MINUTE, startOfDay, wallAt, weekday } from './calendar.js';
import { liveCase } from './cases.js';
import { writeComment, type Voice } from './comments.js';
import type { Language } from './corpus/types.js';
import type {
  DemoCampaign,
  DemoCase,
  DemoConsent,
  DemoCustomer,
  DemoData,
  DemoInvitation,
  DemoResponse,
  DemoSkipReason,
  DemoSurvey,
  DemoUser,
  LocalText,
} from './demo-data.js';
import { businesses, cities, firstNames, plain, regions, surnames } from './names.js';
import {
  APP_UPDATE,
  DIP_ENDS,
  DIP_STARTS,
  dip,
  improvementPlans,
  painPlans,
  qualityAt,
  touchpointPlans,
  type PainPlan,
  type TeamKey,
  type TouchpointPlan,
} from './pain-points.js';
import { Rng } from './random.js';

const HISTORY = 730;
const CUSTOMERS = 4000;
const ACCOUNTS = 80;
const WAVES = 8;
const POLICY = {
  minDaysBetween: 30,
  maxPerYear: 6,
  quietHours: { from: '21:00', to: '08:00' },
  weekdays: [1, 2, 3, 4, 5, 6],
  respectOpenCases: true,
};

/**
 * Two years of a broadband supplier that does not exist, up to `now`.
 *
 * Every person, event and answer draws from a stream of randomness of its own, named after the seed and its place in the history counted
 * from the local day of `now`; `now` itself only cuts off what has not happened yet. So the same seed and instant give the same data, and a
 * later hour of the same day only adds to it (and moves open cases on). No I/O, no clock; takes about a second.
 */
export function generateDemo({ seed, now }: { seed: number; now: Date }): DemoData {
  return new Generator(seed, now).generate();
}

interface Person {
  customer: DemoCustomer;
  /** Days before today on which they joined. */
  joined: number;
  mood: number;
  /** Latest asks, as ages in days. */
  asked: number[];
  /** Instants (ms) between which a case of theirs is open. */
  caseOpen: [number, number] | null;
  /** Why we must not write to them, as a skip reason. */
  suppressed: 'unsubscribed' | 'bounced' | null;
  mbit: number;
  /** Answers to surveys more or less often than others. */
  willing: number;
}

/** Something that leads to an ask: an event at a touchpoint, or a campaign. */
interface Occasion {
  wall: number;
  person: Person;
  touchpoint: TouchpointPlan | null;
  campaign: DemoCampaign | null;
  /** Names its stream of randomness. */
  name: string;
}

class Generator {
  private readonly today: number;
  private readonly users: DemoUser[];
  private readonly data: DemoData;
  private readonly people: Person[] = [];
  private readonly relationship: DemoSurvey;
  private readonly surveyOf = new Map<string, DemoSurvey>();
  private readonly triggerOf = new Map<string, string>();

  constructor(
    private readonly seed: number,
    private readonly now: Date,
  ) {
    this.today = startOfDay(wallAt(now.getTime()));
    this.users = people.map((one) => ({ ...one, id: this.rng('user', one.key).uuid(), teams: [...one.teams] }));
    const id = (...name: (string | number)[]): string => this.rng('id', ...name).uuid();
    const published = this.at(-HISTORY - 20);
    this.relationship = {
      id: id('survey', 'nps'),
      name: 'How we are doing',
      metric: 'nps',
      touchpointKey: null,
      locales: ['en', 'de', 'fr'],
      questions: questions(null),
      publishedAt: published,
    };
    for (const plan of touchpointPlans)
      this.surveyOf.set(plan.key, {
        id: id('survey', plan.key),
        name: plan.surveyName,
        metric: 'tnps',
        touchpointKey: plan.key,
        locales: ['en', 'de', 'fr'],
        questions: questions(plan),
        publishedAt: published,
      });
    const slas = [
      {
        id: id('sla', 'standard'),
        name: 'Standard',
        firstResponseMinutes: 240,
        nextResponseMinutes: 240,
        resolutionMinutes: 1440,
        isDefault: true,
      },
      {
        id: id('sla', 'business'),
        name: 'Business customers',
        firstResponseMinutes: 120,
        nextResponseMinutes: 180,
        resolutionMinutes: 960,
        isDefault: false,
      },
    ];
    const stages = [...new Set(touchpointPlans.map((plan) => plan.stage))].map((name, position) => ({
      id: id('stage', name),
      name,
      position,
    }));
    this.data = {
      organization: {
        name: 'Tarnholm Fibre',
        timeZone: 'Europe/Berlin',
        locale: 'en',
        brand: { color: '#0B6470' },
        postalAddress: 'Hafenweg 0, 00000 Tarnholm',
        privacyUrl: 'https://tarnholm.example.com/privacy',
        // No address for replies: answers come back to us.
        sender: { name: 'Tarnholm Fibre', address: 'feedback@tarnholm.example.com' },
        createdAt: this.at(-HISTORY - 30),
      },
      teams: teams.map((team) => ({ id: id('team', team.key), ...team })),
      users: this.users,
      calendar: {
        id: id('calendar'),
        name: 'Mon–Fri 9–17',
        timeZone: 'Europe/Berlin',
        week: Object.fromEntries([1, 2, 3, 4, 5].map((day) => [String(day), [{ from: '09:00', to: '17:00' }]])),
        holidays: this.holidays(),
      },
      slaPolicies: slas,
      rootCauses: [...new Map(painPlans.map((plan) => [plan.rootCause, plan])).values()].map((plan) => ({
        id: id('cause', plan.rootCause),
        area: touchpointPlans.find((one) => one.key === plan.touchpoint)?.area ?? 'process',
        name: plan.rootCause,
      })),
      caseRules: [
        {
          id: id('rule', 1),
          name: 'Score 0–6 of a business customer',
          position: 0,
          conditions: { scoreFrom: 0, scoreTo: 6, metrics: ['nps', 'tnps'], segments: ['Business'] },
          assign: { to: 'touchpoint' },
          slaId: slas[1]?.id ?? '',
          priority: 'high',
        },
        {
          id: id('rule', 2),
          name: 'Score 0–6 with permission to contact',
          position: 1,
          conditions: { scoreFrom: 0, scoreTo: 6, metrics: ['nps', 'tnps'], mayContact: ['yes'] },
          assign: { to: 'touchpoint' },
          slaId: slas[0]?.id ?? '',
          priority: 'normal',
        },
        {
          id: id('rule', 3),
          name: 'Dissatisfied after a chat',
          position: 2,
          conditions: { scoreFrom: 1, scoreTo: 2, metrics: ['csat'], mayContact: ['yes'] },
          assign: { to: 'touchpoint' },
          slaId: slas[0]?.id ?? '',
          priority: 'normal',
        },
      ],
      contactPolicy: POLICY,
      journey: { id: id('journey'), key: 'customer', name: 'Being a customer', stages },
      touchpoints: touchpointPlans.map((plan, position) => ({
        id: id('touchpoint', plan.key),
        key: plan.key,
        name: plan.name,
        stage: plan.stage,
        position,
        area: plan.area,
        teamKey: plan.team,
        ownerKey: plan.owner,
      })),
      surveys: [this.relationship, ...this.surveyOf.values()],
      triggers: touchpointPlans.map((plan) => {
        this.triggerOf.set(plan.key, id('trigger', plan.key));
        return {
          id: id('trigger', plan.key),
          eventType: plan.eventType,
          touchpointKey: plan.key,
          surveyId: this.surveyOf.get(plan.key)?.id ?? '',
          delayMinutes: plan.delayMinutes,
          sampleRate: 0.92,
          enabled: true,
          createdAt: published,
        };
      }),
      campaigns: [],
      accounts: [],
      customers: [],
      suppressions: [],
      events: [],
      invitations: [],
      responses: [],
      painPoints: painPlans.map((plan) => ({
        id: id('pain', plan.key),
        key: plan.key,
        name: plan.name,
        touchpointKey: plan.touchpoint,
        status: painStatus(plan),
        ownerKey: touchpointPlans.find((one) => one.key === plan.touchpoint)?.owner ?? 'manager',
      })),
      cases: [],
      improvements: [],
      annotations: [
        [DIP_STARTS, 'New installation partner takes over North and East', 'installation'],
        [DIP_ENDS, 'Our own technicians are back', 'installation'],
        [315, 'Price rise of €3 for plans from before 2023', 'renewal'],
        [APP_UPDATE, 'App 5.9 with login by code', 'app'],
      ].map(([age, text, touchpointKey]) => ({
        id: id('annotation', String(text)),
        day: new Date(this.today - Number(age) * DAY).toISOString().slice(0, 10),
        text: String(text),
        touchpointKey: touchpointPlans.find((plan) => plan.key === touchpointKey)?.key ?? null,
        createdBy: 'manager',
      })),
      goals: [
        {
          id: id('goal'),
          metric: 'nps',
          target: 35,
          touchpointKey: null,
          dueOn: `${new Date(this.today + 120 * DAY).getUTCFullYear()}-12-31`,
          teamKeys: ['care', 'field', 'billing'],
        },
      ],
    };
  }

  generate(): DemoData {
    this.makeCustomers();
    const occasions = [...this.events(), ...this.waves()].sort((a, b) => a.wall - b.wall);
    for (const occasion of occasions) if (instantAt(occasion.wall) <= this.now.getTime()) this.ask(occasion);
    this.strays();
    this.data.responses.sort((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime());
    this.duplicates();
    this.data.responses.sort((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime());
    this.data.cases.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    this.data.cases.forEach((one, index) => (one.number = 1001 + index));
    this.improve();
    return this.data;
  }

  private rng(...name: (string | number)[]): Rng {
    return new Rng(this.seed, ...name);
  }

  /** The instant `days` from the start of today, at a wall clock in ms of that day. */
  private at(days: number, clock = 9 * HOUR): Date {
    return new Date(instantAt(this.today + days * DAY + clock));
  }

  private age(wall: number): number {
    return (this.today - wall) / DAY;
  }

  private holidays(): string[] {
    const year = new Date(this.today).getUTCFullYear();
    return [year - 2, year - 1, year, year + 1].flatMap((one) => HOLIDAYS.map((day) => `${one}-${day}`));
  }

  private makeCustomers(): void {
    const taken = new Map<string, number>();
    for (let i = 0; i < ACCOUNTS; i++) {
      const rng = this.rng('account', i);
      const name = rng.pick(businesses).replace('{name}', surnames.de[i % surnames.de.length] ?? 'Lang');
      if (!this.data.accounts.some((one) => one.name === name))
        this.data.accounts.push({ id: rng.uuid(), name, createdAt: this.at(-rng.int(HISTORY, 1500)) });
    }
    for (let i = 0; i < CUSTOMERS; i++) {
      const rng = this.rng('customer', i);
      const business = i % 19 === 0;
      const account = business ? rng.pick(this.data.accounts) : null;
      const locale: Language = rng.weighted(['en', 'de', 'fr'] as const, (one) => ({ en: 50, de: 34, fr: 16 })[one]);
      const origin: Language = rng.chance(0.86) ? locale : rng.pick(['en', 'de', 'fr'] as const);
      const first = rng.pick(firstNames[origin]);
      const last = rng.pick(surnames[rng.chance(0.93) ? origin : rng.pick(['en', 'de', 'fr'] as const)]);
      const box = `${plain(first)}.${plain(last)}`;
      const count = (taken.get(box) ?? 0) + 1;
      taken.set(box, count);
      const domain = account
        ? `${plain(account.name)}.example.com`
        : rng.weighted(['example.org', 'example.com', 'mail.example.org', 'post.test'], (one) =>
            one === 'example.org' ? 4 : one === 'example.com' ? 3 : 1,
          );
      const joined = rng.chance(0.52) ? rng.int(HISTORY, 2600) : rng.int(1, HISTORY - 1);
      const mbit = rng.weighted([250, 600, 1000], (one) => (one === 250 ? 5 : one === 600 ? 3 : 2));
      const region = rng.pick(regions);
      const price = mbit === 250 ? 34.9 : mbit === 600 ? 44.9 : 54.9;
      const value = Math.round(price * (joined / 30.4 + rng.between(6, 30)) * (business ? 2.6 : 1) * 100) / 100;
      const segments = [business ? 'Business' : 'Residential'];
      if (!business && rng.chance(0.07)) segments.push('Student');
      if (joined > 1826) segments.push('Over 5 years');
      if (joined < 183) segments.push('New');
      if (value > 3800) segments.push('High value');
      const createdAt = this.at(-joined, rng.int(8 * 60, 21 * 60) * MINUTE);
      const noAddress = rng.chance(0.018);
      this.people.push({
        customer: {
          id: rng.uuid(),
          externalId: `K-${104200 + i}`,
          name: `${first} ${last}`,
          email: noAddress ? null : `${box}${count > 1 ? count : ''}@${domain}`,
          phone: rng.chance(0.6) ? `+49 30 23125 ${String(rng.int(0, 999)).padStart(3, '0')}` : null,
          locale,
          accountId: account?.id ?? null,
          lifetimeValue: value,
          segments,
          attributes: {
            plan: `Fibre ${mbit}`,
            city: rng.pick(cities),
            region,
            customerSince: createdAt.toISOString().slice(0, 10),
            surveyGroup: 'ABCD'[i % 4] ?? 'A',
          },
          consents: consents(rng, createdAt),
          createdAt,
        },
        joined,
        mood: rng.normal() * 0.55,
        asked: [],
        caseOpen: null,
        suppressed: null,
        mbit,
        willing: rng.between(0.5, 1.5),
      });
    }
    this.people.sort((a, b) => b.joined - a.joined);
    this.data.customers = this.people.map((one) => one.customer);
  }

  /** What happened to customers: new ones go through the first steps, everyone meets the touchpoints with the weeks and seasons. */
  private *events(): Occasions<Occasion> {
    const lanes = new Map<string, { wall: number; person: Person }[]>();
    const put = (key: string, person: Person, wall: number): void => {
      const lane = lanes.get(key) ?? [];
      lane.push({ wall, person });
      lanes.set(key, lane);
    };
    for (const person of this.people) {
      if (person.joined > HISTORY) continue;
      const rng = this.rng('joining', person.customer.id);
      const joined = this.today - person.joined * DAY + rng.int(8 * 60, 21 * 60) * MINUTE;
      const installed = daytime(rng, joined + rng.lognormal(17, 0.5) * DAY * (1 + dip(person.joined)), 8, 18);
      put('order', person, joined);
      put('installation', person, installed);
      put('router', person, installed + rng.int(10, 200) * MINUTE);
      put('billing', person, daytime(rng, installed + rng.int(5, 30) * DAY, 5, 8));
    }
    for (const plan of touchpointPlans)
      for (let back = HISTORY; back >= 0; back--) {
        const rng = this.rng('day', plan.key, Math.round(this.today / DAY) - back);
        const day = this.today - back * DAY;
        const count = rng.poisson((plan.weekly / 7) * this.pace(plan, day, back) * (FIRST_STEPS[plan.key] ?? 1));
        for (let i = 0; i < count; i++) {
          const person = rng.pick(this.people);
          if (person.joined > back + 20) put(plan.key, person, day + Math.floor(hourOfDay(rng, plan) * HOUR));
        }
      }
    for (const plan of touchpointPlans)
      for (const [index, { wall, person }] of (lanes.get(plan.key) ?? []).entries()) {
        if (wall >= this.today + DAY) continue;
        yield {
          wall,
          person,
          touchpoint: plan,
          campaign: null,
          name: `${plan.key}-${person.customer.externalId}-${Math.round(wall / MINUTE)}-${index % 7}`,
        };
      }
  }

  /** How busy a touchpoint is on a day, against today's average: growth, weekday, season, and the luck of the week. */
  private pace(plan: TouchpointPlan, day: number, back: number): number {
    const growth = 1 - 0.38 * (back / HISTORY);
    const dow = weekday(day);
    const week = this.rng('week', plan.key, Math.floor((Math.round(day / DAY) + 3) / 7));
    const luck = Math.exp(0.16 * week.normal());
    const storm = plan.key === 'connection' && week.chance(0.07) ? 2.4 : 1;
    const month = new Date(day).getUTCMonth();
    const season =
      1 + 0.1 * Math.cos(((month - 10) / 6) * Math.PI) - (new Date(day).toISOString().slice(5) >= '12-23' ? 0.45 : 0);
    const invoice = plan.key === 'billing' ? (new Date(day).getUTCDate() <= 6 ? 2.6 : 0.5) : 1;
    const pattern =
      plan.key === 'app' || plan.key === 'router'
        ? [0.95, 0.95, 0.95, 0.95, 1, 1.1, 1.1]
        : plan.key === 'support'
          ? [1.75, 1.3, 1.2, 1.1, 1.1, 0.4, 0.15]
          : [1.25, 1.25, 1.2, 1.2, 1.2, 0.7, 0.2];
    const closed = plan.key === 'installation' && !isWorkday(day) && dow !== 6 ? 0.1 : 1;
    // Since the app update people look for their code, and then for somebody who has it.
    const rush = back <= APP_UPDATE ? (plan.key === 'app' ? 2.3 : plan.key === 'support' ? 1.6 : 1) : 1;
    return rush * growth * (pattern[dow - 1] ?? 1) * luck * storm * season * invoice * closed;
  }

  /** The quarterly relationship survey; the newest went out about a week ago. */
  private *waves(): Occasions<Occasion> {
    // The newest wave starts on the Tuesday that is 3 to 9 days ago.
    const since = 3 + ((weekday(this.today) - 2 - 3 + 14) % 7);
    for (let wave = WAVES - 1; wave >= 0; wave--) {
      const back = since + wave * 91;
      const sent = this.today - back * DAY + 10 * HOUR;
      const when = new Date(sent);
      const group = 'ABCD'[(WAVES - 1 - wave) % 4] ?? 'A';
      const campaign: DemoCampaign = {
        id: this.rng('campaign', wave).uuid(),
        name: `Relationship Q${Math.floor(when.getUTCMonth() / 3) + 1} ${when.getUTCFullYear()}`,
        surveyId: this.relationship.id,
        audience: { segments: [], filter: { attributes: { surveyGroup: group } } },
        sendAt: new Date(instantAt(sent)),
        sampleRate: 1,
        reminders: [{ afterDays: 5 }],
        status: wave === 0 ? 'running' : 'done',
        launchedAt: new Date(instantAt(sent)),
        finishedAt: wave === 0 ? null : new Date(instantAt(sent + 14 * DAY)),
      };
      this.data.campaigns.push(campaign);
      let position = 0;
      for (const person of this.people) {
        if (person.customer.attributes.surveyGroup !== group || person.joined < back + 60) continue;
        yield {
          wall: sent + position++ * 900,
          person,
          touchpoint: null,
          campaign,
          name: `wave-${back}-${person.customer.externalId}`,
        };
      }
    }
  }

  /** Plans one ask by the rules of the house, and lives through what follows. */
  private ask(occasion: Occasion): void {
    const { person, touchpoint, campaign, wall } = occasion;
    const { customer } = person;
    const rng = this.rng('ask', occasion.name);
    const survey = touchpoint ? this.surveyOf.get(touchpoint.key) : this.relationship;
    if (!survey) throw new Error('a touchpoint without a survey');
    let eventId: string | null = null;
    if (touchpoint) {
      eventId = rng.uuid();
      this.data.events.push({
        id: eventId,
        externalId: `${touchpoint.eventType}-${eventId.slice(0, 8)}-${eventId.slice(9, 13)}`,
        type: touchpoint.eventType,
        customerId: customer.id,
        touchpointKey: touchpoint.key,
        occurredAt: new Date(instantAt(wall)),
        value:
          touchpoint.key === 'billing'
            ? ({ 250: 34.9, 600: 44.9, 1000: 54.9 }[person.mbit] ?? null)
            : touchpoint.key === 'renewal'
              ? 12 * ({ 250: 34.9, 600: 44.9, 1000: 54.9 }[person.mbit] ?? 0)
              : null,
        properties:
          touchpoint.key === 'installation'
            ? { technician: dip(this.age(wall)) > 0.3 && customer.attributes.region < 'S' ? 'partner' : 'own' }
            : {},
      });
    }
    const sendWall = campaign ? wall : contactHours(wall + (touchpoint?.delayMinutes ?? 0) * MINUTE);
    const sendAge = this.age(sendWall);
    const reason = this.skipReason(rng, person, sendAge, instantAt(sendWall), campaign !== null);
    const sendAt = new Date(instantAt(sendWall));
    const invitation: DemoInvitation = {
      id: rng.uuid(),
      customerId: customer.id,
      address: customer.email,
      surveyId: survey.id,
      touchpointKey: touchpoint?.key ?? null,
      campaignId: campaign?.id ?? null,
      triggerId: touchpoint ? (this.triggerOf.get(touchpoint.key) ?? null) : null,
      eventId,
      locale: customer.locale,
      status: 'skipped',
      skipReason: reason,
      sendAt: reason ? null : sendAt,
      sentAt: null,
      answeredAt: null,
      expiresAt: null,
      createdAt: new Date(instantAt(wall) + rng.int(1, 20) * 1000),
    };
    this.data.invitations.push(invitation);
    if (reason) return;
    if (sendAt > this.now) {
      invitation.status = 'scheduled';
      return;
    }
    person.asked.push(sendAge);
    invitation.sentAt = new Date(sendAt.getTime() + rng.int(1, 50) * 1000);
    invitation.expiresAt = new Date(sendAt.getTime() + 30 * DAY);
    if (rng.chance(0.011)) {
      invitation.status = 'bounced';
      if (rng.chance(0.6))
        this.suppress(person, 'hard_bounce', 'bounce', new Date(invitation.sentAt.getTime() + 40_000));
      return;
    }
    // Angry and delighted people answer more often than content ones.
    const score = this.score(rng, person, touchpoint, this.age(wall));
    const eager = score <= 3 ? 1.25 : score >= 9 ? 1.08 : score >= 7 ? 0.82 : 1;
    const chance = (campaign ? 0.33 : 0.34) * person.willing * eager;
    const answeredWall = answerTime(rng, wallAt(invitation.sentAt.getTime()));
    const answeredAt = new Date(instantAt(answeredWall));
    if (!rng.chance(chance) || answeredAt > this.now || answeredAt >= invitation.expiresAt) {
      invitation.status = invitation.expiresAt <= this.now ? 'expired' : 'sent';
      if (rng.chance(0.004))
        this.suppress(
          person,
          'unsubscribed',
          'one-click',
          new Date(Math.min(answeredAt.getTime(), this.now.getTime())),
        );
      return;
    }
    invitation.status = 'answered';
    invitation.answeredAt = answeredAt;
    const flags: DemoResponse['flags'] = rng.chance(0.003) ? ['scanner'] : rng.chance(0.0015) ? ['staff'] : [];
    this.respond(rng, person, {
      survey,
      touchpoint,
      score,
      at: answeredWall,
      invitationId: invitation.id,
      channel: 'email',
      flags,
    });
  }

  private skipReason(rng: Rng, person: Person, age: number, instant: number, campaign: boolean): DemoSkipReason | null {
    if (!campaign && rng.chance(0.08)) return 'not_sampled';
    if (person.customer.consents.some((one) => one.purpose === 'feedback' && !one.granted)) return 'no_consent';
    if (person.customer.email === null) return 'no_address';
    if (person.suppressed) return person.suppressed;
    if (person.caseOpen && instant >= person.caseOpen[0] && instant < person.caseOpen[1]) return 'open_case';
    if (person.asked.some((one) => one - age < POLICY.minDaysBetween)) return 'contacted_recently';
    if (person.asked.filter((one) => one - age < 365).length >= POLICY.maxPerYear) return 'yearly_maximum';
    return null;
  }

  private suppress(person: Person, reason: 'unsubscribed' | 'hard_bounce', source: string, at: Date): void {
    if (person.suppressed || person.customer.email === null) return;
    person.suppressed = reason === 'hard_bounce' ? 'bounced' : reason;
    this.data.suppressions.push({ address: person.customer.email.toLowerCase(), reason, source, at });
  }

  private score(rng: Rng, person: Person, touchpoint: TouchpointPlan | null, age: number): number {
    const business = person.customer.accountId === null ? 0 : -0.08;
    const student = person.customer.segments.includes('Student') ? 0.12 : 0;
    const region =
      touchpoint?.key === 'installation' && dip(age) > 0.3 && person.customer.attributes.region >= 'S' ? 0.5 : 0;
    const feeling = qualityAt(touchpoint, age) + person.mood + business + student + region + rng.normal() * 0.82;
    return 10 - CUTS.filter((cut) => feeling < cut).length;
  }

  private respond(
    rng: Rng,
    person: Person,
    given: {
      survey: DemoSurvey;
      touchpoint: TouchpointPlan | null;
      score: number;
      at: number;
      invitationId: string | null;
      channel: DemoResponse['channel'];
      flags: DemoResponse['flags'];
    },
  ): void {
    const { survey, touchpoint, score, at } = given;
    const { customer } = person;
    const age = this.age(at);
    const complaints = this.complaints(rng, touchpoint, age);
    const silent = score <= 4 ? 0.2 : score <= 6 ? 0.29 : score <= 8 ? 0.42 : 0.41;
    const when = new Date(at);
    const voice: Voice = {
      language: customer.locale,
      mbit: person.mbit,
      years: Math.floor((person.joined - age) / 365),
      year: when.getUTCFullYear(),
      month: when.getUTCMonth(),
    };
    const told =
      given.flags.includes('scanner') || rng.chance(silent)
        ? null
        : writeComment(rng, voice, score, touchpoint?.key ?? 'general', complaints);
    const anonymous = given.channel === 'link';
    const response: DemoResponse = {
      id: rng.uuid(),
      invitationId: given.invitationId,
      customerId: anonymous ? null : customer.id,
      surveyId: survey.id,
      touchpointKey: touchpoint?.key ?? null,
      metric: survey.metric,
      score,
      picked:
        given.channel === 'email' && rng.chance(0.86)
          ? rng.chance(0.94)
            ? score
            : Math.max(0, Math.min(10, score + rng.pick([-1, 1])))
          : null,
      comment: told?.text ?? null,
      mayContact: anonymous
        ? null
        : rng.chance(score <= 6 ? (told ? 0.6 : 0.22) : 0.3)
          ? true
          : rng.chance(0.6)
            ? false
            : null,
      channel: given.channel,
      locale: customer.locale,
      flags: given.flags,
      submittedAt: new Date(instantAt(at)),
      painKeys: told?.pains ?? [],
    };
    this.data.responses.push(response);
    if (score <= 6 && !anonymous && given.flags.length === 0)
      this.openCase(rng, person, response, touchpoint, voice, age, complaints);
  }

  /** What could have gone wrong for this person now: one thing surely, perhaps another. */
  private complaints(rng: Rng, touchpoint: TouchpointPlan | null, age: number): PainPlan[] {
    const weight = (plan: PainPlan): number => {
      if (touchpoint) return plan.touchpoint === touchpoint.key ? plan.weightAt(age) : 0;
      const place = touchpointPlans.find((one) => one.key === plan.touchpoint);
      return plan.weightAt(age) * (place ? (0.75 - place.quality) * (RELEVANCE[place.key] ?? 1) : 0);
    };
    const first = rng.weighted(painPlans, weight);
    const second = rng.weighted(painPlans, (plan) => (plan === first ? 0 : weight(plan)));
    return [first, second];
  }

  private openCase(
    rng: Rng,
    person: Person,
    response: DemoResponse,
    touchpoint: TouchpointPlan | null,
    voice: Voice,
    age: number,
    complaints: readonly PainPlan[],
  ): void {
    const business = person.customer.segments.includes('Business');
    const [businessRule, standardRule] = this.data.caseRules;
    const rule = business ? businessRule : response.mayContact === true ? standardRule : undefined;
    if (!rule) return;
    const sla = this.data.slaPolicies.find((one) => one.id === rule.slaId);
    const about = painPlans.find((plan) => plan.key === response.painKeys[0]) ?? complaints[0];
    const team: TeamKey =
      touchpoint?.team ?? touchpointPlans.find((plan) => plan.key === about?.touchpoint)?.team ?? 'care';
    const agents = this.users.filter((user) => user.role === 'agent' && user.teams.includes(team));
    if (!sla || agents.length === 0) throw new Error('nobody to work a case');
    const made: DemoCase = liveCase({
      rng,
      response,
      customer: person.customer,
      touchpoint,
      team,
      agents,
      rule,
      sla,
      voice,
      age,
      now: this.now,
      unreachable: person.suppressed !== null || person.customer.email === null,
    });
    this.data.cases.push(made);
    const closed = made.resolvedAt ?? made.closedAt;
    person.caseOpen = [made.createdAt.getTime(), closed?.getTime() ?? Infinity];
  }

  /** Answers that nobody asked for by mail: in the app, on the phone, by an open link. */
  private strays(): void {
    for (let back = HISTORY; back >= 0; back--) {
      const rng = this.rng('stray', Math.round(this.today / DAY) - back);
      for (let i = rng.poisson(0.75); i > 0; i--) {
        const person = rng.pick(this.people);
        const channel = rng.weighted(
          ['in_app', 'phone', 'link'] as const,
          (one) => ({ in_app: 5, phone: 3, link: 2 })[one],
        );
        const plan = touchpointPlans.find((one) => one.key === (channel === 'in_app' ? 'app' : 'support'));
        const survey = plan && this.surveyOf.get(plan.key);
        const at = this.today - back * DAY + rng.int(9 * 60, 20 * 60) * MINUTE;
        if (!survey || person.joined < back + 5 || instantAt(at) > this.now.getTime()) continue;
        this.respond(rng, person, {
          survey,
          touchpoint: plan,
          score: this.score(rng, person, plan, back),
          at,
          invitationId: null,
          channel,
          flags: [],
        });
      }
    }
  }

  /** A few people answered twice, mostly by another channel. */
  private duplicates(): void {
    const twice = this.data.responses.filter(
      (one, index) =>
        one.flags.length === 0 &&
        one.comment !== null &&
        one.customerId !== null &&
        this.rng('twice', one.id, index % 2).chance(0.002),
    );
    for (const one of twice) {
      const rng = this.rng('duplicate', one.id);
      const at = new Date(one.submittedAt.getTime() + rng.int(2, 50) * MINUTE);
      if (at <= this.now)
        this.data.responses.push({
          ...one,
          id: rng.uuid(),
          invitationId: null,
          picked: null,
          channel: 'in_app',
          flags: ['duplicate'],
          submittedAt: at,
        });
    }
  }

  private improve(): void {
    const reached = new Map(this.people.map((person) => [person.customer.id, person]));
    for (const plan of improvementPlans) {
      const when = (age: number | undefined): Date | null => (age === undefined ? null : this.at(-age, 14 * HOUR));
      const announcedAt = when(plan.announced);
      const concerned = new Set<string>();
      if (announcedAt)
        for (const one of this.data.responses)
          if (
            one.customerId !== null &&
            one.submittedAt < announcedAt &&
            one.painKeys.some((key) => plan.pains.includes(key))
          )
            concerned.add(one.customerId);
      this.data.improvements.push({
        id: this.rng('improvement', plan.name).uuid(),
        name: plan.name,
        description: plan.description,
        ownerKey: plan.owner,
        painKeys: [...plan.pains],
        status: plan.status,
        outcome: plan.outcome ?? null,
        dueAt: this.at(plan.dueIn, 17 * HOUR),
        createdAt: this.at(-plan.created),
        startedAt: when(plan.started),
        finishedAt: when(plan.finished),
        announcedAt,
        announcement: plan.announcement ?? null,
        announcedTo: [...concerned].map((customerId) => {
          const person = reached.get(customerId);
          const consent = person?.customer.consents.some((one) => one.purpose === 'feedback' && !one.granted);
          return {
            customerId,
            skipReason: consent
              ? 'no_consent'
              : person?.customer.email === null
                ? 'no_address'
                : (person?.suppressed ?? null),
          };
        }),
      });
    }
  }
}

type Occasions<T> = globalThis.Generator<T, void, undefined>;

/** A feeling below the n-th cut costs another point: 10, 9, 8 … 0. Set so that a feeling of mean 0 and spread 1 gives an NPS near +20. */
const CUTS = [0.46, 0.12, -0.34, -0.68, -0.9, -1.12, -1.27, -1.42, -1.62, -1.8];

/** Share of events at the first steps that are not from joining: upgrades, moves, further bills. */
const FIRST_STEPS: Readonly<Partial<Record<string, number>>> = {
  order: 0.62,
  installation: 0.68,
  router: 0.5,
  billing: 0.75,
};

/** How much each place weighs in the relationship survey. */
const RELEVANCE: Readonly<Partial<Record<string, number>>> = {
  connection: 2,
  renewal: 1.1,
  billing: 1,
  support: 1.4,
  router: 1.3,
  order: 0.3,
  installation: 0.5,
  app: 0.5,
};

const teams: readonly { key: TeamKey; name: string }[] = [
  { key: 'care', name: 'Customer care' },
  { key: 'field', name: 'Field service' },
  { key: 'billing', name: 'Billing' },
  { key: 'digital', name: 'Digital products' },
  { key: 'sales', name: 'Sales and renewals' },
];

const people: readonly Omit<DemoUser, 'id'>[] = [
  { key: 'admin', name: 'Henrike Vogt', email: 'admin@demo.test', role: 'admin', teams: [] },
  { key: 'manager', name: 'Thomas Lindqvist', email: 'manager@demo.test', role: 'manager', teams: ['care'] },
  { key: 'agent', name: 'Amira Haddad', email: 'agent@demo.test', role: 'agent', teams: ['care', 'field', 'digital'] },
  { key: 'viewer', name: 'Katharina Reuter', email: 'viewer@demo.test', role: 'viewer', teams: [] },
  { key: 'jonas', name: 'Jonas Becker', email: 'jonas.becker@demo.test', role: 'manager', teams: ['field'] },
  { key: 'piotr', name: 'Piotr Zieliński', email: 'piotr.zielinski@demo.test', role: 'manager', teams: ['billing'] },
  { key: 'samira', name: 'Samira El Amrani', email: 'samira.elamrani@demo.test', role: 'manager', teams: ['digital'] },
  { key: 'nele', name: 'Nele Petersen', email: 'nele.petersen@demo.test', role: 'manager', teams: ['sales'] },
  { key: 'david', name: 'David Okafor', email: 'david.okafor@demo.test', role: 'agent', teams: ['care', 'digital'] },
  {
    key: 'claire',
    name: 'Claire Fontaine',
    email: 'claire.fontaine@demo.test',
    role: 'agent',
    teams: ['care', 'billing'],
  },
  { key: 'tobias', name: 'Tobias Kern', email: 'tobias.kern@demo.test', role: 'agent', teams: ['field'] },
  {
    key: 'mirjam',
    name: 'Mirjam Schulte',
    email: 'mirjam.schulte@demo.test',
    role: 'agent',
    teams: ['billing', 'sales'],
  },
  { key: 'luca', name: 'Luca Moretti', email: 'luca.moretti@demo.test', role: 'agent', teams: ['sales'] },
];

function painStatus(plan: PainPlan): 'new' | 'investigating' | 'fixing' | 'fixed' {
  const states = improvementPlans.filter((one) => one.pains.includes(plan.key)).map((one) => one.status);
  if (states.includes('started')) return 'fixing';
  if (states.includes('done')) return 'fixed';
  return states.includes('planned') ? 'investigating' : 'new';
}

function consents(rng: Rng, joinedAt: Date): DemoConsent[] {
  const list: DemoConsent[] = [];
  const later = (): Date => new Date(joinedAt.getTime() + rng.int(0, 20) * MINUTE);
  if (rng.chance(0.045))
    list.push({ purpose: 'feedback', granted: false, basis: 'consent', source: 'order form', at: later() });
  else if (rng.chance(0.7))
    list.push({ purpose: 'feedback', granted: true, basis: 'existing_customer', source: 'contract', at: later() });
  else
    list.push({
      purpose: 'feedback',
      granted: true,
      basis: 'consent',
      source: rng.pick(['order form', 'app', 'shop']),
      at: later(),
    });
  if (rng.chance(0.55))
    list.push({ purpose: 'follow_up', granted: rng.chance(0.9), basis: 'consent', source: 'survey page', at: later() });
  if (rng.chance(0.06))
    list.push({ purpose: 'testimonial', granted: true, basis: 'consent', source: 'preference page', at: later() });
  if (rng.chance(0.025))
    list.push({ purpose: 'council', granted: true, basis: 'consent', source: 'preference page', at: later() });
  return list;
}

/** The same day as `wall`, between two hours. */
const daytime = (rng: Rng, wall: number, from: number, to: number): number =>
  startOfDay(wall) + rng.int(from * 60, to * 60) * MINUTE;

function hourOfDay(rng: Rng, plan: TouchpointPlan): number {
  if (plan.key === 'app' || plan.key === 'order') return Math.min(23.4, Math.max(6.5, 16.5 + rng.normal() * 4));
  if (plan.key === 'billing') return rng.between(5, 7.5);
  return Math.min(20, Math.max(8, 13 + rng.normal() * 2.7));
}

/** The next moment the contact policy allows a mail: not at night, not on a Sunday. */
function contactHours(wall: number): number {
  let at = wall;
  const clock = at - startOfDay(at);
  if (clock < 8 * HOUR) at = startOfDay(at) + 8 * HOUR + (clock % HOUR) / 4;
  else if (clock >= 21 * HOUR) at = startOfDay(at) + DAY + 8 * HOUR + (clock % HOUR) / 4;
  return weekday(at) === 7 ? at + DAY : at;
}

/** When somebody who answers does: half within some hours, more in the evening, hardly at night. */
function answerTime(rng: Rng, sent: number): number {
  const at = sent + rng.lognormal(4.5, 1.5) * HOUR + MINUTE;
  const clock = at - startOfDay(at);
  return clock > 6.5 * HOUR && clock < 23.5 * HOUR
    ? at
    : startOfDay(at) + (clock >= 23.5 * HOUR ? DAY : 0) + rng.between(6.8, 9.5) * HOUR;
}

/** The standard questions; where there is no own text, the built-in ones in the customer's language. */
function questions(plan: TouchpointPlan | null): DemoSurvey['questions'] {
  return [
    { id: 'score', type: 'nps', text: plan ? SCORE_TEXTS[plan.key] : null, low: null, high: null },
    { id: 'reason', type: 'reason', text: null, hint: null, byBand: null },
    { id: 'consent', type: 'consent', text: null, hint: null, yes: null, no: null },
  ];
}

const SCORE_TEXTS: Readonly<Record<TouchpointPlan['key'], LocalText>> = {
  order: {
    en: 'After placing your order: how likely are you to recommend us?',
    de: 'Nach Ihrer Bestellung: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Après votre commande : nous recommanderiez-vous ?',
  },
  installation: {
    en: 'After the visit of our technician: how likely are you to recommend us?',
    de: 'Nach dem Besuch unseres Technikers: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Après la visite de notre technicien : nous recommanderiez-vous ?',
  },
  router: {
    en: 'After a week with our router: how likely are you to recommend us?',
    de: 'Nach einer Woche mit unserem Router: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Après une semaine avec notre box : nous recommanderiez-vous ?',
  },
  connection: {
    en: 'Your fault report is closed. How likely are you to recommend us?',
    de: 'Ihre Störung ist abgeschlossen. Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Votre panne est close. Nous recommanderiez-vous ?',
  },
  billing: {
    en: 'Thinking of your last bill: how likely are you to recommend us?',
    de: 'Wenn Sie an Ihre letzte Rechnung denken: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'En pensant à votre dernière facture : nous recommanderiez-vous ?',
  },
  app: {
    en: 'Thinking of our app: how likely are you to recommend us?',
    de: 'Wenn Sie an unsere App denken: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'En pensant à notre application : nous recommanderiez-vous ?',
  },
  support: {
    en: 'After your contact with our support: how likely are you to recommend us?',
    de: 'Nach Ihrem Kontakt mit unserem Support: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Après votre contact avec notre support : nous recommanderiez-vous ?',
  },
  renewal: {
    en: 'After renewing your contract: how likely are you to recommend us?',
    de: 'Nach Ihrer Vertragsverlängerung: Wie wahrscheinlich empfehlen Sie uns weiter?',
    fr: 'Après le renouvellement de votre contrat : nous recommanderiez-vous ?',
  },
};
