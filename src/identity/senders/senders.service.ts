import { createPrivateKey, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config.js';
import type { Principal } from '../../platform/auth.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError, isUniqueViolation, notFound } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import { Jobs } from '../../platform/jobs.js';
import { domainOf, mailAddress } from '../../platform/mail/addresses.js';
import { dkimSigner, newDkimKey } from '../../platform/mail/dkim.js';
import { MailDns } from '../../platform/mail/dns.js';
import { Mail } from '../../platform/mail/mail.js';
import { type Finding, checkSender, isDisproven, isProven } from '../../platform/mail/sender-check.js';
import { Vault } from '../../platform/vault.js';
import { Identity } from '../identity.service.js';
import type { SenderDomainView, SenderView } from './senders.contract.js';

const MOST = 20;
const SECRET = 'dkim private key';
const RECHECK_MS = 6 * 3_600_000;
/** A record that is gone this often in a row, hours apart, is gone on purpose. */
const MISSES = 3;
const CACHED_SIGNERS = 500;

interface DomainRow {
  id: string;
  domain: string;
  ownershipToken: string;
  state: SenderDomainView['state'];
  report: Finding[] | null;
  checkedAt: Date | null;
  verifiedAt: Date | null;
  misses: number;
  createdAt: Date;
  selector: string;
  publicKey: string;
  nextSelector: string | null;
  nextPublicKey: string | null;
}

const SELECT = `select d.id, d.domain, d.ownership_token as "ownershipToken", d.state, d.report, d.checked_at as "checkedAt", d.verified_at as "verifiedAt",
    d.misses, d.created_at as "createdAt", k.selector, k.public_key as "publicKey", n.selector as "nextSelector", n.public_key as "nextPublicKey"
  from sender_domains d join dkim_keys k on k.domain_id = d.id and k.state = 'active'
  left join dkim_keys n on n.domain_id = d.id and n.state = 'next'`;

/**
 * The domains that an organization sends from: proved by a TXT record with its token and by the public half of the key that signs. A domain that
 * the operator lists in MAIL_TRUSTED_DOMAINS needs no proof. DNS is asked outside transactions.
 */
@Injectable()
export class Senders {
  private readonly log = new Logger('Senders');
  /** By key id: keys are parsed once. */
  private readonly signers = new Map<string, (message: Buffer) => Promise<string>>();

  constructor(
    private readonly db: Db,
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly dns: MailDns,
    private readonly identity: Identity,
    private readonly mail: Mail,
    jobs: Jobs,
  ) {
    mail.registerSenderDomains(async (tx, domain) => {
      const [row]: { keyId: string; selector: string; privateKey: string; mayUse: boolean }[] = await tx.em.query(
        `select k.id as "keyId", k.selector, k.private_key as "privateKey", d.state = 'verified' or $2 as "mayUse"
         from sender_domains d join dkim_keys k on k.domain_id = d.id and k.state = 'active' where d.domain = $1`,
        [domain, this.isTrusted(domain)],
      );
      return row?.mayUse ? { mayUse: true, sign: this.signer(row, domain) } : null;
    });
    jobs.every('senders.recheck', RECHECK_MS, z.strictObject({}), () => this.recheckAll());
  }

  view(tenantId: string): Promise<SenderView> {
    return this.db.tenant(tenantId, async (tx) => {
      const rows: DomainRow[] = await tx.em.query(`${SELECT} order by d.domain`);
      const { sender } = await this.identity.tenant(tx);
      const { address: fallback, takesAny } = this.mail.platformSender();
      const wanted = sender.address ?? null;
      const domain = wanted === null ? null : domainOf(wanted);
      const mayUse =
        domain !== null &&
        (takesAny ||
          domain === domainOf(fallback) ||
          rows.some((row) => row.domain === domain && (row.state === 'verified' || this.isTrusted(domain))));
      return {
        fallback,
        returnPathDomain: domainOf(fallback),
        wanted,
        inUse: mayUse && wanted !== null ? (mailAddress(wanted) ?? fallback) : fallback,
        domains: rows.map((row) => this.domainView(row)),
      };
    });
  }

  /** Makes the domain's key. @throws AppError 409 sender_domain.exists, sender_domain.too_many */
  async add(who: Principal, domain: string): Promise<SenderDomainView> {
    const key = await newDkimKey();
    const id = newId();
    try {
      await this.db.tenant(who.tenantId, async (tx) => {
        const [{ count } = { count: 0 }]: { count: number }[] = await tx.em.query(
          `select count(*)::int as count from sender_domains`,
        );
        if (count >= MOST)
          throw new AppError('conflict', 'sender_domain.too_many', `There can be ${MOST} domains. Remove one first.`);
        await tx.em.query(`insert into sender_domains (id, domain, ownership_token) values ($1, $2, $3)`, [
          id,
          domain,
          randomBytes(18).toString('base64url'),
        ]);
        await this.insertKey(tx, id, key, 'active');
        await this.identity.audit(tx, who, 'sender_domain.added', { kind: 'sender_domain', id }, { domain });
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'sender_domains_domain_key')) throw error;
      throw new AppError('conflict', 'sender_domain.exists', 'This domain is in the list already.');
    }
    return this.check(who.tenantId, id);
  }

  /** Asks DNS now, and moves on to the next key when its record is there. @throws AppError 404 sender_domain.not_found */
  async check(tenantId: string, id: string): Promise<SenderDomainView> {
    const row = await this.db.tenant(tenantId, (tx) => this.require(tx, id));
    const findings = await checkSender(
      {
        domain: row.domain,
        ownershipToken: row.ownershipToken,
        key: { selector: row.selector, publicKey: row.publicKey },
        nextKey:
          row.nextSelector !== null && row.nextPublicKey !== null
            ? { selector: row.nextSelector, publicKey: row.nextPublicKey }
            : null,
        returnPathDomain: domainOf(this.mail.platformSender().address),
      },
      this.dns,
    );
    return this.db.tenant(tenantId, async (tx) => {
      const [misses, proven] = [isDisproven(findings) ? row.misses + 1 : 0, isProven(findings)];
      const changed: [{ state: string }[], number] = await tx.em.query(
        `update sender_domains set report = $2, checked_at = now(), misses = $3,
           state = case when $4 then 'verified' when state = 'verified' and $3 >= ${MISSES} then 'lost' else state end,
           verified_at = case when $4 then coalesce(verified_at, now()) else verified_at end
         where id = $1 and ownership_token = $5 returning state`,
        [id, JSON.stringify(findings), misses, proven, row.ownershipToken],
      );
      const state = changed[0][0]?.state;
      if (state !== undefined && state !== row.state)
        await this.identity.audit(
          tx,
          'system',
          `sender_domain.${state}`,
          { kind: 'sender_domain', id },
          { domain: row.domain },
        );
      if (findings.some((one) => one.key === 'next_dkim' && one.state === 'ok')) {
        await tx.em.query(
          `update dkim_keys set state = 'retired', retired_at = now() where domain_id = $1 and state = 'active' and selector = $2`,
          [id, row.selector],
        );
        await tx.em.query(
          `update dkim_keys set state = 'active' where domain_id = $1 and state = 'next' and selector = $2`,
          [id, row.nextSelector],
        );
        await this.identity.audit(
          tx,
          'system',
          'sender_domain.rotated',
          { kind: 'sender_domain', id },
          { domain: row.domain, selector: row.nextSelector },
        );
      }
      return this.domainView(await this.require(tx, id));
    });
  }

  /**
   * Makes a key under a new selector. The old one signs until the new record is found, so no mail is ever signed with a key that receivers cannot
   * see; its own record should stay for a week after that, for mails under way.
   * @throws AppError 404 sender_domain.not_found
   */
  async rotate(who: Principal, id: string): Promise<SenderDomainView> {
    const key = await newDkimKey();
    await this.db.tenant(who.tenantId, async (tx) => {
      const row = await this.require(tx, id);
      await tx.em.query(`delete from dkim_keys where domain_id = $1 and state = 'next'`, [id]);
      await this.insertKey(tx, id, key, 'next');
      await this.identity.audit(
        tx,
        who,
        'sender_domain.key_made',
        { kind: 'sender_domain', id },
        { domain: row.domain, selector: key.selector },
      );
    });
    return this.check(who.tenantId, id);
  }

  /** Mails come from the installation's own address again. @throws AppError 404 sender_domain.not_found */
  async remove(who: Principal, id: string): Promise<void> {
    await this.db.tenant(who.tenantId, async (tx) => {
      const { domain } = await this.require(tx, id);
      await tx.em.query(`delete from sender_domains where id = $1`, [id]);
      await this.identity.audit(tx, who, 'sender_domain.removed', { kind: 'sender_domain', id }, { domain });
    });
  }

  private async recheckAll(): Promise<void> {
    for (const tenantId of await this.db.tenantIds()) {
      const rows: { id: string }[] = await this.db.tenant(tenantId, (tx) =>
        tx.em.query(`select id from sender_domains where state <> 'lost' or checked_at > now() - interval '30 days'`),
      );
      for (const { id } of rows)
        await this.check(tenantId, id).catch((error: unknown) =>
          this.log.warn({ msg: 'sender domain not checked', tenantId, error: String(error) }),
        );
    }
  }

  private signer(row: { keyId: string; selector: string; privateKey: string }, domain: string) {
    let signer = this.signers.get(row.keyId);
    if (!signer) {
      const privateKey = createPrivateKey(this.vault.open(SECRET, row.privateKey));
      signer = dkimSigner({ domain, selector: row.selector, privateKey });
      if (this.signers.size >= CACHED_SIGNERS) this.signers.clear();
      this.signers.set(row.keyId, signer);
    }
    return signer;
  }

  private async insertKey(
    tx: Tx,
    domainId: string,
    key: Awaited<ReturnType<typeof newDkimKey>>,
    state: 'active' | 'next',
  ) {
    await tx.em.query(
      `insert into dkim_keys (id, domain_id, selector, public_key, private_key, state) values ($1, $2, $3, $4, $5, $6)`,
      [newId(), domainId, key.selector, key.publicKey, this.vault.seal(SECRET, key.privateKey), state],
    );
  }

  private async require(tx: Tx, id: string): Promise<DomainRow> {
    const [row]: DomainRow[] = await tx.em.query(`${SELECT} where d.id = $1`, [id]);
    if (!row) throw notFound('sender_domain', 'domain');
    return row;
  }

  private isTrusted(domain: string): boolean {
    return this.config.mailTrustedDomains.includes(domain);
  }

  private domainView(row: DomainRow): SenderDomainView {
    return {
      id: row.id,
      domain: row.domain,
      state: row.state,
      vouchedFor: this.isTrusted(row.domain),
      findings: row.report ?? [],
      checkedAt: row.checkedAt?.toISOString() ?? null,
      verifiedAt: row.verifiedAt?.toISOString() ?? null,
      selector: row.selector,
      nextSelector: row.nextSelector,
      createdAt: row.createdAt.toISOString(),
    };
  }
}
