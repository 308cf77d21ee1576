import { Injectable } from '@nestjs/common';
import { Customers } from '../customers/customers.service.js';
import { Journeys } from '../journeys/journeys.service.js';
import { Db, type Tx } from '../platform/db.js';
import { invalid } from '../platform/errors.js';
import { Surveys } from '../surveys/surveys.service.js';
import { unmet } from './conditions.js';
import type { SkipCounts, TestTrigger, TriggerTest } from './distribution.contract.js';
import { isTooOld } from './events.service.js';
import { peopleOf } from './people.js';
import { draw, refusal } from './planner.js';
import { Planning } from './planning.service.js';
import { type Contact, clocksOf, conflictAt } from './policy/clocks.js';

const MINUTE_MS = 60_000;

interface PastEvent {
  id: string;
  externalId: string;
  customerId: string;
  customerName: string | null;
  occurredAt: Date;
  receivedAt: Date;
  value: string | null;
  properties: Record<string, unknown>;
}

/** Tries a trigger on what happened lately, without asking anybody. */
@Injectable()
export class TriggerTests {
  constructor(
    private readonly db: Db,
    private readonly customers: Customers,
    private readonly journeys: Journeys,
    private readonly surveys: Surveys,
    private readonly planning: Planning,
  ) {}

  /**
   * Goes through the newest events as if they came again, oldest first: conditions, age and sample exactly, people as they are today, and how
   * often one may be asked among these events alone. @throws AppError input.invalid for an unknown touchpoint or survey
   */
  test(tenantId: string, input: TestTrigger): Promise<TriggerTest> {
    return this.db.tenant(tenantId, async (tx) => {
      const touchpoint = await this.journeys.byKey(tx, input.touchpointKey);
      if (!touchpoint) throw invalid('touchpointKey', 'There is no touchpoint with this key.');
      const survey = await this.surveys.find(tx, input.surveyId);
      if (!survey) throw invalid('surveyId', 'There is no such survey.');
      const events = await this.recent(tx, input.eventType, touchpoint.id, input.limit);
      const policy = await this.planning.policy(tx);
      const ids = [...new Set(events.map((event) => event.customerId))];
      const people = await peopleOf(tx, this.customers, ids, input.channel, 'transactional');
      const asks = new Map<string, Contact[]>();
      const skipped: SkipCounts = {};
      let asked = 0;
      let notMatching = 0;

      const items = events.map((event): TriggerTest['items'][number] => {
        const missing = unmet(input.conditions, {
          value: event.value === null ? null : Number(event.value),
          properties: event.properties,
        });
        const situation = people.situation(people.contacts.get(event.customerId));
        const reason = refusal(policy, {
          ...situation,
          mayWait: false,
          draw: draw(input.id ?? 'test', event.id),
          sampleRate: input.sampleRate,
          addressTaken: false,
        });
        // Limits count by address; without one there is no ask to count.
        const key = situation.address?.toLowerCase() ?? event.customerId;
        const clocks = clocksOf(policy, people.choices.get(event.customerId)?.minDaysBetween);
        const at = event.occurredAt.getTime() + input.delayMinutes * MINUTE_MS;
        const before = asks.get(key) ?? [];
        const skip =
          missing.length > 0
            ? null
            : isTooOld(event.occurredAt, input.maxAgeDays, event.receivedAt)
              ? ('event_too_old' as const)
              : (reason ?? conflictAt(clocks, before, survey.metric, at)?.reason ?? null);
        const outcome = missing.length > 0 ? 'not_matching' : skip === null ? 'asked' : 'skipped';
        if (outcome === 'not_matching') notMatching++;
        else if (skip !== null) skipped[skip] = (skipped[skip] ?? 0) + 1;
        else {
          asked++;
          asks.set(key, [...before, { id: null, at, metric: survey.metric, priority: 50, movable: false }]);
        }
        return {
          eventId: event.id,
          externalId: event.externalId,
          customerId: event.customerId,
          customerName: event.customerName,
          occurredAt: event.occurredAt.toISOString(),
          outcome,
          skipReason: skip,
          unmet: missing,
        };
      });
      return { events: events.length, asked, notMatching, skipped, items: items.reverse() };
    });
  }

  /** Oldest first. */
  private async recent(tx: Tx, type: string, touchpointId: string, limit: number): Promise<PastEvent[]> {
    const rows: PastEvent[] = await tx.em.query(
      `select e.id, e.external_id as "externalId", e.customer_id as "customerId", c.name as "customerName", e.occurred_at as "occurredAt",
         e.received_at as "receivedAt", e.value, e.properties
       from events e join customers c on c.id = e.customer_id
       where e.type = $1 and e.touchpoint_id = $2 and e.rejected_reason is null
       order by e.received_at desc, e.id desc limit $3`,
      [type, touchpointId, limit],
    );
    return rows.reverse();
  }
}
