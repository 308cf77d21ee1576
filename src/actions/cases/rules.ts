/** Which responses open a case: pure matching of conditions, and the rule in plain words. */
import type { RuleAssign, RuleConditions } from './cases.contract.js';
import type { SlaConditions } from './sla.contract.js';

/** What a rule looks at; what is not known yet is null or empty and fits no condition about it. */
export interface RuleFacts {
  metric: 'nps' | 'tnps' | 'csat' | 'ces';
  score: number;
  touchpointKey: string | null;
  sentiment: 'negative' | 'neutral' | 'positive' | null;
  comment: string | null;
  language: string | null;
  painPointIds: readonly string[];
  mayContact: boolean | null;
  /** Null: nobody knows who answered. */
  customer: { segments: readonly string[]; account: string | null; lifetimeValue: number | null } | null;
}

const has = <T>(list: readonly T[] | undefined, value: T | null): boolean =>
  list === undefined || (value !== null && list.includes(value));
const hasAny = <T>(list: readonly T[] | undefined, values: readonly T[]): boolean =>
  list === undefined || list.some((item) => values.includes(item));

/** True when every condition holds; an empty rule fits every response. */
export function fits(conditions: RuleConditions, facts: RuleFacts): boolean {
  const { customer } = facts;
  const comment = facts.comment?.toLocaleLowerCase() ?? '';
  const said = facts.mayContact === null ? 'unsaid' : facts.mayContact ? 'yes' : 'no';
  return (
    (conditions.scoreFrom === undefined || facts.score >= conditions.scoreFrom) &&
    (conditions.scoreTo === undefined || facts.score <= conditions.scoreTo) &&
    has(conditions.metrics, facts.metric) &&
    has(conditions.touchpoints, facts.touchpointKey) &&
    has(conditions.sentiment, facts.sentiment) &&
    hasAny(conditions.segments, customer?.segments ?? []) &&
    has(conditions.accounts, customer?.account ?? null) &&
    has(conditions.languages, facts.language) &&
    hasAny(conditions.painPointIds, facts.painPointIds) &&
    (conditions.lifetimeValueFrom === undefined || (customer?.lifetimeValue ?? -1) >= conditions.lifetimeValueFrom) &&
    (conditions.words === undefined || conditions.words.some((word) => comment.includes(word.toLocaleLowerCase()))) &&
    (conditions.hasComment === undefined || conditions.hasComment === (comment.trim() !== '')) &&
    has(conditions.mayContact, said) &&
    (conditions.knownCustomer === undefined || conditions.knownCustomer === (customer !== null))
  );
}

/** What an SLA policy looks at. */
export interface PolicyFacts {
  priority: 'low' | 'normal' | 'high' | 'urgent';
  touchpointKey: string | null;
  customer: RuleFacts['customer'];
}

/** True when every condition holds; a policy without conditions fits every case. */
export function policyFits(conditions: SlaConditions, { priority, touchpointKey, customer }: PolicyFacts): boolean {
  return (
    has(conditions.priorities, priority) &&
    has(conditions.touchpoints, touchpointKey) &&
    hasAny(conditions.segments, customer?.segments ?? []) &&
    has(conditions.accounts, customer?.account ?? null) &&
    (conditions.lifetimeValueFrom === undefined || (customer?.lifetimeValue ?? -1) >= conditions.lifetimeValueFrom)
  );
}

/** `Urgent or high priority, segment Business → reply in 1 working hour, resolve in 2 working days`. */
export function policySentence(
  policy: {
    isDefault: boolean;
    conditions: SlaConditions;
    firstResponseMinutes: number | null;
    resolutionMinutes: number | null;
    resolutionDays: number | null;
  },
  names: Pick<RuleNames, 'touchpoint'>,
): string {
  const c = policy.conditions;
  const parts: string[] = [];
  if (c.priorities) parts.push(`${or(c.priorities)} priority`);
  if (c.touchpoints) parts.push(`at ${or(c.touchpoints.map((key) => names.touchpoint(key)))}`);
  if (c.segments) parts.push(`segment ${or(c.segments)}`);
  if (c.accounts) parts.push(`account ${or(c.accounts)}`);
  if (c.lifetimeValueFrom !== undefined) parts.push(`lifetime value from ${c.lifetimeValueFrom}`);
  const which = policy.isDefault ? 'every other case' : parts.length === 0 ? 'every case' : parts.join(', ');
  const times = [
    policy.firstResponseMinutes === null ? null : `reply in ${workingTime(policy.firstResponseMinutes)}`,
    policy.resolutionDays !== null
      ? `resolve in ${policy.resolutionDays} working day${policy.resolutionDays === 1 ? '' : 's'}`
      : policy.resolutionMinutes === null
        ? null
        : `resolve in ${workingTime(policy.resolutionMinutes)}`,
  ].filter((part) => part !== null);
  return `${which.charAt(0).toUpperCase()}${which.slice(1)} → ${times.length === 0 ? 'no times measured' : times.join(', ')}`;
}

