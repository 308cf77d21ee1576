import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { PURPOSES, TimelineEntryView, type CustomerView } from '../../../../src/customers/customers.contract.js';
import { ScoreBadge, SentimentTag, type Category, type SentimentLabel } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ListFoot } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { Money } from '../../components/figures.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { Timeline, type TimelineItem } from '../../components/timeline.js';
import { ViewTabs } from '../../components/view-tabs.js';
import { useCursorList } from '../../lists.js';
import { useUserName } from '../../reference.js';
import { PURPOSE_WORDS } from './customer-facts.js';
import { sourceWords, wordsOf } from './customer-words.js';
import classes from './customers.module.css';

type Entry = z.infer<typeof TimelineEntryView>;

/** What the tabs show; a kind that no tab names (consents, being added) stands under Everything. */
const TABS = [
  { value: 'all', label: 'Everything', kinds: null },
  { value: 'asked', label: 'Asked', kinds: ['invitation'] },
  { value: 'answered', label: 'Answered', kinds: ['response'] },
  { value: 'cases', label: 'Cases and messages', kinds: ['case', 'message', 'note', 'announcement', 'receipt'] },
  { value: 'events', label: 'Events', kinds: ['event'] },
] as const;

export function CustomerTimeline({ customer, kind }: { customer: CustomerView; kind: string | undefined }) {
  const list = useCursorList(
    ['customers', 'timeline', customer.id],
    `/customers/${customer.id}/timeline`,
    TimelineEntryView,
  );
  const tab = TABS.find((one) => one.value === kind) ?? TABS[0];
  const shown = list.items.filter(
    (entry) => tab.kinds === null || (tab.kinds as readonly string[]).some((one) => entry.kind.startsWith(one)),
  );
  return (
    <Card flush>
      <h2 className="hb-visually-hidden">Timeline</h2>
      <ViewTabs
        label="What the timeline shows"
        tabs={TABS.map(({ value, label }) => ({ value, label }))}
        current={tab.value}
        link={(value, props) => (
          <Link
            key={value}
            to="/customers/$customerId"
            params={{ customerId: customer.id }}
            search={value === 'all' ? {} : { kind: value }}
            replace
            activeOptions={{ exact: true }}
            resetScroll={false}
            {...props}
          />
        )}
      />
      <div className={classes['timeline']}>
        {list.error && list.items.length === 0 ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : list.loading ? (
          <SkeletonLines lines={10} />
        ) : shown.length === 0 ? (
          <EmptyState
            title={list.hasMore ? 'Nothing of this kind yet in what is shown.' : 'Nothing of this kind.'}
            compact
          >
            {tab.value === 'all' ? 'Events, surveys, answers, cases and messages will stand here.' : null}
          </EmptyState>
        ) : (
          <Timeline
            label={`Timeline of ${customer.name ?? customer.externalId}, newest first`}
            items={shown.map(itemOf)}
          />
        )}
      </div>
      {list.items.length > 0 ? <ListFoot list={list} /> : null}
    </Card>
  );
}

function itemOf(entry: Entry, index: number): TimelineItem {
  const { data } = entry;
  const status = typeof data['status'] === 'string' ? data['status'] : null;
  const look =
    status === 'skipped' || status === 'cancelled' || status === 'expired'
      ? 'quiet'
      : status === 'scheduled' || (entry.kind === 'case' && status !== null && !CLOSED.has(status))
        ? 'open'
        : 'done';
  return {
    id: `${entry.at} ${index}`,
    at: entry.at,
    title: <Title entry={entry} />,
    body: <Body entry={entry} />,
    look,
  };
}

const CLOSED = new Set(['resolved', 'confirmed', 'closed_silent']);

function Title({ entry }: { entry: Entry }): ReactNode {
  const { link, title } = entry;
  if (link?.kind === 'response')
    return (
      <Link to="/responses/$responseId" params={{ responseId: link.id }}>
        {title}
      </Link>
    );
  if (link?.kind === 'case')
    return (
      <Link to="/cases/$caseId" params={{ caseId: link.id }}>
        {title}
      </Link>
    );
  if (link?.kind === 'campaign')
    return (
      <Link to="/campaigns/$campaignId" params={{ campaignId: link.id }}>
        {title}
      </Link>
    );
  if (link?.kind === 'improvement')
    return (
      <Link to="/improvements/$improvementId" params={{ improvementId: link.id }}>
        {title}
      </Link>
    );
  const purpose = PURPOSES.find((one) => one === entry.data['purpose']);
  if (entry.kind === 'consent' && purpose)
    return `${entry.data['granted'] === true ? 'Allowed' : 'Refused'}: ${PURPOSE_WORDS[purpose]}`;
  if (entry.kind === 'event' && typeof entry.data['type'] === 'string')
    return title.replace(entry.data['type'], wordsOf(entry.data['type']));
  return title;
}

const isSentiment = (value: unknown): value is SentimentLabel =>
  value === 'negative' || value === 'neutral' || value === 'positive';
const isCategory = (value: unknown): value is Category =>
  value === 'promoter' || value === 'passive' || value === 'detractor';

/** Who recorded it: our users and keys by name, whatever a program wrote as it is. */
function Source({ source }: { source: string }) {
  const userName = useUserName();
  if (source.startsWith('user:')) return userName(source.slice(5));
  return source.startsWith('key:') ? 'a program with an API key' : sourceWords(source);
}

function Body({ entry }: { entry: Entry }): ReactNode {
  const { data, detail } = entry;
  const score = typeof data['score'] === 'number' ? data['score'] : null;
  const value = typeof data['value'] === 'number' ? data['value'] : null;
  const category = isCategory(data['category']) ? data['category'] : null;
  const source = typeof data['source'] === 'string' ? data['source'] : null;
  const tagged = entry.kind === 'response' && score !== null;
  if (!tagged && detail === null && value === null && source === null) return null;
  return (
    <>
      {detail ? <p className={classes['words']}>{detail}</p> : null}
      {tagged ? (
        <p className={classes['tags']}>
          <ScoreBadge score={score} category={category} scale={category ? 'nps' : 'other'} />
          {isSentiment(data['sentiment']) ? <SentimentTag label={data['sentiment']} /> : null}
          {data['counted'] === false ? <span className="hb-meta">left out of the score</span> : null}
        </p>
      ) : null}
      {value === null ? null : (
        <p>
          Worth <Money amount={value} />
        </p>
      )}
      {entry.kind === 'consent' && source ? (
        <p className="hb-meta">
          Recorded by <Source source={source} />
        </p>
      ) : null}
    </>
  );
}
