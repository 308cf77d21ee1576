import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Avatar } from '../../components/avatar.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { Signed } from '../../components/figures.js';
import { FilterBar, type FilterValues } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBox } from '../../components/search-box.js';
import { Segmented } from '../../components/segmented.js';
import { Spark } from '../../components/spark.js';
import { signed, useFormat } from '../../format.js';
import { useSurveys, useTouchpoints, useUserName } from '../../reference.js';
import { statuses, statusTones, statusWords, lost, usePainPoints, type PainPoint } from './pain-points-data.js';
import { painPointsSearch, type PainPointsSearch } from './pain-points-search.js';
import { period } from './pain-points-data.js';
import { FoundByMeaning } from './statement-search.js';
import classes from './pain-points.module.css';

const periods = [
  { value: '4', label: '4 weeks' },
  { value: '13', label: '13 weeks' },
  { value: '26', label: '26 weeks' },
  { value: '52', label: '1 year' },
] as const;

/** What customers complain about, what it costs, and who has it in hand. */
export function PainPointsPage() {
  const search = useSearch({ from: '/shell/pain-points' });
  const navigate = useNavigate();
  const format = useFormat();
  const touchpoints = useTouchpoints();
  const surveys = useSurveys();
  const ownerName = useUserName();
  const list = usePainPoints(search);
  const setSearch = (next: PainPointsSearch): void =>
    void navigate({ to: '/pain-points', search: next, replace: true, resetScroll: false });
  const sort = search.sort ?? 'impact';
  const custom = search.from !== undefined || search.to !== undefined;
  const filtered =
    search.touchpoint !== undefined ||
    search.status !== undefined ||
    search.emerging !== undefined ||
    search.segment !== undefined ||
    search.surveyId !== undefined ||
    search.q !== undefined;

  const most = Math.min(0, ...list.items.map((row) => lost(row.impact) ?? 0));

  const columns: Column<PainPoint>[] = [
    {
      key: 'name',
      header: 'Pain point',
      sort: 'name',
      render: (row) => (
        <>
          <span className={classes['nameLine']}>
            <Link
              to="/pain-points/$painPointId"
              params={{ painPointId: row.id }}
              search={{ weeks: search.weeks, from: search.from, to: search.to }}
            >
              {row.name}
            </Link>
            {row.emerging ? <StatusPill tone="soon">Emerging</StatusPill> : null}
          </span>
          <Under>
            {row.touchpointName ?? 'No touchpoint'}
            {row.theme ? ` · ${row.theme}` : ''}
            {row.emerging ? ` · ${row.recent.seen} seen, ${format.number(row.recent.expected, 1)} expected` : ''}
          </Under>
        </>
      ),
    },
    {
      key: 'customers',
      header: 'Customers',
      align: 'end',
      width: 110,
      sort: 'customers',
      render: (row) => (
        <>
          {format.number(row.customers)}
          <Under>
            {signed(row.customers - row.customersBefore)} <span className={classes['against']}>vs before</span>
          </Under>
        </>
      ),
    },
    {
      key: 'trend',
      header: 'Trend',
      card: 'hide',
      render: (row) => (
        <Spark
          values={row.trend.map((one) => one.count)}
          title={`Statements per week: ${row.name}`}
          description={row.trend.map((one) => one.count).join(', ')}
          width={84}
        />
      ),
    },
    {
      key: 'impact',
      header: 'NPS points lost',
      align: 'end',
      sort: 'impact',
      render: (row) => (
        <>
          <Signed value={lost(row.impact)} digits={1} />
          <ImpactBar share={lost(row.impact)} most={most} />
        </>
      ),
    },
    {
      key: 'cases',
      header: 'Open cases',
      align: 'end',
      render: (row) =>
        row.openCases > 0 ? (
          <Link to="/cases" search={{ view: 'all', painPoint: row.id, status: 'open' }}>
            {row.openCases}
            <span className="hb-visually-hidden"> open cases of {row.name}</span>
          </Link>
        ) : (
          0
        ),
    },
    {
      key: 'owner',
      header: 'Owner',
      card: 'hide',
      render: (row) => (
        <span className={classes['owner']}>
          <Avatar name={ownerName(row.ownerId)} decorative /> {ownerName(row.ownerId) ?? 'Nobody'}
        </span>
      ),
    },
    {
      key: 'status',
      header: 'Status',
      render: (row) => (
        <>
          <StatusPill tone={statusTones[row.status]}>{statusWords[row.status]}</StatusPill>
          {row.improvement ? (
            <span className={classes['remedy']}>
              <Under>
                <Link to="/improvements/$improvementId" params={{ improvementId: row.improvement.id }}>
                  {row.improvement.name}
                </Link>
              </Under>
            </span>
          ) : null}
        </>
      ),
    },
  ];

  return (
    <>
      <PageHeader
        title="Pain points"
        lead={
          list.about
            ? `What customers complain about, ${format.day(list.about.from)} to ${format.date(Date.parse(list.about.to) - 1)}${
                list.about.score === null ? '' : `; NPS ${signed(list.about.score)}`
              }`
            : 'What customers complain about, and what it costs'
        }
        actions={
          <Segmented
            label="Period"
            value={custom ? 'custom' : (search.weeks ?? '13')}
            onChange={(weeks) => {
              if (weeks === 'custom') return;
              setSearch({ ...search, from: undefined, to: undefined, weeks: weeks === '13' ? undefined : weeks });
            }}
            options={[...periods, ...(custom ? [{ value: 'custom' as const, label: 'Own dates' }] : [])]}
          />
        }
      />
      <div className="hb-stack">
        <SearchBox
          label="Search what customers said: “people who waited for a call-back”"
          value={search.q}
          onChange={(q) => setSearch({ ...search, q })}
        />
        <FilterBar
          filters={[
            {
              key: 'touchpoint',
              label: 'Touchpoint',
              kind: 'choice',
              options: touchpoints.map((one) => ({ value: one.key, label: one.name })),
            },
            {
              key: 'status',
              label: 'Status',
              kind: 'choice',
              options: statuses.map((value) => ({ value, label: statusWords[value] })),
            },
            { key: 'emerging', label: 'Emerging', kind: 'flag' },
            { key: 'segment', label: 'Segment', kind: 'text' },
            {
              key: 'surveyId',
              label: 'Survey',
              kind: 'choice',
              options: surveys.map((one) => ({ value: one.id, label: one.name })),
            },
            { key: 'from', label: 'From', kind: 'day' },
            { key: 'to', label: 'Before', kind: 'day' },
          ]}
          values={search as FilterValues}
          onChange={(values) => setSearch(painPointsSearch({ ...search, ...values }))}
        />
        {search.q ? <FoundByMeaning q={search.q} query={{ touchpoint: search.touchpoint, ...period(search) }} /> : null}
        <div className={classes['list']}>
          <Card flush>
            <DataTable
              caption="Pain points"
              columns={columns}
              rowKey={(row) => row.id}
              list={list}
              sort={sort === 'name' ? 'name' : `-${sort}`}
              onSort={(field) => {
                const next = painPointsSearch({ sort: field.replace(/^-/, '') }).sort;
                setSearch({ ...search, sort: next === 'impact' ? undefined : next });
              }}
              empty={
                filtered ? (
                  <EmptyState
                    title={search.q ? 'No pain point is named like that.' : 'No pain point fits these filters.'}
                    action={
                      <Button
                        variant="default"
                        onClick={() => setSearch(painPointsSearch({ weeks: search.weeks, sort: search.sort }))}
                      >
                        Clear filters
                      </Button>
                    }
                  />
                ) : (
                  <EmptyState title="No pain points yet.">
                    One appears here once three customers complain about the same thing at a touchpoint.
                  </EmptyState>
                )
              }
            />
          </Card>
        </div>
        <p className="hb-meta">
          Points lost are an estimate: what the score would gain if these customers had answered like the others; they
          add up over all pain points.{' '}
          {list.about && list.about.ungrouped > 0
            ? `${format.number(list.about.ungrouped)} negative statements of the period fit no pain point yet.`
            : ''}{' '}
          Dismissed ones show under Status.
        </p>
      </div>
    </>
  );
}

/** Length against the costliest of the list, so that the bars add up to what all of them cost. */
function ImpactBar({ share, most }: { share: number | null; most: number }) {
  if (share === null || most === 0) return null;
  return (
    <span className={classes['impact']} aria-hidden="true">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none">
        <rect x={100 - (100 * share) / most} width={(100 * share) / most} height="4" />
      </svg>
    </span>
  );
}
