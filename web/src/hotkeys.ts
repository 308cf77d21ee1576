import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Keys as written for people: `j`, `shift+x`, `?`, `/`, `g c` (one after the other), `mod+Enter` (Ctrl or ⌘), `Escape`, `ArrowDown`. */
export type Hotkeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const STORED = 'hearback.single-keys';
const SEQUENCE_MS = 1200;
const changed = new EventTarget();

function read(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // Blocked storage: the choice then lasts as long as the page.
  }
  changed.dispatchEvent(new Event('change'));
}

/** Whether this person wants single keys at all (WCAG 2.1.4). Keys with Ctrl or ⌘ always work. */
export function useSingleKeys(): boolean {
  return useSyncExternalStore(
    (listener) => {
      changed.addEventListener('change', listener);
      return () => changed.removeEventListener('change', listener);
    },
    read,
    () => true,
  );
}

const writable =
  'input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable=""], [contenteditable=true]';

function inField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(writable) !== null;
}

const dialogOpen = (): boolean =>
  document.querySelector('[role=dialog], [role=alertdialog], [role=menu], dialog[open]') !== null;

let pending: { key: string; at: number } | null = null;

function name(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // "?" already needs Shift on most keyboards; only letters and named keys spell it out.
  const shift = event.shiftKey && (/^[a-z]$/.test(key) || key.length > 1) ? 'shift+' : '';
  return `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${shift}${key}`;
}

/**
 * Keys for as long as the caller is mounted. Single keys and sequences never fire in a field, with a modifier, under a dialog or menu,
 * or when the person turned them off. `mod+…` fires in fields too. The handler decides about `preventDefault` only for keys not listed:
 * a key that fires is always taken from the browser.
 */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const pressed = name(event);
      const withModifier = pressed.startsWith('mod+');
      if (withModifier) {
        if (dialogOpen() && pressed !== 'mod+k') return;
      } else if (!read() || inField(event.target) || dialogOpen()) {
        return;
      }
      const sequence = pending && event.timeStamp - pending.at < SEQUENCE_MS ? `${pending.key} ${pressed}` : null;
      const handler =
        (sequence ? latest.current[sequence] : undefined) ?? (sequence ? undefined : latest.current[pressed]);
      if (!handler) return;
      event.preventDefault();
      handler(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enabled]);
}

// One place remembers the first key of a sequence, after all handlers saw it, so that "g" then "c" never also fires a page's own "c".
if (typeof document !== 'undefined') {
  window.addEventListener('keydown', (event) => {
    if (inField(event.target) || event.ctrlKey || event.metaKey || event.altKey) pending = null;
    else pending = event.key === 'g' && !event.defaultPrevented ? { key: 'g', at: event.timeStamp } : null;
  });
}

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** How a key is written on this machine: `mod` is ⌘ or Ctrl. */
export function keyLabels(keys: string): string[] {
  return keys.split(/[+ ]/).map((part) => {
    if (part === 'mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'shift') return 'Shift';
    if (part === 'ArrowDown') return '↓';
    if (part === 'ArrowUp') return '↑';
    if (part === 'Escape') return 'Esc';
    return part.length === 1 && /[a-z]/.test(part) ? part.toUpperCase() : part;
  });
}
