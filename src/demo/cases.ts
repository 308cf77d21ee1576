import { addWorking, HOUR, instantAt, MINUTE, wallAt, WORKDAY_MINUTES, workingBetween } from './calendar.js';
import { corpora, Teller, type Voice } from './comments.js';
import type {
  DemoActivity,
  DemoCase,
  DemoCaseRule,
  DemoCustomer,
  DemoResolution,
  DemoResponse,
  DemoSla,
  DemoUser,
} from './demo-data.js';
import { dip, painPlans, type PainPlan, type TeamKey, type TouchpointPlan } from './pain-points.js';
import type { Rng } from './random.js';

export interface CaseInput {
  rng: Rng;
  response: DemoResponse;
  customer: DemoCustomer;
  touchpoint: TouchpointPlan | null;
  team: TeamKey;
  /** Those who work cases of this team; one name may stand more than once. */
  agents: readonly DemoUser[];
  rule: DemoCaseRule;
  sla: DemoSla;
  voice: Voice;
  /** Days before today. */
  age: number;
  now: Date;
  /** The organization could not mail this customer. */
  unreachable: boolean;
}

/** The team has been behind for this many days. */
const BEHIND = 11;

type Step = Omit<DemoActivity, 'at' | 'id'> & { wall: number };

/** Longest silence after a resolution before the case is closed without the customer's word. */
const SILENCE = 14 * 24 * HOUR;

/**
 * One case from its response to today: what happened, in working time, cut off at `now`; the state and the clocks follow from what is left.
 * `number` is 0: the caller counts.
 */
export function liveCase(input: CaseInput): DemoCase {
  const { rng, response, customer } = input;
  const mayMail = response.mayContact === true && !input.unreachable;
  const pain = painPlans.find((plan) => plan.key === response.painKeys[0]) ?? guess(input);
  const opened = wallAt(response.submittedAt.getTime()) + rng.int(2, 40) * 1000;
  const steps: Step[] = [{ wall: opened, kind: 'opened', actorKey: null, body: input.rule.name, data: {} }];
  const agent = rng.pick(input.agents);
  // The team is behind since the app update and the newest campaign came together.
  const slow = (input.touchpoint?.key === 'installation' ? 1 + dip(input.age) : 1) * (input.age < BEHIND ? 2.3 : 1);
  const teller = new Teller(rng, input.voice, {
    name: salutation(customer),
    agent: agent.name,
    agentfirst: agent.name.split(' ')[0] ?? '',
  });
  const corpus = corpora[input.voice.language];

  // Someone takes it: by itself for the touchpoint's owner, else when a colleague gets to it.
  const byRule = rng.chance(0.55);
  const taken = byRule ? opened + 1000 : addWorking(opened, rng.lognormal(55, 0.9));
  steps.push({
    wall: taken,
    kind: 'assigned',
    actorKey: byRule ? null : agent.key,
    body: null,
    data: { ownerKey: agent.key },
  });
  let at = addWorking(taken, rng.lognormal(75, 0.85) * Math.sqrt(slow));
  const [note, ...others] = rng.chance(0.5) ? pain.notes : pain.notes.toReversed();
  if (note !== undefined && rng.chance(0.45))
    steps.push({
      wall: Math.max(taken + MINUTE / 2, at - rng.int(2, 9) * MINUTE),
      kind: 'note',
      actorKey: agent.key,
      body: note,
      data: {},
    });

  const resolve = (wall: number): void => {
    steps.push({
      wall,
      kind: 'resolved',
      actorKey: agent.key,
      body: teller.tell(rng.pick(corpus.pains[pain.key].done)),
      data: {},
    });
  };
  if (!mayMail) {
    if (rng.chance(0.6))
      steps.push({ wall: at, kind: 'note', actorKey: agent.key, body: rng.pick(NO_CONTACT_NOTES), data: {} });
    at = addWorking(at, rng.lognormal(300, 0.8));
    resolve(at);
    steps.push({ wall: at + SILENCE, kind: 'closed_silent', actorKey: null, body: null, data: {} });
  } else {
    const asks = rng.chance(0.72);
    const [question, answer] = rng.pick(corpus.asks[input.touchpoint ? pain.touchpoint : 'general']);
    const hello = teller.tell(rng.pick(corpus.greet));
    const sorry = rng.pick(corpus.sorryOpen).replace('{sorry}', corpus.pains[pain.key].sorry);
    const mine = rng.pick(corpus.mine);
    const bye = teller.tell(rng.pick(corpus.sign));
    const asked = teller.tell(question);
    steps.push({
      wall: at,
      kind: 'message',
      actorKey: agent.key,
      body: `${hello}\n\n${sorry} ${mine}${asks ? ` ${asked}` : ''}\n\n${bye}`,
      data: asks ? { wait: rng.chance(0.93) } : {},
    });
    if (asks && rng.chance(0.64)) {
      // People answer mails in the evening and at night too.
      const replied = at + rng.lognormal(22, 1.2) * HOUR;
      steps.push({ wall: replied, kind: 'customer_message', actorKey: null, body: teller.tell(answer), data: {} });
      at = addWorking(replied, rng.lognormal(95, 0.9));
      if (rng.chance(0.5)) {
        steps.push({
          wall: at,
          kind: 'message',
          actorKey: agent.key,
          body: `${hello}\n\n${rng.pick(THANKS[input.voice.language])}\n\n${bye}`,
          data: {},
        });
        if (others[0] !== undefined && rng.chance(0.4))
          steps.push({
            wall: addWorking(at, rng.int(20, 200)),
            kind: 'note',
            actorKey: agent.key,
            body: others[0],
            data: {},
          });
      }
      at = addWorking(at, rng.lognormal(760, 0.8) * slow);
    } else at = addWorking(at, asks ? rng.between(6, 11) * WORKDAY_MINUTES : rng.lognormal(760, 0.8) * slow);
    resolve(at);
    at = answerReceipt(rng, steps, at, agent.key, teller, (wall) => resolve(wall));
  }

  return asOf(input, steps, pain, agent);
}

