import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../platform/auth.js';

export interface Brand {
  color?: string;
  logo?: string;
}

export interface Sender {
  name?: string;
  address?: string;
  replyTo?: string;
}

@Entity('tenants')
export class Tenant {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text', name: 'time_zone', default: 'UTC' }) timeZone: string;
  @Column({ type: 'text', default: 'en' }) locale: string;
  @Column({ type: 'jsonb', default: {} }) brand: Brand;
  @Column({ type: 'text', name: 'postal_address', nullable: true }) postalAddress: string | null;
  @Column({ type: 'text', name: 'privacy_url', nullable: true }) privacyUrl: string | null;
  @Column({ type: 'jsonb', default: {} }) sender: Sender;
  @Column({ type: 'boolean', name: 'is_demo', default: false }) isDemo: boolean;
  @Column({ type: 'integer', default: 1 }) version: number;
}

@Entity('users')
export class User {
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) email: string;
  @Column({ type: 'text', name: 'password_hash', nullable: true }) passwordHash: string | null;
  @Column({ type: 'jsonb', default: {} }) preferences: Record<string, unknown>;
}

@Entity('memberships')
export class Membership {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid', name: 'user_id' }) userId: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text' }) role: Role;
  @Column({ type: 'timestamptz', name: 'disabled_at', nullable: true }) disabledAt: Date | null;
  @Column({ type: 'timestamptz', name: 'accepted_at', nullable: true, default: () => 'now()' }) acceptedAt: Date | null;
  @Column({ type: 'integer', default: 1 }) version: number;
}

@Entity('teams')
export class Team {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'integer', default: 1 }) version: number;
}

@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text' }) name: string;
  @Column({ type: 'text', array: true }) scopes: string[];
  @Column({ type: 'bytea', name: 'secret_hash' }) secretHash: Buffer;
  @Column({ type: 'text' }) prefix: string;
  @Column({ type: 'uuid', name: 'created_by', nullable: true }) createdBy: string | null;
  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

export const identityEntities = [Tenant, User, Membership, Team, ApiKey];
