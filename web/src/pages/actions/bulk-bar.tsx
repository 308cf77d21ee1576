import { Button } from '@mantine/core';
import { XIcon } from '@primer/octicons-react';
import { lazy, Suspense, useState } from 'react';
import type { BulkChange } from '../../../../src/actions/cases/cases.contract.js';
import { toast } from '../../components/toasts.js';
import { useHotkeys } from '../../hotkeys.js';
import { useMe } from '../../session.js';
import { priorityWords } from './case-words.js';
import { useCaseActions, type CaseRow } from './cases-data.js';
import classes from './cases-page.module.css';
import { Hint } from './hint.js';
import { PeopleMenu } from './people-menu.js';
import { PriorityMenu } from './priority-menu.js';

const LinkDialog = lazy(() => import('./link-dialog.js').then((m) => ({ default: m.LinkDialog })));
const ResolveDialog = lazy(() => import('./resolve-dialog.js').then((m) => ({ default: m.ResolveDialog })));

type Panel = 'assign' | 'priority' | 'link' | 'resolve' | null;

/** Over the list while cases are chosen; the keys of a case then mean all of them. */
export function BulkBar({
  rows,
  onClear,
  onDone,
}: {
  rows: readonly CaseRow[];
  onClear: () => void;
  onDone: () => void;
}) {
  const me = useMe();
  const actions = useCaseActions();
  const [panel, setPanel] = useState<Panel>(null);
  const many = (count: number): string => `${count} ${count === 1 ? 'case' : 'cases'}`;
  const run = (change: BulkChange, shown: Partial<CaseRow>, done: (count: number) => string): void => {
    setPanel(null);
    actions.bulk(rows, change, shown, done).catch((error: unknown) => toast.failed('Nothing was changed.', error));
    onDone();
  };
  const assign = (change: BulkChange, shown: Partial<CaseRow>, name: string): void =>
    run(change, shown, (count) => `${many(count)} assigned to ${name}.`);
  useHotkeys({
    a: () => setPanel('assign'),
    m: () => assign({ ownerId: me.id }, { ownerId: me.id, owner: { id: me.id, name: me.name } }, me.name),
    p: () => setPanel('priority'),
    l: () => setPanel('link'),
    e: () => setPanel('resolve'),
  });
  const toggle = (which: Panel) => (opened: boolean) => setPanel(opened ? which : null);
  return (
    <div className={classes['bulk']} role="group" aria-label={`${many(rows.length)} chosen`}>
      <span className={classes['bulkCount']} role="status">
        {rows.length} chosen
      </span>
      <PeopleMenu
        opened={panel === 'assign'}
        onOpen={toggle('assign')}
        onPick={({ change, shown, name }) =>
          assign(
            {
              ...(change.ownerId === undefined ? {} : { ownerId: change.ownerId }),
              ...(change.teamId ? { teamId: change.teamId } : {}),
            },
            shown,
            name,
          )
        }
      >
        <Button size="compact-sm" variant="default" title="Assign (A)">
          Assign
        </Button>
      </PeopleMenu>
      <PriorityMenu
        opened={panel === 'priority'}
        onOpen={toggle('priority')}
        value={null}
        onPick={(priority) =>
          run({ priority }, { priority }, (count) => `${many(count)} set to ${priorityWords[priority].toLowerCase()}.`)
        }
      >
        <Button size="compact-sm" variant="default" title="Priority (P)">
          Priority
        </Button>
      </PriorityMenu>
      <Hint label="Link to pain point" keys="l">
        <Button size="compact-sm" variant="default" onClick={() => setPanel('link')}>
          Link
        </Button>
      </Hint>
      <Hint label="Resolve with one text" keys="e">
        <Button size="compact-sm" onClick={() => setPanel('resolve')}>
          Resolve
        </Button>
      </Hint>
      <button type="button" className={classes['quiet']} aria-label="Clear the selection (Esc)" onClick={onClear}>
        <XIcon size={16} />
      </button>
      <Suspense fallback={null}>
        {panel === 'link' ? (
          <LinkDialog
            current={[]}
            touchpoint={
              rows.every((row) => row.touchpoint?.key === rows[0]?.touchpoint?.key)
                ? (rows[0]?.touchpoint ?? null)
                : null
            }
            onClose={() => setPanel(null)}
            onPick={(painPoint) =>
              run({ painPointId: painPoint.id }, {}, (count) => `${many(count)} linked to “${painPoint.name}”.`)
            }
          />
        ) : null}
        {panel === 'resolve' ? <ResolveDialog rows={rows} onClose={() => setPanel(null)} onResolved={onDone} /> : null}
      </Suspense>
    </div>
  );
}
