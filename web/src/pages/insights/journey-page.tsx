import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { DownloadIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { z } from 'zod';
import { dateLabel } from '../../../../src/insights/charts/text.js';
import { HeatLegend, HeatTable, type HeatCell, type HeatRow } from '../../../../src/insights/charts/heat-table.js';
import { CSS_PALETTE } from '../../../../src/insights/charts/palette.js';
import { JourneyMapView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { downloadCsv } from '../../components/chart-frame.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { FilterBar } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { usePrintLight } from '../../components/print-light.js';
import { Segmented } from '../../components/segmented.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { useFormat } from '../../format.js';
import { useCan } from '../../session.js';
import { JourneyCell } from './journey-cell.js';
import { journeyHeading, MEASURES } from './journey-words.js';
import classes from './journey.module.css';
import { dayIn, lastMonths, lastWeeks, spanText, type Period } from './period.js';

const WEEKS_SHOWN = 12;
const MONTHS_SHOWN = 12;

export function JourneyPage() {
  const search = useSearch({ from: '/shell/journey' });
  const navigate = useNavigate({ from: '/journey' });
  const format = useFormat();
  usePrintLight();
  const scroller = useRef<HTMLDivElement>(null);
  const measure = search.show ?? 'nps';
  const today = dayIn(format.timeZone);
  const { journey } = search;
  const journeys = useQuery({
    queryKey: ['reference', '/journeys'],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => api('GET', '/journeys', Journeys, { query: { limit: 200 }, signal }),
  });
  const periodFor = (interval: 'week' | 'month'): Period => {
    const fallback = interval === 'week' ? lastWeeks(WEEKS_SHOWN, today) : lastMonths(MONTHS_SHOWN, today);
    const from = search.from ?? fallback.from;
    return { from, to: search.to && search.to > from ? search.to : fallback.to };
  };
  const mapQuery = (interval: 'week' | 'month') => ({
    queryKey: ['insights', 'journey', periodFor(interval), interval, measure, journey],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api('GET', '/insights/journey', JourneyMapView, {
        query: { ...periodFor(interval), interval, measure, journey },
        signal,
      }),
  });
  const weekly = useQuery({ ...mapQuery('week'), enabled: search.interval !== 'month' });
  // Unless somebody chose weeks, a map that would be nearly all hatched is shown by months, and says so.
  const sparse =
    search.interval === undefined &&
    measure !== 'responses' &&
    weekly.data !== undefined &&
    weekly.data.rows.length > 0 &&
    2 * weekly.data.rows.filter((one) => 'note' in fewNote(one.cells.map(MEASURES[measure].cell), 'week')).length >
      weekly.data.rows.length;
  const interval = search.interval ?? (sparse ? 'month' : 'week');
  const monthly = useQuery({ ...mapQuery('month'), enabled: interval === 'month' });
  const { data, error, isPlaceholderData, refetch } = interval === 'month' ? monthly : weekly;
  const period = periodFor(interval);
  // Phones show the newest weeks first; the older ones are to the left.
  const columns = data?.columns.length ?? 0;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && columns > 0) {
      const rtl = getComputedStyle(element).direction === 'rtl';
      element.scrollLeft = rtl ? -element.scrollWidth : element.scrollWidth;
    }
  }, [columns, interval]);

  const set = (change: Partial<typeof search>): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), resetScroll: false });
  const words = MEASURES[measure];
  const row = data?.rows.find((one) => one.touchpoint.key === search.touchpoint);
  const column = data?.columns.findIndex((one) => one.date === search.start) ?? -1;
  const list = journeys.data?.items ?? [];
  return (
    <div className={classes['page']}>
      <PageHeader
        title="Journey"
        lead="Where customers are let down. Touchpoints in the order customers meet them."
        actions={
          <>
            <Segmented
              label="Show"
              value={measure}
              onChange={(show) => set({ show })}
              options={[
                { value: 'nps', label: 'NPS' },
                { value: 'pain', label: 'Pain' },
                { value: 'responses', label: 'Responses' },
              ]}
            />
            <Segmented
              label="Interval"
              value={interval}
              onChange={(next) => set({ interval: next, start: undefined, touchpoint: undefined })}
              options={[
                { value: 'week', label: 'Week' },
                { value: 'month', label: 'Month' },
              ]}
            />
          </>
        }
      />
      <div className={classes['filters']}>
        <FilterBar
          filters={[
            ...(list.length > 1
              ? [
                  {
                    key: 'journey',
                    label: 'Journey',
                    kind: 'choice' as const,
                    options: list.map((one) => ({ value: one.key, label: one.name })),
                  },
                ]
              : []),
            { key: 'from', label: 'From', kind: 'day' },
            { key: 'to', label: 'Before', kind: 'day' },
          ]}
          values={{ journey, from: search.from, to: search.to }}
          onChange={(values) => set({ ...values, touchpoint: undefined, start: undefined } as Partial<typeof search>)}
        />
      </div>
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonCard height={440} />
        )
      ) : (
        <div className={classes['body']}>
          <div aria-busy={isPlaceholderData} data-dimmed={isPlaceholderData} className={classes['dimmable']}>
            <Card
              heading={journeyHeading(data)}
              sub={`${words.what} per touchpoint and ${data.interval} · ${spanText(period, format.locale)}. ${sparse ? 'Weeks have too few responses, so these are months. ' : ''}Pick a cell to read the responses behind it.`}
              actions={
                <Button
                  size="compact-sm"
                  variant="subtle"
                  leftSection={<DownloadIcon size={12} />}
                  aria-label="CSV of the journey"
                  onClick={() => downloadCsv(`journey-${measure}-${period.from}`, tableOf(data))}
                >
                  CSV
                </Button>
              }
            >
              {data.rows.length === 0 ? (
                <NoTouchpoints />
              ) : (
                <>
                  <div
                    ref={scroller}
                    className={classes['scroll']}
                    role="region"
                    aria-label="Journey map, scrolls sideways"
                    tabIndex={0}
                  >
                    <HeatTable
                      palette={CSS_PALETTE}
                      caption={`${words.what} per touchpoint and ${data.interval}`}
                      corner="Touchpoint"
                      columns={data.columns.map((one) => ({
                        key: one.date,
                        label: dateLabel(one.date, data.interval, format.locale),
                      }))}
                      rows={data.rows.map((one): HeatRow => ({
                        key: one.touchpoint.key,
                        name: one.touchpoint.name,
                        ...fewNote(one.cells.map(words.cell), interval),
                        cells: one.cells.map((cell) => words.cell(cell)),
                      }))}
                      limits={words.limits(data)}
                      format={words.format}
                      renderCell={(text, heatRow, heatColumn, label) => {
                        const picked = heatRow.key === search.touchpoint && heatColumn.key === search.start;
                        return (
                          <Link
                            from="/journey"
                            to="/journey"
                            search={(before) => ({
                              ...before,
                              touchpoint: picked ? undefined : heatRow.key,
                              start: picked ? undefined : heatColumn.key,
                            })}
                            resetScroll={false}
                            className={classes['cell'] ?? ''}
                            aria-label={`${text}, ${label}`}
                            data-picked={picked}
                            activeProps={{ 'aria-current': picked ? 'true' : undefined }}
                          >
                            {text}
                          </Link>
                        );
                      }}
                    />
                  </div>
                  <div className={classes['legend']}>
                    {measure === 'responses' ? (
                      <span className="hb-meta">Darker is more responses.</span>
                    ) : (
                      <HeatLegend palette={CSS_PALETTE} />
                    )}
                    {data.withoutTouchpoint > 0 ? (
                      <span className="hb-meta">
                        {format.number(data.withoutTouchpoint)} responses belong to no touchpoint (the relationship as a
                        whole).
                      </span>
                    ) : null}
                  </div>
                </>
              )}
            </Card>
          </div>
          {row && column >= 0 ? (
            <JourneyCell
              key={`${row.touchpoint.key} ${search.start}`}
              map={data}
              row={row}
              column={column}
              period={period}
              onClose={() => set({ touchpoint: undefined, start: undefined })}
            />
          ) : null}
        </div>
      )}
    </div>
  );
}

