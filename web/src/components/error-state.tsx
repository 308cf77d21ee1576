import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ApiError } from '../api.js';
import { usePageTitle } from '../page-title.js';
import { NotFound } from './not-found.js';
import classes from './states.module.css';

/** What happened and what to do, in words, for any error. */
export function explain(error: unknown): { title: string; detail: string } {
  if (error instanceof ApiError) {
    if (error.code === 'network') return { title: 'No connection', detail: error.detail };
    if (error.status === 401)
      return { title: 'You are signed out', detail: 'Sign in again to go on. What you typed is kept.' };
    if (error.status === 403) return { title: 'Your role cannot see this', detail: error.detail };
    if (error.status === 404)
      return { title: 'Not found', detail: 'It may have been removed, or the link is not quite right.' };
    if (error.status === 429) return { title: 'Too many requests', detail: 'Wait a moment, then try again.' };
    if (error.status >= 500) {
      return {
        title: 'The server had a problem',
        detail: 'Nothing you did was lost. Try again; if it stays, tell your administrator.',
      };
    }
    return { title: 'That did not work', detail: error.detail };
  }
  return {
    title: 'This part of the page failed',
    detail: 'The rest still works. Try again; if it stays, reload the page.',
  };
}

/** In the place that failed: reason, Retry, and the request's id for whoever looks into it. */
export function ErrorState({
  error,
  onRetry,
  compact = false,
}: {
  error: unknown;
  onRetry?: () => void;
  compact?: boolean;
}) {
  const { title, detail } = explain(error);
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className={`${classes['state']} ${compact ? classes['compact'] : ''}`} role="alert">
      <p className={classes['title']}>{title}</p>
      <p className={classes['text']}>{detail}</p>
      {onRetry ? (
        <div className={classes['actions']}>
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        </div>
      ) : null}
      {requestId ? <p className={classes['request']}>Request {requestId}</p> : null}
    </div>
  );
}

/** For the router: a whole page failed. A foreign and an unknown id look the same. */
export function PageError({ error, reset }: ErrorComponentProps) {
  usePageTitle(explain(error).title, undefined, true);
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  return (
    <div className={classes['page']}>
      <h1 className="hb-visually-hidden">Something went wrong</h1>
      <ErrorState error={error} onRetry={reset} />
    </div>
  );
}
