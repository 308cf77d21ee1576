import { Checkbox, NumberInput, Switch, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { ContactPolicyView } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { field, Form } from '../../components/form.js';
import { toast } from '../../components/toasts.js';
import classes from './contact-policy.module.css';
import { weekdayWords } from './distribution-words.js';
import { HolidayFields } from './holiday-fields.js';
import { PolicySimulation } from './policy-simulation.js';
import { METRICS, bodyOf, metricNames, policySentence, valuesOf, type PolicyValues } from './policy-values.js';

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const within = (value: number | string, from: number, to: number): boolean =>
  value === '' || (Number(value) >= from && Number(value) <= to);

/** The policy with what it would have done: looked at before it is saved. */
export function PolicyForm({ policy }: { policy: ContactPolicyView }) {
  const client = useQueryClient();
  const form = useForm<PolicyValues>({
    initialValues: valuesOf(policy, new Date().getFullYear()),
    validateInputOnBlur: true,
    validate: {
      minDaysBetween: (value) => (value === '' || !within(value, 0, 3650) ? 'Enter 0 to 3,650 days' : null),
      maxPerYear: (value) => (within(value, 1, 366) ? null : 'Enter 1 to 366, or leave it empty'),
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
      own: {
        date: (value, { holidays }) => (holidays && value === '' ? 'Choose a date' : null),
        name: (value, { holidays }) => (holidays && value.trim() === '' ? 'Name the day' : null),
      },
    },
  });
  return (
    <>
      <Card heading="Policy">
        <div className={classes['form']}>
          <Form
            form={form}
            submit="Save contact policy"
            warnOnLeave
            onSubmit={async (values) => {
              const next = await api('PUT', '/contact-policy', ContactPolicyView, {
                body: { ...bodyOf(values), version: policy.version },
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
            <fieldset className={classes['group']}>
              <legend>Less often by kind of survey</legend>
              <p className="hb-second">
                Besides the limits over all surveys: a further clock for each kind. Empty: none.
              </p>
              <div className={classes['metrics']}>
                <span />
                <span className="hb-meta" aria-hidden="true">
                  Days between
                </span>
                <span className="hb-meta" aria-hidden="true">
                  At most in a year
                </span>
                {METRICS.map((metric) => (
                  <MetricRow key={metric} form={form} metric={metric} />
                ))}
              </div>
            </fieldset>
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
            <HolidayFields form={form} />
            <Switch
              label="Nobody is asked while their case is open"
              description="The question waits until the case is confirmed or closed; after some days (each campaign and trigger says how many) it is left out."
              {...form.getInputProps('respectOpenCases', { type: 'checkbox' })}
            />
          </Form>
        </div>
      </Card>
      <PolicySimulation values={form.values} isValid={() => !form.validate().hasErrors} />
    </>
  );
}

function MetricRow({
  form,
  metric,
}: {
  form: Pick<UseFormReturnType<PolicyValues>, 'getInputProps'>;
  metric: (typeof METRICS)[number];
}) {
  const name = metricNames[metric];
  return (
    <>
      <span>{name}</span>
      <NumberInput
        aria-label={`${name}: days between`}
        placeholder="–"
        min={0}
        max={3650}
        allowDecimal={false}
        {...form.getInputProps(`metricDays.${metric}`)}
      />
      <NumberInput
        aria-label={`${name}: at most in a year`}
        placeholder="–"
        min={1}
        max={366}
        allowDecimal={false}
        {...form.getInputProps(`metricYear.${metric}`)}
      />
    </>
  );
}
