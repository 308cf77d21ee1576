import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config.js';
import { Db, type Tx } from '../../platform/db.js';
import { Signer } from '../../platform/signing.js';

const CODE = /^[A-Za-z0-9_-]{11}$/;

/**
 * Addresses that fit into a text: 64 bits that nobody can guess, made of the invitation by our secret, so that writing a text twice gives the same.
 * Only a hash is kept.
 */
@Injectable()
export class ShortLinks {
  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly signer: Signer,
  ) {}

  /** The address under which the invitation's page opens. */
  async of(tx: Tx, invitationId: string): Promise<string> {
    const code = this.signer.hash('short link', invitationId).subarray(0, 8).toString('base64url');
    await tx.em.query(
      `insert into short_links (code_hash, tenant_id, invitation_id) values ($1, $2, $3) on conflict (code_hash) do nothing`,
      [hashOf(code), tx.tenantId, invitationId],
    );
    return `${this.config.publicUrl}/t/${code}`;
  }

  /** Looks like one; for previews. */
  example(): string {
    return `${this.config.publicUrl}/t/${'x'.repeat(11)}`;
  }

  /** The path of the page behind a code, or null. */
  async behind(code: string): Promise<string | null> {
    if (!CODE.test(code)) return null;
    const rows: { tenant_id: string; invitation_id: string }[] = await this.db.system((em) =>
      em.query(`select tenant_id, invitation_id from short_links where code_hash = $1`, [hashOf(code)]),
    );
    const [row] = rows;
    return row
      ? `${this.config.publicUrl}/s/${this.signer.link('survey', { tenantId: row.tenant_id, id: row.invitation_id })}`
      : null;
  }
}

const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();
