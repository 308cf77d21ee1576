import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WebhookEvent } from './webhooks.contract.js';

@Entity('webhooks')
export class Webhook {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) url: string;
  @Column({ type: 'text', array: true }) events: WebhookEvent[];
  @Column({ type: 'text' }) secret: string;
  @Column({ type: 'text', name: 'previous_secret', nullable: true }) previousSecret: string | null;
  @Column({ type: 'timestamptz', name: 'previous_secret_until', nullable: true }) previousSecretUntil: Date | null;
  @Column({ type: 'boolean', default: true }) enabled: boolean;
  @Column({ type: 'text', name: 'disabled_reason', nullable: true }) disabledReason: string | null;
  @Column({ type: 'integer', default: 1 }) version: number;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const webhookEntities = [Webhook];
