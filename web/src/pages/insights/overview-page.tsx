import { Button } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { DownloadIcon, MailIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { DigestView, OverviewView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { FilterBar, type FilterValues } from '../../components/filter-bar.js';
import { PrinterIcon } from '../../components/icons.js';
import { PageHeader } from '../../components/page-header.js';
import { usePrintLight } from '../../components/print-light.js';
import { Segmented } from '../../components/segmented.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useSegments, useSurveys, useTouchpoints } from '../../reference.js';
import { useCan, useMe } from '../../session.js';
import { againstText } from './findings.js';
import { DriversCard } from './overview-drivers.js';
import { LoopCard } from './overview-loop.js';
import { OverviewTiles } from './overview-tiles.js';
import { PainCard } from './overview-pain.js';
import { SharesCard, TrendCard } from './overview-trend.js';
import classes from './overview.module.css';
import { dayIn, daysBetween, periodOf, spanText, WEEKS } from './period.js';

const REFRESH_MS = 5 * 60_000;

export function OverviewPage() {
  const search = useSearch({ from: '/shell/overview' });
  const navigate = useNavigate({ from: '/overview' });
  const format = useFormat();
  const { organization } = useMe();
  const touchpoints = useTouchpoints();
  const surveys = useSurveys();
  const segments = useSegments();
  usePrintLight();

  const period = periodOf(search, dayIn(format.timeZone));
  const compare = search.compare ?? 'before';
  const { touchpoint, segment, survey } = search;
  const filters = { touchpoint, segment, survey };
  const { data, error, isPlaceholderData, isFetching, isError, refetch } = useQuery({
    queryKey: ['insights', 'overview', period, compare, filters],
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) =>
      api('GET', '/insights/overview', OverviewView, {
        query: { from: period.from, to: period.to, compare, interval: 'week', touchpoint, segment, surveyId: survey },
        signal,
      }),
  });

  const lengthText = period.weeks ? `${period.weeks} weeks` : `${daysBetween(period.from, period.to)} days`;
  const against = { compare, lengthText };
  const named = [
    survey ? (surveys.find((one) => one.id === survey)?.name ?? 'One survey') : 'All surveys',
    segment ?? 'all segments',
    ...(touchpoint ? [touchpoints.find((one) => one.key === touchpoint)?.name ?? touchpoint] : []),
    spanText(period, format.locale),
  ];
  const lead = `${named.join(' · ')}, compared with ${againstText(against)}`;
  const filtered = Boolean(survey ?? segment ?? touchpoint);
  const clear = { survey: undefined, segment: undefined, touchpoint: undefined, from: undefined, to: undefined };

  const change = (values: FilterValues): void =>
    void navigate({
      search: (before) => ({
        ...before,
        ...values,
        compare: values['compare'] === 'year' ? 'year' : undefined,
        // Days of one's own and whole weeks exclude each other.
        ...(values['from'] || values['to'] ? { weeks: undefined } : {}),
      }),
    });
  const nothing = data !== undefined && data.tiles.responses.n === 0 && data.tiles.responses.excluded.total === 0;
  return (
    <div className={classes['page']}>
      <PageHeader
        title="Overview"
        lead={lead}
        actions={
          <>
            <Segmented
              label="Period"
              value={period.weeks === null ? '' : String(period.weeks)}
              onChange={(weeks) =>
                void navigate({
                  search: (before) => ({ ...before, weeks: Number(weeks), from: undefined, to: undefined }),
                })
              }
              options={WEEKS.map((weeks) => ({
                value: String(weeks),
                label: weeks === 52 ? '1 year' : `${weeks} weeks`,
              }))}
            />
            <EmailWeekly />
            <Button
              variant="default"
              component="a"
              href={csvAddress({ ...period, touchpoint, segment, surveyId: survey })}
              leftSection={<DownloadIcon size={16} />}
            >
              CSV
            </Button>
            <Button variant="default" leftSection={<PrinterIcon size={16} />} onClick={() => window.print()}>
              Print
            </Button>
          </>
        }
      />
      <p className={classes['printed']}>
        {organization.name} · made {format.dateTime(Date.now())} ({format.timeZone})
      </p>
      <div className={classes['filters']}>
        <FilterBar
          filters={[
            {
              key: 'survey',
              label: 'Survey',
              kind: 'choice',
              options: surveys.map((one) => ({ value: one.id, label: one.name })),
            },
            segments.length > 0
              ? {
                  key: 'segment',
                  label: 'Segment',
                  kind: 'choice',
                  options: segments.map((one) => ({ value: one, label: one })),
                }
              : { key: 'segment', label: 'Segment', kind: 'text' },
            {
              key: 'touchpoint',
              label: 'Touchpoint',
              kind: 'choice',
              options: touchpoints.map((one) => ({ value: one.key, label: one.name })),
            },
            {
              key: 'compare',
              label: 'Compare with',
              kind: 'choice',
              options: [{ value: 'year', label: 'a year ago' }],
            },
            { key: 'from', label: 'From', kind: 'day' },
            { key: 'to', label: 'Before', kind: 'day' },
          ]}
          values={{
            survey,
            segment,
            touchpoint,
            compare: compare === 'year' ? 'year' : undefined,
            from: search.from,
            to: search.to,
          }}
          onChange={change}
        />
      </div>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <OverviewSkeleton />
        )
      ) : nothing ? (
        <EmptyState
          title={filtered ? 'No responses match these filters.' : 'No responses in this period.'}
          action={
            filtered || period.weeks === null ? (
              <Button
                variant="default"
                onClick={() => void navigate({ search: (before) => ({ ...before, ...clear }) })}
              >
                Clear filters
              </Button>
            ) : (
              <FirstStep />
            )
          }
        >
          {filtered
            ? lead
            : 'Here you will see your NPS with how sure it is, who heard back, and what hurts most. The trend starts at 30 responses a week.'}
        </EmptyState>
      ) : (
        <div className={classes['body']} aria-busy={isPlaceholderData} data-dimmed={isPlaceholderData && isFetching}>
          {isError ? (
            <p className={classes['notice']} role="status">
              Could not refresh; these figures are as of {format.time(data.asOf)}.{' '}
              <button type="button" className={classes['inline']} onClick={() => void refetch()}>
                Try again
              </button>
            </p>
          ) : null}
          <Partial view={data} />
          <OverviewTiles view={data} period={period} filters={filters} against={against} />
          <div className={classes['cards']}>
            <TrendCard view={data} period={period} filters={filters} against={against} />
            <SharesCard view={data} period={period} filters={filters} />
            <DriversCard view={data} />
            <PainCard period={period} touchpoint={touchpoint} partlyFiltered={Boolean(survey ?? segment)} />
          </div>
          <LoopCard period={period} filters={filters} />
          <p className="hb-meta">
            As of {format.time(data.asOf)}, times in {data.timeZone}
          </p>
        </div>
      )}
    </div>
  );
}

