import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import { api } from '../../api.js';

/** All of a short list (at most 200): teams, rules, keys, goals. */
export function useAll<T>(
  path: string,
  page: z.ZodType<{ items: T[]; nextCursor: string | null }>,
  enabled = true,
): UseQueryResult<T[]> {
  return useQuery({
    queryKey: ['all', path],
    enabled,
    queryFn: async ({ signal }) => (await api('GET', path, page, { query: { limit: 200 }, signal })).items,
  });
}
