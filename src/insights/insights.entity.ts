import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { GOAL_METRICS } from './insights.contract.js';

@Entity('annotations')
export class Annotation {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'date' }) day: string;
  @Column({ type: 'text' }) text: string;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'uuid', name: 'created_by', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('goals')
export class Goal {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) metric: (typeof GOAL_METRICS)[number];
  @Column({ type: 'real' }) target: number;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'date', name: 'due_on', nullable: true }) dueOn: string | null;
  @Column({ type: 'uuid', name: 'team_ids', array: true, default: [] }) teamIds: string[];
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('digests')
export class Digest {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid', name: 'user_id' }) userId: string;
  @Column({ type: 'boolean', default: false }) weekly: boolean;
  @Column({ type: 'timestamptz', name: 'last_sent_at', nullable: true }) lastSentAt: Date | null;
}

@Entity('saved_views')
export class SavedViewRow {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'user_id' }) userId: string;
  @Column({ type: 'text' }) screen: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'jsonb' }) query: Record<string, unknown>;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const insightsEntities = [Annotation, Goal, Digest, SavedViewRow];
