import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { PlusIcon } from '@primer/octicons-react';
import { useState } from 'react';
import { AnnotationView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useCan } from '../../session.js';
import classes from './overview.module.css';
import { dayIn } from './period.js';

/** What happened when: the texts of the chart's numbered markers, and the way to add one. */
export function AnnotationList({
  annotations,
  touchpoint,
}: {
  annotations: readonly AnnotationView[];
  touchpoint?: string | undefined;
}) {
  const format = useFormat();
  const canAdd = useCan('agent');
  const [adding, setAdding] = useState(false);
  return (
    <div className={classes['annotations']}>
      {annotations.length > 0 ? (
        <ol aria-label="What happened when">
          {annotations.map((one) => (
            <li key={one.id} title={one.createdBy ? `Noted by ${one.createdBy.name}` : undefined}>
              <b>{format.day(`${one.day}T12:00:00Z`)}</b> {one.text}
            </li>
          ))}
        </ol>
      ) : null}
      {!canAdd ? null : adding ? (
        <AddAnnotation touchpoint={touchpoint} onDone={() => setAdding(false)} />
      ) : (
        <Button
          size="compact-sm"
          variant="subtle"
          className={classes['add'] ?? ''}
          leftSection={<PlusIcon size={12} />}
          onClick={() => setAdding(true)}
        >
          Add what happened
        </Button>
      )}
    </div>
  );
}

function AddAnnotation({ touchpoint, onDone }: { touchpoint?: string | undefined; onDone: () => void }) {
  const client = useQueryClient();
  const { timeZone } = useFormat();
  const form = useForm({
    initialValues: { day: dayIn(timeZone), text: '' },
    validateInputOnBlur: true,
    validate: {
      day: (day) => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? null : 'Choose the day it happened'),
      text: (text) => (text.trim() ? null : 'Say what happened'),
    },
  });
  return (
    <div className={classes['addForm']}>
      <Form
        form={form}
        submit="Mark it on the trend"
        onSubmit={async (values, idempotencyKey) => {
          await api('POST', '/annotations', AnnotationView, {
            body: { day: values.day, text: values.text.trim(), touchpointKey: touchpoint ?? null },
            idempotencyKey,
          });
          await client.invalidateQueries({ queryKey: ['insights'] });
          toast.done('Marked on the trend.');
          onDone();
        }}
        extra={
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        }
      >
        <div className={classes['addFields']}>
          <TextInput label="Day" type="date" {...field(form, 'day')} />
          <TextInput
            label="What happened"
            placeholder="New installer partner in the north region"
            maxLength={200}
            data-autofocus
            autoFocus
            {...field(form, 'text')}
          />
        </div>
      </Form>
    </div>
  );
}
