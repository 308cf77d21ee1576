import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConditionOp } from '../../../../src/distribution/conditions.contract.js';
import { TriggerTest, TriggerView } from '../../../../src/distribution/distribution.contract.js';
import type { AskChannel } from '../../../../src/distribution/channels/channels.contract.js';
import { api } from '../../api.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import { useSurveys, useTouchpoints } from '../../reference.js';
import { useWrite } from '../../writes.js';
import { ChannelField } from '../channels/channel-field.js';
import { type ConditionRow, OPS, conditionsWords, readConditions, writeConditions } from './conditions.js';
import campaign from './campaign.module.css';
import { RivalryFields, rivalryInitial, rivalryOf, rivalryValidate, type RivalryValues } from './rivalry-fields.js';
import { RowFrame, type RowProps, Rows } from './rows.js';
import { TriggerTestResult } from './trigger-test.js';
import classes from './triggers.module.css';

const UNITS = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof UNITS;
const unitOf = (minutes: number): Unit =>
  minutes > 0 && minutes % 1440 === 0 ? 'days' : minutes > 0 && minutes % 60 === 0 ? 'hours' : 'minutes';

type Values = RivalryValues & {
  eventType: string;
  touchpointKey: string;
  surveyId: string;
  channel: AskChannel;
  delay: number | string;
  unit: Unit;
  sample: number | string;
  maxAge: number | string;
  how: 'all' | 'any';
  conditions: ConditionRow[];
};

