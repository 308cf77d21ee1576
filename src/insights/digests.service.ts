import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../config.js';
import { Identity } from '../identity/identity.service.js';
import { painPointImpact } from '../painpoints/impact.js';
import type { Principal } from '../platform/auth.js';
import { Clock } from '../platform/clock.js';
import { Db, type Tx } from '../platform/db.js';
import { Jobs } from '../platform/jobs.js';
import { type Delivery, Mail, type MailContent } from '../platform/mail/mail.js';
import { DAY_MS, dateOfWall, instantAt, startOfLocalDay, wallAt } from '../platform/zone.js';
import type * as C from './insights.contract.js';
import { Digest } from './insights.entity.js';
import { DIGEST_PAIN_POINTS, DIGEST_PAIN_POINT_NAMES, DIGEST_WEEK } from './insights.queries.js';
import { Insights } from './insights.service.js';
import { digestMail } from './mails/digest-mail.js';
import { personOf } from './saved-views.service.js';

const SWEEP_MS = 10 * 60_000;
const KIND = 'digest';
const WEEK_MS = 7 * DAY_MS;
const SEND_AT_HOUR = 7;
const PERIOD_DAYS = 91;
const PAIN_POINTS = 3;

/** The weekly mail for those who want it: Mondays at 7:00 by the organization's clocks. One mail per person and week, whatever crashes. */
@Injectable()
export class Digests {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly identity: Identity,
    private readonly insights: Insights,
    private readonly mail: Mail,
    jobs: Jobs,
  ) {
    mail.on(KIND, { toUsers: true, render: (tx, delivery) => this.render(tx, delivery) });
    jobs.every('insights.digests', SWEEP_MS, z.strictObject({}), () => this.sweep());
  }

  own(who: Principal): Promise<C.DigestView> {
    return this.db.tenant(who.tenantId, async (tx) => view(await tx.em.findOneBy(Digest, { userId: personOf(who) })));
  }

  change(who: Principal, { weekly }: C.ChangeDigest): Promise<C.DigestView> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => {
      await tx.em.query(
        `insert into digests (user_id, weekly) values ($1, $2) on conflict (tenant_id, user_id) do update set weekly = excluded.weekly`,
        [userId, weekly],
      );
      return view(await tx.em.findOneBy(Digest, { userId }));
    });
  }

  /** Promises the mails that are due now, organization by organization. */
  async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        const week = currentWeek((await this.identity.tenant(tx)).timeZone, this.clock.now());
        if (!week.due) return;
        const [rows]: [{ user_id: string }[], number] = await tx.em.query(
          `update digests set last_sent_at = $1 where weekly and (last_sent_at is null or last_sent_at < $2) returning user_id`,
          [this.clock.now(), week.monday],
        );
        const users = new Map((await this.identity.users(tx)).map((user) => [user.id, user]));
        for (const { user_id: userId } of rows) {
          const user = users.get(userId);
          if (user && !user.disabled)
            await this.mail.send(tx, { kind: KIND, subjectId: userId, step: week.number, to: user.email });
        }
      });
  }

  private async render(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const tenant = await this.identity.tenant(tx);
    const users = new Map((await this.identity.users(tx)).map((user) => [user.id, user]));
    const reader = users.get(delivery.subjectId);
    const digest = await tx.em.findOneBy(Digest, { userId: delivery.subjectId });
    if (!reader || reader.disabled || !digest?.weekly) return null;

    const { timeZone } = tenant;
    const { monday, wall } = currentWeek(timeZone, this.clock.now());
    const from = startOfLocalDay(timeZone, dateOfWall(wall - PERIOD_DAYS * DAY_MS));
    const overview = await this.insights.overviewOf(tx, {
      from: from.toISOString(),
      to: monday.toISOString(),
      compare: 'before',
      interval: 'week',
    });
    const lastWeek = new Date(instantAt(timeZone, wall - WEEK_MS));
    const [week]: { fixed: string[]; answers: number; cases: number; confirmed: number }[] = await tx.em.query(
      DIGEST_WEEK,
      [lastWeek, monday],
    );
    const impact = painPointImpact(await tx.em.query(DIGEST_PAIN_POINTS, [from, monday]));
    const worst = impact.painPoints.filter(({ share }) => share < 0).slice(0, PAIN_POINTS);
    const named: { id: string; name: string; ownerId: string | null; touchpoint: string | null }[] = await tx.em.query(
      DIGEST_PAIN_POINT_NAMES,
      [worst.map(({ key }) => key)],
    );
    return digestMail({
      brand: { name: tenant.name, color: tenant.brand.color },
      publicUrl: this.config.publicUrl,
      overview,
      week: week ?? { fixed: [], answers: 0, cases: 0, confirmed: 0 },
      painPoints: worst.flatMap(({ key, n, share }) => {
        const found = named.find(({ id }) => id === key);
        if (!found) return [];
        const owner = found.ownerId ? users.get(found.ownerId) : undefined;
        return [
          { name: found.name, touchpoint: found.touchpoint, owner: owner?.name ?? null, customers: n, impact: share },
        ];
      }),
    });
  }
}

/**
 * The week that `now` is in, by the clocks of the zone. `monday`: its first instant; `due`: it is 7:00 on Monday or later; `number`: one
 * more each week.
 */
export function currentWeek(timeZone: string, now: Date): { monday: Date; wall: number; due: boolean; number: number } {
  const here = wallAt(timeZone, now.getTime());
  const midnight = Math.floor(here / DAY_MS) * DAY_MS;
  const wall = midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY_MS;
  return {
    monday: new Date(instantAt(timeZone, wall)),
    wall,
    // Only on the day itself: somebody who asks for digests on a Thursday waits for Monday.
    due: here - wall >= SEND_AT_HOUR * 3_600_000 && here - wall < DAY_MS,
    number: Math.floor(wall / WEEK_MS),
  };
}

const view = (row: Digest | null): C.DigestView => ({
  weekly: row?.weekly ?? false,
  lastSentAt: row?.lastSentAt?.toISOString() ?? null,
});
