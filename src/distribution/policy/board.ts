import type { Clocks, Contact } from './clocks.js';
import type { Place } from './holidays.js';
import type { OpeningOf } from './opening.js';
import { type Plan, type Wish, isBelow, settle } from './settle.js';

/** A contact with what is needed to find it, and to move it. */
export interface Slot extends Contact {
  id: string;
  customerId: string | null;
  /** Lower case. */
  address: string | null;
  /** Slots of one source (the same round of a campaign) do not count against each other. */
  source: string | null;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number;
  earliest: Date;
  /** The customer's own limit; counts where it is stricter than the policy's. */
  minDaysBetween?: number | null | undefined;
  place: Place;
}

/** A planned ask that has to give way: to a later time or for good. */
export interface Move {
  id: string;
  plan: Plan;
}

export type Asking = Wish & Pick<Slot, 'id' | 'customerId' | 'address' | 'source' | 'place'>;

/**
 * The asks of some customers and addresses, made and planned, and the one place where they compete: of two that want the same time the one
 * of the higher priority has it, of equals the one that came first, and what was sent always stays. Limits count per customer and per
 * address, so whoever shares one of the two is a rival.
 */
export class Board {
  private readonly byCustomer = new Map<string, Slot[]>();
  private readonly byAddress = new Map<string, Slot[]>();
  /** What was planned for earlier has been sent by then; only replays move the clock. */
  private now = Number.NEGATIVE_INFINITY;

  /** @param slots belong to the board from here on */
  constructor(
    private readonly clocks: Clocks,
    private readonly opening: OpeningOf,
    slots: Iterable<Slot> = [],
  ) {
    for (const slot of slots) this.keep(slot);
  }

  /** Puts down an ask as it is, beside whatever else. It belongs to the board from here on. */
  keep(slot: Slot): void {
    if (slot.customerId !== null) put(this.byCustomer, slot.customerId, slot);
    if (slot.address !== null) put(this.byAddress, slot.address, slot);
  }

  /** Lets time pass up to an instant (ms): what was planned until then is sent, and cannot be moved any more. */
  passTo(instant: number): void {
    this.now = instant;
  }

  /** Finds the time of an ask, and moves those of lower priority that stand in its way. */
  ask(asking: Asking): { plan: Plan; moves: Move[] } {
    const plan = settle(this.clocks, asking, this.rivals(asking), (at) => this.opening(at, asking.place));
    if (plan.skip !== null) return { plan, moves: [] };
    const slot: Slot = {
      ...asking,
      at: plan.sendAt.getTime(),
      movable: true,
    };
    this.keep(slot);
    return { plan, moves: this.makeWay(slot) };
  }

  /** Those below a slot look for their time again where it is no longer free; what moves may push what is lower still. */
  private makeWay(winner: Slot): Move[] {
    const moves: Move[] = [];
    const below = this.rivals(winner)
      .filter((rival) => isBelow(rival, winner.priority))
      .sort((a, b) => b.priority - a.priority || a.at - b.at || (a.id < b.id ? -1 : 1));
    for (const rival of below) {
      // One that was moved in the meantime, by a rival above it, has its time already.
      if (!this.remove(rival)) continue;
      const contacts = this.rivals(rival);
      // Its time was free before; it stays while it is.
      const stays = settle(this.clocks, { ...rival, ifBusy: 'skip', earliest: new Date(rival.at) }, contacts, (at) => ({
        at,
        delay: null,
      }));
      if (stays.skip === null) {
        this.keep(rival);
        continue;
      }
      const plan = settle(this.clocks, rival, contacts, (at) =>
        this.opening(at.getTime() > rival.at ? at : new Date(rival.at), rival.place),
      );
      moves.push({ id: rival.id, plan });
      if (plan.skip !== null) continue;
      const moved = { ...rival, at: plan.sendAt.getTime() };
      this.keep(moved);
      moves.push(...this.makeWay(moved));
    }
    return moves;
  }

  /** Contacts that count for this ask: of its customer or of its address. */
  private rivals({ id, customerId, address, source }: Pick<Slot, 'id' | 'customerId' | 'address' | 'source'>): Slot[] {
    const rivals: Slot[] = [];
    const take = (slot: Slot): void => {
      if (slot.movable && slot.at <= this.now) slot.movable = false;
      if (slot.id !== id && (source === null || slot.source !== source)) rivals.push(slot);
    };
    if (customerId !== null) this.byCustomer.get(customerId)?.forEach(take);
    if (address !== null)
      this.byAddress.get(address)?.forEach((slot) => {
        // Those of the customer are taken already.
        if (customerId === null || slot.customerId !== customerId) take(slot);
      });
    return rivals;
  }

  /** False when it was not there. */
  private remove(slot: Slot): boolean {
    const ofCustomer = slot.customerId !== null && drop(this.byCustomer.get(slot.customerId), slot);
    const ofAddress = slot.address !== null && drop(this.byAddress.get(slot.address), slot);
    return ofCustomer || ofAddress;
  }
}

function put(map: Map<string, Slot[]>, key: string, slot: Slot): void {
  const slots = map.get(key);
  if (slots) slots.push(slot);
  else map.set(key, [slot]);
}

function drop(slots: Slot[] | undefined, slot: Slot): boolean {
  const at = slots?.indexOf(slot) ?? -1;
  if (at >= 0) slots?.splice(at, 1);
  return at >= 0;
}
