import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DAY_MS, instantAt, wallAt } from '../../../../src/platform/zone.js';
import { useFormat } from '../../format.js';

const HOUR_MS = 3_600_000;
const MORNING = 9 * HOUR_MS;

/** Times that people put things off to, by the organization's clocks. */
export function snoozeTimes(timeZone: string, now: number): { label: string; at: number }[] {
  const wall = wallAt(timeZone, now);
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  // 1970-01-01 was a Thursday; days until the next Monday, at least one.
  const toMonday = (11 - (Math.floor(midnight / DAY_MS) % 7)) % 7 || 7;
  const morning = (days: number): number => instantAt(timeZone, midnight + days * DAY_MS + MORNING);
  return [
    { label: 'In three hours', at: now + 3 * HOUR_MS },
    { label: 'Tomorrow morning', at: morning(1) },
    { label: 'Monday morning', at: morning(toMonday) },
    { label: 'In a week', at: morning(7) },
    // On a Sunday tomorrow is Monday: one of them is enough.
  ].filter((one, index, all) => all.findIndex((other) => other.at === one.at) === index);
}

/** Puts a case off until a time; it comes back by itself, or when the customer writes. */
export function SnoozeDialog({
  number,
  onClose,
  onPick,
}: {
  number: number;
  onClose: () => void;
  onPick: (until: Date) => void;
}) {
  const format = useFormat();
  const [now] = useState(() => Date.now());
  const [own, setOwn] = useState('');
  const chosen = own === '' ? null : new Date(instantAt(format.timeZone, Date.parse(`${own}:00Z`)));
  const isPast = chosen !== null && chosen.getTime() <= now;
  const pick = (until: Date): void => {
    onClose();
    onPick(until);
  };
  return (
    <Modal opened onClose={onClose} title={`Put #${number} off`} size="sm" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <p className="hb-second">
          It leaves the lists until then, or until the customer writes. Its clocks run on. Times are in{' '}
          {format.timeZone.replaceAll('_', ' ')}.
        </p>
        {snoozeTimes(format.timeZone, now).map(({ label, at }, index) => (
          <Button
            key={label}
            variant="default"
            justify="space-between"
            rightSection={<span className="hb-meta">{format.dateTime(at)}</span>}
            onClick={() => pick(new Date(at))}
            {...(index === 0 ? { 'data-autofocus': true } : {})}
          >
            {label}
          </Button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen && !isPast) pick(chosen);
          }}
        >
          <Group align="flex-end" gap="sm" wrap="nowrap">
            <TextInput
              type="datetime-local"
              label="Another time"
              value={own}
              onChange={(event) => setOwn(event.currentTarget.value)}
              error={isPast ? 'Choose a time that is still to come' : undefined}
              flex={1}
            />
            <Button type="submit" disabled={!chosen || isPast}>
              Put off
            </Button>
          </Group>
        </form>
      </Stack>
    </Modal>
  );
}
