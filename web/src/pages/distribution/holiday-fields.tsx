import { ActionIcon, Button, Checkbox, MultiSelect, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { PlusIcon, XIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { HolidayCalendars, HolidayDays } from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { useFormat } from '../../format.js';
import classes from './contact-policy.module.css';
import type { PolicyValues } from './policy-values.js';

/** Days on which no mail goes: public holidays by calendar, the customer's own country, and the organization's own days. */
export function HolidayFields({ form }: { form: UseFormReturnType<PolicyValues> }) {
  const { holidays, calendars, own } = form.values;
  const known = useQuery({
    queryKey: ['contact-policy', 'calendars'],
    queryFn: ({ signal }) => api('GET', '/contact-policy/calendars', HolidayCalendars, { signal }),
    enabled: holidays,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const choices = (known.data?.items ?? []).flatMap((country) => [
    { value: country.code, label: country.name },
    ...country.regions.map((region) => ({ value: region.code, label: `${country.name}: ${region.name}` })),
  ]);
  return (
    <>
      <Switch
        label="Holidays"
        description="Mails wait for the next working day, by the calendar on the customer’s wall."
        {...form.getInputProps('holidays', { type: 'checkbox' })}
      />
      {holidays ? (
        <div className={classes['inset']}>
          <MultiSelect
            label="Public holidays of"
            description="Countries and regions. They hold for everybody whose own country is not known."
            placeholder={calendars.length === 0 ? 'Search for a country or region' : ''}
            data={choices.length > 0 ? choices : calendars}
            searchable
            limit={60}
            maxValues={20}
            nothingFoundMessage={
              known.isPending ? 'Loading …' : known.error ? 'Calendars could not be loaded.' : 'No such country'
            }
            {...form.getInputProps('calendars')}
          />
          <Switch
            label="The customer’s own country, where it is known"
            description="From their attribute “country” (DE, DE-BY or Germany), or from a time zone that only one country has."
            {...form.getInputProps('followCustomer', { type: 'checkbox' })}
          />
          <NextHolidays calendars={calendars} />
          <fieldset className={classes['group']}>
            <legend>Your own days</legend>
            {own.map((day, index) => (
              // Days have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <div key={index} className={classes['own']}>
                <TextInput
                  type="date"
                  aria-label={`Date of day ${String(index + 1)}`}
                  {...form.getInputProps(`own.${index}.date`)}
                />
                <TextInput
                  aria-label={`Name of day ${String(index + 1)}`}
                  placeholder="Company holiday"
                  {...form.getInputProps(`own.${index}.name`)}
                />
                <Checkbox label="Every year" {...form.getInputProps(`own.${index}.everyYear`, { type: 'checkbox' })} />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${day.name || `day ${String(index + 1)}`}`}
                  onClick={() => form.removeListItem('own', index)}
                >
                  <XIcon size={16} />
                </ActionIcon>
              </div>
            ))}
            <div>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<PlusIcon size={14} />}
                disabled={own.length >= 60}
                onClick={() => form.insertListItem('own', { date: '', name: '', everyYear: false })}
              >
                Add a day
              </Button>
            </div>
          </fieldset>
        </div>
      ) : null}
    </>
  );
}

function NextHolidays({ calendars }: { calendars: readonly string[] }) {
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['contact-policy', 'holidays', calendars],
    queryFn: ({ signal }) =>
      api('GET', '/contact-policy/holidays', HolidayDays, {
        query: { calendars: calendars.join(','), limit: 6 },
        signal,
      }),
    enabled: calendars.length > 0,
    placeholderData: (before) => before,
  });
  if (calendars.length === 0 || !data) return null;
  return (
    <div>
      <p className="hb-meta">Next</p>
      <ul className={classes['next']}>
        {data.items.map((day) => (
          <li key={`${day.date} ${day.name}`}>
            <span>{format.date(`${day.date}T12:00:00Z`)}</span>
            <span>{day.name}</span>
            {calendars.length > 1 ? <span className="hb-meta">{day.calendars.join(', ')}</span> : <span />}
          </li>
        ))}
      </ul>
    </div>
  );
}
