import { Button, CloseButton } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../api.js';
import classes from './toasts.module.css';

type Toast = {
  id: number;
  message: string;
  closeMs: number | null;
  failed: boolean;
  undo?: () => void | Promise<unknown>;
};

const DONE_MS = 6_000;
const UNDO_MS = 8_000;
const AT_ONCE = 3;

let state: { toasts: readonly Toast[]; said: string } = { toasts: [], said: '' };
let next = 1;
const listeners = new Set<() => void>();

function change(part: Partial<typeof state>): void {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

function hide(id: number): void {
  change({ toasts: state.toasts.filter((one) => one.id !== id) });
}

function show(spoken: string, one: Omit<Toast, 'id'>): void {
  announce(spoken);
  const toasts = [...state.toasts, { ...one, id: next++ }];
  // Too many at once: the oldest that would go by itself goes first; failures stay until dismissed.
  const leaving = toasts.length > AT_ONCE ? toasts.find((t) => t.closeMs !== null) : undefined;
  change({ toasts: toasts.filter((t) => t !== leaving) });
}

/** Says one sentence to screen readers, politely, without showing anything. */
export function announce(sentence: string): void {
  // The same sentence twice in a row must still be a change, or it is not spoken.
  change({ said: sentence === state.said ? `${sentence}\u00a0` : sentence });
}

export const toast = {
  /** One line about what is done; goes after 6 s. */
  done(message: string): void {
    show(message, { message, closeMs: DONE_MS, failed: false });
  },
  /** What is done, with Undo for 8 s (customer mails leave after 10 s). A failing undo becomes a failure toast. */
  undo(message: string, undo: () => void | Promise<unknown>): void {
    show(`${message} You can undo this for 8 seconds.`, { message, closeMs: UNDO_MS, failed: false, undo });
  },
  /** Stays until dismissed. `message` says what to do; the error adds the server's reason and request id. */
  failed(message: string, error?: unknown): void {
    const reason = error instanceof ApiError ? ` ${error.detail}` : '';
    const request = error instanceof ApiError && error.requestId ? ` (request ${error.requestId})` : '';
    show(message + reason, { message: message + reason + request, closeMs: null, failed: true });
  },
};

function ToastLine({ one }: { one: Toast }) {
  const [held, setHeld] = useState(false);
  const { id, closeMs, undo } = one;
  useEffect(() => {
    // Undo is a promise about a time, so only plain lines wait for the mouse or the focus to leave.
    if (closeMs === null || (held && !undo)) return undefined;
    const timer = setTimeout(() => hide(id), closeMs);
    return () => clearTimeout(timer);
  }, [id, closeMs, held, undo]);
  return (
    <div
      className={`${classes['toast']} ${one.failed ? classes['failed'] : ''}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={classes['text']}>{one.message}</span>
      {undo ? (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            hide(id);
            Promise.resolve(undo()).then(
              () => announce('Undone.'),
              (error: unknown) => toast.failed('Undo did not work.', error),
            );
          }}
        >
          Undo
        </Button>
      ) : null}
      <CloseButton aria-label="Dismiss" onClick={() => hide(id)} />
    </div>
  );
}

/** Mounted once, at the app's top. The pop-ups are silent; the live region, always in the page, speaks. */
export function Toasts() {
  const { toasts, said } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
  return (
    <>
      <section aria-label="Notices" className={classes['stack']}>
        {toasts.map((one) => (
          <ToastLine key={one.id} one={one} />
        ))}
      </section>
      <p className="hb-visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
    </>
  );
}
