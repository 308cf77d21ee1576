import type { SentimentService } from '../sentiment/sentiment.service.js';
import type { Question } from '../surveys/surveys.contract.js';
import { DAY, HOUR, instantAt, MINUTE, startOfDay, wallAt } from './calendar.js';
import { writeComment } from './comments.js';
import type { DemoData } from './demo-data.js';
import { DemoOpenLinks } from './load-open-links.js';
import { painPlans, type TouchpointKey } from './pain-points.js';
import { Rng } from './random.js';

type Row = Record<string, unknown>;

/** A survey that asks further by what was answered, and who answers it: nobody is invited, it stands in the app or behind open links. */
interface Branching {
  name: string;
  metric: 'csat' | 'ces';
  touchpoint: TouchpointKey;
  channel: 'in_app' | 'open';
  /** Answers on a day, on average. */
  daily: number;
  /** The score of its scale that stands for this feeling, 0 (worst) to 1. */
  score(feeling: number): number;
  questions: Question[];
  /** What this person says to the questions that they get to see. */
  answers(rng: Rng, score: number): Row;
}

const AGES = 180;

const option = (id: string, en: string, de: string, fr: string) => ({ id, text: { en, de, fr } });

const AFTER_CHAT: Branching = {
  name: 'Right after a chat',
  metric: 'csat',
  touchpoint: 'support',
  channel: 'in_app',
  daily: 1.6,
  score: (feeling) => 1 + Math.round(feeling * 4),
  questions: [
    { id: 'score', type: 'csat', text: null, low: null, high: null },
    {
      id: 'went_wrong',
      type: 'choice',
      text: { en: 'What went wrong?', de: 'Was ist schiefgelaufen?', fr: 'Qu’est-ce qui n’a pas marché ?' },
      hint: null,
      multiple: true,
      maxPicks: 2,
      required: false,
      options: [
        option('wait', 'I waited too long', 'Ich musste zu lange warten', 'J’ai attendu trop longtemps'),
        option(
          'repeat',
          'I had to explain it again',
          'Ich musste alles noch einmal erklären',
          'J’ai dû tout réexpliquer',
        ),
        option('unsolved', 'It is still not solved', 'Es ist noch nicht gelöst', 'Ce n’est toujours pas réglé'),
        option('tone', 'The tone', 'Der Ton', 'Le ton'),
      ],
      other: { text: null },
      showIf: { question: 'score', is: 'between', from: 1, to: 3 },
    },
    {
      id: 'staff',
      type: 'rating',
      text: {
        en: 'How well did we know our subject?',
        de: 'Kannten wir uns mit Ihrem Anliegen aus?',
        fr: 'Connaissions-nous bien le sujet ?',
      },
      hint: null,
      required: false,
      max: 5,
      low: { en: 'Not at all', de: 'Gar nicht', fr: 'Pas du tout' },
      high: { en: 'Very well', de: 'Sehr gut', fr: 'Très bien' },
      showIf: null,
    },
    { id: 'reason', type: 'reason', text: null, hint: null, byBand: null },
    { id: 'consent', type: 'consent', text: null, hint: null, yes: null, no: null },
  ],
  answers: (rng, score) => ({
    ...(score <= 3 && rng.chance(0.9)
      ? {
          went_wrong: [
            rng.weighted(
              ['wait', 'repeat', 'unsolved', 'tone'] as const,
              (one) => ({ wait: 5, repeat: 3, unsolved: 4, tone: 1 })[one],
            ),
          ],
        }
      : {}),
    ...(rng.chance(0.85) ? { staff: Math.max(1, Math.min(5, score + rng.pick([-1, 0, 0, 1, 1]))) } : {}),
  }),
};

const MOVING_IN: Branching = {
  name: 'How easy was it to order?',
  metric: 'ces',
  touchpoint: 'order',
  channel: 'open',
  daily: 1.1,
  score: (feeling) => 1 + Math.round(feeling * 6),
  questions: [
    { id: 'score', type: 'ces', text: null, low: null, high: null },
    {
      id: 'step',
      type: 'choice',
      text: {
        en: 'Which step took the most effort?',
        de: 'Welcher Schritt war am mühsamsten?',
        fr: 'Quelle étape a été la plus difficile ?',
      },
      hint: null,
      multiple: false,
      maxPicks: null,
      required: true,
      options: [
        option('plan', 'Choosing a plan', 'Den Tarif wählen', 'Choisir une offre'),
        option('address', 'Checking my address', 'Die Adresse prüfen', 'Vérifier mon adresse'),
        option('identity', 'Proving who I am', 'Mich ausweisen', 'Prouver mon identité'),
        option('date', 'Finding a date', 'Einen Termin finden', 'Trouver une date'),
      ],
      other: { text: null },
      showIf: { question: 'score', is: 'between', from: 1, to: 4 },
    },
    {
      id: 'wish',
      type: 'text',
      text: {
        en: 'What should we take away or make shorter?',
        de: 'Was sollen wir weglassen oder kürzen?',
        fr: 'Que devrions-nous supprimer ou raccourcir ?',
      },
      hint: null,
      required: false,
      showIf: { question: 'step', is: 'one_of', values: ['plan', 'address', 'identity', 'date', 'other'] },
    },
    { id: 'reason', type: 'reason', text: null, hint: null, byBand: null },
    { id: 'consent', type: 'consent', text: null, hint: null, yes: null, no: null },
  ],
  answers: (rng, score) =>
    score > 4
      ? {}
      : {
          step: rng.weighted(
            ['plan', 'address', 'identity', 'date'] as const,
            (one) => ({ plan: 2, address: 3, identity: 6, date: 3 })[one],
          ),
          ...(rng.chance(0.4)
            ? {
                wish: rng.pick([
                  'The video call to show my passport.',
                  'Ask for my address once.',
                  'Show free dates before the payment.',
                ]),
              }
            : {}),
        },
};

