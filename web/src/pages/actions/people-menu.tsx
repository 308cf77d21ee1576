import { Menu } from '@mantine/core';
import { PeopleIcon } from '@primer/octicons-react';
import type { ReactElement } from 'react';
import { Avatar } from '../../components/avatar.js';
import { Kbd } from '../../components/kbd.js';
import { useMe } from '../../session.js';
import { usePeople, type CaseChange, type CaseRow } from './cases-data.js';

export type Assignment = { change: CaseChange; shown: Partial<CaseRow>; name: string };

/** Who gets it: me first, then nobody, everybody by name, the teams. Type a letter to jump to a name. */
export function PeopleMenu({
  opened,
  onOpen,
  onPick,
  children,
}: {
  opened: boolean;
  onOpen: (opened: boolean) => void;
  onPick: (assignment: Assignment) => void;
  children: ReactElement;
}) {
  const me = useMe();
  const { people, teams, loading } = usePeople();
  const person = (id: string | null, name: string): Assignment => ({
    change: { ownerId: id },
    shown: { ownerId: id, owner: id === null ? null : { id, name } },
    name: id === null ? 'nobody' : name,
  });
  return (
    <Menu opened={opened} onChange={onOpen} position="bottom-end" width={250}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
        {people.some((one) => one.id === me.id) ? (
          <Menu.Item
            leftSection={<Avatar name={me.name} decorative />}
            rightSection={<Kbd keys="m" />}
            onClick={() => onPick(person(me.id, me.name))}
          >
            {me.name} (me)
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<Avatar name={null} decorative />} onClick={() => onPick(person(null, 'nobody'))}>
          Nobody
        </Menu.Item>
        {loading ? <Menu.Label>Loading people…</Menu.Label> : null}
        {people
          .filter((one) => one.id !== me.id)
          .map((one) => (
            <Menu.Item
              key={one.id}
              leftSection={<Avatar name={one.name} decorative />}
              onClick={() => onPick(person(one.id, one.name))}
            >
              {one.name}
            </Menu.Item>
          ))}
        {teams.length > 0 ? <Menu.Label>Teams</Menu.Label> : null}
        {teams.map((team) => (
          <Menu.Item
            key={team.id}
            leftSection={<PeopleIcon size={16} />}
            onClick={() =>
              onPick({
                change: { teamId: team.id },
                shown: { teamId: team.id, team: { id: team.id, name: team.name } },
                name: team.name,
              })
            }
          >
            {team.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
