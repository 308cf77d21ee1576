import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../config.js';
import { Identity, type UserSummary } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Changes } from '../../platform/changes.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { newId } from '../../platform/ids.js';
import { Jobs } from '../../platform/jobs.js';
import { type Delivery, Mail, type MailContent } from '../../platform/mail/mail.js';
import { decodeCursor, toPage } from '../../platform/page.js';
import { DAY_MS, dateOfWall, wallAt } from '../../platform/zone.js';
import { answerable } from '../cases/assignment.js';
import { type CaseEvent, CaseStore } from '../cases/case-store.js';
import { personOf } from '../cases/case-together.js';
import { notificationMail } from './notification-mail.js';
import type {
  NotificationKind,
  NotificationPage,
  NotificationQuery,
  NotificationSettings,
} from './notifications.contract.js';
import { afterQuiet } from './quiet.js';

const INSTANT = 'notification';
const DAILY = 'notification_digest';
const SWEEP_MS = 10 * 60_000;
/** The daily mail leaves at 8:00 by the organization's clocks. */
const DIGEST_HOUR = 8;
const DIGEST_MOST = 20;
const DIGEST_LOOKS_BACK_MS = 7 * DAY_MS;
/** A mail leaves a little later, so that whoever looks at the case anyway gets none. */
const INSTANT_DELAY_MS = 30_000;

const DEFAULTS: NotificationSettings = { mail: 'instant', quiet: null };

interface Row {
  id: string;
  user_id: string;
  kind: NotificationKind;
  case_id: string;
  number: number;
  subject: string;
  actor_id: string | null;
  actor_name: string | null;
  at: Date;
  at_text: string;
  read_at: Date | null;
}

const SELECT = `select n.id, n.user_id, n.kind, n.case_id, c.number, c.subject, n.actor_id, m.name as actor_name, n.at, n.at::text as at_text, n.read_at
  from notifications n join cases c on c.id = n.case_id
  left join memberships m on m.tenant_id = n.tenant_id and m.user_id = n.actor_id
  left join case_activities x on x.id = n.activity_id`;
/** What was taken back did not happen. */
const STANDS = `not coalesce(x.data ? 'undone', false)`;

