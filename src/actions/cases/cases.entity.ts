import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OpenInterval, Weekday } from './calendar.js';
import type { RuleAssign, RuleConditions } from './cases.contract.js';
import type { EscalationStep, SlaConditions } from './sla.contract.js';
import type { CaseStatus } from './transitions.js';

export type CasePriority = 'low' | 'normal' | 'high' | 'urgent';

@Entity('cases')
export class Case {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'integer' }) number: number;
  @Column({ type: 'text', default: 'new' }) status: CaseStatus;
  @Column({ type: 'text', default: 'normal' }) priority: CasePriority;
  @Column({ type: 'uuid', name: 'owner_id', nullable: true }) ownerId: string | null;
  @Column({ type: 'uuid', name: 'team_id', nullable: true }) teamId: string | null;
  @Column({ type: 'uuid', name: 'customer_id', nullable: true }) customerId: string | null;
  @Column({ type: 'uuid', name: 'response_id', nullable: true }) responseId: string | null;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'uuid', name: 'rule_id', nullable: true }) ruleId: string | null;
  @Column({ type: 'uuid', name: 'sla_policy_id', nullable: true }) slaPolicyId: string | null;
  /** The policy whose times count; `slaPolicyId` is the one that the rule asked for. */
  @Column({ type: 'uuid', name: 'sla_applied_id', nullable: true }) slaAppliedId: string | null;
  /** Until when the customer was told that a person writes. */
  @Column({ type: 'timestamptz', name: 'promised_at', nullable: true }) promisedAt: Date | null;
  /** The next step of the escalation ladder. */
  @Column({ type: 'timestamptz', name: 'escalate_at', nullable: true }) escalateAt: Date | null;
  @Column({ type: 'text', array: true, default: [] }) labels: string[];
  @Column({ type: 'text', default: '' }) subject: string;
  @Column({ type: 'boolean', name: 'subject_by_person', default: false }) subjectByPerson: boolean;
  /** The customer's words where there is no response. */
  @Column({ type: 'text', nullable: true }) comment: string | null;
  @Column({ type: 'smallint', nullable: true }) score: number | null;
  @Column({ type: 'boolean', name: 'may_contact', nullable: true }) mayContact: boolean | null;
  @Column({ type: 'text', name: 'root_cause', nullable: true }) rootCause: string | null;
  @Column({ type: 'uuid', name: 'root_cause_id', nullable: true }) rootCauseId: string | null;
  @Column({ type: 'text', nullable: true }) resolution: string | null;
  @Column({ type: 'timestamptz', name: 'first_response_due_at', nullable: true }) firstResponseDueAt: Date | null;
  @Column({ type: 'timestamptz', name: 'first_responded_at', nullable: true }) firstRespondedAt: Date | null;
  @Column({ type: 'timestamptz', name: 'next_response_due_at', nullable: true }) nextResponseDueAt: Date | null;
  @Column({ type: 'timestamptz', name: 'last_customer_message_at', nullable: true }) lastCustomerMessageAt: Date | null;
  @Column({ type: 'timestamptz', name: 'unanswered_since', nullable: true }) unansweredSince: Date | null;
  @Column({ type: 'timestamptz', name: 'resolution_due_at', nullable: true }) resolutionDueAt: Date | null;
  @Column({ type: 'timestamptz', name: 'resolution_started_at', nullable: true }) resolutionStartedAt: Date | null;
  @Column({ type: 'jsonb', default: [] }) pauses: { from: string; to: string | null }[];
  @Column({ type: 'timestamptz', name: 'waiting_since', nullable: true }) waitingSince: Date | null;
  @Column({ type: 'integer', name: 'waited_minutes', default: 0 }) waitedMinutes: number;
  @Column({ type: 'timestamptz', name: 'resolved_at', nullable: true }) resolvedAt: Date | null;
  @Column({ type: 'timestamptz', name: 'closed_at', nullable: true }) closedAt: Date | null;
  @Column({ type: 'integer', name: 'reopened_count', default: 0 }) reopenedCount: number;
  @Column({ type: 'timestamptz', name: 'due_at', nullable: true }) dueAt: Date | null;
  @Column({ type: 'timestamptz', name: 'warn_at', nullable: true }) warnAt: Date | null;
  /** Out of sight until then; the clocks run on. */
  @Column({ type: 'timestamptz', name: 'snoozed_until', nullable: true }) snoozedUntil: Date | null;
  /** The case that took this one in. */
  @Column({ type: 'uuid', name: 'merged_into', nullable: true }) mergedInto: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt: Date;
}

export type ActivityName =
  | 'opened'
  | 'assigned'
  | 'priority'
  | 'note'
  | 'message'
  | 'customer_message'
  | 'resolved'
  | 'fixed'
  | 'not_yet'
  | 'closed_silent'
  | 'reopened'
  | 'linked'
  | 'root_cause'
  | 'labels'
  | 'acknowledged'
  | 'joined'
  | 'escalated'
  | 'snoozed'
  | 'woke'
  | 'merged'
  | 'related';

@Entity('case_activities')
export class CaseActivity {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'case_id' }) caseId: string;
  @Column({ type: 'text' }) kind: ActivityName;
  @Column({ type: 'uuid', name: 'actor_id', nullable: true }) actorId: string | null;
  @Column({ type: 'text', nullable: true }) body: string | null;
  @Column({ type: 'jsonb', default: {} }) data: Record<string, unknown>;
  @Column({ type: 'timestamptz', default: () => 'now()' }) at: Date;
}

