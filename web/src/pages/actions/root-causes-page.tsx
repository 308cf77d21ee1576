import { Button, Group, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { RootCausePage, RootCauseView } from '../../../../src/actions/cases/cases.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

type Area = RootCauseView['area'];
const areas: readonly { value: Area; label: string }[] = [
  { value: 'product', label: 'Product' },
  { value: 'process', label: 'Process' },
  { value: 'business_model', label: 'Business model' },
];

/** The tree that people choose from when they resolve a case. */
export function RootCausesPage() {
  const canEdit = useCan('manager');
  const client = useQueryClient();
  const query = useAll('/root-causes', RootCausePage, canEdit);
  const { busy, run } = useWrite();
  const [editing, setEditing] = useState<RootCauseView | null>(null);
  const [name, setName] = useState('');
  const [area, setArea] = useState<Area>('process');
  const refresh = async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['all', '/root-causes'] }),
      client.invalidateQueries({ queryKey: ['root-causes'] }),
      client.invalidateQueries({ queryKey: ['cases'] }),
    ]);
  };
  const add = (): void =>
    void run('add', 'It was not added.', async () => {
      await api('POST', '/root-causes', RootCauseView, { body: { area, name: name.trim() } });
      setName('');
      await refresh();
    });
  const remove = (cause: RootCauseView): void =>
    void run(cause.id, `“${cause.name}” is still there.`, async () => {
      await api('DELETE', `/root-causes/${cause.id}`, z.unknown());
      toast.done(
        cause.cases > 0
          ? `“${cause.name}” is gone; ${cause.cases} cases keep it as a text.`
          : `“${cause.name}” is gone.`,
      );
      await refresh();
    });
  return (
    <>
      <PageHeader
        title="Root causes"
        section="Settings"
        lead="Why things went wrong, by area. Whoever resolves a case chooses one, or writes another."
      />
      {canEdit ? (
        <div className="hb-stack">
          <Card heading="Add a root cause">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (name.trim() !== '') add();
              }}
            >
              <Group align="flex-end" gap="sm">
                <Select
                  label="Area"
                  data={areas}
                  value={area}
                  allowDeselect={false}
                  onChange={(value) => setArea(areas.find((one) => one.value === value)?.value ?? 'process')}
                />
                <TextInput
                  label="Name"
                  maxLength={120}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  flex="1 1 220px"
                />
                <Button type="submit" loading={busy === 'add'} disabled={name.trim() === ''}>
                  Add
                </Button>
              </Group>
            </form>
          </Card>
          <Loaded query={query}>
            {(all) =>
              all.length === 0 ? (
                <EmptyState title="No root causes yet">Add the first one above.</EmptyState>
              ) : (
                <>
                  {areas.map(({ value, label }) => (
                    <Card key={value} heading={label} flush>
                      <ul className={rows['list']}>
                        {all
                          .filter((one) => one.area === value)
                          .map((one) => (
                            <li key={one.id} className={rows['item']}>
                              <span className={rows['main']}>{one.name}</span>
                              <span className="hb-meta">
                                {one.cases} {one.cases === 1 ? 'case' : 'cases'}
                              </span>
                              <span className={rows['controls']}>
                                <Button size="compact-sm" variant="default" onClick={() => setEditing(one)}>
                                  Change<span className="hb-visually-hidden"> {one.name}</span>
                                </Button>
                                <Button
                                  size="compact-sm"
                                  variant="default"
                                  loading={busy === one.id}
                                  onClick={() => remove(one)}
                                >
                                  Remove<span className="hb-visually-hidden"> {one.name}</span>
                                </Button>
                              </span>
                            </li>
                          ))}
                        {all.some((one) => one.area === value) ? null : (
                          <li className={`${rows['item']} hb-meta`}>None in this area.</li>
                        )}
                      </ul>
                    </Card>
                  ))}
                </>
              )
            }
          </Loaded>
        </div>
      ) : (
        <NeedsRole least="manager" what="change the root causes" />
      )}
      <FormDialog opened={editing !== null} onClose={() => setEditing(null)} title="Root cause">
        {editing ? (
          <Change
            key={editing.id}
            cause={editing}
            onDone={() => {
              setEditing(null);
              void refresh();
            }}
          />
        ) : null}
      </FormDialog>
    </>
  );
}

function Change({ cause, onDone }: { cause: RootCauseView; onDone: () => void }) {
  const form = useForm({
    initialValues: { name: cause.name, area: cause.area },
    validateInputOnBlur: true,
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  return (
    <Form
      form={form}
      submit="Save root cause"
      onSubmit={async ({ name, area }) => {
        await api('PATCH', `/root-causes/${cause.id}`, RootCauseView, { body: { name: name.trim(), area } });
        onDone();
      }}
    >
      <TextInput
        label="Name"
        description={cause.cases > 0 ? `${cause.cases} cases get the new name too.` : undefined}
        maxLength={120}
        data-autofocus
        {...field(form, 'name')}
      />
      <Select label="Area" data={areas} allowDeselect={false} {...field(form, 'area')} />
    </Form>
  );
}
