import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { DownloadIcon, PlusIcon, UploadIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { z } from 'zod';
import { SUPPRESSION_REASONS, SuppressionView } from '../../../../src/customers/customers.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBox } from '../../components/search-box.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { FormDialog } from './settings-parts.js';
import { mailKindWords, sourceWords, suppressionWords } from './suppression-words.js';

const ImportDialog = lazy(() =>
  import('../../components/import-dialog.js').then((module) => ({ default: module.ImportDialog })),
);

/** Whom we must not write to, and why; `q` and `tab` (the reason) narrow the list, `open=new` is the form. */
export function SuppressionsPage() {
  const canSee = useCan('manager');
  const isAdmin = useCan('admin');
  const search = useSearch({ from: '/shell/settings/suppressions' });
  const navigate = useNavigate({ from: '/settings/suppressions' });
  const client = useQueryClient();
  const [undoing, setUndoing] = useState<SuppressionView | null>(null);
  const go = (change: { q?: string | undefined; tab?: string | undefined; open?: string | undefined }): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['suppressions'] });
  return (
    <>
      <PageHeader
        title="Suppression list"
        section="Settings"
        lead="Addresses that no survey, reminder or announcement goes to, whoever sends it."
        {...(canSee
          ? {
              actions: (
                <Button leftSection={<PlusIcon size={16} />} onClick={() => go({ open: 'new' })}>
                  Add address
                </Button>
              ),
            }
          : {})}
      />
      {canSee ? (
        <Card flush>
          <div className="hb-row" style={{ padding: '12px 18px', gap: 8 }}>
            <SearchBox label="Search addresses" value={search.q} onChange={(q) => go({ q })} />
            <Select
              aria-label="Why"
              placeholder="Every reason"
              clearable
              data={SUPPRESSION_REASONS.map((value) => ({ value, label: suppressionWords[value] }))}
              value={search.tab ?? null}
              onChange={(tab) => go({ tab: tab ?? undefined })}
            />
            <Button
              variant="default"
              component="a"
              href="/api/v1/suppressions/export"
              download
              leftSection={<DownloadIcon size={16} />}
            >
              Export CSV
            </Button>
            <Button variant="default" leftSection={<UploadIcon size={16} />} onClick={() => go({ open: 'import' })}>
              Import CSV
            </Button>
          </div>
          <List query={{ q: search.q, reason: search.tab }} isAdmin={isAdmin} onUndo={setUndoing} />
        </Card>
      ) : (
        <NeedsRole least="manager" what="see the suppression list" />
      )}
      <FormDialog
        opened={canSee && search.open === 'new'}
        onClose={() => go({ open: undefined })}
        title="Stop mail to an address"
      >
        <AddForm
          onDone={async () => {
            go({ open: undefined });
            await refresh();
            toast.done('No mail goes there any more.');
          }}
        />
      </FormDialog>
      <FormDialog opened={undoing !== null} onClose={() => setUndoing(null)} title="Allow mail again">
        {undoing ? (
          <UndoForm
            suppression={undoing}
            onDone={async () => {
              setUndoing(null);
              await refresh();
              toast.done('The address may be written to again.');
            }}
          />
        ) : null}
      </FormDialog>
      {canSee && search.open === 'import' ? (
        <Suspense fallback={null}>
          <ImportDialog
            path="/suppressions/import"
            noun="addresses"
            fields={['address', 'reason', 'note']}
            hint={
              <>
                The first row names the columns. <code>address</code> has to be there: an address, or all of a domain as{' '}
                <code>@example.org</code>. <code>reason</code> (manual, unsubscribed, hard_bounce, complaint) and{' '}
                <code>note</code> are taken too.
              </>
            }
            onClose={() => go({ open: undefined })}
            onDone={() => void refresh()}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function List({
  query,
  isAdmin,
  onUndo,
}: {
  query: { q: string | undefined; reason: string | undefined };
  isAdmin: boolean;
  onUndo: (row: SuppressionView) => void;
}) {
  const list = useCursorList(['suppressions', 'list'], '/suppressions', SuppressionView, query);
  const columns: Column<SuppressionView>[] = [
    {
      key: 'address',
      header: 'Address',
      render: (row) => (
        <>
          {row.address ?? 'Kept only as a fingerprint'}
          {row.address?.startsWith('@') ? <Under>All of the domain</Under> : null}
        </>
      ),
    },
    {
      key: 'reason',
      header: 'Why',
      render: (row) => (
        <>
          {suppressionWords[row.reason]}
          {row.note ? <Under>{row.note}</Under> : null}
        </>
      ),
    },
    {
      key: 'source',
      header: 'From',
      render: (row) => (
        <>
          {sourceWords(row.source)}
          {row.mail ? (
            <Under>
              {mailKindWords(row.mail.kind)}
              {row.mail.sentAt ? (
                <>
                  , <DateTime at={row.mail.sentAt} />
                </>
              ) : null}
            </Under>
          ) : null}
        </>
      ),
    },
    {
      key: 'at',
      header: 'Since',
      render: (row) => (
        <>
          <DateTime at={row.createdAt} />
          {row.until ? (
            <Under>
              until <DateTime at={row.until} />
            </Under>
          ) : null}
        </>
      ),
    },
    ...(isAdmin
      ? [
          {
            key: 'undo',
            header: 'Change',
            card: 'bare' as const,
            render: (row: SuppressionView) => (
              <Button variant="default" size="compact-sm" onClick={() => onUndo(row)}>
                Allow again<span className="hb-visually-hidden">: {row.address ?? 'this address'}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
  const isNarrowed = query.q !== undefined || query.reason !== undefined;
  return (
    <DataTable
      caption="Suppressed addresses"
      columns={columns}
      rowKey={(row) => row.id}
      list={list}
      empty={
        isNarrowed ? (
          <EmptyState title="No such address" compact>
            Nothing on the list matches what you look for.
          </EmptyState>
        ) : (
          <EmptyState title="Every address may be written to">
            Who unsubscribes, marks a mail as spam or has a mailbox that takes none comes onto this list by itself.
          </EmptyState>
        )
      }
    />
  );
}

function AddForm({ onDone }: { onDone: () => Promise<void> }) {
  const form = useForm({
    initialValues: { address: '', reason: 'manual', note: '' },
    validateInputOnBlur: true,
    validate: {
      address: (value) =>
        /^\S*@\S+\.\S+$/u.test(value.trim()) ? null : 'Enter one address, or a domain such as @example.org',
    },
  });
  return (
    <Form
      form={form}
      submit="Stop mail"
      onSubmit={async ({ address, reason, note }, idempotencyKey) => {
        await api('POST', '/suppressions', SuppressionView, {
          body: { address: address.trim(), reason, note: note.trim() || null },
          idempotencyKey,
        });
        await onDone();
      }}
    >
      <TextInput
        label="Address or domain"
        description="@example.org stands for everybody there."
        spellCheck={false}
        data-autofocus
        {...field(form, 'address')}
      />
      <Select
        label="Why"
        allowDeselect={false}
        data={(['manual', 'unsubscribed', 'hard_bounce', 'complaint'] as const).map((value) => ({
          value,
          label: suppressionWords[value],
        }))}
        {...field(form, 'reason')}
      />
      <Textarea
        label="Note"
        description="Optional. Who asked, and how."
        autosize
        minRows={2}
        {...field(form, 'note')}
      />
    </Form>
  );
}

function UndoForm({ suppression, onDone }: { suppression: SuppressionView; onDone: () => Promise<void> }) {
  const form = useForm({
    initialValues: { note: '' },
    validate: { note: (value) => (value.trim() ? null : 'Say why mail to this address is right again') },
  });
  return (
    <Form
      form={form}
      submit="Allow mail again"
      onSubmit={async ({ note }, idempotencyKey) => {
        await api('POST', `/suppressions/${encodeURIComponent(suppression.id)}/undo`, z.unknown(), {
          body: { note: note.trim() },
          idempotencyKey,
        });
        await onDone();
      }}
    >
      <p>
        <strong>{suppression.address ?? 'This address'}</strong>: {suppressionWords[suppression.reason].toLowerCase()}.
        Allow it only when the person asked you to; writing to somebody against their word breaks the law in most
        countries.
      </p>
      <Textarea
        label="Why is it right again?"
        description="Kept in the audit log with your name."
        autosize
        minRows={2}
        data-autofocus
        {...field(form, 'note')}
      />
    </Form>
  );
}
