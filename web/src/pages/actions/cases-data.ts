import { keepPreviousData, useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import {
  BulkResult,
  CaseCounts,
  CaseView,
  RootCausePage,
  type BulkChange,
  type ChangeCase,
} from '../../../../src/actions/cases/cases.contract.js';
import { SavedReplyPage, type SavedReplyView } from '../../../../src/actions/saved-replies/saved-replies.contract.js';
import { TeamPage, UserPage } from '../../../../src/identity/identity.contract.js';
import { api, ApiError, newIdempotencyKey, type ApiOptions } from '../../api.js';
import { toast } from '../../components/toasts.js';
import { useCursorList, type CursorList } from '../../lists.js';
import { useMe } from '../../session.js';
import { whatChanged } from './case-words.js';
import type { CasesSearch } from './cases-search.js';

/** A row of the list: the case without its thread. */
export const CaseRow = CaseView.omit({ activity: true, earlierCases: true, response: true });
export type CaseRow = z.infer<typeof CaseRow>;

const DAY_MS = 86_400_000;

type Query = NonNullable<ApiOptions['query']>;

/** The filters of the URL as the API names them, without view and order. */
export function filterQuery(search: CasesSearch): Query {
  const [scoreFrom, scoreTo] = search.score?.split('-') ?? [];
  // Whole days, so that the query (and with it the cache) stays the same for a while.
  const since = search.opened
    ? new Date(Math.floor(Date.now() / DAY_MS + 1) * DAY_MS - Number(search.opened) * DAY_MS).toISOString().slice(0, 10)
    : search.from;
  return {
    q: search.q,
    scoreFrom,
    scoreTo,
    touchpoint: search.touchpoint,
    teamId: search.team,
    ownerId: search.owner,
    priority: search.priority,
    painPointId: search.painPoint,
    customerId: search.customer,
    status: search.status,
    from: since,
    to: search.to,
    overdue: search.overdue,
    label: search.label,
    loop: search.loop,
  };
}

export function useCaseList(search: CasesSearch): CursorList<CaseRow> {
  const view = search.view ?? 'needs_reply';
  return useCursorList(['cases', 'list'], '/cases', CaseRow, {
    ...filterQuery(search),
    view: view === 'all' ? undefined : view,
    sort: search.sort,
  });
}

export function useCaseCounts(search: CasesSearch) {
  const query = filterQuery(search);
  return useQuery({
    queryKey: ['cases', 'counts', query],
    queryFn: ({ signal }) => api('GET', '/cases/counts', CaseCounts, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    retry: false,
  });
}

const caseKey = (id: string) => ['cases', 'one', id] as const;

/** One case; read again quickly while a mail is on its way, slowly otherwise. */
export function useCase(id: string) {
  return useQuery({
    queryKey: caseKey(id),
    queryFn: ({ signal }) => api('GET', `/cases/${id}`, CaseView, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.activity.some((a) => a.mail?.state === 'waiting' || a.mail?.state === 'sending') ? 4_000 : 30_000,
  });
}

const HOUR_MS = 3_600_000;

/** Everybody who can own a case, by name, and the teams. */
export function usePeople() {
  const users = useQuery({
    queryKey: ['users', 'all'],
    staleTime: HOUR_MS,
    queryFn: async ({ signal }) =>
      (await api('GET', '/users', UserPage, { query: { limit: 200 }, signal })).items
        .filter((user) => !user.disabled && user.role !== 'viewer')
        .sort((a, b) => a.name.localeCompare(b.name)),
  });
  const teams = useQuery({
    queryKey: ['teams', 'all'],
    staleTime: HOUR_MS,
    queryFn: async ({ signal }) => (await api('GET', '/teams', TeamPage, { query: { limit: 200 }, signal })).items,
  });
  return { people: users.data ?? [], teams: teams.data ?? [], loading: users.isPending };
}

/** Names for the root cause; an empty list where the organization has none. */
export function useRootCauses(): readonly { name: string; area: string }[] {
  const { data } = useQuery({
    queryKey: ['root-causes'],
    staleTime: HOUR_MS,
    retry: false,
    queryFn: async ({ signal }) => {
      try {
        return (await api('GET', '/root-causes', RootCausePage, { query: { limit: 200 }, signal })).items;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }
    },
  });
  return data ?? [];
}

/** Labels of the cases that are listed, for choosing again. */
export function useKnownLabels(): string[] {
  const client = useQueryClient();
  const lists = client.getQueriesData<Pages>({ queryKey: ['cases', 'list'] });
  const all = lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.items.flatMap((row) => row.labels)) ?? []);
  return [...new Set(all)].sort((a, b) => a.localeCompare(b));
}

/** The organization's saved replies; empty where they cannot be read. */
export function useOrganizationReplies(): readonly SavedReplyView[] {
  const { data } = useQuery({
    queryKey: ['saved-replies'],
    staleTime: 5 * 60_000,
    retry: false,
    queryFn: async ({ signal }) =>
      (await api('GET', '/saved-replies', SavedReplyPage, { query: { limit: 200 }, signal })).items,
  });
  return data ?? [];
}

type Pages = InfiniteData<{ items: CaseRow[]; nextCursor?: string | null | undefined }>;

function patchCaches(client: QueryClient, ids: readonly string[], patch: Partial<CaseRow>): () => void {
  const before = client.getQueriesData({ queryKey: ['cases'] });
  client.setQueriesData<Pages>({ queryKey: ['cases', 'list'] }, (data) =>
    data
      ? {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((row) => (ids.includes(row.id) ? { ...row, ...patch } : row)),
          })),
        }
      : data,
  );
  for (const id of ids) client.setQueryData<CaseView>(caseKey(id), (data) => (data ? { ...data, ...patch } : data));
  return () => {
    for (const [key, data] of before) client.setQueryData(key, data);
  };
}

