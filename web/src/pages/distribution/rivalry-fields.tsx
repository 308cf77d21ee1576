import { NativeSelect, NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { field } from '../../components/form.js';
import classes from './campaign.module.css';

export type RivalryValues = {
  priority: number | string;
  ifBusy: 'delay' | 'skip';
  maxDelayDays: number | string;
};

type Rivalry = { priority: number; ifBusy: 'delay' | 'skip'; maxDelayDays: number };

export const rivalryInitial = (of: Rivalry | null): RivalryValues => ({
  priority: of?.priority ?? 50,
  ifBusy: of?.ifBusy ?? 'skip',
  maxDelayDays: of?.maxDelayDays ?? 14,
});

export const rivalryValidate = {
  priority: (value: number | string) =>
    Number(value) >= 1 && Number(value) <= 100 ? null : 'Enter a priority from 1 to 100',
  maxDelayDays: (value: number | string) =>
    value !== '' && Number(value) >= 0 && Number(value) <= 60 ? null : 'Enter 0 to 60 days',
};

export const rivalryOf = (values: RivalryValues): Rivalry => ({
  priority: Number(values.priority),
  ifBusy: values.ifBusy,
  maxDelayDays: Number(values.maxDelayDays),
});

/** "priority 70, waits up to 14 days for a free time". */
export const rivalryWords = ({ priority, ifBusy, maxDelayDays }: Rivalry): string =>
  `priority ${priority}, ${ifBusy === 'delay' ? `waits up to ${maxDelayDays} days for a free time` : 'left out where the time is taken'}`;

/** What happens where other campaigns and triggers want the same customer. */
export function RivalryFields<Values extends RivalryValues & Record<string, unknown>>({
  form,
}: {
  form: UseFormReturnType<Values>;
}) {
  return (
    <fieldset className={classes['fieldset']}>
      <legend>Where others want the same customer</legend>
      <p className="hb-second">
        How often one may be asked is up to the <Link to="/settings/contact-policy">contact policy</Link>. Of two that
        want the same time, the higher priority gets it, as long as nothing was sent.
      </p>
      <div className={classes['pair']}>
        <NumberInput label="Priority, 1 to 100" min={1} max={100} allowDecimal={false} {...field(form, 'priority')} />
        <NativeSelect
          label="If the time is taken"
          data={[
            { value: 'skip', label: 'Leave the customer out' },
            { value: 'delay', label: 'Ask at the next free time' },
          ]}
          {...field(form, 'ifBusy')}
        />
        <NumberInput
          label="Wait at most, in days"
          description="Also for the end of an open case; 0: never."
          min={0}
          max={60}
          allowDecimal={false}
          {...field(form, 'maxDelayDays')}
        />
      </div>
    </fieldset>
  );
}