/** Tells people what happens in their cases: on every open screen at once, and by mail as each one wants it. */
@Injectable()
export class Notifications {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly identity: Identity,
    private readonly changes: Changes,
    private readonly mail: Mail,
    store: CaseStore,
    jobs: Jobs,
  ) {
    store.registerObserver((tx, event) => this.caseChanged(tx, event));
    mail.on(INSTANT, { toUsers: true, render: (tx, delivery) => this.renderOne(tx, delivery) });
    mail.on(DAILY, { toUsers: true, render: (tx, delivery) => this.renderDaily(tx, delivery) });
    jobs.every('notifications.daily', SWEEP_MS, z.strictObject({}), () => this.sweep());
  }

  list(who: Principal, query: NotificationQuery): Promise<NotificationPage> {
    const userId = personOf(who);
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, 2);
    return this.db.tenant(who.tenantId, async (tx) => {
      const rows: Row[] = await tx.em.query(
        `${SELECT} where n.user_id = $1 and ${STANDS} and ($2::timestamptz is null or (n.at, n.id) < ($2, $3::uuid))
         order by n.at desc, n.id desc limit $4`,
        [userId, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      const page = toPage(
        rows,
        query.limit,
        (row) => [row.at_text, row.id],
        (row) => ({
          id: row.id,
          kind: row.kind,
          case: { id: row.case_id, number: row.number, subject: row.subject },
          actor: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name ?? '' },
          at: row.at.toISOString(),
          readAt: row.read_at?.toISOString() ?? null,
        }),
      );
      return { ...page, unread: await this.unread(tx, userId) };
    });
  }

  /** Marks the caller's own; without ids all of them. */
  markRead(who: Principal, ids: readonly string[] | undefined): Promise<{ unread: number }> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => {
      await tx.em.query(
        `update notifications set read_at = $3 where user_id = $1 and read_at is null and ($2::uuid[] is null or id = any($2::uuid[]))`,
        [userId, ids ?? null, this.clock.now()],
      );
      return { unread: await this.unread(tx, userId) };
    });
  }

  settings(who: Principal): Promise<NotificationSettings> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => (await this.settingsOf(tx, [userId])).get(userId) ?? DEFAULTS);
  }

  changeSettings(who: Principal, { mail, quiet }: NotificationSettings): Promise<NotificationSettings> {
    const userId = personOf(who);
    return this.db.tenant(who.tenantId, async (tx) => {
      await tx.em.query(
        `insert into notification_settings (user_id, mail, quiet_from, quiet_to) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id) do update set mail = excluded.mail, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to`,
        [userId, mail, quiet && minutes(quiet.from), quiet && minutes(quiet.to)],
      );
      return { mail, quiet };
    });
  }

  // ——— who hears of what ———

  private async caseChanged(tx: Tx, event: CaseEvent): Promise<void> {
    const kind = KINDS[event.kind];
    if (!kind || event.activityId === null) return;
    const people = new Map(
      (await this.identity.users(tx)).filter((user) => !user.disabled).map((one) => [one.id, one]),
    );
    const told = new Map<string, NotificationKind>();
    const tell = (ids: Iterable<string | null>, what: NotificationKind): void => {
      for (const id of ids) if (id !== null && id !== event.actorId && people.has(id)) told.set(id, what);
    };
    if (kind === 'assigned') {
      // A change of the team alone says nothing new to the owner.
      if (await this.isNewOwner(tx, event.activityId)) tell([event.ownerId], kind);
    } else {
      tell([...(await this.followers(tx, event.caseId)), event.ownerId], kind);
      if (kind === 'customer_message' && event.ownerId === null)
        tell(
          [...people.values()]
            .filter((one) => event.teamId !== null && one.teamIds.includes(event.teamId))
            .map((one) => one.id),
          kind,
        );
      if (kind === 'not_yet') {
        const team = (await this.identity.teams(tx)).find((one) => one.id === event.teamId) ?? null;
        tell(
          answerable([...people.values()], team).map((one) => one.id),
          kind,
        );
      }
      if (kind === 'note') tell(await this.mentioned(tx, event.activityId), 'mention');
    }
    if (told.size > 0) await this.write(tx, event, told, people);
  }

  private async write(
    tx: Tx,
    event: CaseEvent,
    told: ReadonlyMap<string, NotificationKind>,
    people: ReadonlyMap<string, UserSummary>,
  ): Promise<void> {
    const now = this.clock.now();
    const settings = await this.settingsOf(tx, [...told.keys()]);
    const { timeZone } = await this.identity.tenant(tx);
    for (const [userId, kind] of told) {
      const id = newId();
      const fresh: unknown[] = await tx.em.query(
        `insert into notifications (id, user_id, kind, case_id, activity_id, actor_id, at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict on constraint notifications_once do nothing returning 1`,
        [id, userId, kind, event.caseId, event.activityId, event.actorId, now],
      );
      const { mail, quiet } = settings.get(userId) ?? DEFAULTS;
      const isMailed = kind === 'mention' || kind === 'not_yet' || (kind === 'assigned' && event.actorId !== null);
      if (fresh.length > 0 && mail === 'instant' && isMailed)
        await this.mail.send(tx, {
          kind: INSTANT,
          subjectId: id,
          to: people.get(userId)?.email ?? '',
          sendAt: afterQuiet(
            timeZone,
            quiet && { from: minutes(quiet.from), to: minutes(quiet.to) },
            new Date(now.getTime() + INSTANT_DELAY_MS),
          ),
        });
    }
    await this.changes.announce(tx, 'notification', null);
  }

  private async isNewOwner(tx: Tx, activityId: string): Promise<boolean> {
    const [row]: { is_new: boolean }[] = await tx.em.query(
      `select data ->> 'ownerId' is distinct from data ->> 'fromOwnerId' as is_new from case_activities where id = $1`,
      [activityId],
    );
    return row?.is_new ?? false;
  }

  private async followers(tx: Tx, caseId: string): Promise<string[]> {
    const rows: { user_id: string }[] = await tx.em.query(`select user_id from case_followers where case_id = $1`, [
      caseId,
    ]);
    return rows.map((row) => row.user_id);
  }

  private async mentioned(tx: Tx, activityId: string): Promise<string[]> {
    const rows: { id: string }[] = await tx.em.query(
      `select e ->> 'id' as id from case_activities x, jsonb_array_elements(coalesce(x.data -> 'mentions', '[]')) as e where x.id = $1`,
      [activityId],
    );
    return rows.map((row) => row.id);
  }

  // ——— mail ———

  /** Rights, wishes and reasons are looked at again as the mail leaves: whoever left or has read it on the screen gets none. */
  private async renderOne(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const [row]: Row[] = await tx.em.query(`${SELECT} where n.id = $1 and n.read_at is null and ${STANDS}`, [
      delivery.subjectId,
    ]);
    return row ? this.content(tx, row.user_id, 'instant', [row], 0) : null;
  }

  private async renderDaily(tx: Tx, delivery: Delivery): Promise<MailContent | null> {
    const [digest]: { user_id: string }[] = await tx.em.query(
      `select user_id from notification_digests where id = $1`,
      [delivery.subjectId],
    );
    if (!digest) return null;
    const rows: Row[] = await tx.em.query(
      `${SELECT} where n.user_id = $1 and n.read_at is null and n.at > $2 and ${STANDS} order by n.at desc, n.id desc`,
      [digest.user_id, new Date(this.clock.now().getTime() - DIGEST_LOOKS_BACK_MS)],
    );
    if (rows.length === 0) return null;
    return this.content(
      tx,
      digest.user_id,
      'daily',
      rows.slice(0, DIGEST_MOST),
      Math.max(0, rows.length - DIGEST_MOST),
    );
  }

  private async content(
    tx: Tx,
    userId: string,
    wanted: NotificationSettings['mail'],
    rows: readonly Row[],
    more: number,
  ): Promise<MailContent | null> {
    const user = (await this.identity.users(tx)).find((one) => one.id === userId && !one.disabled);
    const { mail } = (await this.settingsOf(tx, [userId])).get(userId) ?? DEFAULTS;
    if (!user || mail !== wanted) return null;
    const organization = await this.identity.tenant(tx);
    const told = rows.map((row) => ({
      kind: row.kind,
      number: row.number,
      actor: row.actor_name,
      url: `${this.config.publicUrl}/cases/${row.case_id}`,
    }));
    const about = {
      organization: { name: organization.name, color: organization.brand.color },
      name: user.name,
      settingsUrl: `${this.config.publicUrl}/settings/preferences`,
    };
    return { ...(await notificationMail(about, told, more)), fromName: organization.name };
  }

  /** Promises the daily mails that are due, organization by organization; one per person and day. */
  private async sweep(): Promise<void> {
    for (const tenantId of await this.db.tenantIds())
      await this.db.tenant(tenantId, async (tx) => {
        const { timeZone } = await this.identity.tenant(tx);
        const wall = wallAt(timeZone, this.clock.now().getTime());
        if (new Date(wall).getUTCHours() < DIGEST_HOUR) return;
        const rows: { id: string; user_id: string }[] = await tx.em.query(
          `insert into notification_digests (user_id, day)
           select s.user_id, $1::date from notification_settings s where s.mail = 'daily'
             and exists (select 1 from notifications n where n.user_id = s.user_id and n.read_at is null and n.at > $2)
           on conflict on constraint notification_digests_once do nothing returning id, user_id`,
          [dateOfWall(wall), new Date(this.clock.now().getTime() - DIGEST_LOOKS_BACK_MS)],
        );
        const people = new Map((await this.identity.users(tx)).map((user) => [user.id, user]));
        for (const { id, user_id: userId } of rows) {
          const user = people.get(userId);
          if (user && !user.disabled) await this.mail.send(tx, { kind: DAILY, subjectId: id, to: user.email });
        }
      });
  }

  private async unread(tx: Tx, userId: string): Promise<number> {
    const [row]: { n: number }[] = await tx.em.query(
      `select count(*)::int as n from notifications n left join case_activities x on x.id = n.activity_id
       where n.user_id = $1 and n.read_at is null and ${STANDS}`,
      [userId],
    );
    return row?.n ?? 0;
  }

  private async settingsOf(tx: Tx, userIds: readonly string[]): Promise<Map<string, NotificationSettings>> {
    const rows: {
      user_id: string;
      mail: NotificationSettings['mail'];
      quiet_from: number | null;
      quiet_to: number | null;
    }[] = await tx.em.query(
      `select user_id, mail, quiet_from, quiet_to from notification_settings where user_id = any($1::uuid[])`,
      [userIds],
    );
    return new Map(
      rows.map(({ user_id: userId, mail, quiet_from: from, quiet_to: to }) => [
        userId,
        { mail, quiet: from === null || to === null ? null : { from: clockTime(from), to: clockTime(to) } },
      ]),
    );
  }
}

/** What a change of a case is for people; nothing for the rest. */
const KINDS: Partial<Record<CaseEvent['kind'], NotificationKind>> = {
  assigned: 'assigned',
  customer_message: 'customer_message',
  joined: 'customer_message',
  not_yet: 'not_yet',
  fixed: 'fixed',
  note: 'note',
  woke: 'woke',
};

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const clockTime = (of: number): string =>
  `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;
