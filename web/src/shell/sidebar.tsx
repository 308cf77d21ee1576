import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { GearIcon, SearchIcon, SignOutIcon } from '@primer/octicons-react';
import { KeyboardIcon } from '../components/icons.js';
import { Avatar } from '../components/avatar.js';
import { Kbd } from '../components/kbd.js';
import { toast } from '../components/toasts.js';
import { setSingleKeys, useSingleKeys } from '../hotkeys.js';
import { signOut, useMe, useNeedsReply } from '../session.js';
import { Bell } from './bell.js';
import { sectionsFor } from './sections.js';
import classes from './shell.module.css';

const schemes: readonly { value: MantineColorScheme; label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
];

const roleNames = { viewer: 'Viewer', agent: 'Agent', manager: 'Manager', admin: 'Admin' } as const;

function MeMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const singleKeys = useSingleKeys();
  const leave = async (): Promise<void> => {
    try {
      await signOut(client);
      await navigate({ to: '/sign-in' });
    } catch (error) {
      toast.failed('You are still signed in. Try again.', error);
    }
  };
  return (
    <Menu position="top-start" width={220} withinPortal={false}>
      <Menu.Target>
        <button type="button" className={`${classes['item']} ${classes['me']}`}>
          <Avatar name={me.name} size={24} decorative />
          <span>
            <span className={classes['meName']}>{me.name}</span>
            <span className={classes['meRole']}>{roleNames[me.role]}</span>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.CheckboxItem checked={singleKeys} onChange={setSingleKeys}>
          Single-key shortcuts
        </Menu.CheckboxItem>
        <Menu.Divider />
        <Menu.Item leftSection={<GearIcon size={16} />} onClick={() => void navigate({ to: '/settings/preferences' })}>
          My settings
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon size={16} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The same content in the fixed column and in the phone's drawer. */
export function Sidebar({ onSearch, onShortcuts }: { onSearch: () => void; onShortcuts: () => void }) {
  const me = useMe();
  const needsReply = useNeedsReply();
  return (
    <div className={classes['sidebar']}>
      <div className={classes['brand']}>
        <span aria-hidden="true" className={classes['logo']}>
          {Array.from(me.organization.name)[0]?.toLocaleUpperCase()}
        </span>
        <div className={classes['brandName']}>
          <p className={classes['organization']}>{me.organization.name}</p>
          <p className={classes['product']}>Hearback</p>
        </div>
        <Bell />
      </div>
      <button type="button" className={classes['search']} onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
        <SearchIcon size={14} />
        Search
        <Kbd keys="mod+k" joined />
      </button>
      <nav aria-label="Main">
        {sectionsFor(me.role).map((group) => (
          <div key={group.label}>
            <p className={classes['groupLabel']} id={`nav-${group.label}`}>
              {group.label}
            </p>
            <ul className={classes['list']} aria-label={group.label}>
              {group.sections.map(({ label, to, icon: Icon }) => (
                <li key={to}>
                  <Link to={to} className={classes['item'] ?? ''} activeOptions={{ includeSearch: false }}>
                    <Icon size={16} />
                    {label}
                    {to === '/cases' && needsReply ? (
                      <span className={classes['count']}>
                        {needsReply}
                        <span className="hb-visually-hidden"> need a reply</span>
                      </span>
                    ) : null}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={classes['bottom']}>
        <nav aria-label="Settings and help">
          <Link to="/settings" className={classes['item'] ?? ''} activeOptions={{ includeSearch: false }}>
            <GearIcon size={16} />
            Settings
          </Link>
          <button type="button" className={classes['item']} onClick={onShortcuts}>
            <KeyboardIcon size={16} />
            Shortcuts
            <span className={classes['grow']}>
              <Kbd keys="?" />
            </span>
          </button>
        </nav>
        <MeMenu />
      </div>
    </div>
  );
}
