import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { DownloadIcon, KebabHorizontalIcon, PencilIcon, TrashIcon } from '@primer/octicons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { z } from 'zod';
import { CustomerView } from '../../../../src/customers/customers.contract.js';
import { api, ApiError } from '../../api.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { ErrorState } from '../../components/error-state.js';
import { NotFound } from '../../components/not-found.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { CustomerFacts } from './customer-facts.js';
import { CustomerTimeline } from './customer-timeline.js';
import classes from './customers.module.css';

const CustomerForm = lazy(() => import('./customer-form.js').then((module) => ({ default: module.CustomerForm })));

export function CustomerPage() {
  const { customerId } = useParams({ from: '/shell/customers/$customerId' });
  const { kind } = useSearch({ from: '/shell/customers/$customerId' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const canEdit = useCan('agent');
  const canExport = useCan('manager');
  const canErase = useCan('admin');
  const [dialog, setDialog] = useState<'edit' | 'erase' | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['customers', 'one', customerId],
    queryFn: ({ signal }) => api('GET', `/customers/${customerId}`, CustomerView, { signal }),
  });
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const crumbs = [
    <Link key="list" to="/customers">
      Customers
    </Link>,
  ];
  if (!data)
    return (
      <div className={classes['page']}>
        <PageHeader title="Customer" section="Customers" crumbs={crumbs} />
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonCard height={420} />}
      </div>
    );
  const name = data.name ?? data.email ?? data.externalId;
  const exportAddress = (format: string): string => `/api/v1/customers/${data.id}/export?format=${format}`;
  return (
    <div className={classes['page']}>
      <PageHeader
        title={name}
        section="Customers"
        crumbs={crumbs}
        lead={[data.account, data.segments.join(', ')].filter(Boolean).join(' · ') || 'Customer'}
        actions={
          <>
            {canEdit ? (
              <Button variant="default" leftSection={<PencilIcon size={16} />} onClick={() => setDialog('edit')}>
                Change
              </Button>
            ) : null}
            {canExport ? (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default" leftSection={<KebabHorizontalIcon size={16} />}>
                    More
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item component="a" href={exportAddress('json')} leftSection={<DownloadIcon size={16} />}>
                    Export everything (JSON)
                  </Menu.Item>
                  <Menu.Item component="a" href={exportAddress('csv')} leftSection={<DownloadIcon size={16} />}>
                    Export everything (CSV)
                  </Menu.Item>
                  {canErase ? (
                    <Menu.Item color="red" leftSection={<TrashIcon size={16} />} onClick={() => setDialog('erase')}>
                      Erase this customer
                    </Menu.Item>
                  ) : null}
                </Menu.Dropdown>
              </Menu>
            ) : null}
          </>
        }
      />
      <div className={classes['columns']}>
        <CustomerTimeline customer={data} kind={kind} />
        <CustomerFacts customer={data} />
      </div>
      <Suspense fallback={null}>
        {dialog === 'edit' ? (
          <CustomerForm
            customer={data}
            onClose={() => setDialog(null)}
            onSaved={() => {
              setDialog(null);
              toast.done('Saved.');
            }}
          />
        ) : null}
      </Suspense>
      <ConfirmDialog
        opened={dialog === 'erase'}
        onClose={() => setDialog(null)}
        title={`Erase ${name}`}
        action="Erase this customer"
        danger
        typed={name}
        onConfirm={async () => {
          await api('DELETE', `/customers/${data.id}`, z.unknown());
          toast.done(`${name} was erased.`);
          client.removeQueries({ queryKey: ['customers', 'one', data.id] });
          void client.invalidateQueries({ queryKey: ['customers', 'list'] });
          await navigate({ to: '/customers' });
        }}
      >
        <p>
          Name, addresses, words, messages and consents are removed for good. Scores stay in the figures without whose
          they were, and the address is kept only as a keyed hash so that we never write to it again.
        </p>
      </ConfirmDialog>
    </div>
  );
}
