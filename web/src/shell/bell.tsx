import { Button, Popover } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellIcon } from '@primer/octicons-react';
import { useState } from 'react';
import {
  NotificationPage,
  Unread,
  type NotificationView,
} from '../../../src/actions/notifications/notifications.contract.js';
import { api } from '../api.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorState } from '../components/error-state.js';
import { DateTime } from '../components/figures.js';
import { SkeletonLines } from '../components/skeleton.js';
import { toast } from '../components/toasts.js';
import classes from './shell.module.css';

const MOST_SHOWN = 99;

function words({ kind, actor, case: { number } }: NotificationView): string {
  const somebody = actor?.name ?? 'Somebody';
  switch (kind) {
    case 'mention':
      return `${somebody} mentioned you in #${number}`;
    case 'assigned':
      return actor ? `${actor.name} gave you #${number}` : `#${number} is yours`;
    case 'customer_message':
      return `The customer wrote in #${number}`;
    case 'not_yet':
      return `#${number}: the customer said not yet`;
    case 'fixed':
      return `#${number}: the customer said it is fixed`;
    case 'note':
      return `${somebody} wrote a note in #${number}`;
    case 'woke':
      return `#${number} is back: it was put off until now`;
  }
}

/** What happened in one's cases, newest first; the count is of what is unread on every machine. */
export function Bell() {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications'],
    queryFn: ({ signal }) => api('GET', '/notifications', NotificationPage, { query: { limit: 30 }, signal }),
    refetchInterval: 120_000,
    retry: false,
  });
  const unread = data?.unread ?? 0;
  const readAll = async (): Promise<void> => {
    try {
      await api('POST', '/notifications/read', Unread, { body: {} });
      await client.invalidateQueries({ queryKey: ['notifications'] });
    } catch (failure) {
      toast.failed('They are still unread.', failure);
    }
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes['bell']}
          aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}
          title="Notifications"
          onClick={() => setOpen(!open)}
        >
          <BellIcon size={16} />
          {unread > 0 ? (
            <span className={classes['bellCount']} aria-hidden="true">
              {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
            </span>
          ) : null}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label="Notifications">
        <div className={classes['noticesHead']}>
          <strong>Notifications</strong>
          <Button size="compact-xs" variant="default" disabled={unread === 0} onClick={() => void readAll()}>
            Mark all read
          </Button>
        </div>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : !data ? (
          <SkeletonLines lines={4} />
        ) : data.items.length === 0 ? (
          <EmptyState title="Nothing yet" compact>
            When somebody mentions you, or a customer writes in a case of yours, it stands here.
          </EmptyState>
        ) : (
          <ul className={classes['notices']}>
            {data.items.map((one) => (
              <li key={one.id}>
                <Link
                  to="/cases/$caseId"
                  params={{ caseId: one.case.id }}
                  className={classes['notice'] ?? ''}
                  data-unread={one.readAt === null}
                  onClick={() => setOpen(false)}
                >
                  {words(one)}
                  {one.readAt === null ? <span className="hb-visually-hidden"> (unread)</span> : null}
                  <br />
                  <span className="hb-meta">
                    {one.case.subject} · <DateTime at={one.at} as="ago" />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
