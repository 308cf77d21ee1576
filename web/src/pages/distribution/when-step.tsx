import { NativeSelect, NumberInput, Radio, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import type { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import type { Cadence, SendAtLocal } from '../../../../src/distribution/schedule.contract.js';
import { instantAt, wallAt } from '../../../../src/platform/zone.js';
import { field, Form } from '../../components/form.js';
import { useFormat } from '../../format.js';
import type { Save } from './campaign-steps.js';
import classes from './campaign.module.css';
import { RivalryFields, rivalryInitial, rivalryOf, rivalryValidate, type RivalryValues } from './rivalry-fields.js';

type How = 'launch' | 'at' | 'local' | 'recurring';
type Values = RivalryValues & {
  how: How;
  at: string;
  date: string;
  time: string;
  zone: SendAtLocal['zone'];
  cadence: Cadence | 'days';
  everyDays: number | string;
  until: string;
};

export function WhenStep({ campaign, onSave }: { campaign: CampaignView; onSave: Save }) {
  const format = useFormat();
  const { sendAt, sendAtLocal, recurrence } = campaign;
  const form = useForm<Values>({
    initialValues: {
      how: recurrence ? 'recurring' : sendAtLocal ? 'local' : sendAt ? 'at' : 'launch',
      at: sendAt ? new Date(wallAt(format.timeZone, Date.parse(sendAt))).toISOString().slice(0, 16) : '',
      date: sendAtLocal?.date ?? '',
      time: sendAtLocal?.time ?? '09:00',
      zone: sendAtLocal?.zone ?? 'customer',
      cadence: recurrence?.everyDays === undefined ? (recurrence?.cadence ?? 'quarter') : 'days',
      everyDays: recurrence?.everyDays ?? 90,
      until: recurrence?.until ?? '',
      ...rivalryInitial(campaign),
    },
    validateInputOnBlur: true,
    validate: {
      at: (value, { how }) =>
        how === 'at' && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(value) ? 'Enter a date and a time' : null,
      time: (value, { how }) =>
        (how === 'local' || how === 'recurring') && !/^\d{2}:\d{2}/.test(value) ? 'Enter a time' : null,
      everyDays: (value, { how, cadence }) =>
        how === 'recurring' && cadence === 'days' && !(Number(value) >= 7 && Number(value) <= 730)
          ? 'Enter 7 to 730 days'
          : null,
      until: (value, { how, date }) =>
        how === 'recurring' && value !== '' && date !== '' && value <= date ? 'The end is before the first day' : null,
      ...rivalryValidate,
    },
  });
  const { how, cadence } = form.values;
  const onClock = how === 'local' || how === 'recurring';
  const change = (values: Values): Record<string, unknown> => ({
    sendAt:
      values.how === 'at'
        ? new Date(instantAt(format.timeZone, Date.parse(`${values.at.slice(0, 16)}Z`))).toISOString()
        : null,
    sendAtLocal:
      values.how === 'local' || values.how === 'recurring'
        ? { ...(values.date ? { date: values.date } : {}), time: values.time.slice(0, 5), zone: values.zone }
        : null,
    recurrence:
      values.how === 'recurring'
        ? {
            ...(values.cadence === 'days' ? { everyDays: Number(values.everyDays) } : { cadence: values.cadence }),
            until: values.until || null,
          }
        : null,
    ...rivalryOf(values),
  });
  return (
    <div className={classes['narrow']}>
      <Form form={form} submit="Continue to reminders" onSubmit={(values) => onSave(change(values), 'reminders')}>
        <Radio.Group label="When the mails go" {...form.getInputProps('how')}>
          <Radio value="launch" label="Once, as soon as it is launched" mt={6} />
          <Radio value="at" label={`Once, for everybody at the same moment (${format.timeZone})`} mt={6} />
          <Radio value="local" label="Once, at a time on each customer’s own clock" mt={6} />
          <Radio
            value="recurring"
            label="Again and again: each customer once in a cycle, spread evenly over its days"
            mt={6}
          />
        </Radio.Group>
        {how === 'at' ? (
          <TextInput label={`Date and time in ${format.timeZone}`} type="datetime-local" {...field(form, 'at')} />
        ) : null}
        {how === 'recurring' ? (
          <div className={classes['pair']}>
            <NativeSelect
              label="Each customer"
              data={[
                { value: 'month', label: 'once a month' },
                { value: 'quarter', label: 'once a quarter' },
                { value: 'half_year', label: 'once in half a year' },
                { value: 'year', label: 'once a year' },
                { value: 'days', label: 'once in so many days' },
              ]}
              {...field(form, 'cadence')}
            />
            {cadence === 'days' ? (
              <NumberInput
                label="Days of a cycle"
                min={7}
                max={730}
                allowDecimal={false}
                {...field(form, 'everyDays')}
              />
            ) : (
              <span />
            )}
          </div>
        ) : null}
        {onClock ? (
          <div className={classes['pair']}>
            <TextInput
              label={how === 'recurring' ? 'First day' : 'Date'}
              description={
                how === 'recurring' ? 'Empty: the day after the launch.' : 'Empty: the next time it is so late.'
              }
              type="date"
              {...field(form, 'date')}
            />
            {how === 'recurring' ? (
              <TextInput
                label="Ends before"
                description="Empty: until you cancel it."
                type="date"
                {...field(form, 'until')}
              />
            ) : (
              <span />
            )}
            <TextInput label="Time" type="time" {...field(form, 'time')} />
            <NativeSelect
              label="On whose clock"
              data={[
                { value: 'customer', label: 'Each customer’s own' },
                { value: 'organization', label: `Ours (${format.timeZone})` },
              ]}
              {...field(form, 'zone')}
            />
          </div>
        ) : null}
        <p className="hb-second">
          {how === 'recurring'
            ? 'Everybody keeps the same place in each cycle; new customers join on their day. Each day is planned the evening before. '
            : ''}
          Quiet hours, weekdays and holidays of the <Link to="/settings/contact-policy">contact policy</Link> hold in
          each customer’s own time zone; a mail that falls into them waits for their end.
        </p>
        <RivalryFields form={form} />
      </Form>
    </div>
  );
}
