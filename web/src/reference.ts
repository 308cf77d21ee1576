import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from './api.js';

/** The short lists that filters and names come from; they change rarely and are asked for once in five minutes. */

const Touchpoint = z.object({ id: z.string(), key: z.string(), name: z.string(), stage: z.string() });
const Survey = z.object({ id: z.string(), name: z.string(), metric: z.string(), status: z.string() });
const User = z.object({ id: z.string(), name: z.string(), disabled: z.boolean().optional() });
export type TouchpointRef = z.infer<typeof Touchpoint>;
export type SurveyRef = z.infer<typeof Survey>;
export type UserRef = z.infer<typeof User>;

function useReference<T>(path: string, item: z.ZodType<T>): UseQueryResult<T[]> {
  return useQuery({
    queryKey: ['reference', path],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) =>
      (await api('GET', path, z.object({ items: z.array(item) }), { query: { limit: 200 }, signal })).items,
  });
}

/** In journey order; empty while loading or when they could not be had. */
export const useTouchpoints = (): readonly TouchpointRef[] => useReference('/touchpoints', Touchpoint).data ?? [];
export const useSurveys = (): readonly SurveyRef[] => useReference('/surveys', Survey).data ?? [];
export const useUsers = (): readonly UserRef[] => useReference('/users', User).data ?? [];

/** A person's name by id; null for nobody, "Somebody" for one who is not on the list. */
export function useUserName(): (id: string | null) => string | null {
  const users = useUsers();
  return (id) => (id === null ? null : (users.find((user) => user.id === id)?.name ?? 'Somebody'));
}

const Groups = z.object({ groups: z.array(z.object({ key: z.string().nullable(), n: z.number() })) });

/** The segments that people who answered are in, largest first. */
export function useSegments(): readonly string[] {
  const { data } = useQuery({
    queryKey: ['reference', 'segments'],
    staleTime: 5 * 60_000,
    retry: false,
    queryFn: ({ signal }) =>
      api('GET', '/insights/nps', Groups, { query: { groupBy: 'segment', interval: 'quarter' }, signal }),
  });
  return data?.groups.flatMap((group) => group.key ?? []) ?? [];
}
