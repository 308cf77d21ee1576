import { Button, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { DownloadIcon, UploadIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { z } from 'zod';
import { ResponseView } from '../../../../src/responses/responses.contract.js';
import { api } from '../../api.js';
import { ScoreBadge } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ListFoot } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { FilterBar, type Filter } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBox } from '../../components/search-box.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useSegments, useSurveys, useTouchpoints } from '../../reference.js';
import { useCan } from '../../session.js';
import { Comment, Flags, PainPoints, SentimentOf, usePainPointName } from './response-parts.js';
import { CHANNELS, customerName, FLAG_WORDS, METRIC_WORDS, scaleOf } from './response-words.js';
import type { ResponsesSearch } from './responses-search.js';
import classes from './responses.module.css';

const ImportDialog = lazy(() =>
  import('../../components/import-dialog.js').then((module) => ({ default: module.ImportDialog })),
);
const FIELDS = [
  'id',
  'externalCustomerId',
  'touchpointKey',
  'surveyId',
  'metric',
  'score',
  'comment',
  'submittedAt',
  'channel',
  'locale',
  'mayContact',
];

/** The search params as the API names them. */
const queryOf = (search: ResponsesSearch) => ({
  q: search.q,
  touchpoint: search.touchpoint,
  category: search.category,
  sentiment: search.sentiment,
  segment: search.segment,
  surveyId: search.survey,
  channel: search.channel,
  metric: search.metric,
  counted: search.counted === undefined ? undefined : search.counted === 'yes',
  flag: search.flagged,
  painPointId: search.painPoint,
  customerId: search.customer,
  from: search.from,
  to: search.to,
});

export function ResponsesPage() {
  const { marked = false, ...search } = useSearch({ from: '/shell/responses' });
  const navigate = useNavigate({ from: '/responses' });
  const client = useQueryClient();
  const canImport = useCan('manager');
  const [importing, setImporting] = useState(false);
  const { q: text, ...chosen } = search;
  const query = queryOf(search);
  const list = useCursorList(['responses', 'list'], '/responses', ResponseView, query);
  const painPointName = usePainPointName();
  const filters = useFilters(search, painPointName);

  const set = (change: ResponsesSearch): void => void navigate({ search: (before) => ({ ...before, ...change }) });
  const narrowed = Object.values(search).some((value) => value !== undefined);
  const exported = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) exported.set(name, String(value));
  return (
    <div className={classes['page']}>
      <PageHeader
        title="Responses"
        lead={<Waiting />}
        actions={
          <>
            <Button
              variant="default"
              component="a"
              href={`/api/v1/responses/export?${exported}`}
              download
              leftSection={<DownloadIcon size={16} />}
            >
              CSV
            </Button>
            {canImport ? (
              <Button variant="default" leftSection={<UploadIcon size={16} />} onClick={() => setImporting(true)}>
                Import
              </Button>
            ) : null}
          </>
        }
      />
      <Card flush>
        <div className={classes['bar']}>
          <SearchBox
            className={classes['search']}
            label="Search comments and names"
            value={text}
            onChange={(q) => void navigate({ search: (before) => ({ ...before, q }), replace: true })}
          />
          <FilterBar filters={filters} values={chosen} onChange={(values) => set(values as ResponsesSearch)} />
          <Switch
            className={classes['switch'] ?? ''}
            label="Mark sentiment"
            checked={marked}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              void navigate({ search: (before) => ({ ...before, marked: on || undefined }), replace: true });
            }}
          />
        </div>
        {list.error && list.items.length === 0 ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : list.loading ? (
          <div className={classes['bar']}>
            <SkeletonLines lines={12} />
          </div>
        ) : list.items.length === 0 ? (
          <Nothing
            narrowed={narrowed}
            onImport={canImport ? () => setImporting(true) : null}
            onClear={() => void navigate({ search: {} })}
          />
        ) : (
          <>
            <ul
              className={classes['list']}
              aria-busy={list.refreshing}
              data-dimmed={list.refreshing}
              aria-label="Responses, newest first"
            >
              {list.items.map((response) => (
                <Row key={response.id} response={response} marked={marked} painPointName={painPointName} />
              ))}
            </ul>
            <ListFoot list={list} />
          </>
        )}
      </Card>
      {importing ? (
        <Suspense fallback={null}>
          <ImportDialog
            path="/responses/import"
            noun="responses"
            fields={FIELDS}
            hint={
              <>
                The first row names the columns. <code>score</code> has to be there, with <code>touchpointKey</code>,{' '}
                <code>surveyId</code> or <code>metric</code> nps; <code>externalCustomerId</code>, <code>comment</code>,{' '}
                <code>submittedAt</code> and <code>channel</code> are taken too.
              </>
            }
            onClose={() => setImporting(false)}
            onDone={() => {
              void client.invalidateQueries({ queryKey: ['responses'] });
              void client.invalidateQueries({ queryKey: ['insights'] });
            }}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

function useFilters(search: ResponsesSearch, painPointName: (id: string) => string | null): readonly Filter[] {
  const touchpoints = useTouchpoints();
  const surveys = useSurveys();
  const segments = useSegments();
  const choice = (key: string, label: string, options: readonly { value: string; label: string }[]): Filter => ({
    key,
    label,
    kind: 'choice',
    options,
  });
  const words = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([value, label]) => ({ value, label }));
  return [
    choice(
      'touchpoint',
      'Touchpoint',
      touchpoints.map((one) => ({ value: one.key, label: one.name })),
    ),
    choice('category', 'Score', [
      { value: 'detractor', label: '0–6 detractors' },
      { value: 'passive', label: '7–8 passives' },
      { value: 'promoter', label: '9–10 promoters' },
    ]),
    choice(
      'sentiment',
      'Sentiment',
      words({ negative: 'negative', neutral: 'neutral', positive: 'positive', none: 'not read' }),
    ),
    choice('counted', 'In the score', words({ yes: 'counted', no: 'left out' })),
    choice('flagged', 'Left out because', words({ ...FLAG_WORDS, withdrawn: 'Withdrawn' })),
    choice(
      'channel',
      'Channel',
      words(search.channel ? { ...CHANNELS, [search.channel]: CHANNELS[search.channel] ?? search.channel } : CHANNELS),
    ),
    choice(
      'survey',
      'Survey',
      surveys.map((one) => ({ value: one.id, label: one.name })),
    ),
    segments.length > 0
      ? choice(
          'segment',
          'Segment',
          segments.map((one) => ({ value: one, label: one })),
        )
      : { key: 'segment', label: 'Segment', kind: 'text' },
    choice('metric', 'Question', words({ ...METRIC_WORDS, 'nps,tnps': 'all NPS' })),
    { key: 'from', label: 'From', kind: 'day' },
    { key: 'to', label: 'Before', kind: 'day' },
    // Come by links from other pages; they cannot be chosen here, only seen and taken away.
    ...(search.painPoint
      ? [
          choice('painPoint', 'Pain point', [
            { value: search.painPoint, label: painPointName(search.painPoint) ?? 'one' },
          ]),
        ]
      : []),
    ...(search.customer ? [choice('customer', 'Customer', [{ value: search.customer, label: 'one customer' }])] : []),
  ];
}

const Page = z.object({ waiting: z.number().int() });

/** How many comments nobody has read yet; asked again while there are some. */
function Waiting() {
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['responses', 'waiting'],
    retry: false,
    queryFn: ({ signal }) => api('GET', '/responses', Page, { query: { limit: 1 }, signal }),
    refetchInterval: (query) => ((query.state.data?.waiting ?? 0) > 0 ? 5_000 : false),
  });
  return data && data.waiting > 0 ? (
    <span role="status">
      {format.number(data.waiting)} {data.waiting === 1 ? 'comment is' : 'comments are'} still being read
    </span>
  ) : (
    'What customers answered, newest first'
  );
}

