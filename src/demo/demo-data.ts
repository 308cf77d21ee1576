import type { Metric, Question } from '../surveys/surveys.contract.js';
import type { Language } from './corpus/types.js';
import type { Area, PainKey, TeamKey, TouchpointKey } from './pain-points.js';

/**
 * The demo organization as plain objects, ready to be written into the tables of the same names. Every `id` is a UUID made from the seed;
 * references are ids, except that touchpoints, teams, users and pain points are referred to by key where a person would.
 * Lists are ordered by time, oldest first.
 */
export interface DemoData {
  organization: DemoOrganization;
  teams: { id: string; key: TeamKey; name: string }[];
  users: DemoUser[];
  calendar: {
    id: string;
    name: string;
    timeZone: string;
    week: Record<string, { from: string; to: string }[]>;
    holidays: string[];
  };
  slaPolicies: DemoSla[];
  rootCauses: { id: string; area: Area; name: string }[];
  caseRules: DemoCaseRule[];
  contactPolicy: {
    minDaysBetween: number;
    maxPerYear: number;
    quietHours: { from: string; to: string };
    weekdays: number[];
    respectOpenCases: boolean;
  };
  journey: { id: string; key: string; name: string; stages: { id: string; name: string; position: number }[] };
  touchpoints: DemoTouchpoint[];
  surveys: (Omit<DemoSurvey, 'metric'> & { metric: Metric })[];
  triggers: {
    id: string;
    eventType: string;
    touchpointKey: TouchpointKey;
    surveyId: string;
    delayMinutes: number;
    sampleRate: number;
    enabled: boolean;
    createdAt: Date;
  }[];
  campaigns: DemoCampaign[];
  accounts: { id: string; name: string; createdAt: Date }[];
  customers: DemoCustomer[];
  suppressions: { address: string; reason: 'unsubscribed' | 'hard_bounce' | 'complaint'; source: string; at: Date }[];
  events: DemoEvent[];
  invitations: DemoInvitation[];
  responses: DemoResponse[];
  painPoints: {
    id: string;
    key: PainKey;
    name: string;
    touchpointKey: TouchpointKey;
    status: 'new' | 'investigating' | 'fixing' | 'fixed';
    ownerKey: string;
  }[];
  cases: DemoCase[];
  improvements: DemoImprovement[];
  annotations: { id: string; day: string; text: string; touchpointKey: TouchpointKey | null; createdBy: string }[];
  goals: {
    id: string;
    metric: 'nps';
    target: number;
    touchpointKey: TouchpointKey | null;
    dueOn: string;
    teamKeys: TeamKey[];
  }[];
}

export interface DemoOrganization {
  name: string;
  timeZone: string;
  locale: string;
  brand: { color: string };
  postalAddress: string;
  privacyUrl: string;
  sender: { name: string; address: string };
  createdAt: Date;
}

export interface DemoUser {
  id: string;
  key: string;
  name: string;
  email: string;
  role: 'admin' | 'manager' | 'agent' | 'viewer';
  teams: TeamKey[];
}

export interface DemoSla {
  id: string;
  name: string;
  /** In working minutes. */
  firstResponseMinutes: number;
  nextResponseMinutes: number;
  resolutionMinutes: number;
  isDefault: boolean;
}

export interface DemoCaseRule {
  id: string;
  name: string;
  position: number;
  conditions: { scoreFrom: number; scoreTo: number; metrics: Metric[]; mayContact?: ['yes']; segments?: string[] };
  assign: { to: 'touchpoint' } | { to: 'team'; team: TeamKey };
  slaId: string;
  priority: 'low' | 'normal' | 'high' | 'urgent';
}

export interface DemoTouchpoint {
  id: string;
  key: TouchpointKey;
  name: string;
  stage: string;
  position: number;
  area: Area;
  teamKey: TeamKey;
  ownerKey: string;
}

export type LocalText = Readonly<Record<Language, string>>;

export interface DemoSurvey {
  id: string;
  name: string;
  metric: 'nps' | 'tnps';
  touchpointKey: TouchpointKey | null;
  locales: Language[];
  questions: Question[];
  publishedAt: Date;
}

export interface DemoCampaign {
  id: string;
  name: string;
  surveyId: string;
  audience: { segments: string[]; filter: { attributes: Record<string, string> } };
  sendAt: Date;
  sampleRate: number;
  reminders: { afterDays: number }[];
  status: 'running' | 'done';
  launchedAt: Date;
  finishedAt: Date | null;
}

export interface DemoConsent {
  purpose: 'feedback' | 'follow_up' | 'testimonial' | 'council';
  granted: boolean;
  basis: 'consent' | 'existing_customer';
  source: string;
  at: Date;
}

