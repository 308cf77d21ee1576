import { useState } from 'react';
import { toast } from './components/toasts.js';

/**
 * Writes behind buttons and switches: one at a time, a failure becomes a toast that stays.
 * `busy` is the key of the write under way, so that its own button can show progress.
 */
export function useWrite(): {
  busy: string | null;
  run: (key: string, failed: string, work: () => Promise<unknown>) => Promise<boolean>;
} {
  const [busy, setBusy] = useState<string | null>(null);
  const run = async (key: string, failed: string, work: () => Promise<unknown>): Promise<boolean> => {
    if (busy !== null) return false;
    setBusy(key);
    try {
      await work();
      return true;
    } catch (error) {
      toast.failed(failed, error);
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { busy, run };
}
