import { Button } from '@mantine/core';
import { DownloadIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
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
  const share = ({ rate }: RateView): string => (rate === null ? '–' : format.percent(rate));
  const sure = ({ rate, n, low, high }: RateView, who: string): string =>
    rate === null || low === null || high === null
      ? 'none decided yet'
      : `of ${format.number(n)}${who}, likely ${format.percent(low)} to ${format.percent(high)}`;
  /** The share that was kept, and the way to the cases that were late. */
  const kept = (rate: RateView, loop: LoopFilter, team: Team) => (
    <>
      <b>{share(rate)}</b> <span className="hb-second">{sure(rate, '')}</span>
      {rate.rate === null ? null : (
        <>
          {' · '}
          <Link to="/cases" search={search(loop, team.teamId)}>
            {format.number(rate.n - Math.round(rate.rate * rate.n))} late
          </Link>
        </>
      )}
    </>
  );
  /** A figure that opens the cases behind it. */
  const figure = (label: string, loop: LoopFilter, value: string | null, more: string) => (
    <Figure
      key={label}
      label={label}
      figure={
        value === null ? (
          '–'
        ) : (
          <Link to="/cases" search={search(loop)}>
            {value}
          </Link>
        )
      }
      more={more}
    />
  );
  const casesWord = (n: number): string => (n === 1 ? 'case' : 'cases');
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
      render: (team) => kept(team.firstResponse, 'first_response_missed', team),
    },
    {
      key: 'resolution',
      header: 'Resolved in time',
      render: (team) => kept(team.resolution, 'resolution_missed', team),
    },
  ];
  const last = data.backlog.forecast.at(-1);
  const csv = new URLSearchParams({ format: 'csv' });
  for (const [key, value] of Object.entries(query)) if (value) csv.set(key, value);
  return (
    <Card
      heading="Loop health"
      sub={`${format.number(data.cases)} cases of ${format.number(data.customers)} customers were opened in this period. Shares count each customer once; a number opens all cases behind it.`}
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
        {figure('Heard back', 'heard_back', share(data.heardBack), sure(data.heardBack, ' customers'))}
        {figure('Confirmed fixed', 'confirmed', share(data.confirmed), sure(data.confirmed, ' customers'))}
        {figure('Opened again', 'reopened', format.number(data.reopened), casesWord(data.reopened))}
        {figure(
          'Closed in silence',
          'silent',
          format.number(data.closedSilent),
          `${casesWord(data.closedSilent)} whose customer did not say whether it is fixed`,
        )}
        {stages.map(([label, stage, loop]) =>
          figure(
            label,
            loop,
            stage.median === null ? null : hoursText(stage.median),
            stage.p90 === null ? 'none yet' : `or less for half of them; ${hoursText(stage.p90)} for nine in ten`,
          ),
        )}
        {figure(
          'Broken promises',
          'promise_broken',
          format.number(data.brokenPromises),
          `of ${format.number(data.promises)} given`,
        )}
        <Figure
          label="Open now"
          figure={
            <Link to="/cases" search={{ view: 'all', status: 'open', touchpoint: filters.touchpoint }}>
              {format.number(data.backlog.open)}
            </Link>
          }
          more={
            last
              ? `about ${format.number(last.expected)} in ${last.week} weeks if it goes on like this (8 in 10: ${format.number(last.low)} to ${format.number(last.high)})`
              : 'too early to say how many there will be'
          }
        />
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

function Figure({ label, figure, more }: { label: string; figure: ReactNode; more: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span className={classes['loopFigure']}>{figure}</span>
        <span className="hb-second">{more}</span>
      </dd>
    </div>
  );
}
