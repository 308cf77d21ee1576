import { Button, Modal, Switch } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { EventsReplayed, EventView, TriggerView } from '../../../../src/distribution/distribution.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DataTable, ListFoot, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { ViewTabs } from '../../components/view-tabs.js';
import { useFormat } from '../../format.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { conditionsWords } from './conditions.js';
import { delayWords, rejectionWords, sampleWords } from './distribution-words.js';
import { rivalryWords } from './rivalry-fields.js';
import { TriggerForm } from './trigger-form.js';
import classes from './triggers.module.css';

export function TriggersPage() {
  const search = useSearch({ from: '/shell/triggers' });
  const navigate = useNavigate({ from: '/triggers' });
  const canEdit = useCan('manager');
  const list = useCursorList(['triggers', 'list'], '/triggers', TriggerView);
  const editing = search.open === 'new' ? null : list.items.find((one) => one.id === search.open);
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const create = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
      New trigger
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Triggers"
        lead="When something happens to a customer, ask about it. The contact policy still decides whether and when."
        {...(canEdit ? { actions: create } : {})}
      />
      <div className="hb-stack">
        <Card flush>
          {list.loading ? (
            <div style={{ padding: 16 }}>
              <SkeletonLines lines={6} />
            </div>
          ) : list.error && list.items.length === 0 ? (
            <ErrorState error={list.error} onRetry={list.retry} />
          ) : list.items.length === 0 ? (
            <EmptyState title="No triggers yet" {...(canEdit ? { action: create } : {})}>
              For example: when an order is delivered, ask about the delivery a day later.
            </EmptyState>
          ) : (
            <>
              <ul className={classes['list']}>
                {list.items.map((trigger) => (
                  <TriggerItem key={trigger.id} trigger={trigger} canEdit={canEdit} onEdit={() => open(trigger.id)} />
                ))}
              </ul>
              <ListFoot list={list} />
            </>
          )}
        </Card>
        <Events canEdit={canEdit} />
      </div>
      <Modal
        opened={canEdit && search.open !== undefined && (search.open === 'new' || editing !== undefined)}
        onClose={() => open(undefined)}
        title={editing ? 'Trigger' : 'New trigger'}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <TriggerForm trigger={editing ?? null} onDone={() => open(undefined)} />
      </Modal>
    </>
  );
}

function TriggerItem({ trigger, canEdit, onEdit }: { trigger: TriggerView; canEdit: boolean; onEdit: () => void }) {
  const client = useQueryClient();
  const format = useFormat();
  const { busy, run } = useWrite();
  const { sent, answered, skipped, scheduled } = trigger.last30Days;
  return (
    <li className={classes['item']}>
      <div>
        <p className={classes['sentence']} data-off={!trigger.enabled}>
          When <strong>{trigger.eventType}</strong> happens at <strong>{trigger.touchpointName}</strong>
          {trigger.conditions ? (
            <>
              {' '}
              and <strong>{conditionsWords(trigger.conditions)}</strong>
            </>
          ) : null}
          , ask {sampleWords(trigger.sampleRate)}{' '}
          <Link to="/surveys/$surveyId" params={{ surveyId: trigger.surveyId }}>
            {trigger.surveyName}
          </Link>
          , {delayWords(trigger.delayMinutes)}.
        </p>
        <p className="hb-meta">
          Last 30 days: {format.number(sent)} asked, {format.number(answered)} answered, {format.number(scheduled)}{' '}
          scheduled, {format.number(skipped)} not asked. {capital(rivalryWords(trigger))}
          {trigger.maxAgeDays === null ? '' : `; events up to ${trigger.maxAgeDays} days old`}.
        </p>
      </div>
      <div className={classes['controls']}>
        {canEdit ? (
          <>
            <Switch
              checked={trigger.enabled}
              disabled={busy !== null}
              label={trigger.enabled ? 'On' : 'Off'}
              aria-label={`${trigger.enabled ? 'On' : 'Off'}: ${trigger.eventType} at ${trigger.touchpointName}`}
              onChange={() =>
                void run('switch', 'The trigger was not switched.', async () => {
                  await api('PATCH', `/triggers/${trigger.id}`, TriggerView, { body: { enabled: !trigger.enabled } });
                  await client.invalidateQueries({ queryKey: ['triggers'] });
                })
              }
            />
            <Button variant="default" size="compact-sm" onClick={onEdit}>
              Edit
              <span className="hb-visually-hidden">
                {' '}
                {trigger.eventType} at {trigger.touchpointName}
              </span>
            </Button>
          </>
        ) : (
          <StatusPill tone={trigger.enabled ? 'good' : 'neutral'}>{trigger.enabled ? 'On' : 'Off'}</StatusPill>
        )}
      </div>
    </li>
  );
}

