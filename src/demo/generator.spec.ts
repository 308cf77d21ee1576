import { createHash } from 'node:crypto';
import { addWorking, HOUR, instantAt, wallAt, workingBetween } from './calendar.js';
import { corpora, Teller } from './comments.js';
import type { DemoData, DemoResponse } from './demo-data.js';
import { generateDemo } from './generator.js';
import { DIP_ENDS, DIP_STARTS, improvementPlans, painPlans, touchpointPlans } from './pain-points.js';
import { Rng } from './random.js';

const now = new Date('2026-11-20T10:30:00Z');
const DAY_MS = 86_400_000;
const OPEN = ['new', 'assigned', 'in_progress', 'waiting', 'reopened'];

let data: DemoData;
beforeAll(() => {
  data = generateDemo({ seed: 7, now });
});

const digest = (made: DemoData): string => createHash('sha256').update(JSON.stringify(made)).digest('hex');
const nps = (answers: readonly DemoResponse[]): number =>
  (100 * (answers.filter((one) => one.score >= 9).length - answers.filter((one) => one.score <= 6).length)) /
  answers.length;
const between = (touchpoint: string, oldest: number, youngest: number): DemoResponse[] =>
  data.responses.filter((one) => {
    const age = (now.getTime() - one.submittedAt.getTime()) / DAY_MS;
    return one.touchpointKey === touchpoint && age < oldest && age >= youngest;
  });

