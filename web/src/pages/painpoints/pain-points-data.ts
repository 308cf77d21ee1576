import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { PainPointPage, PainPointView, type PainPointStatus } from '../../../../src/painpoints/painpoints.contract.js';
import { api, type ApiOptions } from '../../api.js';
import type { Tone } from '../../components/badges.js';
import type { CursorList } from '../../lists.js';
import type { PainPointsSearch } from './pain-points-search.js';
import type { z } from 'zod';

export type PainPoint = z.infer<typeof PainPointView>;
export type Status = z.infer<typeof PainPointStatus>;

export const statusWords: Record<Status, string> = {
  new: 'New',
  investigating: 'Investigating',
  fixing: 'Fixing',
  fixed: 'Fixed',
  dismissed: 'Dismissed',
};
export const statusTones: Record<Status, Tone> = {
  new: 'neutral',
  investigating: 'soon',
  fixing: 'brand',
  fixed: 'good',
  dismissed: 'neutral',
};
export const statuses = Object.keys(statusWords) as Status[];

const DAY_MS = 86_400_000;
export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `from` and `to` of the API for what the URL says: 13 weeks up to today when it says nothing. */
export function period(search: Pick<PainPointsSearch, 'weeks' | 'from' | 'to'>): { from?: string; to?: string } {
  if (search.from || search.to)
    return { ...(search.from ? { from: search.from } : {}), ...(search.to ? { to: search.to } : {}) };
  const tomorrow = Math.floor(Date.now() / DAY_MS + 1) * DAY_MS;
  return { from: day(tomorrow - Number(search.weeks ?? 13) * 7 * DAY_MS) };
}

export type PainPointList = CursorList<PainPoint> & {
  /** NPS of the period and how many statements fit no pain point; null until loaded. */
  about: { score: number | null; ungrouped: number; from: string; to: string } | null;
};

export function usePainPoints(search: PainPointsSearch): PainPointList {
  const query: NonNullable<ApiOptions['query']> = {
    touchpoint: search.touchpoint,
    status: search.status,
    dismissed: search.status ? undefined : false,
    emerging: search.emerging,
    segment: search.segment,
    surveyId: search.surveyId,
    q: search.q,
    sort: search.sort,
    ...period(search),
  };
  const result = useInfiniteQuery({
    queryKey: ['pain-points', 'list', query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api('GET', '/pain-points', PainPointPage, { query: { limit: 50, ...query, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const first = result.data?.pages[0];
  return {
    items: result.data?.pages.flatMap((page) => page.items) ?? [],
    about: first ? { score: first.score, ungrouped: first.ungrouped, from: first.from, to: first.to } : null,
    loading: result.isPending,
    refreshing: result.isPlaceholderData && result.isFetching,
    error: result.error,
    retry: () => void result.refetch(),
    hasMore: result.hasNextPage,
    loadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
  };
}

/** All of them by name, to choose one from. */
export function usePainPointNames() {
  return useQuery({
    queryKey: ['pain-points', 'all'],
    queryFn: async ({ signal }) =>
      (await api('GET', '/pain-points', PainPointPage, { query: { limit: 200, dismissed: false }, signal })).items,
  });
}

/** Impact is the share of the score that is lost: "4.1" reads as points, never as a plus. */
export const lost = (impact: number | null): number | null => (impact === null ? null : Math.min(0, impact));
