import { Menu } from '@mantine/core';
import { CheckIcon } from '@primer/octicons-react';
import type { ReactElement } from 'react';
import { priorities, priorityWords, type CasePriority } from './case-words.js';

export function PriorityMenu({
  opened,
  onOpen,
  value,
  onPick,
  children,
}: {
  opened: boolean;
  onOpen: (opened: boolean) => void;
  value: CasePriority | null;
  onPick: (priority: CasePriority) => void;
  children: ReactElement;
}) {
  return (
    <Menu opened={opened} onChange={onOpen} position="bottom-end" width={180}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Priority</Menu.Label>
        {priorities.map((priority) => (
          <Menu.Item
            key={priority}
            onClick={() => onPick(priority)}
            rightSection={priority === value ? <CheckIcon size={16} aria-label="current" /> : null}
          >
            {priorityWords[priority]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
