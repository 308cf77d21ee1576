import { useCallback, useState } from 'react';

const PREFIX = 'hearback.draft.';

function stored(key: string): string {
  try {
    return localStorage.getItem(PREFIX + key) ?? '';
  } catch {
    return '';
  }
}

/**
 * Text that survives leaving the page, a reload and a lost session, e.g. `useDraft(`case.${id}.reply`)`.
 * Another key gives that key's text. Call `clear` once the server has it.
 */
export function useDraft(key: string): { text: string; set: (text: string) => void; clear: () => void } {
  const [state, setState] = useState(() => ({ key, text: stored(key) }));
  const text = state.key === key ? state.text : stored(key);
  if (state.key !== key) setState({ key, text });
  const set = useCallback(
    (next: string) => {
      setState({ key, text: next });
      try {
        if (next === '') localStorage.removeItem(PREFIX + key);
        else localStorage.setItem(PREFIX + key, next);
      } catch {
        // Storage full or blocked: the text still lives in this page.
      }
    },
    [key],
  );
  return { text, set, clear: () => set('') };
}

/** Someone else may use this browser next. */
export function forgetDrafts(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was stored then.
  }
}
