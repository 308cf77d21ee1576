import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import type { z } from 'zod';
import { FoundStatements, type FoundStatement } from '../../../../src/painpoints/painpoints.contract.js';
import { api } from '../../api.js';
import { ScoreBadge, SentimentTag } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { SkeletonLines } from '../../components/skeleton.js';
import classes from './pain-points.module.css';

type Found = z.infer<typeof FoundStatement>;

/** Statements that mean or say what is looked for, the most alike first. */
export function FoundByMeaning({ q, query }: { q: string; query: Readonly<Record<string, string | undefined>> }) {
  const result = useQuery({
    queryKey: ['statements', 'search', q, query],
    queryFn: ({ signal }) =>
      api('GET', '/statements/search', FoundStatements, { query: { q, limit: 30, ...query }, signal }),
    placeholderData: (before) => before,
  });
  const { data, error, refetch } = result;
  return (
    <Card
      heading="What customers said about it"
      sub={
        data && !data.byMeaning
          ? 'Found by words alone: sentence vectors are not available now.'
          : 'Found by meaning where the language allows it (English), else by words.'
      }
      flush
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className={classes['bones']}>
          <SkeletonLines lines={5} />
        </div>
      ) : data.items.length === 0 ? (
        <EmptyState title="Nobody said anything like it.">Try other words, or a longer period.</EmptyState>
      ) : (
        <ul className={classes['statements']} aria-label="Statements found" aria-busy={result.isPlaceholderData}>
          {data.items.map((one) => (
            <li key={one.id} className={classes['event']}>
              <div className={classes['words']}>
                <div className={classes['quote']} dir="auto">
                  {marked(one)}
                </div>
                <p className={classes['from']}>
                  <ScoreBadge score={one.score} />
                  <SentimentTag label={one.sentiment.label} aspect={one.aspect} />
                  <Link to="/responses/$responseId" params={{ responseId: one.responseId }}>
                    {one.customer?.name ?? 'Response'}, <DateTime at={one.submittedAt} as="date" />
                  </Link>
                  {one.touchpointName ? <span>· {one.touchpointName}</span> : null}
                  {one.painPoint ? (
                    <>
                      {' · '}
                      <Link to="/pain-points/$painPointId" params={{ painPointId: one.painPoint.id }}>
                        {one.painPoint.name}
                      </Link>
                    </>
                  ) : null}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function marked({ text, marks }: Found): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push(<Fragment key={`t${at}`}>{text.slice(at, start)}</Fragment>);
    parts.push(
      <mark key={start} className={classes['hit']}>
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(<Fragment key="rest">{text.slice(at)}</Fragment>);
  return parts;
}
