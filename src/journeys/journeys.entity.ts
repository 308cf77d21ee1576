import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AREAS } from './journeys.contract.js';

@Entity('journeys')
export class Journey {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) key: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'boolean', name: 'is_default', default: false }) isDefault: boolean;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('stages')
export class Stage {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'journey_id' }) journeyId: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'integer' }) position: number;
}

@Entity('touchpoints')
export class TouchpointRow {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) key: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'uuid', name: 'stage_id' }) stageId: string;
  @Column({ type: 'integer' }) position: number;
  @Column({ type: 'text' }) area: (typeof AREAS)[number];
  @Column({ type: 'uuid', name: 'team_id', nullable: true }) teamId: string | null;
  @Column({ type: 'uuid', name: 'owner_id', nullable: true }) ownerId: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const journeysEntities = [Journey, Stage, TouchpointRow];
