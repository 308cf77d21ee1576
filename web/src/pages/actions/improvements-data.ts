import { useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import type { ChangeImprovement, ImprovementView } from '../../../../src/actions/improvements/improvements.contract.js';
import { api, ApiError } from '../../api.js';
import type { Tone } from '../../components/badges.js';
import { toast } from '../../components/toasts.js';

export type Improvement = ImprovementView;
export type ImprovementStatus = Improvement['status'];

export const improvementWords: Record<ImprovementStatus, string> = {
  planned: 'Planned',
  started: 'Started',
  done: 'Done',
  declined: 'Declined',
};
export const improvementTones: Record<ImprovementStatus, Tone> = {
  planned: 'neutral',
  started: 'brand',
  done: 'good',
  declined: 'neutral',
};
export const improvementStatuses = Object.keys(improvementWords) as ImprovementStatus[];

/** Changes an improvement, with Undo; a refusal becomes a toast. */
export function useChangeImprovement() {
  const client = useQueryClient();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['improvements'] });
  return async (found: Improvement, wanted: Omit<ChangeImprovement, 'version'>, done: string): Promise<void> => {
    try {
      await api('PATCH', `/improvements/${found.id}`, z.unknown(), { body: { ...wanted, version: found.version } });
      const back = Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key as keyof Improvement]]));
      toast.undo(done, async () => {
        await api('PATCH', `/improvements/${found.id}`, z.unknown(), { body: back });
        await refresh();
      });
    } catch (error) {
      toast.failed(
        error instanceof ApiError && error.status === 409
          ? 'Not changed, because somebody else changed it first. Look again and repeat what is still right.'
          : 'Not changed.',
        error,
      );
    }
    await refresh();
  };
}
