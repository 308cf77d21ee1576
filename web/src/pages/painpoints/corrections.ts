import { useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { Corrected } from '../../../../src/painpoints/painpoints.contract.js';
import { api } from '../../api.js';
import { toast } from '../../components/toasts.js';

export type Correction =
  | { painPointId: string | null }
  | { newPainPoint: string }
  | { sentiment: 'negative' | 'neutral' | 'positive' }
  | { aspect: string | null };

/** Corrects statements with Undo, everywhere they are shown. Resolves to false when nothing was changed. */
export function useCorrect(): (
  ids: readonly string[],
  change: Correction,
  done: string,
  onUndone?: () => void,
) => Promise<boolean> {
  const client = useQueryClient();
  const refresh = (): Promise<unknown> =>
    Promise.all(
      ['pain-points', 'responses', 'statements', 'language', 'insights'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    );
  return async (ids, change, done, onUndone) => {
    try {
      const { correctionId } = await api('POST', '/statements/correct', Corrected, {
        body: { statementIds: ids, ...change },
      });
      toast.undo(done, async () => {
        await undo(correctionId);
        onUndone?.();
        await refresh();
      });
      await refresh();
      return true;
    } catch (error) {
      toast.failed('Nothing was changed.', error);
      return false;
    }
  };
}

export const undo = (correctionId: string): Promise<unknown> =>
  api('POST', `/corrections/${correctionId}/undo`, z.unknown());