/** The customer's word on the resolution: fixed, not yet (then once more round), or silence. */
function answerReceipt(
  rng: Rng,
  steps: Step[],
  resolved: number,
  agentKey: string,
  teller: Teller,
  resolve: (wall: number) => void,
): number {
  const { corpus } = teller;
  let at = resolved;
  for (let round = 0; round < 3; round++) {
    const word = rng.next();
    const answered = at + rng.lognormal(14, 1.1) * HOUR;
    if (word < (round === 0 ? 0.58 : 0.66)) {
      steps.push({
        wall: answered,
        kind: 'fixed',
        actorKey: null,
        body: teller.tell(rng.pick(corpus.fixed)) || null,
        data: {},
      });
      return answered;
    }
    if (word > (round === 0 ? 0.89 : 0.95)) {
      steps.push({
        wall: answered,
        kind: 'not_yet',
        actorKey: null,
        body: teller.tell(rng.pick(corpus.notYet)),
        data: {},
      });
      const again = addWorking(answered, rng.lognormal(90, 0.8));
      const hello = teller.tell(rng.pick(corpus.greet));
      steps.push({
        wall: again,
        kind: 'message',
        actorKey: agentKey,
        body: `${hello}\n\n${rng.pick(corpus.again)}\n\n${teller.tell(rng.pick(corpus.sign))}`,
        data: {},
      });
      at = addWorking(again, rng.lognormal(700, 0.7));
      resolve(at);
      continue;
    }
    steps.push({ wall: at + SILENCE, kind: 'closed_silent', actorKey: null, body: null, data: {} });
    return at + SILENCE;
  }
  return at;
}

