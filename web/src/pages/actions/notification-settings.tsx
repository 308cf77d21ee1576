import { Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { NotificationSettings } from '../../../../src/actions/notifications/notifications.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { Segmented } from '../../components/segmented.js';
import { toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useWrite } from '../../writes.js';
import { Loaded } from '../settings/settings-parts.js';

const KEY = ['me', 'notifications'];
const NIGHT = { from: '20:00', to: '07:00' };

/** Which mails about cases this person wants, and when not. */
export function NotificationSettingsCard() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api('GET', '/me/notifications', NotificationSettings, { signal }),
  });
  return (
    <Card heading="Notifications">
      <Loaded query={query} height={120}>
        {(settings) => <Fields key={JSON.stringify(settings)} settings={settings} />}
      </Loaded>
    </Card>
  );
}

function Fields({ settings }: { settings: NotificationSettings }) {
  const client = useQueryClient();
  const format = useFormat();
  const { busy, run } = useWrite();
  const [hours, setHours] = useState(settings.quiet ?? NIGHT);
  const save = (next: NotificationSettings): void =>
    void run('save', 'Your notifications stay as they were.', async () => {
      client.setQueryData(KEY, await api('PUT', '/me/notifications', NotificationSettings, { body: next }));
      toast.done('Saved.');
    });
  return (
    <Stack gap="sm" align="flex-start">
      <p className="hb-second">
        The bell shows everything. By mail you get mentions, cases that somebody gives you, and customers who say “not
        yet”; a daily mail lists all that is unread.
      </p>
      <Segmented
        label="Mails about cases"
        value={settings.mail}
        onChange={(mail) => save({ ...settings, mail })}
        options={[
          { value: 'instant', label: 'At once' },
          { value: 'daily', label: 'Once a day' },
          { value: 'off', label: 'None' },
        ]}
      />
      <Switch
        label="Quiet hours"
        description={`No mail in between, by the clocks of ${format.timeZone.replaceAll('_', ' ')}. It leaves when they end, unless you have read it.`}
        checked={settings.quiet !== null}
        disabled={busy !== null}
        onChange={(event) => save({ ...settings, quiet: event.currentTarget.checked ? hours : null })}
      />
      {settings.quiet ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save({ ...settings, quiet: hours });
          }}
        >
          <Group align="flex-end" gap="sm">
            <TextInput
              type="time"
              label="From"
              required
              withAsterisk={false}
              value={hours.from}
              onChange={(event) => setHours({ ...hours, from: event.currentTarget.value })}
            />
            <TextInput
              type="time"
              label="Until"
              required
              withAsterisk={false}
              value={hours.to}
              onChange={(event) => setHours({ ...hours, to: event.currentTarget.value })}
            />
            <Button type="submit" variant="default" loading={busy !== null}>
              Save hours
            </Button>
          </Group>
        </form>
      ) : null}
    </Stack>
  );
}
