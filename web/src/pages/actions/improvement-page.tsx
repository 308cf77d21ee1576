import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CheckIcon, ChevronDownIcon } from '@primer/octicons-react';
import { lazy, Suspense, useState } from 'react';
import { ImprovementEffect, ImprovementView } from '../../../../src/actions/improvements/improvements.contract.js';
import { api, ApiError } from '../../api.js';
import { Avatar } from '../../components/avatar.js';
import { SignalChip, StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { NotFound } from '../../components/not-found.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard, SkeletonLines } from '../../components/skeleton.js';
import { signed, useFormat } from '../../format.js';
import { useCan } from '../../session.js';
import {
  improvementStatuses,
  improvementTones,
  improvementWords,
  useChangeImprovement,
  type Improvement,
} from './improvements-data.js';
import classes from './improvements.module.css';

const ImprovementDialog = lazy(() => import('./improvement-dialog.js').then((m) => ({ default: m.ImprovementDialog })));
const Announce = lazy(() => import('./announce.js').then((m) => ({ default: m.Announce })));

export function ImprovementPage() {
  const { improvementId } = useParams({ from: '/shell/improvements/$improvementId' });
  const query = useQuery({
    queryKey: ['improvements', 'one', improvementId],
    queryFn: ({ signal }) => api('GET', `/improvements/${improvementId}`, ImprovementView, { signal }),
  });
  if (query.data) return <OpenImprovement found={query.data} />;
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFound />;
  return (
    <>
      <PageHeader title="Improvement" section="Improvements" />
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div className="hb-stack">
          <SkeletonCard height={160} />
          <SkeletonCard height={220} />
        </div>
      )}
    </>
  );
}