/** A row that is mostly hatched says so, and what to do about it. */
function fewNote(cells: readonly HeatCell[], interval: 'week' | 'month'): { note?: string } {
  const few = cells.filter((cell) => cell.tooFew).length;
  if (2 * few <= cells.length) return {};
  return { note: interval === 'week' ? 'Few responses, try Month' : 'Few responses' };
}

const Journeys = z.object({ items: z.array(z.object({ key: z.string(), name: z.string() })) });

function NoTouchpoints() {
  const canSet = useCan('admin');
  return (
    <EmptyState
      title="This journey has no touchpoints yet."
      action={
        canSet ? (
          <Button variant="default" renderRoot={(props) => <Link to="/settings/touchpoints" {...props} />}>
            Add touchpoints
          </Button>
        ) : undefined
      }
    >
      A touchpoint is where customers meet you: delivery, first bill, a support call. Each becomes a row here.
    </EmptyState>
  );
}

function tableOf(map: JourneyMapView) {
  return {
    columns: ['Touchpoint', 'Stage', 'From', 'Value', 'Likely from', 'Likely to', 'Responses'],
    rows: map.rows.flatMap((row) =>
      row.cells.map((cell, index) => [
        row.touchpoint.name,
        row.touchpoint.stage,
        map.columns[index]?.date ?? '',
        cell.value,
        cell.low,
        cell.high,
        cell.n,
      ]),
    ),
  };
}
