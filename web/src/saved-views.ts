import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { api, ApiError, newIdempotencyKey } from './api.js';

const View = z.object({
  id: z.string(),
  name: z.string(),
  screen: z.string(),
  query: z.record(z.string(), z.unknown()),
});
export type SavedView = z.infer<typeof View>;
const Views = z.object({ items: z.array(View) });

/**
 * The saved filters of one screen (`cases`, `responses` …): the search params under a name.
 * `views` is empty and `available` false where the server has none yet.
 */
export function useSavedViews(screen: string): {
  views: readonly SavedView[];
  available: boolean;
  save: (name: string, query: Record<string, unknown>) => Promise<SavedView>;
} {
  const client = useQueryClient();
  const key = ['views', screen];
  const { data } = useQuery({
    queryKey: key,
    retry: false,
    queryFn: async () => {
      try {
        return (await api('GET', '/views', Views, { query: { screen, limit: 200 } })).items.filter(
          (v) => v.screen === screen,
        );
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
  const create = useMutation({
    mutationFn: (view: { name: string; query: Record<string, unknown> }) =>
      api('POST', '/views', View, { body: { screen, ...view }, idempotencyKey: newIdempotencyKey() }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  return {
    views: data ?? [],
    available: Array.isArray(data),
    save: (name, query) => create.mutateAsync({ name, query }),
  };
}