function OpenImprovement({ found }: { found: Improvement }) {
  const client = useQueryClient();
  const canManage = useCan('manager');
  const change = useChangeImprovement();
  const [editing, setEditing] = useState(false);
  const open = found.status === 'planned' || found.status === 'started';
  return (
    <>
      <PageHeader
        title={found.name}
        section="Improvements"
        crumbs={[
          <Link key="all" to="/improvements">
            Improvements
          </Link>,
        ]}
        lead={
          <>
            {found.customers} {found.customers === 1 ? 'customer' : 'customers'} said it
            {found.finishedAt ? (
              <>
                {' · '}
                {found.status === 'declined' ? 'declined' : 'done'} <DateTime at={found.finishedAt} as="date" />
              </>
            ) : found.startedAt ? (
              <>
                {' · started '}
                <DateTime at={found.startedAt} as="date" />
              </>
            ) : null}
          </>
        }
        actions={
          canManage ? (
            <>
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default" rightSection={<ChevronDownIcon size={12} />}>
                    <span className="hb-visually-hidden">Status: </span>
                    {improvementWords[found.status]}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {improvementStatuses.map((status) => (
                    <Menu.Item
                      key={status}
                      rightSection={status === found.status ? <CheckIcon size={16} aria-label="current" /> : null}
                      onClick={() =>
                        void change(found, { status }, `It is ${improvementWords[status].toLowerCase()} now.`)
                      }
                    >
                      {improvementWords[status]}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
              <Button variant="default" onClick={() => setEditing(true)}>
                Change…
              </Button>
            </>
          ) : (
            <StatusPill tone={improvementTones[found.status]}>{improvementWords[found.status]}</StatusPill>
          )
        }
      />
      <div className={classes['detail']}>
        <div className="hb-stack">
          <Card heading="Plan">
            <dl className={classes['facts']}>
              <div>
                <dt>Owner</dt>
                <dd className={classes['owner']}>
                  <Avatar name={found.owner?.name ?? null} decorative /> {found.owner?.name ?? 'Nobody yet'}
                </dd>
              </div>
              <div>
                <dt>Due</dt>
                <dd>
                  {found.dueAt ? <DateTime at={found.dueAt} as="date" /> : 'No date yet'}{' '}
                  {found.overdue && open ? <StatusPill tone="late">Overdue</StatusPill> : null}
                </dd>
              </div>
              <div>
                <dt>Pain points</dt>
                <dd>
                  {found.painPoints.length === 0 ? 'None linked, so nobody waits to hear.' : null}
                  <ul className={classes['plain']}>
                    {found.painPoints.map((one) => (
                      <li key={one.id}>
                        <Link to="/pain-points/$painPointId" params={{ painPointId: one.id }}>
                          {one.name}
                        </Link>{' '}
                        <span className="hb-meta">{one.touchpointName}</span>
                      </li>
                    ))}
                  </ul>
                </dd>
              </div>
            </dl>
            {found.description ? <p className={classes['text']}>{found.description}</p> : null}
          </Card>
          <Effect found={found} />
        </div>
        <div className="hb-stack">
          <Card
            heading="You said, we did"
            sub={
              found.announcedAt ? (
                <>
                  Announced <DateTime at={found.announcedAt} as="date" />: {found.announced.sent} told,{' '}
                  {found.announced.skipped} not reached
                </>
              ) : (
                'Goes to exactly those who said it.'
              )
            }
          >
            <p className={classes['waiting']}>
              <b>{found.waitingToHear}</b> {found.waitingToHear === 1 ? 'customer waits' : 'customers wait'} to hear
            </p>
            {canManage ? (
              <Suspense fallback={<SkeletonLines lines={6} />}>
                <Announce key={found.version} found={found} />
              </Suspense>
            ) : (
              <>
                <p className={classes['text']}>{found.outcome ?? 'What customers will read is not written yet.'}</p>
                <p className="hb-meta">Managers and admins can announce it.</p>
              </>
            )}
          </Card>
        </div>
      </div>
      <Suspense fallback={null}>
        {editing ? (
          <ImprovementDialog
            found={found}
            onClose={() => setEditing(false)}
            onSaved={() => void client.invalidateQueries({ queryKey: ['improvements'] })}
          />
        ) : null}
      </Suspense>
    </>
  );
}

type Side = ImprovementEffect['before'];

/** Whether it worked: the score before and after, with what is sure about the difference. */
function Effect({ found }: { found: Improvement }) {
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: ['improvements', 'one', found.id, 'effect', found.status],
    queryFn: ({ signal }) => api('GET', `/improvements/${found.id}/effect`, ImprovementEffect, { signal }),
  });
  const at = data && data.touchpoints.length > 0 ? data.touchpoints.map((one) => one.name).join(', ') : null;
  const { change, after } = data ?? {};
  const heading =
    change?.verdict === 'signal' && change.points !== null
      ? `The score ${change.points > 0 ? 'rose' : 'fell'} by ${Math.abs(Math.round(change.points))} points`
      : 'Did it help?';
  return (
    <Card heading={heading} sub={at ? `NPS at ${at}, 90 days before and after` : 'NPS before and after'}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : (
        <>
          <Interval label="Before" side={data.before} />
          {after ? (
            <Interval label="After" side={after} />
          ) : (
            <p className="hb-second">There is no after yet: it is measured from the day on which it is done.</p>
          )}
          {change ? (
            <p className={classes['verdict']}>
              <SignalChip signal={change.verdict === 'too_few' ? null : change.verdict === 'signal'} />
              <b>{signed(change.points)}</b>
              {change.low !== null && change.high !== null ? (
                <span>
                  likely between {signed(change.low)} and {signed(change.high)}
                </span>
              ) : null}
            </p>
          ) : null}
          <p className="hb-second">
            {format.number(data.mentions.beforePerWeek, 1)} statements a week before
            {data.mentions.afterPerWeek === null ? '' : `, ${format.number(data.mentions.afterPerWeek, 1)} after`}.
            Other things may have changed at the same time.
          </p>
        </>
      )}
    </Card>
  );
}

const place = (nps: number): string => `${(nps + 100) / 2}%`;

function Interval({ label, side }: { label: string; side: Side }) {
  const format = useFormat();
  const { nps, low, high } = side;
  return (
    <div className={classes['interval']}>
      <span className={classes['side']}>
        {label}
        <span className="hb-meta">n {format.number(side.n)}</span>
      </span>
      <span className={classes['scale']} aria-hidden="true">
        <span className={classes['zero']} />
        {nps === null || low === null || high === null ? null : (
          <>
            <span
              className={classes['band']}
              style={{ insetInlineStart: place(low), inlineSize: `${(high - low) / 2}%` }}
            />
            <span className={classes['point']} style={{ insetInlineStart: place(nps) }} />
          </>
        )}
      </span>
      <span className={classes['nps']}>
        <b>{signed(nps)}</b>
        <span className="hb-meta">
          {side.tooFew || low === null || high === null ? 'too few answers' : `${signed(low)} to ${signed(high)}`}
        </span>
      </span>
    </div>
  );
}