function csvAddress(query: Record<string, string | number | null | undefined>): string {
  const params = new URLSearchParams({ format: 'csv', interval: 'week' });
  for (const key of ['from', 'to', 'touchpoint', 'segment', 'surveyId'])
    if (query[key]) params.set(key, String(query[key]));
  return `/api/v1/insights/nps?${params}`;
}

/** Comments that nobody has read yet are not in the drivers and pain points: say so instead of showing less. */
function Partial({ view }: { view: OverviewView }) {
  const format = useFormat();
  const { waiting, comments, n } = view.tiles.responses;
  return (
    <>
      {waiting > 0 ? (
        <p className={classes['notice']} role="status">
          {format.number(waiting)} of {format.number(comments)} comments still being read; drivers and pain points will
          still move.
        </p>
      ) : null}
      {n > 0 && n < 30 ? (
        <p className={classes['notice']}>
          {format.number(n)} {n === 1 ? 'response' : 'responses'} so far; the trend starts at 30 a week.
        </p>
      ) : null}
    </>
  );
}

function FirstStep() {
  const canImport = useCan('manager');
  return (
    <>
      <Button renderRoot={(props) => <Link to="/campaigns" {...props} />}>Ask your customers</Button>
      {canImport ? (
        <Button variant="default" renderRoot={(props) => <Link to="/responses" {...props} />}>
          Import responses
        </Button>
      ) : null}
    </>
  );
}

/** One's own weekly mail, on or off. */
function EmailWeekly() {
  const client = useQueryClient();
  const key = ['digests'];
  const { data } = useQuery({
    queryKey: key,
    retry: false,
    queryFn: ({ signal }) => api('GET', '/digests', DigestView, { signal }),
  });
  const put = useMutation({
    mutationFn: (weekly: boolean) => api('PUT', '/digests', DigestView, { body: { weekly } }),
    onSuccess: (view) => {
      client.setQueryData(key, view);
      toast.done(
        view.weekly ? 'You will get this by email every Monday at 07:00.' : 'You will get no more weekly mail.',
      );
    },
    onError: (error) => toast.failed('The weekly mail was not changed.', error),
  });
  const on = data?.weekly ?? false;
  return (
    <Button
      variant={on ? 'light' : 'default'}
      aria-pressed={on}
      leftSection={<MailIcon size={16} />}
      loading={put.isPending}
      onClick={() => put.mutate(!on)}
    >
      {on ? 'Emailed weekly' : 'Email weekly'}
    </Button>
  );
}

function OverviewSkeleton() {
  return (
    <div className={classes['body']}>
      <div className={classes['tiles']}>
        {[0, 1, 2, 3].map((tile) => (
          <SkeletonCard key={tile} height={186} />
        ))}
      </div>
      <div className={classes['cards']}>
        {[0, 1, 2, 3].map((card) => (
          <SkeletonCard key={card} height={430} />
        ))}
      </div>
    </div>
  );
}
