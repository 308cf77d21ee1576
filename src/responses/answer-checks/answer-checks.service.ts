import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Customers } from '../../customers/customers.service.js';
import { Identity } from '../../identity/identity.service.js';
import { Changes } from '../../platform/changes.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { Jobs } from '../../platform/jobs.js';
import { PublicGuard } from '../../platform/public-page/guard.js';
import { BurstSuspected, ResponseReceived } from '../responses.messages.js';
import { BURST_ANSWERS, BURST_MS, burstMembers } from './bursts.js';

/** No person reads the question and sends an answer in less. */
const LEAST_MS = 1_200;
const KEEP_NETWORKS = '1 hour';

/** Who posts, as far as the request says. */
export interface Sender {
  ip: string;
  /** The `Cookie` header; only our own session in it is looked at. */
  cookie?: string | undefined;
}

/** What is known of one post when it is judged. */
export interface Post {
  tenantId: string;
  sender: Sender;
  /** When its form was made, by our own stamp; null without a valid one. */
  madeAt: Date | null;
  /** What stands in the field that people do not see. */
  trap: unknown;
  /** False for programs of ours that many people use through one network and that send what waited (kiosks). */
  countsBursts?: boolean;
}

/** What a post looks like, to be stored with its answer. */
export interface Checked {
  flags: string[];
  /** A name of its network for today (no address); null where bursts are not counted. */
  network: string | null;
  /** True when so many answers came from there lately that the whole stretch has to be looked at. */
  suspect: boolean;
}

/**
 * Says what keeps an answer out of the score. A post is judged by itself and never by who opened which link before (docs/public-pages.md); what is
 * flagged is stored like any other, opens its case, and can be put back by a person.
 */
@Injectable()
export class AnswerChecks {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly guard: PublicGuard,
    private readonly identity: Identity,
    private readonly customers: Customers,
    private readonly changes: Changes,
    private readonly jobs: Jobs,
  ) {
    jobs.on(BurstSuspected, 'responses.flag_burst', ({ network, at }, job) =>
      this.flagBurst(job.tenantId, network, new Date(at)),
    );
    jobs.every('responses.forget_networks', 30 * 60_000, z.strictObject({}), () => this.forget());
  }

  /** Judges a post before its transaction; counts it as one new answer of its network. */
  async check(post: Post): Promise<Checked> {
    const flags: string[] = [];
    const { madeAt } = post;
    if (madeAt === null || this.clock.now().getTime() - madeAt.getTime() < LEAST_MS) flags.push('too_fast');
    if (post.trap !== undefined && post.trap !== '') flags.push('honeypot');
    if (await this.isStaffSession(post.tenantId, post.sender.cookie)) flags.push('staff');
    if (post.countsBursts === false) return { flags, network: null, suspect: false };
    const count = await this.guard.countAnswer(post.sender.ip);
    if (count > BURST_ANSWERS) flags.push('burst');
    // Half of it within one window of the counter is the least that a burst over the edge of two windows leaves in one of them.
    return { flags, network: this.guard.network(post.sender.ip), suspect: count > BURST_ANSWERS / 2 };
  }

  /** The flags of an answer of this customer: what the post looked like, and `staff` when the address is a colleague's. */
  async flagsOf(tx: Tx, checked: Checked, customerId: string | null): Promise<string[]> {
    if (customerId === null || checked.flags.includes('staff')) return checked.flags;
    const email = (await this.customers.contacts(tx, [customerId])).get(customerId)?.email ?? null;
    const isColleague = email !== null && (await this.identity.isColleague(tx, email));
    return isColleague ? [...checked.flags, 'staff'] : checked.flags;
  }

  /** Remembers for an hour which network a stored answer came from, so that the whole of a burst can be found. */
  async stored(tx: Tx, responseId: string, checked: Checked): Promise<void> {
    if (checked.network === null) return;
    await tx.em.query(`insert into answer_networks (response_id, network) values ($1, $2)`, [
      responseId,
      checked.network,
    ]);
    if (!checked.suspect) return;
    const slot = Math.floor(this.clock.now().getTime() / BURST_MS);
    const at = new Date(slot * BURST_MS);
    await this.jobs.send(
      tx,
      BurstSuspected,
      `${checked.network}:${slot}`,
      { network: checked.network, at: at.toISOString() },
      // When its last answers are in.
      new Date(at.getTime() + 2 * BURST_MS + 2_000),
    );
  }

  /** A person decided about this answer: no later look changes that. */
  async decided(tx: Tx, responseId: string): Promise<void> {
    await tx.em.query(`delete from answer_networks where response_id = $1`, [responseId]);
  }

  /** In the demo organization everybody tries everything in one browser, signed in. */
  private async isStaffSession(tenantId: string, cookie: string | undefined): Promise<boolean> {
    const who = await this.identity.sessionBehind(cookie);
    if (who?.tenantId !== tenantId) return false;
    return !(await this.db.tenant(tenantId, (tx) => this.identity.tenant(tx))).isDemo;
  }

  private async flagBurst(tenantId: string, network: string, at: Date): Promise<void> {
    await this.db.tenant(tenantId, async (tx) => {
      const rows: { id: string; at: Date }[] = await tx.em.query(
        `select response_id as id, answered_at as at from answer_networks
         where network = $1 and answered_at between $2::timestamptz - interval '15 s' and $2::timestamptz + interval '25 s'`,
        [network, at],
      );
      const members = [...burstMembers(rows)];
      if (members.length === 0) return;
      const [flagged]: [{ id: string; version: number }[], number] = await tx.em.query(
        `update responses set flags = array_append(flags, 'burst'), version = version + 1
         where id = any($1) and not 'burst' = any(flags) returning id, version`,
        [members],
      );
      if (flagged.length === 0) return;
      // A new version is read anew, in case the old one was just being read.
      await this.jobs.sendMany(
        tx,
        ResponseReceived,
        flagged.map(({ id, version }) => ({ key: `${id}:${version}`, payload: { responseId: id, version } })),
      );
      await this.changes.announce(tx, 'response', null);
    });
  }

  private async forget(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, (tx) =>
        tx.em.query(`delete from answer_networks where answered_at < now() - interval '${KEEP_NETWORKS}'`),
      );
  }
}
