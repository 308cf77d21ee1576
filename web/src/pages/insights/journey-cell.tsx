import { Button, CloseButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { z } from 'zod';
import { dateLabel } from '../../../../src/insights/charts/text.js';
import { CSS_PALETTE } from '../../../../src/insights/charts/palette.js';
import { Sparkline } from '../../../../src/insights/charts/sparkline.js';
import type { JourneyMapView } from '../../../../src/insights/insights.contract.js';
import { PainPointPage } from '../../../../src/painpoints/painpoints.contract.js';
import { ResponsePage } from '../../../../src/responses/responses.contract.js';
import { api } from '../../api.js';
import { ScoreBadge } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, Under } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { announce } from '../../components/toasts.js';
import { signed, useFormat } from '../../format.js';
import { MEASURES } from './journey-words.js';
import classes from './journey.module.css';
import { changeText, PAIN_STATUS } from './overview-pain.js';
import type { Period } from './period.js';

const SHOWN = 6;
const Cases = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      responseId: z.string().nullable(),
      needsReply: z.boolean(),
      status: z.string(),
      owner: z.object({ name: z.string() }).nullable(),
    }),
  ),
  nextCursor: z.string().nullish(),
});

/** What is behind one cell, below the map: responses, pain points and open cases. */
export function JourneyCell({
  map,
  row,
  column,
  period,
  onClose,
}: {
  map: JourneyMapView;
  row: JourneyMapView['rows'][number];
  column: number;
  period: Period;
  onClose: () => void;
}) {
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const { touchpoint } = row;
  const cell = row.cells[column];
  const start = map.columns[column]?.date ?? period.from;
  const from = start < period.from ? period.from : start;
  const to = map.columns[column + 1]?.date ?? period.to;
  const label = dateLabel(start, map.interval, format.locale);
  const title = `${touchpoint.name}, ${map.interval === 'week' ? `week of ${label}` : label}`;
  const range = { touchpoint: touchpoint.key, from, to };
  const responses = useQuery({
    queryKey: ['responses', 'cell', range],
    queryFn: ({ signal }) =>
      api('GET', '/responses', ResponsePage, {
        query: { ...range, comment: true, counted: true, limit: 100 },
        signal,
      }),
  });
  const cases = useQuery({
    queryKey: ['cases', 'cell', range],
    retry: false,
    queryFn: ({ signal }) => api('GET', '/cases', Cases, { query: { ...range, status: 'open', limit: 200 }, signal }),
  });
  const painPoints = useQuery({
    queryKey: ['pain-points', 'cell', range],
    queryFn: ({ signal }) =>
      api('GET', '/pain-points', PainPointPage, {
        query: { ...range, dismissed: false, sort: 'customers', limit: 5 },
        signal,
      }),
  });
  // The focus stays on the cell, so that the next one is one key away; the panel is spoken and brought into view.
  useEffect(() => {
    announce(`${title} opened below the map.`);
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    place.current?.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
  }, [title]);

  const words = MEASURES[map.measure];
  const shown = cell ? words.cell(cell) : null;
  const figure =
    map.measure === 'responses'
      ? ''
      : shown?.value == null
        ? `${map.measure === 'nps' ? 'NPS' : 'Pain'} hidden below 5 responses · `
        : `${map.measure === 'nps' ? 'NPS' : 'Pain'} ${words.format(shown.value)}${likely(map.measure, cell)} · `;
  const openCases = cases.data?.items.length ?? 0;
  const caseOf = (responseId: string): z.infer<typeof Cases>['items'][number] | undefined =>
    cases.data?.items.find((one) => one.responseId === responseId);
  return (
    <div ref={place} className={classes['panels']}>
      <Card
        heading={title}
        sub={
          <span className={classes['sub']}>
            {figure}
            <Link to="/responses" search={{ ...range, counted: 'yes' }}>
              {format.number(cell?.n ?? 0)} {cell?.n === 1 ? 'response' : 'responses'}
            </Link>
            {row.cells.filter((one) => one.value !== null).length > 1 ? (
              <Sparkline
                width={110}
                height={26}
                palette={CSS_PALETTE}
                title={`${words.what} at ${touchpoint.name} over time`}
                description={row.cells.map((one) => (one.value === null ? 'none' : Math.round(one.value))).join(', ')}
                values={row.cells.map((one) => one.value)}
              />
            ) : null}
          </span>
        }
        actions={
          <>
            {openCases > 0 ? (
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/cases" search={{ view: 'all', status: 'open', ...range }} {...props} />
                )}
              >
                Open {openCases} {openCases === 1 ? 'case' : 'cases'}
              </Button>
            ) : null}
            <CloseButton aria-label={`Close ${title}`} onClick={onClose} />
          </>
        }
      >
        {responses.error ? (
          <ErrorState error={responses.error} onRetry={() => void responses.refetch()} compact />
        ) : !responses.data ? (
          <SkeletonLines lines={6} />
        ) : responses.data.items.length === 0 ? (
          <EmptyState title="No comments here." compact>
            {cell?.n ? 'The responses of this cell came without words.' : 'Nobody answered in this period.'}
          </EmptyState>
        ) : (
          <>
            <ul className={classes['list']}>
              {worstFirst(responses.data.items).map((one) => {
                const open = caseOf(one.id);
                return (
                  <li key={one.id}>
                    <ScoreBadge score={one.score} category={one.category} scale={one.category ? 'nps' : 'other'} />
                    <div>
                      <Link
                        to="/responses/$responseId"
                        params={{ responseId: one.id }}
                        className={classes['words'] ?? ''}
                      >
                        {one.comment}
                      </Link>
                      <p className="hb-meta">
                        {one.customer?.name ?? 'Not known'} · {format.day(one.submittedAt)}
                        {open
                          ? ` · ${open.needsReply ? 'needs reply' : open.owner ? `with ${open.owner.name}` : 'case open'}`
                          : ''}
                      </p>
                    </div>
                  </li>
                );
              })}
            </ul>
            {(cell?.n ?? 0) > SHOWN ? (
              <p className={classes['more']}>
                <Link to="/responses" search={{ ...range, counted: 'yes' }}>
                  All {format.number(cell?.n ?? 0)} responses
                </Link>
              </p>
            ) : null}
          </>
        )}
      </Card>
      <Card heading="Pain points here" sub="Grouped from comments; check the grouping before you act">
        {painPoints.error ? (
          <ErrorState error={painPoints.error} onRetry={() => void painPoints.refetch()} compact />
        ) : !painPoints.data ? (
          <SkeletonLines lines={5} />
        ) : (
          <DataTable
            caption={`Pain points at ${title}`}
            rows={painPoints.data.items}
            rowKey={(one) => one.id}
            empty={
              <EmptyState title="No pain points here." compact>
                Nobody complained about the same thing twice in this {map.interval}.
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
                    </Link>
                    <Under>{signed(one.impact, 1)} NPS points, estimated</Under>
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
                    {format.number(one.customers)}
                    <Under>{changeText(one.customers - one.customersBefore)}</Under>
                  </>
                ),
              },
              { key: 'status', header: 'Status', width: 124, render: (one) => PAIN_STATUS[one.status] },
            ]}
          />
        )}
      </Card>
    </div>
  );
}

/** What hurts comes first; the newest of the same score before older ones, as the server sends them. */
const worstFirst = <T extends { score: number }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => a.score - b.score).slice(0, SHOWN);

function likely(measure: JourneyMapView['measure'], cell: JourneyMapView['rows'][number]['cells'][number] | undefined) {
  if (cell?.low == null || cell.high == null) return '';
  return measure === 'nps'
    ? `, likely ${signed(cell.low)} to ${signed(cell.high)}`
    : `, likely ${Math.round(cell.low)}% to ${Math.round(cell.high)}%`;
}