export interface RuleNames {
  touchpoint(key: string): string;
  user(id: string): string;
  team(id: string): string;
  painPoint(id: string): string;
  /** `reply in 4 working hours`. */
  sla: string;
}

/** `Score 0–6 at Meter install, known customers → Care North, reply in 4 working hours, high priority`. */
export function ruleSentence(
  rule: {
    conditions: RuleConditions;
    assign: RuleAssign;
    priority: string;
    labels?: readonly string[];
    acknowledge?: boolean;
  },
  names: RuleNames,
): string {
  const c = rule.conditions;
  const parts: string[] = [];
  const scores =
    c.scoreFrom === undefined && c.scoreTo === undefined ? 'Any score' : `Score ${c.scoreFrom ?? 0}–${c.scoreTo ?? 10}`;
  const metrics = c.metrics ? ` (${c.metrics.map((metric) => METRIC_WORDS[metric]).join(', ')})` : '';
  parts.push(scores + metrics + (c.touchpoints ? ` at ${or(c.touchpoints.map((key) => names.touchpoint(key)))}` : ''));
  if (c.sentiment) parts.push(`${or(c.sentiment)} comment`);
  if (c.painPointIds) parts.push(`about ${or(c.painPointIds.map((id) => `“${names.painPoint(id)}”`))}`);
  if (c.words) parts.push(`saying ${or(c.words.map((word) => `“${word}”`))}`);
  if (c.hasComment !== undefined) parts.push(c.hasComment ? 'with a comment' : 'without a comment');
  if (c.segments) parts.push(`segment ${or(c.segments)}`);
  if (c.accounts) parts.push(`account ${or(c.accounts)}`);
  if (c.languages) parts.push(`in ${or(c.languages)}`);
  if (c.lifetimeValueFrom !== undefined) parts.push(`lifetime value from ${c.lifetimeValueFrom}`);
  if (c.mayContact) parts.push(or(c.mayContact.map((word) => CONTACT_WORDS[word])));
  if (c.knownCustomer !== undefined) parts.push(c.knownCustomer ? 'known customers' : 'unknown customers');
  const priority = rule.priority === 'normal' ? '' : `, ${rule.priority} priority`;
  const labels = rule.labels && rule.labels.length > 0 ? `, labelled ${rule.labels.join(', ')}` : '';
  const acknowledged = rule.acknowledge ? ', acknowledged by mail' : '';
  return `${parts.join(', ')} → ${whom(rule.assign, names)}, ${names.sla}${priority}${labels}${acknowledged}`;
}

function whom(assign: RuleAssign, names: RuleNames): string {
  switch (assign.to) {
    case 'touchpoint':
      return 'the touchpoint’s owner, else its team';
    case 'user':
      return names.user(assign.userId);
    case 'team':
      return names.team(assign.teamId);
    case 'round_robin':
      return `${names.team(assign.teamId)} in turns`;
    case 'least_loaded':
      return `the least loaded of ${names.team(assign.teamId)}`;
    case 'customer_field':
      return `whom the customer’s “${assign.field}” names, else the touchpoint’s team`;
    case 'nobody':
      return 'nobody yet';
  }
}

const METRIC_WORDS = { nps: 'NPS', tnps: 'NPS after an event', csat: 'CSAT', ces: 'CES' } as const;
const CONTACT_WORDS = {
  yes: 'may be contacted',
  no: 'does not want contact',
  unsaid: 'said nothing about contact',
} as const;

const or = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** `4 working hours`, `3 working days`, `90 working minutes`. */
export function workingTime(minutes: number, hoursADay = 8): string {
  const whole = (unit: number, word: string) => `${minutes / unit} working ${word}${minutes === unit ? '' : 's'}`;
  if (minutes > 0 && minutes % (hoursADay * 60) === 0) return whole(hoursADay * 60, 'day');
  if (minutes > 0 && minutes % 60 === 0) return whole(60, 'hour');
  return `${minutes} working minutes`;
}