export function TriggerForm({ trigger, onDone }: { trigger: TriggerView | null; onDone: () => void }) {
  const client = useQueryClient();
  const touchpoints = useTouchpoints();
  const surveys = useSurveys();
  const { busy, run } = useWrite();
  const [tested, setTested] = useState<TriggerTest | null>(null);
  const unit = trigger ? unitOf(trigger.delayMinutes) : 'days';
  const written = writeConditions(trigger?.conditions ?? null);
  const form = useForm<Values>({
    initialValues: {
      eventType: trigger?.eventType ?? '',
      touchpointKey: trigger?.touchpointKey ?? '',
      surveyId: trigger?.surveyId ?? '',
      channel: trigger?.channel ?? 'email',
      delay: trigger ? trigger.delayMinutes / UNITS[unit] : 1,
      unit,
      sample: trigger ? Math.round(trigger.sampleRate * 100) : 100,
      maxAge: trigger ? (trigger.maxAgeDays ?? '') : 14,
      how: written.how,
      conditions: written.rows,
      ...rivalryInitial(trigger),
    },
    validateInputOnBlur: true,
    validate: {
      eventType: (value) => (value.trim() === '' ? 'Enter the type of event, such as order.delivered' : null),
      touchpointKey: (value) => (value === '' ? 'Choose a touchpoint' : null),
      surveyId: (value) => (value === '' ? 'Choose a survey' : null),
      delay: (value, { unit: per }) =>
        value === '' || Number(value) < 0 || Number(value) * UNITS[per] > 525_600 ? 'Enter 0 up to a year' : null,
      sample: (value) => (Number(value) >= 1 && Number(value) <= 100 ? null : 'Enter a share from 1 to 100'),
      maxAge: (value) => (value === '' || (Number(value) >= 1 && Number(value) <= 365) ? null : 'Enter 1 to 365 days'),
      conditions: (rows, { how }) => {
        const read = readConditions(how, rows);
        return typeof read === 'string' ? read : null;
      },
      ...rivalryValidate,
    },
  });
  const open = surveys.filter((survey) => survey.status !== 'closed' || survey.id === trigger?.surveyId);
  const bodyOf = (values: Values) => ({
    eventType: values.eventType.trim(),
    touchpointKey: values.touchpointKey,
    surveyId: values.surveyId,
    channel: values.channel,
    delayMinutes: Math.round(Number(values.delay) * UNITS[values.unit]),
    sampleRate: Number(values.sample) / 100,
    maxAgeDays: values.maxAge === '' ? null : Number(values.maxAge),
    conditions: written.isMixed ? (trigger?.conditions ?? null) : readConditions(values.how, values.conditions),
  });
  const { conditions: rows } = form.values;
  const setRows = (next: ConditionRow[]): void => form.setFieldValue('conditions', next);
  return (
    <Form
      form={form}
      submit={trigger ? 'Save trigger' : 'Add trigger'}
      extra={
        <Button
          variant="default"
          loading={busy === 'test'}
          onClick={() => {
            if (form.validate().hasErrors) return;
            void run('test', 'The trigger was not tested.', async () =>
              setTested(
                await api('POST', '/triggers/test', TriggerTest, {
                  body: { ...bodyOf(form.values), ...(trigger ? { id: trigger.id } : {}) },
                }),
              ),
            );
          }}
        >
          Test on recent events
        </Button>
      }
      onSubmit={async (values, idempotencyKey) => {
        const body = { ...bodyOf(values), ...rivalryOf(values) };
        if (trigger)
          await api('PATCH', `/triggers/${trigger.id}`, TriggerView, { body: { ...body, version: trigger.version } });
        else await api('POST', '/triggers', TriggerView, { body, idempotencyKey });
        await client.invalidateQueries({ queryKey: ['triggers'] });
        toast.done(trigger ? 'The trigger is saved.' : 'The trigger is on from now on.');
        onDone();
      }}
    >
      <TextInput
        label="Type of event"
        description="As your systems send it to the API, such as order.delivered."
        spellCheck={false}
        data-autofocus
        {...field(form, 'eventType')}
      />
      <NativeSelect
        label="Touchpoint"
        data={[
          { value: '', label: 'Choose a touchpoint' },
          ...touchpoints.map((one) => ({ value: one.key, label: one.name })),
        ]}
        {...field(form, 'touchpointKey')}
      />
      <fieldset className={campaign['fieldset']}>
        <legend>Only if</legend>
        {written.isMixed ? (
          <p className="hb-second">
            {conditionsWords(trigger?.conditions ?? null)}. These were set through the API and stay as they are.
          </p>
        ) : (
          <>
            {rows.length > 1 ? (
              <NativeSelect
                label="Of these"
                data={[
                  { value: 'all', label: 'all must hold' },
                  { value: 'any', label: 'one is enough' },
                ]}
                maw={220}
                {...field(form, 'how')}
              />
            ) : rows.length === 0 ? (
              <p className="hb-second">No condition: every event of this type at this touchpoint.</p>
            ) : null}
            <Rows
              rows={rows}
              onChange={setRows}
              fields={ConditionFields}
              blank={{ property: '', op: 'eq', value: '' }}
              add="Add a condition"
              error={form.errors['conditions']}
            />
          </>
        )}
      </fieldset>
      <NativeSelect
        label="Survey"
        data={[
          { value: '', label: 'Choose a survey' },
          ...open.map((one) => ({
            value: one.id,
            label: one.status === 'live' ? one.name : `${one.name} (${one.status})`,
          })),
        ]}
        {...field(form, 'surveyId')}
      />
      <ChannelField form={form} />
      <div className={classes['pair']}>
        <NumberInput label="Ask after" min={0} {...field(form, 'delay')} />
        <NativeSelect
          label="Unit"
          data={[
            { value: 'minutes', label: 'minutes' },
            { value: 'hours', label: 'hours' },
            { value: 'days', label: 'days' },
          ]}
          {...field(form, 'unit')}
        />
        <NumberInput
          label="How many to ask, in 100"
          min={1}
          max={100}
          allowDecimal={false}
          {...field(form, 'sample')}
        />
        <NumberInput
          label="Not about events older than, days"
          min={1}
          max={365}
          allowDecimal={false}
          placeholder="any age"
          {...field(form, 'maxAge')}
        />
      </div>
      <RivalryFields form={form} />
      {tested ? <TriggerTestResult test={tested} /> : null}
    </Form>
  );
}

function ConditionFields({ row, number, onChange, onRemove }: RowProps<ConditionRow>) {
  return (
    <RowFrame name={`condition ${number}`} onRemove={onRemove}>
      <TextInput
        label="Property"
        placeholder="value, carrier"
        spellCheck={false}
        value={row.property}
        onChange={(event) => onChange({ ...row, property: event.currentTarget.value })}
      />
      <NativeSelect
        label="Compare"
        data={OPS.map(({ value, label }) => ({ value, label }))}
        value={row.op}
        onChange={(event) => onChange({ ...row, op: event.currentTarget.value as ConditionOp, value: '' })}
      />
      {row.op === 'exists' ? (
        <NativeSelect
          label="There"
          data={[
            { value: 'true', label: 'yes' },
            { value: 'false', label: 'no' },
          ]}
          value={row.value === 'false' ? 'false' : 'true'}
          onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        />
      ) : (
        <TextInput
          label={row.op === 'in' ? 'Values, with commas' : 'Value'}
          value={row.value}
          onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
        />
      )}
    </RowFrame>
  );
}
