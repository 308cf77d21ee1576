import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { TeamPage, TeamView, UserView } from '../../../../src/identity/identity.contract.js';
import { api } from '../../api.js';
import { Avatar } from '../../components/avatar.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCursorList } from '../../lists.js';
import { useCan, useMe, type Role } from '../../session.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

type User = z.infer<typeof UserView>;
type Team = z.infer<typeof TeamView>;

export const roleWords: Record<Role, { name: string; may: string }> = {
  viewer: { name: 'Viewer', may: 'reads everything, changes nothing' },
  agent: { name: 'Agent', may: 'works every case' },
  manager: { name: 'Manager', may: 'also rules, surveys, campaigns, improvements' },
  admin: { name: 'Admin', may: 'everything' },
};

export function UsersPage() {
  const isAdmin = useCan('admin');
  const header = (actions?: ReactNode) => (
    <PageHeader
      title="Users and teams"
      section="Settings"
      lead="Who signs in, what they may do, and which team they work in."
      {...(actions ? { actions } : {})}
    />
  );
  if (!isAdmin)
    return (
      <>
        {header()}
        <NeedsRole least="admin" what="change users and teams" />
      </>
    );
  return <Users header={header} />;
}

function Users({ header }: { header: (actions?: ReactNode) => ReactNode }) {
  const me = useMe();
  const search = useSearch({ from: '/shell/settings/users' });
  const navigate = useNavigate({ from: '/settings/users' });
  const client = useQueryClient();
  const teams = useAll<Team>('/teams', TeamPage);
  const list = useCursorList<User>(['users', 'list'], '/users', UserView);
  const [disabling, setDisabling] = useState<User | null>(null);
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const editing = list.items.find((user) => user.id === search.open) ?? null;
  const refresh = (): Promise<unknown> =>
    Promise.all(
      [['users'], ['all', '/teams'], ['all', '/users'], ['reference', '/users']].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
  const setDisabled = async (user: User, disabled: boolean): Promise<void> => {
    await api('PATCH', `/users/${user.id}`, UserView, { body: { disabled, version: user.version } });
    await refresh();
    toast.done(disabled ? `${user.name} cannot sign in any more.` : `${user.name} can sign in again.`);
  };
  const setLead = async (team: Team, leadId: string): Promise<void> => {
    try {
      await api('PATCH', `/teams/${team.id}`, TeamView, { body: { leadId: leadId || null, version: team.version } });
      await refresh();
      toast.done(leadId ? `They hear of late cases of ${team.name}.` : `${team.name} has no lead now.`);
    } catch (error) {
      toast.failed('The lead was not changed.', error);
    }
  };
  const columns: Column<User>[] = [
    {
      key: 'name',
      header: 'Name',
      render: (user) => (
        <span className="hb-row" style={{ flexWrap: 'nowrap' }}>
          <Avatar name={user.name} size={24} decorative />
          <span>
            {user.name}
            <Under>{user.email}</Under>
          </span>
        </span>
      ),
    },
    { key: 'role', header: 'Role', render: (user) => roleWords[user.role].name },
    {
      key: 'teams',
      header: 'Teams',
      render: (user) =>
        (teams.data ?? [])
          .filter((team) => user.teamIds.includes(team.id))
          .map((team) => team.name)
          .join(', ') || '–',
    },
    {
      key: 'state',
      header: 'State',
      render: (user) =>
        user.disabled ? (
          <StatusPill>Disabled</StatusPill>
        ) : user.invited ? (
          <StatusPill tone="soon">Invited</StatusPill>
        ) : isAway(user) ? (
          <StatusPill tone="soon">Away</StatusPill>
        ) : (
          <StatusPill tone="good">Active</StatusPill>
        ),
    },
    {
      key: 'load',
      header: 'Takes cases',
      render: (user) => (
        <>
          {user.role === 'viewer' ? '–' : user.capacity === null ? 'No limit' : `Up to ${user.capacity} open`}
          {user.absentFrom ? (
            <Under>
              away {user.absentFrom} to {user.absentTo ?? 'further notice'}
            </Under>
          ) : null}
        </>
      ),
    },
    {
      key: 'change',
      header: 'Change',
      card: 'bare',
      render: (user) => (
        <span className={rows['controls']}>
          <Button variant="default" size="compact-sm" onClick={() => open(user.id)}>
            Edit<span className="hb-visually-hidden"> {user.name}</span>
          </Button>
          {user.id === me.id ? null : (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() =>
                user.disabled
                  ? void setDisabled(user, false).catch((error: unknown) =>
                      toast.failed('The user was not changed.', error),
                    )
                  : setDisabling(user)
              }
            >
              {user.disabled ? 'Enable' : 'Disable'}
              <span className="hb-visually-hidden"> {user.name}</span>
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      {header(
        <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
          Invite a user
        </Button>,
      )}
      <div className="hb-stack">
        <Card heading="Users" flush>
          <DataTable
            caption="Users"
            columns={columns}
            rowKey={(user) => user.id}
            list={list}
            empty={<EmptyState title="Nobody yet" compact />}
          />
        </Card>
        <Card heading="Teams" sub="A team owns touchpoints; cases without an owner go to it." flush>
          <Loaded query={teams} height={160}>
            {(all) => (
              <>
                {all.length === 0 ? (
                  <EmptyState title="No teams yet" compact>
                    Add the departments that cases go to.
                  </EmptyState>
                ) : (
                  <ul className={rows['list']}>
                    {all.map((team) => (
                      <li key={team.id} className={rows['item']}>
                        <div className={rows['main']}>
                          <strong>{team.name}</strong>
                          <p className="hb-meta">
                            {team.members.length === 0
                              ? 'Nobody yet'
                              : team.members
                                  .map((id) => list.items.find((user) => user.id === id)?.name ?? 'Somebody')
                                  .join(', ')}
                          </p>
                        </div>
                        <NativeSelect
                          label="Lead"
                          aria-label={`Lead of ${team.name}`}
                          value={team.leadId ?? ''}
                          data={[
                            { value: '', label: 'Nobody' },
                            ...list.items
                              .filter((user) => !user.disabled)
                              .map((user) => ({ value: user.id, label: user.name })),
                          ]}
                          onChange={(event) => void setLead(team, event.currentTarget.value)}
                        />
                      </li>
                    ))}
                  </ul>
                )}
                <div style={{ padding: '12px 18px 16px' }}>
                  <NewTeam onDone={refresh} />
                </div>
              </>
            )}
          </Loaded>
        </Card>
      </div>
      <FormDialog
        opened={search.open === 'new' || editing !== null}
        onClose={() => open(undefined)}
        title={editing ? editing.name : 'Invite a user'}
      >
        <UserForm
          user={editing}
          teams={teams.data ?? []}
          onDone={async () => {
            await refresh();
            open(undefined);
          }}
        />
      </FormDialog>
      <ConfirmDialog
        opened={disabling !== null}
        onClose={() => setDisabling(null)}
        title={`Disable ${disabling?.name ?? ''}`}
        action={`Disable ${disabling?.name ?? ''}`}
        danger
        onConfirm={async () => {
          if (disabling) await setDisabled(disabling, true);
        }}
      >
        <p>
          All their sessions end at once and no new case goes to them. What they wrote stays. You can enable them again.
        </p>
      </ConfirmDialog>
    </>
  );
}

function isAway(user: User): boolean {
  const today = new Date().toLocaleDateString('sv-SE');
  return user.absentFrom !== null && user.absentFrom <= today && (user.absentTo === null || today <= user.absentTo);
}

function NewTeam({ onDone }: { onDone: () => Promise<unknown> }) {
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  return (
    <div className={rows['narrow']}>
      <Form
        form={form}
        submit="Add team"
        onSubmit={async ({ name }, idempotencyKey) => {
          await api('POST', '/teams', TeamView, { body: { name: name.trim() }, idempotencyKey });
          form.reset();
          await onDone();
          toast.done('The team is there.');
        }}
      >
        <TextInput label="New team" {...field(form, 'name')} />
      </Form>
    </div>
  );
}

function UserForm({ user, teams, onDone }: { user: User | null; teams: readonly Team[]; onDone: () => Promise<void> }) {
  const me = useMe();
  const form = useForm({
    initialValues: {
      email: user?.email ?? '',
      name: user?.name ?? '',
      role: user?.role ?? ('agent' as Role),
      teamIds: user?.teamIds ?? [],
      absentFrom: user?.absentFrom ?? '',
      absentTo: user?.absentTo ?? '',
      capacity: (user?.capacity ?? '') as number | string,
    },
    validateInputOnBlur: true,
    validate: {
      email: (value) =>
        /^[^\s@]+@[^\s@]+$/.test(value.trim()) ? null : 'Enter an email address, such as ana@example.org',
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      absentTo: (value, { absentFrom }) =>
        value !== '' && absentFrom === ''
          ? 'Enter the first day too'
          : value !== '' && value < absentFrom
            ? 'The last day is before the first one'
            : null,
    },
  });
  return (
    <Form
      form={form}
      submit={user ? 'Save user' : 'Send the invitation'}
      onSubmit={async (values, idempotencyKey) => {
        const body = { name: values.name.trim(), role: values.role, teamIds: values.teamIds };
        const load = {
          absentFrom: values.absentFrom || null,
          absentTo: values.absentTo || null,
          capacity: values.capacity === '' ? null : Number(values.capacity),
        };
        if (user)
          await api('PATCH', `/users/${user.id}`, UserView, { body: { ...body, ...load, version: user.version } });
        else await api('POST', '/users', UserView, { body: { ...body, email: values.email.trim() }, idempotencyKey });
        toast.done(
          user ? 'The user is saved.' : `A mail with a link to sign in is on its way to ${values.email.trim()}.`,
        );
        await onDone();
      }}
    >
      {user ? null : (
        <TextInput
          label="Email"
          description="They get a link to choose a password."
          type="email"
          autoComplete="off"
          data-autofocus
          {...field(form, 'email')}
        />
      )}
      <TextInput label="Name" autoComplete="off" {...field(form, 'name')} />
      <NativeSelect
        label="Role"
        disabled={user?.id === me.id}
        description={
          user?.id === me.id
            ? 'Another admin can change your own role.'
            : 'Each may do all that the ones before it may.'
        }
        data={(Object.keys(roleWords) as Role[]).map((role) => ({
          value: role,
          label: `${roleWords[role].name}: ${roleWords[role].may}`,
        }))}
        {...field(form, 'role')}
      />
      {teams.length > 0 ? (
        <Checkbox.Group label="Teams" {...form.getInputProps('teamIds')}>
          <div className="hb-row">
            {teams.map((team) => (
              <Checkbox key={team.id} value={team.id} label={team.name} mt={4} me={8} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
      {user && form.values.role !== 'viewer' ? (
        <>
          <div className={rows['pair']}>
            <TextInput type="date" label="Away from" {...field(form, 'absentFrom')} />
            <TextInput
              type="date"
              label="Away to"
              description="Empty: until further notice"
              {...field(form, 'absentTo')}
            />
            <NumberInput
              label="Open cases at most"
              description="Empty: no limit"
              min={0}
              allowDecimal={false}
              {...field(form, 'capacity')}
            />
          </div>
          <p className="hb-meta">Rules give no case to somebody who is away or has as many as they take.</p>
        </>
      ) : null}
    </Form>
  );
}
