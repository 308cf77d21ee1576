import type { MigrationInterface, QueryRunner } from 'typeorm';
import { appRole } from './tenant-table.js';

export class KeysPresented1700000000029 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    // The keys that requests present, as one round trip and its own transaction, since every request of a program waits for it. The key names
    // its tenant, so the look-up runs as the caller, under row security.
    await q.query(`create function keys_presented(tenant uuid, presented uuid[])
        returns table (tenant_id uuid, id uuid, secret_hash bytea, scopes text[], stale boolean)
      language plpgsql as $f$
      begin
        perform set_config('app.tenant_id', tenant::text, true);
        return query select k.tenant_id, k.id, k.secret_hash, k.scopes,
            k.last_used_at is null or k.last_used_at < now() - interval '1 minute' from api_keys k
          where k.tenant_id = tenant and k.id = any(presented) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
      end $f$`);
    await q.query(`revoke execute on function keys_presented(uuid, uuid[]) from public`);
    await q.query(`grant execute on function keys_presented(uuid, uuid[]) to ${await appRole(q)}`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`drop function keys_presented`);
  }
}