/** What was reported back, once per resolve; its id is that of the activity `resolved`. */
@Entity('resolutions')
export class Resolution {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'case_id' }) caseId: string;
  @Column({ type: 'text', name: 'root_cause' }) rootCause: string;
  @Column({ type: 'text' }) body: string;
  @Column({ type: 'uuid', name: 'resolved_by', nullable: true }) resolvedBy: string | null;
  @Column({ type: 'timestamptz', name: 'resolved_at', default: () => 'now()' }) resolvedAt: Date;
  /** True once the mail left and did not come back. */
  @Column({ type: 'boolean', default: false }) mailed: boolean;
  @Column({ type: 'timestamptz', name: 'undone_at', nullable: true }) undoneAt: Date | null;
  @Column({ type: 'text', nullable: true }) answer: 'fixed' | 'not_yet' | null;
  @Column({ type: 'text', name: 'answer_comment', nullable: true }) answerComment: string | null;
  @Column({ type: 'timestamptz', name: 'answered_at', nullable: true }) answeredAt: Date | null;
  @Column({ type: 'timestamptz', name: 'remind_at', nullable: true }) remindAt: Date | null;
  @Column({ type: 'timestamptz', name: 'silent_at', nullable: true }) silentAt: Date | null;
  @Column({ type: 'timestamptz', name: 'reminded_at', nullable: true }) remindedAt: Date | null;
}

@Entity('case_rules')
export class CaseRule {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'integer' }) position: number;
  @Column({ type: 'jsonb', default: {} }) conditions: RuleConditions;
  @Column({ type: 'jsonb', default: {} }) assign: RuleAssign;
  @Column({ type: 'uuid', name: 'sla_policy_id', nullable: true }) slaPolicyId: string | null;
  @Column({ type: 'text', default: 'normal' }) priority: CasePriority;
  @Column({ type: 'boolean', default: true }) enabled: boolean;
  @Column({ type: 'text', array: true, default: [] }) labels: string[];
  @Column({ type: 'boolean', default: false }) acknowledge: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('sla_policies')
export class SlaPolicyRow {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'uuid', name: 'calendar_id' }) calendarId: string;
  @Column({ type: 'integer', default: 1 }) position: number;
  @Column({ type: 'jsonb', default: {} }) conditions: SlaConditions;
  @Column({ type: 'jsonb' }) escalation: EscalationStep[];
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'integer', name: 'first_response_minutes', nullable: true }) firstResponseMinutes: number | null;
  @Column({ type: 'integer', name: 'next_response_minutes', nullable: true }) nextResponseMinutes: number | null;
  @Column({ type: 'integer', name: 'resolution_minutes', nullable: true }) resolutionMinutes: number | null;
  @Column({ type: 'integer', name: 'resolution_days', nullable: true }) resolutionDays: number | null;
  @Column({ type: 'boolean', name: 'is_default', default: false }) isDefault: boolean;
}

@Entity('business_calendars')
export class CalendarRow {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text', name: 'time_zone' }) timeZone: string;
  @Column({ type: 'jsonb' }) week: Partial<Record<Weekday, OpenInterval[]>>;
  @Column({ type: 'text', array: true, default: [] }) holidays: string[];
  /** Whose public holidays are closed days too. */
  @Column({ type: 'text', nullable: true }) country: string | null;
  @Column({ type: 'text', nullable: true }) region: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'boolean', name: 'is_default', default: false }) isDefault: boolean;
}

@Entity('root_causes')
export class RootCause {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) area: 'product' | 'process' | 'business_model';
  @Column({ type: 'text' }) name: string;
}

/** A step of the ladder that was taken: once for each start of a clock. */
@Entity('case_escalations')
export class CaseEscalation {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'case_id' }) caseId: string;
  @Column({ type: 'text' }) clock: 'first_response' | 'next_response' | 'resolution';
  @Column({ type: 'timestamptz', name: 'started_at' }) startedAt: Date;
  @Column({ type: 'text' }) step: string;
  @Column({ type: 'uuid', array: true, default: [] }) told: string[];
  @Column({ type: 'timestamptz', default: () => 'now()' }) at: Date;
}

@Entity('sla_replans')
export class SlaReplan {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) reason: string;
  @Column({ type: 'integer' }) total: number;
  @Column({ type: 'integer', default: 0 }) done: number;
  @Column({ type: 'timestamptz', name: 'started_at', default: () => 'now()' }) startedAt: Date;
  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true }) finishedAt: Date | null;
}

@Entity('bulk_changes')
export class BulkChangeRow {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'actor_id', nullable: true }) actorId: string | null;
  @Column({ type: 'jsonb' }) before: unknown;
  /** How many cases undo restored; null before. */
  @Column({ type: 'integer', nullable: true }) undone: number | null;
  @Column({ type: 'timestamptz', name: 'undo_until' }) undoUntil: Date;
  @Column({ type: 'timestamptz', name: 'undone_at', nullable: true }) undoneAt: Date | null;
}

export const caseEntities = [
  Case,
  CaseActivity,
  Resolution,
  CaseRule,
  SlaPolicyRow,
  CalendarRow,
  RootCause,
  CaseEscalation,
  SlaReplan,
  BulkChangeRow,
];
