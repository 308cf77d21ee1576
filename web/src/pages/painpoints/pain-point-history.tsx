import { Button } from '@mantine/core';
import { HistoryEntry } from '../../../../src/painpoints/painpoints.contract.js';
import type { z } from 'zod';
import { Card } from '../../components/card.js';
import { ListFoot } from '../../components/data-table.js';
import { DateTime } from '../../components/figures.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useUserName } from '../../reference.js';
import { useCan } from '../../session.js';
import { undo } from './corrections.js';
import type { PainPoint } from './pain-points-data.js';
import classes from './pain-points.module.css';

type Entry = z.infer<typeof HistoryEntry>;

/** What people and the grouping did to it, newest first; people's part can be taken back. */
export function PainPointHistory({ found, onChanged }: { found: PainPoint; onChanged: () => Promise<void> }) {
  const list = useCursorList(['pain-points', 'history', found.id], `/pain-points/${found.id}/history`, HistoryEntry);
  const userName = useUserName();
  const canManage = useCan('manager');
  const canAct = useCan('agent');
  if (list.items.length === 0) return null;
  const back = async (id: string): Promise<void> => {
    try {
      await undo(id);
      toast.done('Taken back.');
    } catch (error) {
      toast.failed('It was not taken back.', error);
    }
    await onChanged();
  };
  return (
    <Card
      heading="History"
      sub="What people decided holds through every new grouping, until somebody takes it back."
      flush
    >
      <ul className={classes['statements']}>
        {list.items.map((one) => (
          <li key={`${one.correctionId ?? one.kind}${one.at}${one.other?.id ?? ''}`} className={classes['event']}>
            <div className={classes['words']}>
              <p>{sentence(one, found.id, userName)}</p>
              <p className={classes['from']}>
                {one.by === 'machine'
                  ? 'The grouping'
                  : one.by === 'program'
                    ? 'A program'
                    : (userName(one.userId) ?? 'Somebody')}{' '}
                · <DateTime at={one.at} />
                {one.undoneAt ? (
                  <>
                    {' '}
                    · taken back <DateTime at={one.undoneAt} as="ago" />
                  </>
                ) : null}
              </p>
            </div>
            {one.correctionId && !one.undoneAt && (SHAPING.has(one.kind) ? canManage : canAct) ? (
              <Button variant="subtle" size="compact-sm" onClick={() => void back(one.correctionId ?? '')}>
                Undo
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {list.hasMore ? <ListFoot list={list} /> : null}
    </Card>
  );
}

const SHAPING: ReadonlySet<Entry['kind']> = new Set(['rename', 'status', 'owner', 'merge', 'split']);

function sentence(one: Entry, here: string, userName: (id: string | null) => string | null): string {
  const some = one.statements === 1 ? '1 statement' : `${one.statements} statements`;
  const other = one.other && one.other.id !== here ? `“${one.other.name}”` : null;
  const from = one.painPoint && one.painPoint.id !== here ? `“${one.painPoint.name}”` : null;
  switch (one.kind) {
    case 'rename':
      return `Renamed from “${one.before ?? ''}” to “${one.after ?? ''}”.`;
    case 'status':
      return `Status from “${one.before ?? ''}” to “${one.after ?? ''}”.`;
    case 'owner':
      return one.after ? `${userName(one.after) ?? 'A colleague'} became its owner.` : 'Nobody owned it from now on.';
    case 'merge':
      return other ? `Merged into ${other}.` : 'Another pain point was merged into it.';
    case 'split':
      return other
        ? `${some} split off into ${other}.`
        : `Split off from ${from ?? 'another pain point'} with ${some}.`;
    case 'place':
      return one.other === null
        ? `${some} thrown out.`
        : other
          ? `${some} moved to ${other}.`
          : `${some} moved here${from ? ` from ${from}` : ''}.`;
    case 'sentiment':
      return one.before === one.after
        ? `${some} confirmed as ${one.after ?? ''}.`
        : `${some} corrected from ${one.before ?? 'unread'} to ${one.after ?? ''}.`;
    case 'aspect':
      return `${some} corrected to be about ${one.after ?? 'nothing in particular'}.`;
    case 'found':
      return `Found, with ${some}.`;
    case 'split_from':
      return `Became a pain point of its own out of ${other ?? 'another one'}, with ${some}.`;
    case 'merged':
      return `${other ?? 'Another one'} came together with it: ${some}.`;
    case 'dissolved':
      return `Dissolved; ${some} returned to the pool.`;
  }
}
