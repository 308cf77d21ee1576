import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Invitations by address, in a column of its own: `lower(address)` as a condition is not leakproof, so that under row security no index on
 * it is used and every look-up read the whole table.
 */
export class AddressesByKey1700000000021 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table invitations add column address_key text generated always as (lower(address)) stored`);
    await q.query(`drop index invitations_address`);
    await q.query(`create index invitations_address on invitations (tenant_id, address_key)`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop index invitations_address`);
    await q.query(`create index invitations_address on invitations (tenant_id, lower(address), sent_at)`);
    await q.query(`alter table invitations drop column address_key`);
  }
}
