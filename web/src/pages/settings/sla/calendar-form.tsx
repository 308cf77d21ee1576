import { NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { CalendarView, CountryList, HolidayList } from '../../../../../src/actions/cases/sla.contract.js';
import { api } from '../../../api.js';
import { field, Form } from '../../../components/form.js';
import { toast } from '../../../components/toasts.js';
import { useFormat } from '../../../format.js';
import { useMe } from '../../../session.js';
import rows from '../settings-rows.module.css';
import { DuePreview } from './due-preview.js';
import { DAYS, intervalText, parseIntervals } from './sla-words.js';

type Values = {
  name: string;
  timeZone: string;
  days: string[];
  country: string;
  region: string;
  holidays: string[];
};

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Working hours per day (several stretches: `9-12, 13-17`), closed days, and what they mean for a case. */
export function CalendarForm({ calendar, onDone }: { calendar: CalendarView | null; onDone: () => Promise<void> }) {
  const { organization } = useMe();
  const format = useFormat();
  const form = useForm<Values>({
    initialValues: {
      name: calendar?.name ?? '',
      timeZone: calendar?.timeZone ?? organization.timeZone,
      days: DAYS.map((_, at) =>
        calendar ? intervalText(calendar.week[String(at + 1)]) : at < 5 ? '09:00–12:00, 13:00–17:00' : '',
      ),
      country: calendar?.country ?? '',
      region: calendar?.region ?? '',
      holidays: calendar?.holidays ?? [],
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      days: (value) =>
        value.every((text) => parseIntervals(text) !== null) ? null : 'Enter hours such as 9-12, 13-17',
      holidays: (value) =>
        value.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) ? null : 'Enter dates such as 2026-12-24',
    },
  });
  const { data: countries } = useQuery({
    queryKey: ['holidays', 'countries'],
    staleTime: Infinity,
    queryFn: ({ signal }) => api('GET', '/calendars/countries', CountryList, { signal }),
  });
  const { country, region } = form.values;
  const year = new Date().getFullYear();
  const { data: holidays } = useQuery({
    queryKey: ['holidays', country, region, year],
    enabled: country !== '',
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      api('GET', '/calendars/holidays', HolidayList, { query: { country, region: region || undefined, year }, signal }),
  });
  const regions = countries?.items.find((one) => one.code === country)?.regions ?? [];
  const week = Object.fromEntries(
    form.values.days.flatMap((text, at) => {
      const intervals = parseIntervals(text);
      return intervals && intervals.length > 0 ? [[String(at + 1), intervals]] : [];
    }),
  );
  const wrongDay = form.values.days.findIndex((text) => parseIntervals(text) === null);
  const isReady = wrongDay === -1 && Object.keys(week).length > 0;
  const fields = {
    timeZone: form.values.timeZone,
    week,
    country: country || null,
    region: region || null,
    holidays: form.values.holidays,
  };
  return (
    <Form
      form={form}
      submit={calendar ? 'Save calendar' : 'Add calendar'}
      onSubmit={async (values, idempotencyKey) => {
        const body = { name: values.name.trim(), ...fields };
        if (calendar)
          await api('PATCH', `/calendars/${calendar.id}`, CalendarView, {
            body: { ...body, version: calendar.version },
          });
        else await api('POST', '/calendars', CalendarView, { body, idempotencyKey });
        toast.done(calendar ? 'The calendar is saved. Open cases are planned anew.' : 'The calendar is there.');
        await onDone();
      }}
    >
      <TextInput label="Name" data-autofocus {...field(form, 'name')} />
      <NativeSelect label="Time zone" data={zones} {...field(form, 'timeZone')} />
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>Working hours</legend>
        <p className="hb-meta">Several stretches with commas between: 9-12, 13-17. Empty: closed.</p>
        <div className={rows['pair']}>
          {DAYS.map((day, at) => (
            <TextInput
              key={day}
              label={day}
              placeholder="closed"
              value={form.values.days[at] ?? ''}
              error={wrongDay === at ? 'Enter hours such as 9-12, 13-17' : null}
              onChange={(event) => form.setFieldValue(`days.${at}`, event.currentTarget.value)}
            />
          ))}
        </div>
      </fieldset>
      <div className={rows['pair']}>
        <NativeSelect
          label="Public holidays of"
          data={[
            { value: '', label: 'No country' },
            ...(countries?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
          ]}
          value={country}
          onChange={(event) => form.setValues({ country: event.currentTarget.value, region: '' })}
        />
        {regions.length > 0 ? (
          <NativeSelect
            label="Region"
            data={[
              { value: '', label: 'Holidays of the whole country' },
              ...regions.map(({ code, name }) => ({ value: code, label: name })),
            ]}
            {...field(form, 'region')}
          />
        ) : null}
      </div>
      {country !== '' && holidays ? (
        <p className="hb-meta">
          {year}: {holidays.items.map(({ day, name }) => `${format.date(`${day}T12:00:00Z`)} ${name}`).join(' · ')}
        </p>
      ) : null}
      <TagsInput
        label="Closed days of your own"
        description="Dates such as 2026-12-24. Press Enter after each."
        {...field(form, 'holidays')}
      />
      <DuePreview
        facts={
          isReady
            ? {
                calendar: fields,
                firstResponseMinutes: 60,
                nextResponseMinutes: null,
                resolutionMinutes: null,
                resolutionDays: 3,
              }
            : null
        }
      />
      <p className="hb-meta">Tried with a first reply in 1 working hour and a resolution in 3 working days.</p>
    </Form>
  );
}
