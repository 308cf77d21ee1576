import { Button, Checkbox, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  WEBHOOK_EVENTS,
  WebhookDelivery,
  WebhookPage,
  WebhookView,
  WebhookWithSecret,
} from '../../../../src/webhooks/webhooks.contract.js';
import { api, newIdempotencyKey } from '../../api.js';
import { StatusPill, type Tone } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { SecretDialog } from '../settings/secret-dialog.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

/** The list, or with `open` the form of one (`new` too); `tab` is the webhook whose deliveries are shown. */
export function WebhooksPage() {
  const isAdmin = useCan('admin');
  const search = useSearch({ from: '/shell/settings/webhooks' });
  const navigate = useNavigate({ from: '/settings/webhooks' });
  const client = useQueryClient();
  const webhooks = useAll<WebhookView>('/webhooks', WebhookPage, isAdmin);
  const { busy, run } = useWrite();
  const [secret, setSecret] = useState<string | null>(null);
  const [removing, setRemoving] = useState<WebhookView | null>(null);
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['all', '/webhooks'] });
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
      Add webhook
    </Button>
  );
  const editing = webhooks.data?.find((one) => one.id === search.open) ?? null;
  const shown = webhooks.data?.find((one) => one.id === search.tab) ?? null;
  const change = (webhook: WebhookView, body: Record<string, unknown>, done: string): void =>
    void run(webhook.id, 'The webhook was not changed.', async () => {
      const next = await api('PATCH', `/webhooks/${webhook.id}`, WebhookWithSecret, { body });
      if (next.secret) setSecret(next.secret);
      await refresh();
      toast.done(done);
    });
  return (
    <>
      <PageHeader
        title="Webhooks"
        section="Settings"
        lead="We tell your systems what happened, signed by the Standard Webhooks rules: ids and facts, no words and no addresses."
        {...(isAdmin ? { actions: add } : {})}
      />
      {isAdmin ? (
        <div className="hb-stack">
          <Card flush>
            <Loaded query={webhooks}>
              {(all) =>
                all.length === 0 ? (
                  <EmptyState title="No webhooks yet" action={add}>
                    Add an address to be told about responses and cases as they happen.
                  </EmptyState>
                ) : (
                  <ul className={rows['list']}>
                    {all.map((webhook) => (
                      <li key={webhook.id} className={rows['item']}>
                        <div className={rows['main']}>
                          <strong className={webhook.enabled ? undefined : rows['off']}>{webhook.url}</strong>
                          <p className="hb-meta">
                            {webhook.events.join(', ')}
                            {webhook.disabledReason ? ` · switched off: ${webhook.disabledReason}` : ''}
                          </p>
                        </div>
                        <div className={rows['controls']}>
                          <Switch
                            checked={webhook.enabled}
                            disabled={busy !== null}
                            label={webhook.enabled ? 'On' : 'Off'}
                            aria-label={`${webhook.enabled ? 'On' : 'Off'}: ${webhook.url}`}
                            onChange={() =>
                              change(
                                webhook,
                                { enabled: !webhook.enabled },
                                webhook.enabled ? 'The webhook is off.' : 'The webhook is on.',
                              )
                            }
                          />
                          <Button
                            variant="default"
                            size="compact-sm"
                            onClick={() =>
                              void run(webhook.id, 'The test was not sent.', async () => {
                                await api('POST', `/webhooks/${webhook.id}/test`, WebhookDelivery, {
                                  idempotencyKey: newIdempotencyKey(),
                                });
                                await navigate({ search: (before) => ({ ...before, tab: webhook.id }) });
                                await client.invalidateQueries({ queryKey: ['webhooks'] });
                                toast.done('The test is on its way; see the deliveries below.');
                              })
                            }
                          >
                            Send a test
                          </Button>
                          <Button variant="default" size="compact-sm" onClick={() => open(webhook.id)}>
                            Edit<span className="hb-visually-hidden"> {webhook.url}</span>
                          </Button>
                          <Button
                            variant="subtle"
                            size="compact-sm"
                            onClick={() =>
                              change(webhook, { rotateSecret: true }, 'The old secret signs beside it for 24 hours.')
                            }
                          >
                            New secret
                          </Button>
                          <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(webhook)}>
                            Remove<span className="hb-visually-hidden"> {webhook.url}</span>
                          </Button>
                          <Link
                            from="/settings/webhooks"
                            to="."
                            search={(before) => ({ ...before, tab: webhook.id })}
                            replace
                            resetScroll={false}
                          >
                            Deliveries
                          </Link>
                        </div>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Card>
          {shown ? <Deliveries webhook={shown} /> : null}
        </div>
      ) : (
        <NeedsRole least="admin" what="see and change webhooks" />
      )}
      <FormDialog
        opened={search.open === 'new' || editing !== null}
        onClose={() => open(undefined)}
        title={editing ? 'Webhook' : 'New webhook'}
      >
        <WebhookForm
          webhook={editing}
          onDone={async (next) => {
            open(undefined);
            if (next.secret) setSecret(next.secret);
            await refresh();
          }}
        />
      </FormDialog>
      <SecretDialog secret={secret} title="Secret of the webhook" onClose={() => setSecret(null)}>
        <p>Your system checks our signature with it. We cannot show it again; a new one can be made at any time.</p>
      </SecretDialog>
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title="Remove the webhook"
        action="Remove the webhook"
        danger
        onConfirm={async () => {
          if (!removing) return;
          await api('DELETE', `/webhooks/${removing.id}`, z.unknown());
          await refresh();
          toast.done('The webhook is removed.');
        }}
      >
        <p>Nothing is sent to {removing?.url} any more, and its deliveries are forgotten.</p>
      </ConfirmDialog>
    </>
  );
}

function WebhookForm({
  webhook,
  onDone,
}: {
  webhook: WebhookView | null;
  onDone: (next: WebhookWithSecret) => Promise<void>;
}) {
  const form = useForm({
    initialValues: { url: webhook?.url ?? '', events: (webhook?.events ?? [...WEBHOOK_EVENTS]) as string[] },
    validateInputOnBlur: true,
    validate: {
      url: (value) => (/^https?:\/\/\S+$/.test(value.trim()) ? null : 'Enter an address that starts with https://'),
      events: (value) => (value.length === 0 ? 'Choose at least one event' : null),
    },
  });
  return (
    <Form
      form={form}
      submit={webhook ? 'Save webhook' : 'Add webhook'}
      onSubmit={async ({ url, events }, idempotencyKey) =>
        onDone(
          webhook
            ? await api('PATCH', `/webhooks/${webhook.id}`, WebhookWithSecret, {
                body: { url: url.trim(), events, version: webhook.version },
              })
            : await api('POST', '/webhooks', WebhookWithSecret, { body: { url: url.trim(), events }, idempotencyKey }),
        )
      }
    >
      <TextInput label="Address" type="url" spellCheck={false} data-autofocus {...field(form, 'url')} />
      <Checkbox.Group label="What it is told" {...form.getInputProps('events')}>
        {WEBHOOK_EVENTS.map((event) => (
          <Checkbox key={event} value={event} label={event} mt={4} />
        ))}
      </Checkbox.Group>
    </Form>
  );
}

const deliveryTone: Record<WebhookDelivery['state'], Tone> = { pending: 'soon', delivered: 'good', failed: 'late' };

function Deliveries({ webhook }: { webhook: WebhookView }) {
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const list = useCursorList<WebhookDelivery>(
    ['webhooks', 'deliveries', webhook.id],
    `/webhooks/${webhook.id}/deliveries`,
    WebhookDelivery,
  );
  const columns: Column<WebhookDelivery>[] = [
    { key: 'event', header: 'Event', render: (row) => row.event },
    {
      key: 'state',
      header: 'State',
      render: (row) => (
        <>
          <StatusPill tone={deliveryTone[row.state]}>{row.state}</StatusPill>
          {row.lastError ? <Under>{row.lastError}</Under> : null}
        </>
      ),
    },
    {
      key: 'attempts',
      header: 'Attempts',
      align: 'end',
      render: (row) => `${row.attempts}${row.lastStatus ? `, last ${row.lastStatus}` : ''}`,
    },
    { key: 'at', header: 'When', render: (row) => <DateTime at={row.deliveredAt ?? row.createdAt} /> },
    {
      key: 'replay',
      header: 'Change',
      card: 'bare',
      render: (row) => (
        <Button
          variant="default"
          size="compact-sm"
          loading={busy === row.id}
          onClick={() =>
            void run(row.id, 'It was not sent again.', async () => {
              await api('POST', `/webhooks/${webhook.id}/deliveries/${row.id}/replay`, WebhookDelivery, {
                idempotencyKey: newIdempotencyKey(),
              });
              await client.invalidateQueries({ queryKey: ['webhooks'] });
              toast.done('It is on its way again.');
            })
          }
        >
          Send again<span className="hb-visually-hidden"> {row.event}</span>
        </Button>
      ),
    },
  ];
  return (
    <Card
      heading="Deliveries"
      sub={webhook.url}
      flush
      actions={
        <Button variant="subtle" size="compact-sm" onClick={list.retry}>
          Refresh
        </Button>
      }
    >
      <DataTable
        caption={`Deliveries to ${webhook.url}`}
        columns={columns}
        rowKey={(row) => row.id}
        list={list}
        empty={<EmptyState title="Nothing was sent yet" compact />}
      />
    </Card>
  );
}
