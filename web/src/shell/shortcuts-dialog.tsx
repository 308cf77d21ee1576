import { Modal, Switch } from '@mantine/core';
import { Kbd } from '../components/kbd.js';
import { setSingleKeys, useSingleKeys } from '../hotkeys.js';
import classes from './shortcuts-dialog.module.css';

const groups: readonly { label: string; keys: readonly (readonly [readonly string[], string])[] }[] = [
  {
    label: 'Anywhere',
    keys: [
      [['mod+k'], 'Search'],
      [['?'], 'This list'],
      [['g c'], 'Cases'],
      [['g p'], 'Pain points'],
      [['g i'], 'Improvements'],
      [['g o'], 'Overview'],
      [['g j'], 'Journey'],
      [['g s'], 'Surveys'],
    ],
  },
  {
    label: 'In a list',
    keys: [
      [['j', 'ArrowDown'], 'Next'],
      [['k', 'ArrowUp'], 'Previous'],
      [['Enter'], 'Into the case'],
      [['Escape'], 'Back out, then clear the selection'],
      [['x'], 'Select'],
      [['shift+x'], 'Select up to here'],
      [['f'], 'Filter'],
      [['/'], 'Search the list'],
    ],
  },
  {
    label: 'In a case',
    keys: [
      [['r'], 'Write a reply'],
      [['n'], 'Write an internal note'],
      [['mod+Enter'], 'Send'],
      [['e'], 'Resolve'],
      [['s'], 'Put off until a time'],
      [['a'], 'Assign'],
      [['m'], 'Assign to me'],
      [['l'], 'Link to pain point'],
      [['p'], 'Priority'],
    ],
  },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Switch
        checked={on}
        onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        label="Single keys"
        description="They never fire while you type. Keys with Ctrl or ⌘ always work."
      />
      <div className={classes['groups']}>
        {groups.map((group) => (
          <section key={group.label} aria-label={group.label}>
            <h3>{group.label}</h3>
            <dl className={classes['list']}>
              {group.keys.map(([keys, what]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {keys.map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