export interface DemoCustomer {
  id: string;
  externalId: string;
  name: string;
  email: string | null;
  phone: string | null;
  locale: Language;
  accountId: string | null;
  lifetimeValue: number;
  segments: string[];
  attributes: { plan: string; city: string; region: string; customerSince: string; surveyGroup: string };
  consents: DemoConsent[];
  createdAt: Date;
}

export interface DemoEvent {
  id: string;
  externalId: string;
  type: string;
  customerId: string;
  touchpointKey: TouchpointKey;
  occurredAt: Date;
  /** Euro. */
  value: number | null;
  properties: Record<string, string>;
}

export type DemoSkipReason =
  | 'no_consent'
  | 'no_address'
  | 'unsubscribed'
  | 'bounced'
  | 'contacted_recently'
  | 'yearly_maximum'
  | 'open_case'
  | 'not_sampled';

export interface DemoInvitation {
  id: string;
  customerId: string;
  address: string | null;
  surveyId: string;
  touchpointKey: TouchpointKey | null;
  campaignId: string | null;
  triggerId: string | null;
  eventId: string | null;
  locale: Language;
  status: 'scheduled' | 'sent' | 'bounced' | 'answered' | 'expired' | 'skipped';
  skipReason: DemoSkipReason | null;
  sendAt: Date | null;
  sentAt: Date | null;
  answeredAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
}

export interface DemoResponse {
  id: string;
  invitationId: string | null;
  customerId: string | null;
  surveyId: string;
  touchpointKey: TouchpointKey | null;
  metric: 'nps' | 'tnps';
  score: number;
  /** The score pressed in the mail; null when the page was opened another way. */
  picked: number | null;
  comment: string | null;
  mayContact: boolean | null;
  channel: 'email' | 'in_app' | 'phone' | 'link';
  locale: Language;
  flags: ('scanner' | 'staff' | 'duplicate')[];
  submittedAt: Date;
  /** What the comment is about: the truth that the language engine and the grouping can be compared with. */
  painKeys: PainKey[];
}

export type DemoCaseStatus =
  'new' | 'assigned' | 'in_progress' | 'waiting' | 'resolved' | 'confirmed' | 'closed_silent' | 'reopened';

export interface DemoActivity {
  id: string;
  kind:
    | 'opened'
    | 'assigned'
    | 'note'
    | 'message'
    | 'customer_message'
    | 'resolved'
    | 'fixed'
    | 'not_yet'
    | 'reopened'
    | 'closed_silent';
  /** Key of the user; null for the customer and for rules. */
  actorKey: string | null;
  body: string | null;
  /** `wait: true` on a message that waits for the customer; `ownerKey` on an assignment. */
  data: { wait?: boolean; ownerKey?: string };
  at: Date;
}

export interface DemoResolution {
  id: string;
  rootCause: string;
  body: string;
  resolvedByKey: string;
  resolvedAt: Date;
  mailed: boolean;
  answer: 'fixed' | 'not_yet' | null;
  answerComment: string | null;
  answeredAt: Date | null;
}

export interface DemoCase {
  id: string;
  number: number;
  status: DemoCaseStatus;
  priority: 'low' | 'normal' | 'high' | 'urgent';
  ownerKey: string | null;
  teamKey: TeamKey;
  customerId: string;
  responseId: string;
  touchpointKey: TouchpointKey | null;
  ruleId: string;
  slaId: string;
  subject: string;
  score: number;
  mayContact: boolean | null;
  painKeys: PainKey[];
  rootCause: string | null;
  resolution: string | null;
  firstResponseDueAt: Date;
  firstRespondedAt: Date | null;
  nextResponseDueAt: Date | null;
  lastCustomerMessageAt: Date | null;
  resolutionDueAt: Date;
  waitingSince: Date | null;
  /** Working minutes spent waiting for the customer. */
  waitedMinutes: number;
  resolvedAt: Date | null;
  closedAt: Date | null;
  reopenedCount: number;
  /** The nearest running clock; null while waiting for the customer and once resolved. */
  dueAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  activities: DemoActivity[];
  resolutions: DemoResolution[];
}

export interface DemoImprovement {
  id: string;
  name: string;
  description: string;
  ownerKey: string;
  painKeys: PainKey[];
  status: 'planned' | 'started' | 'done' | 'declined';
  outcome: string | null;
  dueAt: Date;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  announcedAt: Date | null;
  announcement: LocalText | null;
  /** Those who complained about its pain points before it was announced and heard about it. */
  announcedTo: { customerId: string; skipReason: DemoSkipReason | null }[];
}
