import { useInfiniteQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { api, type ApiOptions } from './api.js';

export type CursorList<T> = {
  items: T[];
  /** True until the first page is there. */
  loading: boolean;
  /** Old rows stay on show while a changed filter loads. */
  refreshing: boolean;
  error: Error | null;
  retry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
};

/**
 * A list of the API, page by page (`{items, nextCursor}`, 50 a page).
 * @param key query key, e.g. `['cases', 'list']`; the query is part of it by itself
 */
export function useCursorList<T>(
  key: readonly unknown[],
  path: string,
  item: z.ZodType<T>,
  query: NonNullable<ApiOptions['query']> = {},
): CursorList<T> {
  const schema = z.object({ items: z.array(item), nextCursor: z.string().nullish() });
  const result = useInfiniteQuery({
    queryKey: [...key, query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api('GET', path, schema, { query: { limit: 50, ...query, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.nextCursor ?? null,
    placeholderData: (previous) => previous,
  });
  return {
    items: result.data?.pages.flatMap((page) => page.items) ?? [],
    loading: result.isPending,
    refreshing: result.isPlaceholderData && result.isFetching,
    error: result.error,
    retry: () => void result.refetch(),
    hasMore: result.hasNextPage,
    loadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
  };
}
