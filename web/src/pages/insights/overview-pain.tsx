import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PainPointPage, type PainPointView } from '../../../../src/painpoints/painpoints.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, Under } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { StatusPill } from '../../components/badges.js';
import { signed, useFormat } from '../../format.js';
import { useUserName } from '../../reference.js';
import classes from './overview.module.css';
import type { Period } from './period.js';

export const PAIN_STATUS: Record<PainPointView['status'], string> = {
  new: 'New',
  investigating: 'Investigating',
  fixing: 'Fix in progress',
  fixed: 'Fixed, watching',
  dismissed: 'Dismissed',
};

/** Five pain points by the NPS points they are estimated to cost. */
export function PainCard({
  period,
  touchpoint,
  partlyFiltered,
}: {
  period: Period;
  touchpoint?: string | undefined;
  partlyFiltered: boolean;
}) {
  const format = useFormat();
  const userName = useUserName();
  const { from, to } = period;
  const { data, error, refetch } = useQuery({
    queryKey: ['pain-points', 'overview', from, to, touchpoint],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api('GET', '/pain-points', PainPointPage, {
        query: { sort: 'impact', dismissed: false, limit: 5, from, to, touchpoint },
        signal,
      }),
  });
  const worst = Math.max(0.1, ...(data?.items.map((one) => -(one.impact ?? 0)) ?? []));
  return (
    <Card
      heading="What hurts most right now"
      sub={`Pain points by estimated NPS points lost${partlyFiltered ? '; for all surveys and segments' : ''}`}
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : !data ? (
        <SkeletonLines lines={10} />
      ) : (
        <>
          <DataTable
            caption="Pain points by estimated NPS points lost"
            rows={data.items}
            rowKey={(one) => one.id}
            empty={
              <EmptyState title="No pain points in this period." compact>
                They appear when several customers complain about the same thing.
              </EmptyState>
            }
            columns={[
              {
                key: 'name',
                header: 'Pain point',
                render: (one) => (
                  <>
                    <Link to="/pain-points/$painPointId" params={{ painPointId: one.id }}>
                      {one.name}
                    </Link>{' '}
                    {one.emerging ? <StatusPill tone="soon">emerging</StatusPill> : null}
                    <Under>{[one.touchpointName, PAIN_STATUS[one.status]].filter(Boolean).join(' · ')}</Under>
                  </>
                ),
              },
              {
                key: 'customers',
                header: 'Customers',
                align: 'end',
                width: 90,
                render: (one) => (
                  <>
                    <Link
                      to="/responses"
                      search={{ painPoint: one.id, from, to }}
                      className={classes['plain'] ?? ''}
                      aria-label={`${one.customers} customers, read their responses`}
                    >
                      {format.number(one.customers)}
                    </Link>
                    <Under>{changeText(one.customers - one.customersBefore)}</Under>
                  </>
                ),
              },
              {
                key: 'impact',
                header: 'NPS lost',
                align: 'end',
                width: 96,
                render: (one) => (
                  <span className={classes['lost']}>
                    <span
                      aria-hidden="true"
                      className={classes['bar']}
                      style={{ inlineSize: `${(100 * Math.max(0, -(one.impact ?? 0))) / worst}%` }}
                    />
                    <span className={classes['figure']}>{signed(one.impact, 1)}</span>
                  </span>
                ),
              },
              { key: 'owner', header: 'Owner', width: 104, render: (one) => userName(one.ownerId) ?? 'Nobody yet' },
            ]}
          />
          <p className={classes['more']}>
            <Link to="/pain-points" search={{ from, to, touchpoint }}>
              All pain points
            </Link>
          </p>
        </>
      )}
    </Card>
  );
}

/** A change of a count: "+11", "−8", "same". */
export const changeText = (change: number): string => (change === 0 ? 'same' : signed(change));