function Row({
  response,
  marked,
  painPointName,
}: {
  response: ResponseView;
  marked: boolean;
  painPointName: (id: string) => string | null;
}) {
  const { customer } = response;
  return (
    <li className={classes['row']} data-out={!response.counted}>
      <div className={classes['score']}>
        <ScoreBadge score={response.score} category={response.category} scale={scaleOf(response)} />
      </div>
      <div className={classes['body']}>
        <p className={classes['head']}>
          {customer ? (
            <Link to="/customers/$customerId" params={{ customerId: customer.id }} className={classes['who'] ?? ''}>
              {customerName(customer)}
            </Link>
          ) : (
            <span className={classes['who']}>Not known who</span>
          )}
          <span className="hb-meta">
            {[
              response.touchpoint?.name ?? METRIC_WORDS[response.metric],
              CHANNELS[response.channel] ?? response.channel,
            ].join(' · ')}{' '}
            ·{' '}
            <Link to="/responses/$responseId" params={{ responseId: response.id }} className={classes['when'] ?? ''}>
              <DateTime at={response.submittedAt} />
            </Link>
          </span>
        </p>
        <Comment response={response} marked={marked} clamp />
        <div className={classes['tags']}>
          <SentimentOf response={response} />
          <PainPoints response={response} name={painPointName} />
          {response.caseId ? (
            <Link to="/cases/$caseId" params={{ caseId: response.caseId }} className={classes['caseLink'] ?? ''}>
              Open case
            </Link>
          ) : null}
        </div>
      </div>
      <div className={classes['end']}>
        <Flags response={response} />
      </div>
    </li>
  );
}

function Nothing({
  narrowed,
  onClear,
  onImport,
}: {
  narrowed: boolean;
  onClear: () => void;
  onImport: (() => void) | null;
}) {
  return narrowed ? (
    <EmptyState
      title="No responses match these filters."
      action={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    />
  ) : (
    <EmptyState
      title="No responses yet."
      action={
        <>
          <Button renderRoot={(props) => <Link to="/campaigns" {...props} />}>Ask your customers</Button>
          {onImport ? (
            <Button variant="default" onClick={onImport}>
              Import responses
            </Button>
          ) : null}
        </>
      }
    >
      Here you will read what customers answer, with what each sentence is about.
    </EmptyState>
  );
}