/** Replays the steps up to `now` by the case's state machine and derives its clocks. */
function asOf(input: CaseInput, steps: readonly Step[], pain: PainPlan, agent: DemoUser): DemoCase {
  const { rng, response, sla } = input;
  const now = wallAt(input.now.getTime());
  const happened = steps.filter((step) => step.wall <= now).sort((a, b) => a.wall - b.wall);
  const opened = steps[0]?.wall ?? now;
  const date = (wall: number): Date => new Date(instantAt(wall));
  const found: DemoCase = {
    id: rng.uuid(),
    number: 0,
    status: 'new',
    priority: response.score <= 1 && rng.chance(0.35) ? 'high' : input.rule.priority,
    ownerKey: null,
    teamKey: input.team,
    customerId: input.customer.id,
    responseId: response.id,
    touchpointKey: response.touchpointKey,
    ruleId: input.rule.id,
    slaId: sla.id,
    subject: response.comment === null ? `Score ${response.score} without a comment` : pain.name,
    score: response.score,
    mayContact: response.mayContact,
    painKeys: response.painKeys,
    rootCause: null,
    resolution: null,
    firstResponseDueAt: date(addWorking(opened, sla.firstResponseMinutes)),
    firstRespondedAt: null,
    nextResponseDueAt: null,
    lastCustomerMessageAt: null,
    resolutionDueAt: date(addWorking(opened, sla.resolutionMinutes)),
    waitingSince: null,
    waitedMinutes: 0,
    resolvedAt: null,
    closedAt: null,
    reopenedCount: 0,
    dueAt: null,
    createdAt: date(opened),
    updatedAt: date(happened.at(-1)?.wall ?? opened),
    activities: happened.map(({ wall, ...step }) => ({ id: rng.uuid(), ...step, at: date(wall) })),
    resolutions: [],
  };
  let waiting: number | null = null;
  let restarted = opened;
  const stopWaiting = (wall: number): void => {
    if (waiting !== null) found.waitedMinutes += workingBetween(waiting, wall);
    waiting = null;
  };
  for (const step of happened) {
    const when = date(step.wall);
    switch (step.kind) {
      case 'opened':
        break;
      case 'assigned':
        found.ownerKey = agent.key;
        if (found.status === 'new') found.status = 'assigned';
        break;
      case 'note':
        if (found.status === 'assigned') found.status = 'in_progress';
        break;
      case 'message':
        found.firstRespondedAt ??= when;
        found.nextResponseDueAt = null;
        found.status = step.data.wait ? 'waiting' : 'in_progress';
        if (step.data.wait) waiting = step.wall;
        break;
      case 'customer_message':
        stopWaiting(step.wall);
        found.status = 'in_progress';
        found.lastCustomerMessageAt = when;
        found.nextResponseDueAt = date(addWorking(step.wall, sla.nextResponseMinutes));
        break;
      case 'resolved': {
        stopWaiting(step.wall);
        found.status = 'resolved';
        found.rootCause = pain.rootCause;
        found.resolution = step.body;
        found.nextResponseDueAt = null;
        found.resolvedAt = when;
        found.resolutions.push(
          resolution(rng, pain, step, agent, when, response.mayContact === true && !input.unreachable),
        );
        break;
      }
      case 'fixed':
      case 'not_yet': {
        const last = found.resolutions.at(-1);
        if (last) Object.assign(last, { answer: step.kind, answerComment: step.body, answeredAt: when });
        if (step.kind === 'fixed') {
          found.status = 'confirmed';
          found.closedAt = when;
        } else {
          found.status = 'reopened';
          found.reopenedCount += 1;
          found.resolvedAt = null;
          found.lastCustomerMessageAt = when;
          found.nextResponseDueAt = date(addWorking(step.wall, sla.nextResponseMinutes));
          restarted = step.wall;
          found.waitedMinutes = 0;
        }
        break;
      }
      case 'closed_silent':
        found.status = 'closed_silent';
        found.closedAt = when;
        break;
      case 'reopened':
        found.status = 'reopened';
    }
  }
  if (waiting !== null) found.waitingSince = date(waiting);
  found.resolutionDueAt = date(addWorking(restarted, sla.resolutionMinutes + found.waitedMinutes));
  if (['new', 'assigned', 'in_progress', 'reopened'].includes(found.status)) {
    const clocks = [
      found.resolutionDueAt,
      found.nextResponseDueAt,
      found.firstRespondedAt ? null : found.firstResponseDueAt,
    ].filter((one) => one !== null);
    found.dueAt = new Date(Math.min(...clocks.map((one) => one.getTime())));
  }
  return found;
}

function resolution(rng: Rng, pain: PainPlan, step: Step, agent: DemoUser, at: Date, mailed: boolean): DemoResolution {
  return {
    id: rng.uuid(),
    rootCause: pain.rootCause,
    body: step.body ?? '',
    resolvedByKey: agent.key,
    resolvedAt: at,
    mailed,
    answer: null,
    answerComment: null,
    answeredAt: null,
  };
}

/** What a case without a readable comment turned out to be about. */
function guess(input: CaseInput): PainPlan {
  const here = painPlans.filter((plan) =>
    input.touchpoint ? plan.touchpoint === input.touchpoint.key : plan.touchpoint === 'support',
  );
  return input.rng.weighted(here, (plan) => plan.weightAt(input.age));
}

/** First name in English, the whole name where people keep more distance. */
const salutation = (customer: DemoCustomer): string =>
  customer.locale === 'en' ? (customer.name.split(' ')[0] ?? customer.name) : customer.name;

const NO_CONTACT_NOTES = [
  'No permission to contact, so no mail. Fixed what could be fixed from here.',
  'Customer does not want to be contacted. Checked the line and the contract anyway.',
  'No reply possible. Passed on to the touchpoint owner.',
];

const THANKS = {
  en: [
    'Thank you, that helps. I have passed it on and will write to you as soon as I know more, tomorrow at the latest.',
    'Thank you for the quick answer. It is arranged, and I will check myself that it happens.',
    'Noted. I am waiting for my colleagues and will come back to you by tomorrow 16:00.',
  ],
  de: [
    'danke, das hilft. Ich habe es weitergegeben und melde mich, sobald ich mehr weiß, spätestens morgen.',
    'danke für die schnelle Antwort. Es ist veranlasst, und ich prüfe selbst, dass es passiert.',
  ],
  fr: [
    "Merci, cela m'aide. J'ai transmis et je vous écris dès que j'en sais plus, demain au plus tard.",
    "Merci pour votre réponse rapide. C'est organisé et je vérifie moi-même.",
  ],
};
