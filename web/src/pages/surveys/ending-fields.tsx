import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { instantAt, wallAt } from '../../../../src/platform/zone.js';
import { useFormat } from '../../format.js';
import classes from './builder.module.css';
import type { Draft } from './draft.js';

/** When a survey stops by itself: at a time, or with enough answers. */
export function EndingFields({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }) {
  const { timeZone } = useFormat();
  const { quota } = draft;
  const [limit, setLimit] = useState<string | number>(quota?.limit ?? '');
  return (
    <fieldset className={classes['languages']}>
      <legend>When it ends</legend>
      <TextInput
        type="datetime-local"
        label="Closing date"
        description={`Optional, on the clocks of ${timeZone}. From then on links say that the survey has ended.`}
        value={draft.closesAt === null ? '' : localTime(draft.closesAt, timeZone)}
        onChange={(event) => {
          const text = event.currentTarget.value;
          const wall = Date.parse(`${text}:00Z`);
          if (text === '') onChange({ closesAt: null });
          else if (!Number.isNaN(wall)) onChange({ closesAt: new Date(instantAt(timeZone, wall)).toISOString() });
        }}
      />
      <NumberInput
        label="Enough answers"
        description="Optional. Then nobody else is asked, and links say that there are enough."
        min={1}
        max={1_000_000}
        allowDecimal={false}
        value={limit}
        onChange={(value) => {
          setLimit(value);
          const number = Number(value);
          if (value === '') onChange({ quota: null });
          else if (Number.isInteger(number) && number >= 1)
            onChange({ quota: { per: 'survey', every: 'ever', ...quota, limit: number } });
        }}
      />
      {quota ? (
        <div className={classes['pair']}>
          <NativeSelect
            label="Counted for"
            value={quota.per}
            onChange={(event) =>
              onChange({
                quota: { ...quota, per: event.currentTarget.value === 'touchpoint' ? 'touchpoint' : 'survey' },
              })
            }
            data={[
              { value: 'survey', label: 'The whole survey' },
              { value: 'touchpoint', label: 'Each touchpoint' },
            ]}
          />
          <NativeSelect
            label="Counted over"
            value={quota.every}
            onChange={(event) =>
              onChange({ quota: { ...quota, every: event.currentTarget.value === 'month' ? 'month' : 'ever' } })
            }
            data={[
              { value: 'ever', label: 'All time' },
              { value: 'month', label: 'Each calendar month' },
            ]}
          />
        </div>
      ) : null}
    </fieldset>
  );
}

/** As `datetime-local` writes it. */
const localTime = (iso: string, timeZone: string): string =>
  new Date(wallAt(timeZone, Date.parse(iso))).toISOString().slice(0, 16);
