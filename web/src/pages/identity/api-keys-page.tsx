import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { ApiKeyCreated, ApiKeyPage, ApiKeyView } from '../../../../src/identity/identity.contract.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { SecretDialog } from '../settings/secret-dialog.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';

type ApiKey = z.infer<typeof ApiKeyView>;

const SCOPES = [
  { value: 'events:write', label: 'Send events' },
  { value: 'customers:write', label: 'Send customers' },
  { value: 'responses:write', label: 'Send responses' },
  { value: 'read', label: 'Read everything' },
  { value: '*', label: 'Everything' },
] as const;

export function ApiKeysPage() {
  const isAdmin = useCan('admin');
  const client = useQueryClient();
  const keys = useAll<ApiKey>('/api-keys', ApiKeyPage, isAdmin);
  const [adding, setAdding] = useState(false);
  const [created, setCreated] = useState<{ name: string; secret: string } | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['all', '/api-keys'] });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
      New API key
    </Button>
  );
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      header: 'For',
      render: (key) => (
        <>
          {key.name}
          <Under>{key.prefix}…</Under>
        </>
      ),
    },
    {
      key: 'scopes',
      header: 'May',
      render: (key) => key.scopes.map((scope) => SCOPES.find((one) => one.value === scope)?.label ?? scope).join(', '),
    },
    { key: 'created', header: 'Made', render: (key) => <DateTime at={key.createdAt} as="date" /> },
    {
      key: 'used',
      header: 'Last used',
      render: (key) => (key.lastUsedAt ? <DateTime at={key.lastUsedAt} as="ago" /> : 'Never'),
    },
    {
      key: 'expires',
      header: 'Ends',
      render: (key) =>
        key.expiresAt === null ? (
          'Never'
        ) : Date.parse(key.expiresAt) < Date.now() ? (
          <StatusPill tone="late">Expired</StatusPill>
        ) : (
          <DateTime at={key.expiresAt} as="date" />
        ),
    },
    {
      key: 'revoke',
      header: 'Change',
      card: 'bare',
      render: (key) => (
        <Button variant="default" size="compact-sm" onClick={() => setRevoking(key)}>
          Revoke<span className="hb-visually-hidden"> {key.name}</span>
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title="API keys"
        section="Settings"
        lead="For your own programs. A key works for this organization only, with what you let it do."
        {...(isAdmin ? { actions: add } : {})}
      />
      {isAdmin ? (
        <Card flush>
          <Loaded query={keys}>
            {(all) => (
              <DataTable
                caption="API keys"
                columns={columns}
                rowKey={(key) => key.id}
                rows={all}
                empty={
                  <EmptyState title="No API keys yet" action={add}>
                    Programs send events and customers with one. The API is described at{' '}
                    <a href="/api/openapi.json">/api/openapi.json</a>.
                  </EmptyState>
                }
              />
            )}
          </Loaded>
        </Card>
      ) : (
        <NeedsRole least="admin" what="see and make API keys" />
      )}
      <FormDialog opened={adding} onClose={() => setAdding(false)} title="New API key">
        <KeyForm
          onDone={async (key) => {
            setAdding(false);
            setCreated(key);
            await refresh();
          }}
        />
      </FormDialog>
      <SecretDialog
        secret={created?.secret ?? null}
        title={`Key for ${created?.name ?? ''}`}
        onClose={() => setCreated(null)}
      >
        <p>Copy it now into your program’s settings. We keep only a fingerprint of it and cannot show it again.</p>
      </SecretDialog>
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ''}`}
        action="Revoke the key"
        danger
        onConfirm={async () => {
          if (!revoking) return;
          await api('DELETE', `/api-keys/${revoking.id}`, z.unknown());
          await refresh();
          toast.done('The key is revoked.');
        }}
      >
        <p>Programs that use {revoking?.prefix}… are refused from now on. This cannot be undone.</p>
      </ConfirmDialog>
    </>
  );
}

function KeyForm({ onDone }: { onDone: (key: { name: string; secret: string }) => Promise<void> }) {
  const form = useForm({
    initialValues: { name: '', scopes: ['events:write'] as string[], days: '365' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter what the key is for' : null),
      scopes: (value) => (value.length === 0 ? 'Choose at least one' : null),
    },
  });
  return (
    <Form
      form={form}
      submit="Make the key"
      onSubmit={async (values, idempotencyKey) => {
        const key = await api('POST', '/api-keys', ApiKeyCreated, {
          body: {
            name: values.name.trim(),
            scopes: values.scopes,
            expiresAt:
              values.days === '' ? null : new Date(Date.now() + Number(values.days) * 86_400_000).toISOString(),
          },
          idempotencyKey,
        });
        await onDone(key);
      }}
    >
      <TextInput label="What it is for" description="Such as “Order system”." data-autofocus {...field(form, 'name')} />
      <Checkbox.Group label="What it may do" {...form.getInputProps('scopes')}>
        {SCOPES.map((scope) => (
          <Checkbox key={scope.value} value={scope.value} label={`${scope.label} (${scope.value})`} mt={4} />
        ))}
      </Checkbox.Group>
      <NativeSelect
        label="Ends"
        data={[
          { value: '90', label: 'In 90 days' },
          { value: '365', label: 'In a year' },
          { value: '', label: 'Never' },
        ]}
        {...field(form, 'days')}
      />
    </Form>
  );
}