/**
 * The surveys of the demo that branch, one by satisfaction and one by effort, with half a year of answers of people who were not invited. Everything
 * is drawn from `seed`; comments are read by the real engine, their statements are grouped with all others.
 */
export function branchingSurveys(
  data: DemoData,
  options: { seed: number; now: Date; sentiment: Pick<SentimentService, 'read'> },
): { surveys: DemoData['surveys']; openLinks: Row[]; visits: Row[]; responses: Row[]; statements: Row[] } {
  const { seed, now } = options;
  const today = startOfDay(wallAt(now.getTime()));
  const responses: Row[] = [];
  const statements: Row[] = [];
  const openLinks: Row[] = [];
  const visits: Row[] = [];
  const surveys = [AFTER_CHAT, MOVING_IN].map((plan) => {
    const survey: DemoData['surveys'][number] = {
      id: new Rng(seed, 'id', 'survey', plan.metric).uuid(),
      name: plan.name,
      metric: plan.metric,
      touchpointKey: plan.touchpoint,
      locales: ['en', 'de', 'fr'],
      questions: plan.questions,
      publishedAt: new Date(instantAt(today - (AGES + 1) * DAY + 9 * HOUR)),
    };
    const links = plan.channel === 'open' ? new DemoOpenLinks(seed, survey) : null;
    openLinks.push(...(links?.rows ?? []));
    for (let age = AGES; age >= 0; age--) {
      const rng = new Rng(seed, plan.metric, Math.round(today / DAY) - age);
      for (let i = rng.poisson(plan.daily); i > 0; i--) {
        const at = new Date(instantAt(today - age * DAY + rng.int(8 * 60, 21 * 60) * MINUTE));
        const customer = rng.pick(data.customers);
        const feeling = Math.max(0, Math.min(1, 0.68 + 0.28 * rng.normal()));
        const score = plan.score(feeling);
        const id = rng.uuid();
        const pains = painPlans.filter((one) => one.touchpoint === plan.touchpoint && one.weightAt(age) > 0);
        const comment = rng.chance(0.2)
          ? writeComment(
              rng,
              { language: customer.locale, mbit: 250, years: 2, year: at.getUTCFullYear(), month: at.getUTCMonth() },
              Math.round(feeling * 10),
              plan.touchpoint,
              [rng.weighted(pains, (one) => one.weightAt(age))],
            ).text
          : null;
        const answers = plan.answers(rng, score);
        const mayContact = links ? null : rng.chance(0.4) ? rng.chance(score <= 2 ? 0.7 : 0.3) : null;
        if (at > now || customer.createdAt > at) continue;
        const customerId = links ? null : customer.id;
        const way = links?.wayOf({ id, at }) ?? { channel: 'in_app', open_link_id: null, source_ref: null };
        const reading = comment === null ? null : options.sentiment.read(comment, customer.locale);
        responses.push({
          id,
          customer_id: customerId,
          survey_id: survey.id,
          survey_version: 1,
          touchpoint: plan.touchpoint,
          metric: plan.metric,
          score,
          comment,
          // Only the page of a link asks further.
          answers: way.channel === 'widget' || way.channel === 'kiosk' ? {} : answers,
          may_contact: mayContact,
          ...way,
          locale: customer.locale,
          flags: [],
          sentiment_state: reading?.label ? 'read' : 'unreadable',
          sentiment_label: reading?.label ?? null,
          sentiment_score: reading?.score ?? null,
          sentiment_reason: reading === null ? 'empty' : (reading.reason ?? null),
          language: reading?.language ?? null,
          engine: reading?.engine ?? null,
          submitted_at: at,
          created_at: at,
          version: 1,
        });
        for (const [position, statement] of (reading?.statements ?? []).entries())
          statements.push({
            id: rng.uuid(),
            response_id: id,
            position,
            text: statement.text,
            starts_at: statement.start,
            ends_at: statement.end,
            label: statement.label,
            score: statement.score,
            aspect: statement.aspect,
            language: reading?.language ?? null,
            touchpoint: plan.touchpoint,
            customer_id: customerId,
            placed_by_person: false,
            submitted_at: at,
            created_at: at,
          });
      }
    }
    visits.push(...(links?.visits() ?? []));
    return survey;
  });
  return { surveys, openLinks, visits, responses, statements };
}
