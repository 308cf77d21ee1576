import { queryOptions, useQuery, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { DemoSignIns, Me as MeView } from '../../src/identity/identity.contract.js';
import { api, ApiError } from './api.js';
import { forgetDrafts } from './drafts.js';

export const roles = ['viewer', 'agent', 'manager', 'admin'] as const;
export type Role = (typeof roles)[number];

export type Me = z.infer<typeof MeView>;

/** Who is signed in, or null. Asked once; sign-in and sign-out change it. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Infinity,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api('GET', '/me', MeView);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** The person signed in. Only below the shell, which lets nobody else in. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery);
  if (!data) throw new Error('useMe() outside the signed-in pages');
  return data;
}

const Anything = z.unknown();

export async function signIn(client: QueryClient, email: string, password: string): Promise<Me> {
  const me = await api('POST', '/session', MeView, { body: { email, password } });
  const before = client.getQueryData(meQuery.queryKey);
  // Another person must not see what the last one had loaded.
  if (before && before.id !== me.id) client.clear();
  client.setQueryData<Me | null>(meQuery.queryKey, me);
  return me;
}

export async function signOut(client: QueryClient): Promise<void> {
  await api('DELETE', '/session', Anything).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  });
  forgetDrafts();
  client.clear();
  client.setQueryData<Me | null>(meQuery.queryKey, null);
}

/** Keeps something of this person's own on the server, on every machine they use; shown at once. */
export async function savePreferences(client: QueryClient, preferences: Me['preferences']): Promise<void> {
  const me = client.getQueryData(meQuery.queryKey);
  if (!me) return;
  const changed: Me = { ...me, preferences: { ...me.preferences, ...preferences } };
  client.setQueryData(meQuery.queryKey, changed);
  try {
    await api('PATCH', '/me', Anything, { body: { preferences } });
  } catch (error) {
    client.setQueryData(meQuery.queryKey, me);
    throw error;
  }
}

/** True when the role is at least `least`: each role may do all that the ones before it may. */
export const atLeast = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);

export function useCan(least: Role): boolean {
  return atLeast(useMe().role, least);
}

const Counts = z.object({ needsReply: z.number().int().optional() });

/** How many cases wait for a reply; null while unknown or when the server does not say. Asked again every minute. */
export function useNeedsReply(): number | null {
  const { data } = useQuery({
    queryKey: ['cases', 'counts'],
    queryFn: async () => {
      try {
        return await api('GET', '/cases/counts', Counts);
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return {};
        throw error;
      }
    },
    refetchInterval: 60_000,
    retry: false,
  });
  return data?.needsReply ?? null;
}

/** The demo organization's sign-ins; none where there is no demo. */
export const demoQuery = queryOptions({
  queryKey: ['session', 'demo'],
  staleTime: Infinity,
  retry: false,
  queryFn: async () => {
    try {
      return (await api('GET', '/session/demo', DemoSignIns)).signIns;
    } catch {
      return [];
    }
  },
});

export type StartPage =
  { to: '/cases'; search: { view: 'mine' | 'needs_reply' } } | { to: '/overview' } | { to: '/get-started' };

/**
 * The first page after sign-in, by role. An admin gets the set-up checklist until it is done or put away.
 */
export function startPage({ role, preferences }: Pick<Me, 'role' | 'preferences'>): StartPage {
  if (role === 'agent') return { to: '/cases', search: { view: 'mine' } };
  if (role === 'manager') return { to: '/cases', search: { view: 'needs_reply' } };
  if (role === 'admin' && preferences['setUpDone'] !== true) return { to: '/get-started' };
  return { to: '/overview' };
}
