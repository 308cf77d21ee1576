import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Audience, CampaignStatus, Reminder } from './distribution.contract.js';

@Entity('campaigns')
export class Campaign {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'uuid', name: 'survey_id' }) surveyId: string;
  @Column({ type: 'jsonb', default: {} }) audience: Audience;
  @Column({ type: 'timestamptz', name: 'send_at', nullable: true }) sendAt: Date | null;
  @Column({ type: 'jsonb', default: [] }) reminders: Reminder[];
  @Column({ type: 'real', name: 'sample_rate', default: 1 }) sampleRate: number;
  @Column({ type: 'text', default: 'draft' }) status: CampaignStatus;
  @Column({ type: 'timestamptz', name: 'launched_at', nullable: true }) launchedAt: Date | null;
  /** When the last customer of the audience was planned. */
  @Column({ type: 'timestamptz', name: 'planned_at', nullable: true }) plannedAt: Date | null;
  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true }) finishedAt: Date | null;
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
  @Column({ type: 'integer', name: 'delay_minutes', default: 0 }) delayMinutes: number;
  @Column({ type: 'real', name: 'sample_rate', default: 1 }) sampleRate: number;
  @Column({ type: 'boolean', default: true }) enabled: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const distributionEntities = [Campaign, Trigger];
