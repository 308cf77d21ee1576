import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { PlusIcon, UploadIcon } from '@primer/octicons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { CustomerView } from '../../../../src/customers/customers.contract.js';
import { Card } from '../../components/card.js';
import { DataTable, Under } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime, Money } from '../../components/figures.js';
import { FilterBar } from '../../components/filter-bar.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBox } from '../../components/search-box.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useSegments } from '../../reference.js';
import { useCan } from '../../session.js';
import classes from './customers.module.css';

const ImportDialog = lazy(() =>
  import('../../components/import-dialog.js').then((module) => ({ default: module.ImportDialog })),
);
const CustomerForm = lazy(() => import('./customer-form.js').then((module) => ({ default: module.CustomerForm })));

const FIELDS = [
  'externalId',
  'name',
  'email',
  'phone',
  'account',
  'locale',
  'timeZone',
  'lifetimeValue',
  'segments',
  'attributes',
  'consents',
  'consents.feedback',
  'consents.follow_up',
  'consents.testimonial',
  'consents.council',
];

export function CustomersPage() {
  const search = useSearch({ from: '/shell/customers' });
  const navigate = useNavigate({ from: '/customers' });
  const client = useQueryClient();
  const segments = useSegments();
  const canImport = useCan('manager');
  const canAdd = useCan('agent');
  const [dialog, setDialog] = useState<'import' | 'add' | null>(null);
  const list = useCursorList(['customers', 'list'], '/customers', CustomerView, search);
  const { q, ...chosen } = search;
  const narrowed = Object.values(search).some((value) => value !== undefined);
  const empty = narrowed ? (
    <EmptyState
      title="No customers match these filters."
      action={
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          Clear filters
        </Button>
      }
    />
  ) : (
    <EmptyState
      title="No customers yet."
      action={
        canImport ? (
          <Button onClick={() => setDialog('import')}>Import customers</Button>
        ) : canAdd ? (
          <Button onClick={() => setDialog('add')}>Add a customer</Button>
        ) : undefined
      }
    >
      The people you ask will be here, each with one timeline of what happened, what they said and what you did.
    </EmptyState>
  );
  return (
    <div className={classes['page']}>
      <PageHeader
        title="Customers"
        lead="The people you ask, each with one timeline"
        actions={
          <>
            {canImport ? (
              <Button variant="default" leftSection={<UploadIcon size={16} />} onClick={() => setDialog('import')}>
                Import
              </Button>
            ) : null}
            {canAdd ? (
              <Button leftSection={<PlusIcon size={16} />} onClick={() => setDialog('add')}>
                Add a customer
              </Button>
            ) : null}
          </>
        }
      />
      <Card flush>
        <div className={classes['bar']}>
          <SearchBox
            className={classes['search']}
            label="Search name, address or id"
            value={q}
            onChange={(text) => void navigate({ search: (before) => ({ ...before, q: text }), replace: true })}
          />
          <FilterBar
            filters={[
              segments.length > 0
                ? {
                    key: 'segment',
                    label: 'Segment',
                    kind: 'choice',
                    options: segments.map((one) => ({ value: one, label: one })),
                  }
                : { key: 'segment', label: 'Segment', kind: 'text' },
              { key: 'account', label: 'Account', kind: 'text' },
            ]}
            values={chosen}
            onChange={(values) => void navigate({ search: (before) => ({ ...before, ...(values as typeof chosen) }) })}
          />
        </div>
        <DataTable
          caption="Customers"
          list={list}
          rowKey={(one) => one.id}
          empty={empty}
          columns={[
            {
              key: 'name',
              header: 'Customer',
              render: (one) => (
                <>
                  <Link to="/customers/$customerId" params={{ customerId: one.id }}>
                    {one.name ?? one.email ?? one.externalId}
                  </Link>
                  <Under>{one.name ? (one.email ?? one.externalId) : one.externalId}</Under>
                </>
              ),
            },
            { key: 'account', header: 'Account', render: (one) => one.account ?? '–' },
            { key: 'segments', header: 'Segments', render: (one) => one.segments.join(', ') || '–' },
            {
              key: 'value',
              header: 'Lifetime value',
              align: 'end',
              render: (one) => (one.lifetimeValue === null ? '–' : <Money amount={one.lifetimeValue} />),
            },
            { key: 'asked', header: 'May be asked', render: (one) => mayAsk(one) },
            {
              key: 'updated',
              header: 'Changed',
              align: 'end',
              render: (one) => <DateTime at={one.updatedAt} as="date" />,
            },
          ]}
        />
      </Card>
      <Suspense fallback={null}>
        {dialog === 'import' ? (
          <ImportDialog
            path="/customers/import"
            noun="customers"
            fields={FIELDS}
            hint={
              <>
                The first row names the columns. <code>externalId</code> has to be there; <code>name</code>,{' '}
                <code>email</code>, <code>account</code>, <code>segments</code>, <code>lifetimeValue</code>,{' '}
                <code>locale</code>, <code>consents.feedback</code> and <code>attributes.anything</code> are taken too.
                An empty cell changes nothing.
              </>
            }
            onClose={() => setDialog(null)}
            onDone={() => void client.invalidateQueries({ queryKey: ['customers'] })}
          />
        ) : null}
        {dialog === 'add' ? (
          <CustomerForm
            customer={null}
            onClose={() => setDialog(null)}
            onSaved={(saved) => {
              setDialog(null);
              toast.done(`${saved.name ?? saved.externalId} was saved.`);
              void navigate({ to: '/customers/$customerId', params: { customerId: saved.id } });
            }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}

/** Only what is known without the contact policy; the customer's own page says when. */
function mayAsk(customer: CustomerView): string {
  if (customer.suppression) return 'No, stopped';
  if (!customer.email) return 'No address';
  const consent = customer.consents.find((one) => one.purpose === 'feedback');
  if (!consent) return 'No consent';
  if (!consent.granted) return 'No';
  return customer.holds.length > 0 ? 'Not now' : 'Yes';
}
