import { Button, Checkbox, NumberInput, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { SuppressionView } from '../../../../src/customers/customers.contract.js';
import { ContactPolicyView } from '../../../../src/distribution/distribution.contract.js';
import { z } from 'zod';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonCard } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useCan } from '../../session.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { useState } from 'react';
import classes from './campaign.module.css';
import { weekdaysText, weekdayWords } from './distribution-words.js';

export function ContactPolicyPage() {
  const canEdit = useCan('manager');
  const { data, error, refetch } = useQuery({
    queryKey: ['contact-policy'],
    queryFn: ({ signal }) => api('GET', '/contact-policy', ContactPolicyView, { signal }),
  });
  return (
    <>
      <PageHeader
        title="Contact policy"
        section="Settings"
        lead="How often, when and whom we may ask. It holds for every campaign and trigger."
      />
      {canEdit ? (
        <div className="hb-stack">
          {data ? (
            <Policy key={data.version} policy={data} />
          ) : error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <SkeletonCard height={420} />
          )}
          <Suppressions />
        </div>
      ) : (
        <NeedsRole least="manager" what="change the contact policy" />
      )}
    </>
  );
}

type Values = {
  minDaysBetween: number | string;
  maxPerYear: number | string;
  quiet: boolean;
  from: string;
  to: string;
  weekdays: string[];
  respectOpenCases: boolean;
};

/** The policy as one would tell it to somebody. */
export function policySentence(values: Values): string {
  const days = Number(values.minDaysBetween);
  const often = [
    days > 0 ? `at most once in ${days} ${days === 1 ? 'day' : 'days'}` : 'as often as something happens',
    ...(values.maxPerYear === '' ? [] : [`never more than ${values.maxPerYear} times a year`]),
  ].join(', ');
  const when = `${values.weekdays.length === 7 ? 'on every day' : `on ${weekdaysText(values.weekdays.map(Number))}`}${
    values.quiet ? `, not between ${values.from} and ${values.to} their time` : ', at any hour'
  }`;
  return `We ask each customer ${often}; mails go ${when}${
    values.respectOpenCases ? '; nobody is asked while their case is open' : ''
  }.`;
}

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function Policy({ policy }: { policy: ContactPolicyView }) {
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      minDaysBetween: policy.minDaysBetween,
      maxPerYear: policy.maxPerYear ?? '',
      quiet: policy.quietHours !== null,
      from: policy.quietHours?.from ?? '21:00',
      to: policy.quietHours?.to ?? '08:00',
      weekdays: policy.weekdays.map(String),
      respectOpenCases: policy.respectOpenCases,
    },
    validateInputOnBlur: true,
    validate: {
      minDaysBetween: (value) =>
        value === '' || Number(value) < 0 || Number(value) > 3650 ? 'Enter 0 to 3,650 days' : null,
      maxPerYear: (value) =>
        value !== '' && (Number(value) < 1 || Number(value) > 366) ? 'Enter 1 to 366, or leave it empty' : null,
      from: (value, { quiet }) => (quiet && !CLOCK.test(value) ? 'Enter a time such as 21:00' : null),
      to: (value, { quiet, from }) =>
        !quiet
          ? null
          : !CLOCK.test(value)
            ? 'Enter a time such as 08:00'
            : value === from
              ? 'Choose two different times'
              : null,
      weekdays: (value) => (value.length === 0 ? 'Allow at least one day' : null),
    },
  });
  return (
    <Card heading="Policy">
      <div className={classes['narrow']}>
        <Form
          form={form}
          submit="Save contact policy"
          warnOnLeave
          onSubmit={async (values) => {
            const next = await api('PUT', '/contact-policy', ContactPolicyView, {
              body: {
                minDaysBetween: Number(values.minDaysBetween),
                maxPerYear: values.maxPerYear === '' ? null : Number(values.maxPerYear),
                quietHours: values.quiet ? { from: values.from, to: values.to } : null,
                weekdays: values.weekdays.map(Number).sort((a, b) => a - b),
                respectOpenCases: values.respectOpenCases,
                version: policy.version,
              },
            });
            form.resetDirty();
            client.setQueryData(['contact-policy'], next);
            toast.done('The contact policy is saved. It holds for every mail from now on.');
          }}
        >
          <p aria-live="polite">
            <strong>{policySentence(form.values)}</strong>
          </p>
          <div className={classes['pair']}>
            <NumberInput
              label="Days between two questions"
              description="Per customer and per address."
              min={0}
              max={3650}
              allowDecimal={false}
              {...field(form, 'minDaysBetween')}
            />
            <NumberInput
              label="At most in a year"
              description="Empty: no limit."
              min={1}
              max={366}
              allowDecimal={false}
              {...field(form, 'maxPerYear')}
            />
          </div>
          <Checkbox.Group label="Days on which mails may go" {...form.getInputProps('weekdays')}>
            <div className="hb-row">
              {weekdayWords.map((name, index) => (
                <Checkbox key={name} value={String(index + 1)} label={name} mt={4} me={8} />
              ))}
            </div>
          </Checkbox.Group>
          <Switch
            label="Quiet hours"
            description="In the customer’s time zone. A mail that falls into them waits for their end."
            {...form.getInputProps('quiet', { type: 'checkbox' })}
          />
          {form.values.quiet ? (
            <div className={classes['pair']}>
              <TextInput label="From" placeholder="21:00" {...field(form, 'from')} />
              <TextInput label="To" placeholder="08:00" {...field(form, 'to')} />
            </div>
          ) : null}
          <Switch
            label="Nobody is asked while their case is open"
            {...form.getInputProps('respectOpenCases', { type: 'checkbox' })}
          />
        </Form>
      </div>
    </Card>
  );
}

