import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Terms } from './grouping/index.js';

@Entity('pain_points')
export class PainPoint {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'text' }) name: string;
  /** A person named or shaped it: grouping keeps it as an anchor and never renames it. */
  @Column({ type: 'boolean', name: 'named_by_person', default: false }) namedByPerson: boolean;
  @Column({ type: 'text', default: 'new' }) status:
    'new' | 'investigating' | 'fixing' | 'fixed' | 'dismissed' | 'merged';
  @Column({ type: 'uuid', name: 'owner_id', nullable: true }) ownerId: string | null;
  /** The centre's vector, see grouping. */
  @Column({ type: 'jsonb', default: {} }) terms: Terms;
  @Column({ type: 'integer', default: 0 }) size: number;
  /** Mean cosine of its statements to its centre; null where they have no vectors. */
  @Column({ type: 'real', nullable: true }) cohesion: number | null;
  /** The heading it stands under, when it shares one. */
  @Column({ type: 'text', nullable: true }) theme: string | null;
  @Column({ type: 'uuid', name: 'merged_into', nullable: true }) mergedInto: string | null;
  @Column({ type: 'timestamptz', name: 'first_seen_at', default: () => 'now()' }) firstSeenAt: Date;
  @Column({ type: 'integer', default: 1 }) version: number;
}

export const painPointEntities = [PainPoint];
