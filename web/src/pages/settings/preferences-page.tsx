import { Switch, useMantineColorScheme } from '@mantine/core';
import { Card } from '../../components/card.js';
import { PageHeader } from '../../components/page-header.js';
import { Segmented } from '../../components/segmented.js';
import { setSingleKeys, useSingleKeys } from '../../hotkeys.js';
import { useMe } from '../../session.js';
import { NotificationSettingsCard } from '../actions/notification-settings.js';

/** What each person sets for themselves, in this browser. */
export function PreferencesPage() {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const singleKeys = useSingleKeys();
  return (
    <>
      <PageHeader
        title="My settings"
        section="Settings"
        lead={`${me.name}, ${me.email}. The theme and the keys are kept in this browser only.`}
      />
      <div className="hb-stack">
        <Card heading="Theme">
          <Segmented
            label="Theme"
            value={colorScheme}
            onChange={setColorScheme}
            options={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'As the system' },
            ]}
          />
        </Card>
        <NotificationSettingsCard />
        <Card heading="Keyboard">
          <Switch
            checked={singleKeys}
            onChange={(event) => setSingleKeys(event.currentTarget.checked)}
            label="Single-key shortcuts"
            description="They never fire while you type. Keys with Ctrl or ⌘ always work. Press ? for the list."
          />
        </Card>
      </div>
    </>
  );
}