type Suppression = z.infer<typeof SuppressionView>;

const suppressionWords: Record<Suppression['reason'], string> = {
  unsubscribed: 'Asked for no more surveys',
  hard_bounce: 'Mails come back',
  complaint: 'Marked a mail as spam',
  erased: 'Erased',
};

function Suppressions() {
  const client = useQueryClient();
  const isAdmin = useCan('admin');
  const [lifting, setLifting] = useState<Suppression | null>(null);
  const list = useCursorList(['suppressions', 'list'], '/suppressions', SuppressionView);
  const columns: Column<Suppression>[] = [
    { key: 'address', header: 'Address', render: (row) => row.address ?? 'Kept only as a fingerprint' },
    { key: 'reason', header: 'Why', render: (row) => suppressionWords[row.reason] },
    { key: 'source', header: 'From', render: (row) => row.source },
    { key: 'at', header: 'Since', render: (row) => <DateTime at={row.createdAt} /> },
    ...(isAdmin
      ? [
          {
            key: 'lift',
            header: 'Change',
            card: 'bare' as const,
            render: (row: Suppression) => (
              <Button variant="default" size="compact-sm" onClick={() => setLifting(row)}>
                Lift<span className="hb-visually-hidden"> for {row.address ?? 'this address'}</span>
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <Card
        heading="Addresses we must not write to"
        sub={`Suppressed by the customer or by their mail server.${isAdmin ? '' : ' Admins can lift one.'}`}
        flush
      >
        <DataTable
          caption="Suppressed addresses"
          columns={columns}
          rowKey={(row) => row.id}
          list={list}
          empty={<EmptyState title="Every address may be written to" compact />}
        />
      </Card>
      <ConfirmDialog
        opened={lifting !== null}
        onClose={() => setLifting(null)}
        title={`Write to ${lifting?.address ?? 'this address'} again`}
        action="Lift the suppression"
        danger
        onConfirm={async () => {
          if (!lifting) return;
          await api('DELETE', `/suppressions/${encodeURIComponent(lifting.id)}`, z.unknown());
          await client.invalidateQueries({ queryKey: ['suppressions'] });
          toast.done('The address may be written to again.');
        }}
      >
        <p>
          Only when the customer asked you to. {lifting ? `${suppressionWords[lifting.reason]}: ` : ''}writing to them
          against their word breaks the law in most countries. It is kept in the audit log.
        </p>
      </ConfirmDialog>
    </>
  );
}
