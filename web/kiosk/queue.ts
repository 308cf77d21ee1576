/** An answer as it was given on the device; `id` is made once and never again. */
export interface KioskAnswer {
  id: string;
  at: string;
  version: number;
  locale: string;
  score: number;
  comment?: string;
}

/** What keeps text between loads of the page; `localStorage`, or an object in tests. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export type Receipt = { stored: string[]; refused: { id: string; message: string }[] };
/** Sends some answers. Null: they could not be delivered now, and nobody knows whether they arrived. */
export type Send = (answers: KioskAnswer[]) => Promise<Receipt | null>;

const BATCH = 50;
/** Refused ones are kept to be looked at, not for ever. */
const KEEP_REFUSED = 200;

/**
 * Answers that wait for their acknowledgement. Each is on the shelf before anybody is thanked, and leaves it only when the server has said
 * that it is stored; sending twice is storing once, because the id stays. One sender at a time.
 */
export class Queue {
  private readonly waiting: string;
  private readonly begun: string;
  private sending = false;

  constructor(
    private readonly shelf: Shelf,
    name: string,
  ) {
    this.waiting = `${name}:waiting`;
    this.begun = `${name}:begun`;
    // What somebody began before the device was switched off is an answer too.
    this.finish();
  }

  get size(): number {
    return this.read(this.waiting).length;
  }

  /** Keeps an answer while somebody may still add to it. */
  begin(answer: KioskAnswer): void {
    this.shelf.setItem(this.begun, JSON.stringify([answer]));
  }

  /** What was begun is complete, as it is. */
  finish(): void {
    const [answer] = this.read(this.begun);
    if (!answer) return;
    const all = this.read(this.waiting);
    if (!all.some((one) => one.id === answer.id)) this.shelf.setItem(this.waiting, JSON.stringify([...all, answer]));
    this.shelf.setItem(this.begun, '[]');
  }

  /** Sends what waits, oldest first, until nothing waits or it fails. True when nothing waits any more. */
  async flush(send: Send): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    try {
      for (;;) {
        const batch = this.read(this.waiting).slice(0, BATCH);
        if (batch.length === 0) return true;
        const receipt = await send(batch);
        const sent = new Set(batch.map((answer) => answer.id));
        const done = new Set(receipt ? [...receipt.stored, ...receipt.refused.map(({ id }) => id)] : []);
        const settled = [...done].filter((id) => sent.has(id));
        // An answer that names none of what was sent must not be asked for for ever.
        if (!receipt || settled.length === 0) return false;
        const refused = batch.filter((answer) => receipt.refused.some(({ id }) => id === answer.id));
        if (refused.length > 0) {
          const key = `${this.waiting}:refused`;
          this.shelf.setItem(key, JSON.stringify([...this.read(key), ...refused].slice(-KEEP_REFUSED)));
        }
        // Read anew: others may have been added meanwhile.
        const left = this.read(this.waiting).filter((answer) => !done.has(answer.id));
        this.shelf.setItem(this.waiting, JSON.stringify(left));
      }
    } finally {
      this.sending = false;
    }
  }

  private read(key: string): KioskAnswer[] {
    try {
      const value: unknown = JSON.parse(this.shelf.getItem(key) ?? '[]');
      return Array.isArray(value) ? (value as KioskAnswer[]) : [];
    } catch {
      return [];
    }
  }
}