/** What a message or a resolution answers beside the case: the way to take it back before the mail leaves. */
export const Undoable = z.object({ undo: z.object({ id: z.string() }).nullish() });

export type CaseChange = Pick<
  ChangeCase,
  'ownerId' | 'teamId' | 'priority' | 'painPointIds' | 'labels' | 'snoozedUntil' | 'relatedIds'
>;

/** The verbs of a case. Changing is shown at once and taken back when refused; resolving and sending wait for the server. */
export function useCaseActions() {
  const client = useQueryClient();
  const me = useMe();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['cases'] });

  /** Reads the case again and says what somebody else did meanwhile. */
  const conflict = async (before: CaseView | undefined, id: string): Promise<string[]> => {
    await client.invalidateQueries({ queryKey: caseKey(id) });
    const after = client.getQueryData<CaseView>(caseKey(id));
    return before && after ? whatChanged(before, after, me.id) : [];
  };

  /**
   * @param shown what the screens show at once
   * @param done the toast, "Assigned to Maja."
   */
  const change = async (row: CaseRow, wanted: CaseChange, shown: Partial<CaseRow>, done: string): Promise<void> => {
    await client.cancelQueries({ queryKey: ['cases'] });
    const known = client.getQueryData<CaseView>(caseKey(row.id));
    const restore = patchCaches(client, [row.id], shown);
    try {
      await api('PATCH', `/cases/${row.id}`, z.unknown(), { body: { ...wanted, version: row.version } });
      const undo: CaseChange = {
        ...('ownerId' in wanted ? { ownerId: row.ownerId } : {}),
        ...('teamId' in wanted ? { teamId: row.teamId } : {}),
        ...('priority' in wanted ? { priority: row.priority } : {}),
        ...('painPointIds' in wanted ? { painPointIds: row.painPointIds } : {}),
      };
      toast.undo(done, async () => {
        await api('PATCH', `/cases/${row.id}`, z.unknown(), { body: undo });
        await refresh();
      });
    } catch (error) {
      restore();
      if (error instanceof ApiError && error.status === 409) {
        const changes = await conflict(known, row.id);
        toast.failed(
          `#${row.number} was not changed, because somebody else changed it first. ${changes.join(' ')} Look again and repeat what is still right.`,
        );
      } else toast.failed(`#${row.number} was not changed.`, error);
    }
    await refresh();
  };

  /** One change for several cases, with Undo. `done` gets how many changed. @returns false when it was refused as a whole */
  const bulk = async (
    rows: readonly Pick<CaseRow, 'id' | 'number'>[],
    wanted: BulkChange,
    shown: Partial<CaseRow>,
    done: (count: number) => string,
    idempotencyKey = newIdempotencyKey(),
  ): Promise<z.infer<typeof BulkResult>> => {
    await client.cancelQueries({ queryKey: ['cases'] });
    const restore = patchCaches(
      client,
      rows.map((row) => row.id),
      shown,
    );
    try {
      const result = await api('POST', '/cases/bulk', BulkResult, {
        body: { ids: rows.map((row) => row.id), change: wanted },
        idempotencyKey,
      });
      if (result.changed > 0) toast.undo(done(result.changed), () => undo(result.undoId));
      if (result.skipped.length > 0 && rows.length > 1)
        toast.failed(
          `${result.skipped.length} of ${rows.length} stayed as they are: ${result.skipped
            .slice(0, 3)
            .map((one) => `#${one.number ?? '?'} ${one.message}`)
            .join(' ')}`,
        );
      return result;
    } catch (error) {
      restore();
      throw error;
    } finally {
      void refresh();
    }
  };

  /** Takes back what answered with this undo id. */
  const undo = async (undoId: string): Promise<void> => {
    await api('POST', `/cases/bulk/${undoId}/undo`, z.unknown());
    await refresh();
  };

  return { change, bulk, undo, conflict, refresh };
}