describe('generateDemo', () => {
  it('makes the same data from the same seed and moment, other data from another seed', () => {
    expect(digest(generateDemo({ seed: 7, now }))).toBe(digest(data));
    expect(digest(generateDemo({ seed: 8, now }))).not.toBe(digest(data));
  });

  it('only adds to the day when it is made later on the same day', () => {
    const later = generateDemo({ seed: 7, now: new Date(now.getTime() + 6 * HOUR) });
    const known = new Map(later.responses.map((one) => [one.id, one]));
    expect(data.responses.filter((one) => JSON.stringify(known.get(one.id)) !== JSON.stringify(one))).toEqual([]);
    expect(JSON.stringify(later.customers) === JSON.stringify(data.customers)).toBe(true);
    expect(later.responses.length).toBeGreaterThan(data.responses.length);
  });

  it('has the size a tour needs', () => {
    expect(data.customers.length).toBeGreaterThanOrEqual(3000);
    expect(data.responses.length).toBeGreaterThanOrEqual(6000);
    expect(data.touchpoints).toHaveLength(8);
    expect(data.painPoints.length).toBeGreaterThanOrEqual(25);
    expect(data.accounts.length).toBeGreaterThanOrEqual(70);
    expect(data.cases.length).toBeGreaterThan(800);
    expect(new Set(data.improvements.map((one) => one.status)).size).toBe(4);
    expect(
      data.users.filter((one) =>
        ['admin', 'manager', 'agent', 'viewer'].some((role) => one.email === `${role}@demo.test`),
      ),
    ).toHaveLength(4);
  });

  it('writes only to addresses that cannot exist, each of one customer', () => {
    const addresses = data.customers.flatMap((one) => (one.email === null ? [] : [one.email]));
    expect(addresses.filter((one) => !/@([a-z0-9-]+\.)?(example\.(org|com)|[a-z]+\.test)$/.test(one))).toEqual([]);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('gives every row an id of its own', () => {
    const ids = [
      data.customers,
      data.events,
      data.invitations,
      data.responses,
      data.cases,
      data.cases.flatMap((one) => one.activities),
      data.surveys,
      data.users,
    ].flatMap((rows) => rows.map((one) => one.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toEqual([]);
  });

  it('holds nothing from the future except what is planned', () => {
    const latest = Math.max(
      ...data.responses.map((one) => one.submittedAt.getTime()),
      ...data.events.map((one) => one.occurredAt.getTime()),
      ...data.invitations.map((one) => (one.sentAt ?? one.createdAt).getTime()),
      ...data.cases.map((one) => one.updatedAt.getTime()),
      ...data.suppressions.map((one) => one.at.getTime()),
    );
    expect(latest).toBeLessThanOrEqual(now.getTime() + 60_000);
    for (const one of data.invitations.filter((each) => each.status === 'scheduled'))
      expect(one.sendAt?.getTime()).toBeGreaterThan(now.getTime());
  });

  it('keeps the references of answers, invitations and cases together', () => {
    const customers = new Set(data.customers.map((one) => one.id));
    const invitations = new Map(data.invitations.map((one) => [one.id, one]));
    const responses = new Map(data.responses.map((one) => [one.id, one]));
    const broken = data.responses.filter((one) => {
      const asked = one.invitationId === null ? undefined : invitations.get(one.invitationId);
      const known = one.customerId === null || customers.has(one.customerId);
      if (one.invitationId === null) return !known;
      return !(
        known &&
        asked?.status === 'answered' &&
        asked.surveyId === one.surveyId &&
        asked.customerId === one.customerId &&
        asked.answeredAt?.getTime() === one.submittedAt.getTime()
      );
    });
    expect(broken).toEqual([]);
    expect(data.invitations.filter((one) => one.status === 'answered').length).toBe(
      data.responses.filter((one) => one.invitationId !== null).length,
    );
    expect(data.invitations.filter((one) => (one.status === 'skipped') !== (one.skipReason !== null))).toEqual([]);
    for (const one of data.cases) {
      expect(responses.get(one.responseId)).toMatchObject({ customerId: one.customerId, score: one.score });
      expect(one.score).toBeLessThanOrEqual(6);
    }
  });

  it('leaves about a third of the comments empty and hardly repeats the others', () => {
    const comments = data.responses
      .filter((one) => !one.flags.includes('duplicate'))
      .flatMap((one) => (one.comment === null ? [] : [one.comment]));
    expect(comments.length / data.responses.length).toBeGreaterThan(0.58);
    expect(comments.length / data.responses.length).toBeLessThan(0.72);
    expect(new Set(comments).size / comments.length).toBeGreaterThanOrEqual(0.85);
    expect(comments.filter((one) => /[{}[\]|]|undefined|\bnull\b|NaN|\s\s|^\s/.test(one))).toEqual([]);
  });

  it('never lets a promoter only complain or an angry detractor only praise', () => {
    for (const one of data.responses.filter((each) => each.comment !== null)) {
      if (one.score === 10) expect(one.painKeys).toEqual([]);
      if (one.score <= 4 && (one.comment ?? '').length > 60) expect(one.painKeys.length).toBeGreaterThan(0);
    }
  });

  it('dips at the installation under the partner and recovers after the improvement', () => {
    const before = nps(between('installation', DIP_STARTS + 150, DIP_STARTS + 5));
    const during = nps(between('installation', DIP_STARTS - 12, DIP_ENDS));
    const after = nps(between('installation', DIP_ENDS - 45, 0));
    expect(during).toBeLessThan(before - 40);
    expect(after).toBeGreaterThan(during + 40);
  });

  it('has a new complaint that nobody made before the last two weeks', () => {
    const mentions = data.responses.filter((one) => one.painKeys.includes('app_login_code'));
    expect(mentions.length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...mentions.map((one) => one.submittedAt.getTime()))).toBeGreaterThan(now.getTime() - 15 * DAY_MS);
  });

  it('has cases in every closed state and a desk that looks like one in use', () => {
    const open = data.cases.filter((one) => OPEN.includes(one.status));
    expect(open.length).toBeGreaterThanOrEqual(20);
    expect(open.length).toBeLessThanOrEqual(80);
    expect(open.some((one) => one.dueAt !== null && one.dueAt < now)).toBe(true);
    expect(open.some((one) => one.dueAt !== null && one.dueAt > now)).toBe(true);
    for (const status of ['resolved', 'confirmed', 'closed_silent', 'waiting', 'in_progress'])
      expect(data.cases.some((one) => one.status === status)).toBe(true);
    expect(data.cases.some((one) => one.reopenedCount > 0)).toBe(true);
    expect(data.cases.map((one) => one.number)).toEqual(data.cases.map((_, index) => 1001 + index));
  });

  it('tells each case in order and lets the state follow from its last step', () => {
    for (const one of data.cases) {
      const times = one.activities.map((step) => step.at.getTime());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(one.activities[0]?.kind).toBe('opened');
      const last = one.activities.at(-1)?.kind;
      if (one.status === 'confirmed') expect(last).toBe('fixed');
      if (one.status === 'resolved') expect(last).toBe('resolved');
      if (one.status === 'waiting') expect(one.waitingSince).not.toBeNull();
      if (one.mayContact !== true) expect(one.activities.filter((step) => step.kind === 'message')).toEqual([]);
      if (one.firstRespondedAt)
        expect(
          workingBetween(wallAt(one.firstRespondedAt.getTime()), wallAt(one.firstRespondedAt.getTime()) + HOUR),
        ).toBeGreaterThan(0);
    }
  });

  it('announces an improvement to those who complained, and only to them', () => {
    for (const one of data.improvements.filter((each) => each.announcedAt !== null)) {
      expect(one.announcement).not.toBeNull();
      const complained = new Set(
        data.responses
          .filter((answer) => answer.painKeys.some((key) => one.painKeys.includes(key)))
          .map((answer) => answer.customerId),
      );
      expect(one.announcedTo.length).toBeGreaterThan(0);
      for (const { customerId } of one.announcedTo) expect(complained.has(customerId)).toBe(true);
    }
  });
});

describe('the corpus', () => {
  it('has phrases for every complaint in every language, and every slot in them can be filled', () => {
    for (const language of ['en', 'de', 'fr'] as const) {
      const corpus = corpora[language];
      const teller = new Teller(
        new Rng('corpus', language),
        { language, mbit: 600, years: 4, year: 2026, month: 6 },
        { name: 'A', agent: 'B', agentfirst: 'B' },
      );
      const phrases = [
        ...Object.values(corpus.pains).flatMap((pain) => [...pain.say, ...pain.after, ...pain.done, pain.sorry]),
        ...Object.values(corpus.praise).flat(),
        ...Object.values(corpus.asks).flat(2),
        ...[
          corpus.praiseShort,
          corpus.praiseOpen,
          corpus.praiseClose,
          corpus.meh,
          corpus.angryOpen,
          corpus.angryClose,
          corpus.angryShort,
          corpus.mildClose,
          corpus.greet,
          corpus.mine,
          corpus.sign,
          corpus.fixed,
          corpus.notYet,
          corpus.again,
        ].flat(),
      ];
      expect(Object.keys(corpus.pains).toSorted()).toEqual(painPlans.map((plan) => plan.key).toSorted());
      for (const phrase of phrases)
        for (let i = 0; i < 4; i++) expect(teller.tell(phrase)).not.toMatch(/[{}[\]|]|undefined/);
      for (const pain of Object.values(corpus.pains))
        expect(pain.say.filter((one) => !one.startsWith('~')).length).toBeGreaterThan(0);
    }
  });

  it('plans improvements and touchpoints for people and pain points that exist', () => {
    const users = new Set(data.users.map((one) => one.key));
    for (const one of improvementPlans) expect(users.has(one.owner)).toBe(true);
    for (const one of touchpointPlans) expect(users.has(one.owner)).toBe(true);
  });
});

describe('the working calendar', () => {
  const wall = (text: string): number => Date.parse(`${text}:00Z`);

  it.each([
    ['2026-11-20T16:30', 60, '2026-11-23T09:30'],
    ['2026-11-20T12:00', 240, '2026-11-20T16:00'],
    ['2026-11-20T13:00', 240, '2026-11-20T17:00'],
    ['2026-11-21T12:00', 0, '2026-11-23T09:00'],
    ['2026-12-24T16:00', 120, '2026-12-28T10:00'],
  ])('%s plus %d working minutes is %s', (from, minutes, to) => {
    expect(new Date(addWorking(wall(from), minutes)).toISOString()).toBe(new Date(wall(to)).toISOString());
    expect(workingBetween(wall(from), wall(to))).toBe(minutes);
  });

  it('agrees with the zone data on both sides of a change of the clocks', () => {
    for (const text of [
      '2026-03-29T00:30Z',
      '2026-03-29T01:30Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2025-07-01T12:00Z',
      '2025-01-01T12:00Z',
    ]) {
      const instant = Date.parse(text);
      const shown = new Intl.DateTimeFormat('sv-SE', {
        timeZone: 'Europe/Berlin',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(instant);
      expect(new Date(wallAt(instant)).toISOString().slice(0, 16).replace('T', ' ')).toBe(shown);
    }
    expect(instantAt(wallAt(now.getTime()))).toBe(now.getTime());
  });
});
