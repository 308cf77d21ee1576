import { Button } from '@mantine/core';
import { notifications, Notifications } from '@mantine/notifications';
import { useSyncExternalStore } from 'react';
import { ApiError } from '../api.js';
import classes from './toasts.module.css';

const DONE_MS = 6_000;
const UNDO_MS = 8_000;

let said = '';
const listeners = new Set<() => void>();

/** Says one sentence to screen readers, politely, without showing anything. */
export function announce(sentence: string): void {
  // The same sentence twice in a row must still be a change, or it is not spoken.
  said = sentence === said ? `${sentence}\u00a0` : sentence;
  for (const listener of listeners) listener();
}

// The pop-up itself is silent (`role` none): the live region below speaks, once, and stays in the page so that readers watch it.
const look = { role: 'presentation', withBorder: true, radius: 'md' } as const;

export const toast = {
  /** One line about what is done; goes after 6 s. */
  done(message: string): void {
    announce(message);
    notifications.show({ ...look, message, color: 'brand', autoClose: DONE_MS });
  },
  /** What is done, with Undo for 8 s (customer mails leave after 10 s). A failing undo becomes a failure toast. */
  undo(message: string, undo: () => void | Promise<unknown>): void {
    announce(`${message} You can undo this for 8 seconds.`);
    const id = notifications.show({
      ...look,
      color: 'brand',
      autoClose: UNDO_MS,
      message: (
        <span className={classes['message']}>
          <span>{message}</span>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              Promise.resolve(undo()).then(
                () => announce('Undone.'),
                (error: unknown) => toast.failed('Undo did not work.', error),
              );
            }}
          >
            Undo
          </Button>
        </span>
      ),
    });
  },
  /** Stays until dismissed. `message` says what to do; the error adds the server's reason and request id. */
  failed(message: string, error?: unknown): void {
    const reason = error instanceof ApiError ? ` ${error.detail}` : '';
    const request = error instanceof ApiError && error.requestId ? ` (request ${error.requestId})` : '';
    announce(message + reason);
    notifications.show({ ...look, message: message + reason + request, color: 'red', autoClose: false });
  },
};

/** Mounted once, at the app's top. */
export function Toasts() {
  const sentence = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <>
      <Notifications position="bottom-left" limit={3} zIndex={400} />
      <p className="hb-visually-hidden" role="status" aria-live="polite">
        {sentence}
      </p>
    </>
  );
}
