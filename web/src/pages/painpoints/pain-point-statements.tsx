import { Button, Select } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { z } from 'zod';
import { PainPointStatement } from '../../../../src/painpoints/painpoints.contract.js';
import { ScoreBadge, SentimentTag, StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ListFoot } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { useHotkeys } from '../../hotkeys.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { useCorrect } from './corrections.js';
import { period, usePainPointNames, type PainPoint } from './pain-points-data.js';
import classes from './pain-points.module.css';
import { StatementMenu } from './statement-menu.js';

type Statement = z.infer<typeof PainPointStatement>;

const SURE = {
  high: 'The machine is quite sure that these say the same.',
  fair: 'Most of these say much the same.',
  low: 'The machine is not sure of this group.',
} as const;

/** How far the grouping can be trusted, in words. */
function sureness(found: PainPoint, shown: readonly Statement[]): string {
  const placed = shown.filter((one) => one.placedByPerson).length;
  const people =
    placed > 0 ? ` ${placed} of the ${shown.length} shown were placed by people; they stay where they are.` : '';
  const sure = found.sureness ? SURE[found.sureness] : 'The machine puts statements together that share words.';
  return `${sure} Read some before you act, and throw out what does not belong (X).${people}`;
}

/** The statements of a pain point; each can be chosen, moved, thrown out or corrected, by mouse and by key. */
export function Statements({
  found,
  chosen,
  onChosen,
  onSplit,
  onChanged,
}: {
  found: PainPoint;
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  onSplit: (() => void) | null;
  onChanged: () => Promise<void>;
}) {
  const search = useSearch({ from: '/shell/pain-points/$painPointId' });
  const canAct = useCan('agent');
  const correct = useCorrect();
  const list = useCursorList(
    ['pain-points', 'statements', found.id],
    `/pain-points/${found.id}/statements`,
    PainPointStatement,
    period(search),
  );
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const box = useRef<HTMLUListElement>(null);
  const shown = list.items.filter((one) => !gone.has(one.id));

  const rows = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>('[data-statement]') ?? [])];
  const here = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('[data-statement]') ?? null;
  const hereId = (): string | null => here()?.dataset['statement'] ?? null;
  const move = (step: 1 | -1): void => {
    const all = rows();
    const at = all.indexOf(here() as HTMLElement);
    all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  const toggle = (id: string, range: boolean): void => {
    const next = new Set(chosen);
    const from = shown.findIndex((one) => one.id === last.current);
    const to = shown.findIndex((one) => one.id === id);
    if (range && from >= 0) for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(one.id);
    else if (!next.delete(id)) next.add(id);
    last.current = id;
    onChosen(next);
  };
  /** Takes them off the list at once; they come back when that fails or is undone. */
  const place = async (ids: readonly string[], painPointId: string | null, done: string): Promise<void> => {
    const all = rows();
    const at = all.findIndex((row) => ids.includes(row.dataset['statement'] ?? ''));
    const next = all.slice(at).find((row) => !ids.includes(row.dataset['statement'] ?? '')) ?? all[at - 1];
    setGone(new Set([...gone, ...ids]));
    onChosen(new Set());
    next?.focus();
    const back = (): void => setGone((before) => new Set([...before].filter((id) => !ids.includes(id))));
    if (!(await correct(ids, { painPointId }, done, back))) back();
    await onChanged();
  };
  const throwOut = (ids: readonly string[]): Promise<void> =>
    place(ids, null, ids.length === 1 ? 'Thrown out of this pain point.' : `${ids.length} statements thrown out.`);
  const picked = (): readonly string[] => {
    const id = hereId();
    return chosen.size > 0 ? [...chosen] : id ? [id] : [];
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    s: () => {
      const id = hereId();
      if (id && canAct) toggle(id, false);
    },
    'shift+s': () => {
      const id = hereId();
      if (id && canAct) toggle(id, true);
    },
    x: () => {
      const ids = picked();
      if (canAct && ids.length > 0) void throwOut(ids);
    },
    Escape: () => onChosen(new Set()),
  });

  return (
    <Card heading="What customers said" sub={sureness(found, shown)} flush>
      {chosen.size > 0 ? (
        <div className={classes['bulk']} role="group" aria-label="Chosen statements">
          <span role="status">{chosen.size} chosen</span>
          {onSplit ? (
            <Button size="compact-sm" onClick={onSplit}>
              Split off…
            </Button>
          ) : null}
          <MoveTo found={found} onMove={(id, name) => void place([...chosen], id, `Moved to “${name}”.`)} />
          <Button size="compact-sm" variant="default" title="X" onClick={() => void throwOut([...chosen])}>
            Throw out
          </Button>
          <StatementMenu ids={[...chosen]} label={null} text="the chosen statements" />
          <Button size="compact-sm" variant="subtle" title="Esc" onClick={() => onChosen(new Set())}>
            Clear
          </Button>
        </div>
      ) : null}
      {list.error && list.items.length === 0 ? (
        <ErrorState error={list.error} onRetry={list.retry} />
      ) : list.loading ? (
        <div className={classes['bones']}>
          <SkeletonLines lines={8} />
        </div>
      ) : shown.length === 0 ? (
        <EmptyState title="No statements in this period.">A longer period may have some.</EmptyState>
      ) : (
        <>
          <ul ref={box} className={classes['statements']} aria-label="Statements">
            {shown.map((one) => (
              <li key={one.id} className={classes['statement']} data-statement={one.id} tabIndex={-1}>
                {canAct ? (
                  <label className={classes['check']} title="Choose (S, with Shift a range)">
                    <input
                      type="checkbox"
                      checked={chosen.has(one.id)}
                      aria-label={`Choose: ${one.text}`}
                      onChange={(event) => toggle(one.id, (event.nativeEvent as MouseEvent).shiftKey)}
                    />
                  </label>
                ) : null}
                <div className={classes['words']}>
                  <div className={classes['quote']} dir="auto">
                    <Marked statement={one} />
                  </div>
                  <p className={classes['from']}>
                    <ScoreBadge score={one.score} />
                    {one.sentiment.label !== 'negative' ? <SentimentTag label={one.sentiment.label} /> : null}
                    {one.customer ? (
                      <Link to="/customers/$customerId" params={{ customerId: one.customer.id }}>
                        {one.customer.name ?? 'Customer without a name'}
                      </Link>
                    ) : (
                      'Unknown customer'
                    )}
                    {' · '}
                    <Link to="/responses/$responseId" params={{ responseId: one.responseId }}>
                      <DateTime at={one.submittedAt} as="date" />
                      <span className="hb-visually-hidden">: open the response</span>
                    </Link>
                    {one.caseId ? (
                      <>
                        {' · '}
                        <Link to="/cases/$caseId" params={{ caseId: one.caseId }} search={{ view: 'all' }}>
                          Case
                        </Link>
                      </>
                    ) : null}
                    {one.placedByPerson ? <StatusPill>Placed by a person</StatusPill> : null}
                  </p>
                </div>
                {canAct ? (
                  <span className={classes['acts']}>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      title="Throw out of this pain point (X)"
                      aria-label={`Throw out: ${one.text}`}
                      onClick={() => void throwOut([one.id])}
                    >
                      Throw out
                    </Button>
                    <StatementMenu ids={[one.id]} label={one.sentiment.label} text={one.text} like={one.text} />
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
          <ListFoot list={list} />
        </>
      )}
    </Card>
  );
}

function MoveTo({ found, onMove }: { found: PainPoint; onMove: (id: string, name: string) => void }) {
  const { data } = usePainPointNames();
  const others = (data ?? []).filter((one) => one.id !== found.id && one.touchpointKey === found.touchpointKey);
  return (
    <Select
      aria-label="Move to"
      placeholder="Move to…"
      size="xs"
      w={200}
      searchable
      value={null}
      data={others.map((one) => ({ value: one.id, label: one.name }))}
      nothingFoundMessage="None has this name"
      onChange={(id) => {
        const name = others.find((one) => one.id === id)?.name;
        if (id && name !== undefined) onMove(id, name);
      }}
    />
  );
}

/** As much of a long comment as is read around the statement. */
const AROUND = 300;

/** The comment with the statement's own words marked in it; of a very long one the part around them. */
function Marked({ statement }: { statement: Statement }) {
  const { comment, text, start, end } = statement;
  if (!comment || comment.slice(start, end).trim() !== text.trim())
    return <mark className={classes['mark']}>{text}</mark>;
  const from = start > AROUND ? start - AROUND : 0;
  const to = comment.length - end > AROUND ? end + AROUND : comment.length;
  return (
    <>
      {from > 0 ? '… ' : ''}
      {comment.slice(from, start)}
      <mark className={classes['mark']}>{comment.slice(start, end)}</mark>
      {comment.slice(end, to)}
      {to < comment.length ? ' …' : ''}
    </>
  );
}
