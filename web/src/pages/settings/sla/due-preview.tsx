import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Preview, type PreviewRequest } from '../../../../../src/actions/cases/sla.contract.js';
import { api, ApiError } from '../../../api.js';
import { useFormat } from '../../../format.js';
import rows from '../settings-rows.module.css';

/** The Friday to come, as a local day. */
function nextFriday(): string {
  const day = new Date();
  day.setDate(day.getDate() + ((12 - day.getDay()) % 7 || 7));
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
}

/** "A case that is created Friday 16:30 is due …", for what stands in the form right now. */
export function DuePreview({ facts }: { facts: Omit<PreviewRequest, 'at'> | null }) {
  const format = useFormat();
  const [at, setAt] = useState(`${nextFriday()}T16:30`);
  const [body] = useDebouncedValue(facts === null || at === '' ? null : { ...facts, at }, 300);
  const { data, error } = useQuery({
    queryKey: ['sla', 'preview', body],
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => api('POST', '/sla-policies/preview', Preview, { body: body ?? {}, signal }),
  });
  const words = (iso: string): string =>
    new Intl.DateTimeFormat(format.locale, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: data?.timeZone ?? format.timeZone,
    }).format(new Date(iso));
  const clocks = [
    ['First reply', data?.firstResponse],
    ['Answer to a message of that time', data?.nextResponse],
    ['Resolution', data?.resolution],
  ] as const;
  return (
    <div className={rows['backtest']}>
      <TextInput
        type="datetime-local"
        label="Try it: a case is created"
        description="In the calendar’s time zone"
        value={at}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      <div role="status" style={{ marginBlockStart: 8 }}>
        {error ? (
          <p>{error instanceof ApiError ? error.message : 'It cannot be said yet.'}</p>
        ) : data ? (
          <ul className={rows['bullets']}>
            {clocks.map(([label, clock]) =>
              clock ? (
                <li key={label}>
                  {label} due <strong>{words(clock.dueAt)}</strong>, warning {words(clock.warnAt)}
                </li>
              ) : null,
            )}
            {clocks.every(([, clock]) => !clock) ? <li>No time is measured.</li> : null}
          </ul>
        ) : null}
      </div>
    </div>
  );
}
