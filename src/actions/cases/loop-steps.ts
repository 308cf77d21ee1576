/** What the customer sees of their case, oldest first: a pure rule, used for the receipt and for "What the customer sees". */
import type { ActivityName } from './cases.entity.js';

export type LoopStep =
  | { kind: 'told' | 'fixed' | 'reopened'; at: Date; body?: string | null }
  | { kind: 'taken'; at: Date; name: string; team: string | null }
  | { kind: 'message'; at: Date; name: string | null; body: string }
  | { kind: 'answer' | 'not_yet'; at: Date; body: string | null }
  | { kind: 'resolved'; at: Date; body: string }
  /** `at` null: still to come. */
  | { kind: 'everyone'; at: Date | null; body: string };

export interface StepFacts {
  kind: ActivityName;
  at: Date;
  body: string | null;
  data: Readonly<Record<string, unknown>>;
  actorName: string | null;
}

/** `Maja` of `Maja Kovač`: customers read first names only. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

/**
 * The steps of a case. Notes, priorities, links and whatever was undone stay inside; of the owners only the one who has it stands there.
 * `improvements`: what changes for everyone, with the date from which on it does (null: not yet).
 */
export function loopSteps(
  facts: { toldAt: Date; teamName: string | null },
  thread: readonly StepFacts[],
  improvements: readonly { text: string; doneAt: Date | null }[],
): LoopStep[] {
  const shown = thread.filter((entry) => entry.data.undone !== true);
  const taken = shown.findLast((entry) => entry.kind === 'assigned' && typeof entry.data.ownerName === 'string');
  const released = shown.findLast((entry) => entry.kind === 'assigned');
  const steps = shown.flatMap((entry): LoopStep[] => {
    const { at, body } = entry;
    switch (entry.kind) {
      case 'assigned':
        return entry === taken && entry === released && typeof entry.data.ownerName === 'string'
          ? [{ kind: 'taken', at, name: firstName(entry.data.ownerName), team: facts.teamName }]
          : [];
      case 'message':
        return [{ kind: 'message', at, name: entry.actorName ? firstName(entry.actorName) : null, body: body ?? '' }];
      case 'customer_message':
        return [{ kind: 'answer', at, body }];
      case 'resolved':
        return [{ kind: 'resolved', at, body: body ?? '' }];
      case 'fixed':
        return [{ kind: 'fixed', at, body }];
      case 'not_yet':
        return [{ kind: 'not_yet', at, body }];
      case 'reopened':
        return [{ kind: 'reopened', at }];
      default:
        return [];
    }
  });
  return [
    { kind: 'told', at: facts.toldAt },
    ...steps,
    ...improvements.map(({ text, doneAt }): LoopStep => ({ kind: 'everyone', at: doneAt, body: text })),
  ];
}
