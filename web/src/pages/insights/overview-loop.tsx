import { Button } from '@mantine/core';
import { DownloadIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LoopFilter } from '../../../../src/actions/cases/cases.contract.js';
import { LoopView, type RateView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useFormat } from '../../format.js';
import { hoursText } from './findings.js';
import { casesOpened, type Filters } from './links.js';
import classes from './overview.module.css';
import type { Period } from './period.js';

type Team = LoopView['sla']['teams'][number];

/** Loop health: what became of the cases, how long each stage takes, whether times and promises are kept, and what lies ahead. */
export function LoopCard({ period, filters }: { period: Period; filters: Filters }) {
  const format = useFormat();
  const query = {
    from: period.from,
    to: period.to,
    touchpoint: filters.touchpoint,
    segment: filters.segment,
    surveyId: filters.survey,
  };
  const { data, error, refetch } = useQuery({
    queryKey: ['insights', 'loop', query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api('GET', '/insights/loop', LoopView, { query, signal }),
  });
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonCard height={320} />;
  const search = (loop: LoopFilter, team?: string | null) => ({
    ...casesOpened(filters, period),
    loop,
    ...(team === undefined ? {} : { team: team ?? 'none' }),
  });
  const rate = ({ rate: share, n, low, high }: RateView): string =>
    share === null || low === null || high === null
      ? 'none decided yet'
      : `${format.percent(share)} of ${format.number(n)} (likely ${format.percent(low)} to ${format.percent(high)})`;
  const stages = [
    ['First reply', data.hours.firstResponse, 'answered'],
    ['Resolution', data.hours.resolution, 'resolved'],
    ['The customer’s answer', data.hours.answer, 'confirmed'],
  ] as const;
  const columns: Column<Team>[] = [
    { key: 'team', header: 'Team', render: (team) => team.name ?? 'No team' },
    { key: 'cases', header: 'Cases', align: 'end', render: (team) => format.number(team.cases) },
    {
      key: 'first',
      header: 'First reply in time',
      render: (team) => (
        <Link to="/cases" search={search('first_response_missed', team.teamId)}>
          {rate(team.firstResponse)}
        </Link>
      ),
    },
    {
      key: 'resolution',
      header: 'Resolved in time',
      render: (team) => (
        <Link to="/cases" search={search('resolution_missed', team.teamId)}>
          {rate(team.resolution)}
        </Link>
      ),
    },
  ];
  const last = data.backlog.forecast.at(-1);
  const csv = new URLSearchParams({ format: 'csv' });
  for (const [key, value] of Object.entries(query)) if (value) csv.set(key, value);
  return (
    <Card
      heading="Loop health"
      sub={`Cases opened in this period: ${format.number(data.cases)} of ${format.number(data.customers)} customers. Each number opens its cases.`}
      actions={
        <Button
          variant="default"
          size="compact-sm"
          component="a"
          href={`/api/v1/insights/loop?${csv}`}
          leftSection={<DownloadIcon size={14} />}
        >
          CSV
        </Button>
      }
    >
      <dl className={classes['loop']}>
        <div>
          <dt>Heard back</dt>
          <dd>
            <Link to="/cases" search={search('heard_back')}>
              {rate(data.heardBack)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Confirmed fixed</dt>
          <dd>
            <Link to="/cases" search={search('confirmed')}>
              {rate(data.confirmed)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Opened again</dt>
          <dd>
            <Link to="/cases" search={search('reopened')}>
              {format.number(data.reopened)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Closed in silence</dt>
          <dd>
            <Link to="/cases" search={search('silent')}>
              {format.number(data.closedSilent)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>Broken promises</dt>
          <dd>
            <Link to="/cases" search={search('promise_broken')}>
              {format.number(data.brokenPromises)}
            </Link>{' '}
            of {format.number(data.promises)} given
          </dd>
        </div>
        {stages.map(([label, stage, loop]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {stage.median === null || stage.p90 === null ? (
                'none yet'
              ) : (
                <Link to="/cases" search={search(loop)}>
                  half within {hoursText(stage.median)}, nine in ten within {hoursText(stage.p90)}
                </Link>
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>Open now</dt>
          <dd>
            <Link to="/cases" search={{ view: 'all', status: 'open', touchpoint: filters.touchpoint }}>
              {format.number(data.backlog.open)}
            </Link>
            {last
              ? `; in ${last.week} weeks about ${format.number(last.expected)} if it goes on like this (8 in 10: ${format.number(last.low)} to ${format.number(last.high)})`
              : '; too early to say how many there will be'}
          </dd>
        </div>
      </dl>
      <DataTable
        caption="Times kept, by team"
        columns={columns}
        rows={data.sla.teams}
        rowKey={(team) => team.teamId ?? 'none'}
        empty={null}
      />
    </Card>
  );
}
