import { Link } from '@tanstack/react-router';
import { AlertFillIcon, IssueReopenedIcon } from '@primer/octicons-react';
import { Avatar } from '../../components/avatar.js';
import { DueBadge, ScoreBadge, StatusPill } from '../../components/badges.js';
import { DateTime } from '../../components/figures.js';
import { customerName, isResolved, priorityWords, statusTones, statusWords } from './case-words.js';
import type { CaseRow } from './cases-data.js';
import { isUnread } from './cases-desk.js';
import type { CasesSearch } from './cases-search.js';
import classes from './cases-page.module.css';

/** How many minutes before the due time it counts as soon: the server says when three quarters are used. */
export const soonMinutes = (row: Pick<CaseRow, 'dueAt' | 'warnAt'>): number =>
  row.dueAt && row.warnAt ? Math.max(1, (Date.parse(row.dueAt) - Date.parse(row.warnAt)) / 60_000) : 120;

/** What stands where the time left would: a closed or waiting case has no time running. */
function State({ row }: { row: CaseRow }) {
  if (isResolved(row.status)) return <StatusPill tone={statusTones[row.status]}>{statusWords[row.status]}</StatusPill>;
  if (row.status === 'waiting' && !row.dueAt) return <DueBadge at={null} done={statusWords.waiting} />;
  return <DueBadge at={row.dueAt} soonMinutes={soonMinutes(row)} />;
}

export function CaseRowItem({
  row,
  search,
  current,
  selected,
  selectable,
  onSelect,
}: {
  row: CaseRow;
  search: CasesSearch;
  current: boolean;
  selected: boolean;
  selectable: boolean;
  onSelect: (range: boolean) => void;
}) {
  const name = customerName(row);
  return (
    <li className={classes['item']} data-case={row.id} data-current={current} data-selected={selected}>
      {selectable ? (
        <label className={classes['check']} title="Select (X)">
          <input
            type="checkbox"
            checked={selected}
            aria-label={`Select #${row.number} ${name}`}
            onChange={(event) => onSelect((event.nativeEvent as MouseEvent).shiftKey)}
          />
        </label>
      ) : null}
      <Link
        to="/cases/$caseId"
        params={{ caseId: row.id }}
        search={search}
        resetScroll={false}
        aria-current={current ? 'true' : undefined}
        activeProps={{}}
        className={classes['link']}
      >
        <span className={classes['line']}>
          {row.score === null ? null : <ScoreBadge score={row.score} category={row.category} scale={scaleOf(row)} />}
          <span className={classes['name']}>{name}</span>
          {!current && isUnread(row) ? <span className={classes['dot']} role="img" aria-label="Unread" /> : null}
          <span className={classes['state']}>
            <State row={row} />
          </span>
        </span>
        <span className={classes['comment']}>{row.comment ?? row.subject}</span>
        <span className={classes['line']}>
          {row.touchpoint ? <span className={classes['tag']}>{row.touchpoint.name}</span> : null}
          {row.priority === 'high' || row.priority === 'urgent' ? (
            <span className={classes['priority']}>
              <AlertFillIcon size={12} /> {priorityWords[row.priority]}
            </span>
          ) : null}
          {row.status === 'reopened' ? (
            <span className={classes['priority']}>
              <IssueReopenedIcon size={12} /> Reopened
            </span>
          ) : null}
          <span className={classes['segment']}>
            {row.customer ? (
              <>
                {row.customer.segments[0] ?? row.customer.account ?? 'Customer'} ·{' '}
                <DateTime at={row.customer.since} as="since" />
              </>
            ) : (
              'No customer known'
            )}
          </span>
          <span className={classes['age']}>
            <DateTime at={row.createdAt} as="ago" />
            <Avatar name={row.owner?.name ?? null} />
          </span>
        </span>
      </Link>
    </li>
  );
}

/** CSAT and CES run on other scales, which have no promoters. */
export const scaleOf = (row: Pick<CaseRow, 'score' | 'category'>): 'nps' | 'other' =>
  row.score !== null && row.category === null ? 'other' : 'nps';
