import { Modal, NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { CustomerView } from '../../../../src/customers/customers.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { useSegments } from '../../reference.js';
import classes from './customers.module.css';

const TEXTS = ['name', 'email', 'phone', 'account', 'locale', 'timeZone'] as const;

/**
 * Adds a customer, or changes one; only what was changed is sent, so that what a program wrote meanwhile stays.
 * @param customer null to add one
 */
export function CustomerForm({
  customer,
  onClose,
  onSaved,
}: {
  customer: CustomerView | null;
  onClose: () => void;
  onSaved: (customer: CustomerView) => void;
}) {
  const client = useQueryClient();
  const segments = useSegments();
  const form = useForm({
    initialValues: {
      externalId: customer?.externalId ?? '',
      name: customer?.name ?? '',
      email: customer?.email ?? '',
      phone: customer?.phone ?? '',
      account: customer?.account ?? '',
      locale: customer?.locale ?? '',
      timeZone: customer?.timeZone ?? '',
      lifetimeValue: (customer?.lifetimeValue ?? '') as number | string,
      segments: customer?.segments ?? [],
    },
    validateInputOnBlur: true,
    validate: {
      externalId: (value) => (value.trim() ? null : 'Enter the id that your own system uses for the customer'),
      email: (value) =>
        value.trim() === '' || /^[^\s@]+@[^\s@]+$/.test(value.trim())
          ? null
          : 'Enter one email address, such as ana@example.org',
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={customer ? `Change ${customer.name ?? customer.externalId}` : 'Add a customer'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form
        form={form}
        submit={customer ? 'Save changes' : 'Add customer'}
        warnOnLeave
        onSubmit={async (values, idempotencyKey) => {
          const body: Record<string, unknown> = {};
          for (const name of TEXTS) {
            const text = values[name].trim();
            if (text !== (customer?.[name] ?? '')) body[name] = text === '' ? null : text;
          }
          const value = values.lifetimeValue === '' ? null : Number(values.lifetimeValue);
          if (value !== (customer?.lifetimeValue ?? null)) body['lifetimeValue'] = value;
          if (JSON.stringify(values.segments) !== JSON.stringify(customer?.segments ?? []))
            body['segments'] = values.segments;
          const saved = await api(
            'PUT',
            `/customers/by-external-id/${encodeURIComponent(customer?.externalId ?? values.externalId.trim())}`,
            CustomerView,
            { body, idempotencyKey },
          );
          await client.invalidateQueries({ queryKey: ['customers'] });
          onSaved(saved);
        }}
      >
        <div className={classes['fields']}>
          <TextInput label="Name" autoComplete="off" data-autofocus {...field(form, 'name')} />
          <TextInput
            label="Customer id"
            description={
              customer ? 'Cannot be changed' : 'From your own system; a known one is changed, not added twice'
            }
            readOnly={customer !== null}
            autoComplete="off"
            {...field(form, 'externalId')}
          />
          <TextInput label="Email address" type="email" autoComplete="off" {...field(form, 'email')} />
          <TextInput label="Phone" type="tel" autoComplete="off" {...field(form, 'phone')} />
          <TextInput label="Account" description="The company, for business customers" {...field(form, 'account')} />
          <NumberInput label="Lifetime value" hideControls {...field(form, 'lifetimeValue')} />
          <TextInput label="Language" description="Such as de or pt-BR" {...field(form, 'locale')} />
          <TextInput label="Time zone" description="Such as Europe/Lisbon" {...field(form, 'timeZone')} />
          <div className={classes['wide']}>
            <TagsInput
              label="Segments"
              description="Press Enter after each"
              data={[...segments]}
              comboboxProps={{ withinPortal: false }}
              {...field(form, 'segments')}
            />
          </div>
        </div>
      </Form>
    </Modal>
  );
}
