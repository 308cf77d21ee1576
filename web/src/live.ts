import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { z } from 'zod';
import { Changed, PresenceNotice } from '../../src/stream/stream.contract.js';
import { api } from './api.js';

/** Which cached lists a notice of the server makes old, by its kind. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  case: ['cases'],
  response: ['responses'],
  improvement: ['improvements'],
  'pain-point': ['pain-points'],
  statement: ['pain-points'],
  customer: ['customers'],
  notification: ['notifications'],
};
/** A burst of changes (an import) reads the screen once. */
const GATHER_MS = 400;
const SAY_AGAIN_MS = 20_000;

type Presence = z.infer<typeof PresenceNotice>;
let presence: ReadonlyMap<string, Presence['people']> = new Map();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function read<T>(schema: z.ZodType<T>, event: Event): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse((event as MessageEvent<string>).data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Keeps what is on the screen fresh for as long as the caller is mounted. Where the server has no stream, the queries' own clocks do it. */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource('/api/v1/stream');
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      timer = undefined;
      for (const key of stale) void client.invalidateQueries({ queryKey: [key] });
      stale.clear();
    };
    const mark = (keys: readonly string[]): void => {
      for (const key of keys) stale.add(key);
      timer ??= setTimeout(flush, GATHER_MS);
    };
    source.addEventListener('changed', (event) => {
      const notice = read(Changed, event);
      if (notice) mark(keysOf[notice.kind] ?? []);
    });
    source.addEventListener('resync', () => mark(Object.values(keysOf).flat()));
    source.addEventListener('presence', (event) => {
      const notice = read(PresenceNotice, event);
      if (!notice) return;
      presence = new Map(presence).set(notice.caseId, notice.people);
      for (const listener of listeners) listener();
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [client]);
}

const nobody: Presence['people'] = [];

/** Says that this person looks at the case, and whether they write; returns who else does. */
export function usePresence(caseId: string, writing: boolean, meId: string): Presence['people'] {
  useEffect(() => {
    const say = (body: { caseId: string | null; writing?: boolean }): void =>
      void api('POST', '/stream/presence', z.unknown(), { body }).catch(() => undefined);
    say({ caseId, writing });
    const timer = setInterval(() => say({ caseId, writing }), SAY_AGAIN_MS);
    return () => clearInterval(timer);
  }, [caseId, writing]);
  useEffect(
    () => () => void api('POST', '/stream/presence', z.unknown(), { body: { caseId: null } }).catch(() => undefined),
    [],
  );
  const people = useSyncExternalStore(subscribe, () => presence.get(caseId) ?? nobody);
  return people.filter((one) => one.id !== meId);
}
