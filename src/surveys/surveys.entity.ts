import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Metric, Question, Quota, SURVEY_STATUSES } from './surveys.contract.js';

@Entity('surveys')
export class Survey {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) metric: Metric;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'text', default: 'draft' }) status: (typeof SURVEY_STATUSES)[number];
  @Column({ type: 'text', array: true, default: ['en'] }) locales: string[];
  @Column({ type: 'jsonb' }) questions: Question[];
  @Column({ type: 'integer', name: 'published_version', nullable: true }) publishedVersion: number | null;
  @Column({ type: 'timestamptz', name: 'closes_at', nullable: true }) closesAt: Date | null;
  @Column({ type: 'jsonb', nullable: true }) quota: Quota | null;
  @Column({ type: 'timestamptz', name: 'archived_at', nullable: true }) archivedAt: Date | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt: Date;
}

export const surveysEntities = [Survey];
