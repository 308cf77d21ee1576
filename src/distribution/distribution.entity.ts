import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AskChannel } from './channels/channels.contract.js';
import type { Audience } from './audience.contract.js';
import type { Conditions } from './conditions.contract.js';
import type { CampaignStatus } from './distribution.contract.js';
import type { Reminder } from './reminders.contract.js';
import type { Recurrence, SendAtLocal } from './schedule.contract.js';

@Entity('campaigns')
export class Campaign {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'uuid', name: 'survey_id' }) surveyId: string;
  @Column({ type: 'jsonb', default: {} }) audience: Audience;
  @Column({ type: 'timestamptz', name: 'send_at', nullable: true }) sendAt: Date | null;
  @Column({ type: 'jsonb', name: 'send_at_local', nullable: true }) sendAtLocal: SendAtLocal | null;
  @Column({ type: 'jsonb', nullable: true }) recurrence: Recurrence | null;
  /** Of a recurring campaign: its first day, and the last one whose planning was promised. */
  @Column({ type: 'date', name: 'first_day', nullable: true }) firstDay: string | null;
  @Column({ type: 'date', name: 'planned_through', nullable: true }) plannedThrough: string | null;
  @Column({ type: 'jsonb', default: [] }) reminders: Reminder[];
  @Column({ type: 'text', default: 'email' }) channel: AskChannel;
  @Column({ type: 'real', name: 'sample_rate', default: 1 }) sampleRate: number;
  @Column({ type: 'smallint', default: 50 }) priority: number;
  @Column({ type: 'text', name: 'if_busy', default: 'skip' }) ifBusy: 'delay' | 'skip';
  @Column({ type: 'smallint', name: 'max_delay_days', default: 14 }) maxDelayDays: number;
  @Column({ type: 'text', default: 'draft' }) status: CampaignStatus;
  @Column({ type: 'timestamptz', name: 'launched_at', nullable: true }) launchedAt: Date | null;
  /** When the last customer of the audience was planned. */
  @Column({ type: 'timestamptz', name: 'planned_at', nullable: true }) plannedAt: Date | null;
  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true }) finishedAt: Date | null;
  /** Why the system paused it; null: a person did, or it runs. */
  @Column({ type: 'text', name: 'paused_because', nullable: true }) pausedBecause: string | null;
  /** Mails before this say nothing about it any more. */
  @Column({ type: 'timestamptz', name: 'judged_from', nullable: true }) judgedFrom: Date | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('triggers')
export class Trigger {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text', name: 'event_type' }) eventType: string;
  @Column({ type: 'uuid', name: 'touchpoint_id' }) touchpointId: string;
  @Column({ type: 'uuid', name: 'survey_id' }) surveyId: string;
  @Column({ type: 'text', default: 'email' }) channel: AskChannel;
  @Column({ type: 'integer', name: 'delay_minutes', default: 0 }) delayMinutes: number;
  @Column({ type: 'real', name: 'sample_rate', default: 1 }) sampleRate: number;
  @Column({ type: 'smallint', default: 50 }) priority: number;
  @Column({ type: 'text', name: 'if_busy', default: 'skip' }) ifBusy: 'delay' | 'skip';
  @Column({ type: 'smallint', name: 'max_delay_days', default: 14 }) maxDelayDays: number;
  @Column({ type: 'jsonb', nullable: true }) conditions: Conditions | null;
  /** An event that is older when it comes does not ask; null: any age. */
  @Column({ type: 'integer', name: 'max_age_days', nullable: true, default: 14 }) maxAgeDays: number | null;
  @Column({ type: 'boolean', default: true }) enabled: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const distributionEntities = [Campaign, Trigger];
