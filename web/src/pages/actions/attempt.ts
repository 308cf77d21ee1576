import { useRef } from 'react';
import { newIdempotencyKey } from '../../api.js';

/** The idempotency key of a press: the same values pressed again carry the same key, until `done`. */
export function useAttempt(): { key: (values: unknown) => string; done: () => void } {
  const last = useRef<{ values: string; key: string } | null>(null);
  return {
    key: (values) => {
      const text = JSON.stringify(values);
      if (last.current?.values !== text) last.current = { values: text, key: newIdempotencyKey() };
      return last.current.key;
    },
    done: () => {
      last.current = null;
    },
  };
}