function Events({ canEdit }: { canEdit: boolean }) {
  const search = useSearch({ from: '/shell/triggers' });
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const rejected = search.events === 'rejected';
  const list = useCursorList(['events', 'list'], '/events', EventView, { rejected: rejected || undefined, limit: 20 });
  const columns: Column<EventView>[] = [
    {
      key: 'type',
      header: 'Event',
      render: (row) => (
        <>
          {row.type}
          <Under>{row.externalId}</Under>
        </>
      ),
    },
    {
      key: 'customer',
      header: 'Customer',
      render: (row) =>
        row.customerId ? (
          <Link to="/customers/$customerId" params={{ customerId: row.customerId }}>
            {row.externalCustomerId}
          </Link>
        ) : (
          row.externalCustomerId
        ),
    },
    { key: 'touchpoint', header: 'Touchpoint', render: (row) => row.touchpointKey ?? '–' },
    { key: 'at', header: 'Happened', render: (row) => <DateTime at={row.occurredAt} /> },
    {
      key: 'state',
      header: 'State',
      render: (row) =>
        row.rejected ? (
          <span className="hb-row">
            <StatusPill tone="late">{rejectionWords[row.rejected]}</StatusPill>
            {canEdit ? (
              <Button
                variant="default"
                size="compact-sm"
                loading={busy === row.id}
                onClick={() =>
                  void run(row.id, 'The event was not replayed.', async () => {
                    await api('POST', `/events/${row.id}/replay`, EventView);
                    await client.invalidateQueries({ queryKey: ['events'] });
                    toast.done('The event is accepted now.');
                  })
                }
              >
                Replay<span className="hb-visually-hidden"> {row.externalId}</span>
              </Button>
            ) : null}
          </span>
        ) : (
          <StatusPill tone="good">Accepted</StatusPill>
        ),
    },
  ];
  return (
    <Card
      heading="Events"
      {...(canEdit && rejected && list.items.length > 0
        ? {
            actions: (
              <Button
                variant="default"
                size="compact-sm"
                loading={busy === 'all'}
                onClick={() =>
                  void run('all', 'The events were not replayed.', async () => {
                    const done = await api('POST', '/events/replay', EventsReplayed, {
                      body: {},
                      idempotencyKey: newIdempotencyKey(),
                    });
                    await client.invalidateQueries({ queryKey: ['events'] });
                    toast.done(
                      `${done.replayed} accepted now, ${done.stillRejected} still rejected${done.remaining ? '; there are more, replay again' : ''}.`,
                    );
                  })
                }
              >
                Replay all
              </Button>
            ),
          }
        : {})}
      sub="What your systems told us, newest first. Rejected events are kept and can be replayed."
      flush
    >
      <div className={classes['tabs']}>
        <ViewTabs
          label="Events"
          current={rejected ? 'rejected' : 'all'}
          tabs={[
            { value: 'all', label: 'Recent' },
            { value: 'rejected', label: 'Rejected' },
          ]}
          link={(value, props) => (
            <Link
              from="/triggers"
              to="."
              search={(before) => ({ ...before, events: value === 'rejected' ? ('rejected' as const) : undefined })}
              replace
              resetScroll={false}
              {...props}
            />
          )}
        />
      </div>
      <DataTable
        caption="Events"
        columns={columns}
        rowKey={(row) => row.id}
        list={list}
        empty={
          <EmptyState title={rejected ? 'No event was rejected' : 'No events yet'} compact>
            {rejected ? null : 'They come from your systems through the API: POST /api/v1/events.'}
          </EmptyState>
        }
      />
    </Card>
  );
}

const capital = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
