import { Button, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowRightIcon } from '@primer/octicons-react';
import { lazy, Suspense, useState } from 'react';
import { ImprovementView } from '../../../../src/actions/improvements/improvements.contract.js';
import { Avatar } from '../../components/avatar.js';
import { StatusPill } from '../../components/badges.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { FilterBar, type FilterValues } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useCursorList } from '../../lists.js';
import { useUsers } from '../../reference.js';
import { useCan } from '../../session.js';
import {
  improvementStatuses,
  improvementWords,
  useChangeImprovement,
  type Improvement,
  type ImprovementStatus,
} from './improvements-data.js';
import { improvementsSearch } from './improvements-search.js';
import classes from './improvements.module.css';

const ImprovementDialog = lazy(() => import('./improvement-dialog.js').then((m) => ({ default: m.ImprovementDialog })));

/** What we change because customers said so: a board by status, a list on phones. */
export function ImprovementsPage() {
  const search = useSearch({ from: '/shell/improvements' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const canManage = useCan('manager');
  const users = useUsers();
  const change = useChangeImprovement();
  const [creating, setCreating] = useState(false);
  const list = useCursorList(['improvements', 'list'], '/improvements', ImprovementView, {
    ownerId: search.owner,
    status: search.status,
    painPointId: search.painPoint,
    limit: 200,
  });
  const waiting = list.items.reduce((sum, one) => sum + (one.status === 'done' ? one.waitingToHear : 0), 0);
  const columns = search.status ? [search.status] : improvementStatuses;
  const filtered = search.owner !== undefined || search.status !== undefined || search.painPoint !== undefined;
  const create = <Button onClick={() => setCreating(true)}>New improvement</Button>;
  return (
    <>
      <PageHeader
        title="Improvements"
        lead={
          waiting > 0
            ? `${waiting} customers still wait to hear about what is done`
            : 'What we change because customers said so'
        }
        actions={canManage ? create : null}
      />
      <div className="hb-stack">
        <FilterBar
          filters={[
            {
              key: 'owner',
              label: 'Owner',
              kind: 'choice',
              options: users.map((user) => ({ value: user.id, label: user.name })),
            },
            {
              key: 'status',
              label: 'Status',
              kind: 'choice',
              options: improvementStatuses.map((value) => ({ value, label: improvementWords[value] })),
            },
          ]}
          values={search as FilterValues}
          onChange={(values) =>
            void navigate({
              to: '/improvements',
              search: improvementsSearch({ ...search, ...values }),
              replace: true,
            })
          }
        />
        {list.error && list.items.length === 0 ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : list.loading ? (
          <div className={classes['board']}>
            {columns.map((status) => (
              <SkeletonCard key={status} height={220} />
            ))}
          </div>
        ) : list.items.length === 0 ? (
          <EmptyState
            title={filtered ? 'No improvement fits these filters.' : 'No improvements yet.'}
            action={
              filtered ? (
                <Button
                  variant="default"
                  onClick={() => void navigate({ to: '/improvements', search: {}, replace: true })}
                >
                  Clear filters
                </Button>
              ) : canManage ? (
                create
              ) : undefined
            }
          >
            {filtered ? null : 'Start one from a pain point, so that everyone who said it hears back when it is done.'}
          </EmptyState>
        ) : (
          <div className={classes['board']} data-one={columns.length === 1} aria-busy={list.refreshing}>
            {columns.map((status) => {
              const cards = list.items.filter((one) => one.status === status);
              return (
                <section key={status} aria-labelledby={`column-${status}`} className={classes['column']}>
                  <h2 id={`column-${status}`}>
                    {improvementWords[status]} <span className={classes['count']}>{cards.length}</span>
                  </h2>
                  {cards.length === 0 ? <p className={classes['none']}>None</p> : null}
                  <ul>
                    {cards.map((one) => (
                      <li key={one.id}>
                        <ImprovementCard
                          found={one}
                          onMove={
                            canManage
                              ? (to) =>
                                  void change(
                                    one,
                                    { status: to },
                                    `“${one.name}” is ${improvementWords[to].toLowerCase()}.`,
                                  )
                              : null
                          }
                        />
                      </li>
                    ))}
                  </ul>
                </section>
              );
            })}
          </div>
        )}
        {list.hasMore ? (
          <Button variant="default" onClick={list.loadMore} loading={list.loadingMore}>
            Load more
          </Button>
        ) : null}
      </div>
      <Suspense fallback={null}>
        {creating ? (
          <ImprovementDialog
            onClose={() => setCreating(false)}
            onSaved={(made) => {
              void client.invalidateQueries({ queryKey: ['improvements'] });
              void navigate({ to: '/improvements/$improvementId', params: { improvementId: made.id } });
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

function ImprovementCard({ found, onMove }: { found: Improvement; onMove: ((to: ImprovementStatus) => void) | null }) {
  const open = found.status === 'planned' || found.status === 'started';
  return (
    <article className={classes['card']}>
      <h3>
        <Link to="/improvements/$improvementId" params={{ improvementId: found.id }}>
          {found.name}
        </Link>
      </h3>
      {found.painPoints.length > 0 ? (
        <p className={classes['points']}>
          {found.painPoints.map((one, index) => (
            <span key={one.id}>
              {index > 0 ? ', ' : ''}
              <Link to="/pain-points/$painPointId" params={{ painPointId: one.id }}>
                {one.name}
              </Link>
            </span>
          ))}
        </p>
      ) : (
        <p className={classes['points']}>No pain point linked</p>
      )}
      <p className={classes['meta']}>
        {found.waitingToHear > 0 ? (
          <StatusPill tone={open ? 'neutral' : 'soon'}>
            {found.waitingToHear} {found.waitingToHear === 1 ? 'customer waits' : 'customers wait'} to hear
          </StatusPill>
        ) : found.announcedAt ? (
          <StatusPill tone="good">All {found.announced.sent} told</StatusPill>
        ) : null}
        {found.dueAt && open ? (
          <StatusPill tone={found.overdue ? 'late' : 'neutral'}>
            {found.overdue ? 'Was due ' : 'Due '}
            <DateTime at={found.dueAt} as="day" />
          </StatusPill>
        ) : null}
      </p>
      <div className={classes['foot']}>
        <span className={classes['owner']}>
          <Avatar name={found.owner?.name ?? null} decorative /> {found.owner?.name ?? 'Nobody'}
        </span>
        {onMove ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="subtle" size="compact-sm" rightSection={<ArrowRightIcon size={12} />}>
                Move<span className="hb-visually-hidden"> “{found.name}”</span>
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {improvementStatuses
                .filter((status) => status !== found.status)
                .map((status) => (
                  <Menu.Item key={status} onClick={() => onMove(status)}>
                    To {improvementWords[status].toLowerCase()}
                  </Menu.Item>
                ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
    </article>
  );
}
