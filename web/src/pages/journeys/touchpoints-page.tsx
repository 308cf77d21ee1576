import { Autocomplete, Button, NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { TeamPage, UserPage } from '../../../../src/identity/identity.contract.js';
import { JourneyPage, TouchpointPage, TouchpointView } from '../../../../src/journeys/journeys.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { announce, toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { Movers } from '../settings/mover.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

const areaWords = { product: 'Product', process: 'Process', business_model: 'Business model' } as const;

/** Where customers meet us, in journey order, and who owns each place. */
export function TouchpointsPage() {
  const canEdit = useCan('manager');
  const search = useSearch({ from: '/shell/settings/touchpoints' });
  const navigate = useNavigate({ from: '/settings/touchpoints' });
  const client = useQueryClient();
  const touchpoints = useAll('/touchpoints', TouchpointPage, canEdit);
  const journeys = useAll('/journeys', JourneyPage, canEdit);
  const users = useAll('/users', UserPage, canEdit);
  const teams = useAll('/teams', TeamPage, canEdit);
  const { run } = useWrite();
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const header = (
    <PageHeader
      title="Touchpoints"
      section="Settings"
      lead="Where customers meet you, in the order of their journey. Cases go to the owner, else to the team."
      {...(canEdit
        ? {
            actions: (
              <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
                Add touchpoint
              </Button>
            ),
          }
        : {})}
    />
  );
  if (!canEdit)
    return (
      <>
        {header}
        <NeedsRole least="manager" what="change touchpoints" />
      </>
    );
  const refresh = async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['all', '/touchpoints'] }),
      client.invalidateQueries({ queryKey: ['all', '/journeys'] }),
      client.invalidateQueries({ queryKey: ['reference', '/touchpoints'] }),
    ]);
  };
  const move = (stage: readonly TouchpointView[], index: number, by: -1 | 1): void => {
    const touchpoint = stage[index];
    if (!touchpoint) return;
    void run(touchpoint.id, 'The touchpoint was not moved.', async () => {
      await api('PATCH', `/touchpoints/${touchpoint.id}`, TouchpointView, { body: { position: index + by + 1 } });
      await refresh();
      announce(`${touchpoint.name} is now number ${index + by + 1} of ${stage.length} in ${touchpoint.stage}.`);
    });
  };
  const owner = (touchpoint: TouchpointView): string =>
    [
      users.data?.find((user) => user.id === touchpoint.ownerId)?.name,
      teams.data?.find((team) => team.id === touchpoint.teamId)?.name,
    ]
      .filter(Boolean)
      .join(', ') || 'Nobody owns it yet';
  const editing = touchpoints.data?.find((touchpoint) => touchpoint.id === search.open) ?? null;
  return (
    <>
      {header}
      <Loaded query={touchpoints} height={420}>
        {(all) => (
          <div className="hb-stack">
            {(journeys.data ?? []).map((journey) => (
              <Card key={journey.id} heading={journey.name} flush>
                {all.some((touchpoint) => touchpoint.journeyKey === journey.key) ? null : (
                  <EmptyState title="No touchpoints yet" compact>
                    Add the places where customers meet you: delivery, invoice, support call.
                  </EmptyState>
                )}
                {journey.stages.map((stage) => {
                  const here = all.filter((one) => one.journeyKey === journey.key && one.stage === stage.name);
                  if (here.length === 0) return null;
                  return (
                    <section key={stage.id} aria-labelledby={`stage-${stage.id}`}>
                      <h3 id={`stage-${stage.id}`} className={rows['stage']}>
                        {stage.name}
                      </h3>
                      <ol className={rows['list']}>
                        {here.map((touchpoint, index) => (
                          <li key={touchpoint.id} className={rows['item']}>
                            <div className={rows['main']}>
                              <strong>{touchpoint.name}</strong>
                              <p className="hb-meta">
                                {owner(touchpoint)} · {areaWords[touchpoint.area]} · {touchpoint.key}
                              </p>
                            </div>
                            <div className={rows['controls']}>
                              <Movers
                                name={touchpoint.name}
                                first={index === 0}
                                last={index === here.length - 1}
                                onMove={(by) => move(here, index, by)}
                              />
                              <Button variant="default" size="compact-sm" onClick={() => open(touchpoint.id)}>
                                Edit<span className="hb-visually-hidden"> {touchpoint.name}</span>
                              </Button>
                            </div>
                          </li>
                        ))}
                      </ol>
                    </section>
                  );
                })}
              </Card>
            ))}
          </div>
        )}
      </Loaded>
      <FormDialog
        opened={search.open === 'new' || editing !== null}
        onClose={() => open(undefined)}
        title={editing ? editing.name : 'New touchpoint'}
      >
        <TouchpointForm
          touchpoint={editing}
          journeys={journeys.data ?? []}
          people={(users.data ?? []).filter((user) => !user.disabled)}
          teams={teams.data ?? []}
          onDone={async () => {
            await refresh();
            open(undefined);
          }}
        />
      </FormDialog>
    </>
  );
}

function TouchpointForm({
  touchpoint,
  journeys,
  people,
  teams,
  onDone,
}: {
  touchpoint: TouchpointView | null;
  journeys: readonly { key: string; name: string; isDefault: boolean; stages: readonly { name: string }[] }[];
  people: readonly { id: string; name: string }[];
  teams: readonly { id: string; name: string }[];
  onDone: () => Promise<void>;
}) {
  const first = journeys.find((journey) => journey.isDefault) ?? journeys[0];
  const form = useForm({
    initialValues: {
      name: touchpoint?.name ?? '',
      key: touchpoint?.key ?? '',
      journeyKey: touchpoint?.journeyKey ?? first?.key ?? '',
      stage: touchpoint?.stage ?? '',
      area: touchpoint?.area ?? '',
      ownerId: touchpoint?.ownerId ?? '',
      teamId: touchpoint?.teamId ?? '',
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter the name of the touchpoint' : null),
      key: (value) => (value.trim() === '' ? 'Enter a key, such as delivery' : null),
      stage: (value) => (value.trim() === '' ? 'Enter the stage of the journey' : null),
      area: (value) => (value === '' ? 'Choose an area' : null),
    },
  });
  const journey = journeys.find((one) => one.key === form.values.journeyKey);
  return (
    <Form
      form={form}
      submit={touchpoint ? 'Save touchpoint' : 'Add touchpoint'}
      onSubmit={async (values, idempotencyKey) => {
        const body = {
          name: values.name.trim(),
          key: values.key.trim(),
          stage: values.stage.trim(),
          ...(values.journeyKey ? { journeyKey: values.journeyKey } : {}),
          area: values.area,
          ownerId: values.ownerId || null,
          teamId: values.teamId || null,
        };
        if (touchpoint)
          await api('PATCH', `/touchpoints/${touchpoint.id}`, TouchpointView, {
            body: { ...body, version: touchpoint.version },
          });
        else await api('POST', '/touchpoints', TouchpointView, { body, idempotencyKey });
        toast.done(touchpoint ? 'The touchpoint is saved.' : 'The touchpoint is there.');
        await onDone();
      }}
    >
      <TextInput
        label="Name"
        description="Customers may read it: “About your delivery”."
        data-autofocus
        {...field(form, 'name')}
        onBlur={(event) => {
          field(form, 'name').onBlur?.(event);
          const name = event.currentTarget.value;
          if (form.values.key === '' && name.trim() !== '')
            form.setFieldValue(
              'key',
              name
                .trim()
                .toLowerCase()
                .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
                .replaceAll(/^-|-$/g, ''),
            );
        }}
      />
      <TextInput label="Key" description="Programs name it by this." spellCheck={false} {...field(form, 'key')} />
      <div className={rows['pair']}>
        {journeys.length > 1 ? (
          <NativeSelect
            label="Journey"
            data={journeys.map((one) => ({ value: one.key, label: one.name }))}
            {...field(form, 'journeyKey')}
          />
        ) : null}
        <Autocomplete
          label="Stage"
          description="A new one goes to the end."
          data={journey?.stages.map((stage) => stage.name) ?? []}
          {...field(form, 'stage')}
        />
        <NativeSelect
          label="Area"
          description="What a problem here is mostly about."
          data={[
            { value: '', label: 'Choose an area' },
            ...Object.entries(areaWords).map(([value, label]) => ({ value, label })),
          ]}
          {...field(form, 'area')}
        />
        <NativeSelect
          label="Owner"
          data={[{ value: '', label: 'Nobody' }, ...people.map((one) => ({ value: one.id, label: one.name }))]}
          {...field(form, 'ownerId')}
        />
        <NativeSelect
          label="Team"
          data={[{ value: '', label: 'None' }, ...teams.map((one) => ({ value: one.id, label: one.name }))]}
          {...field(form, 'teamId')}
        />
      </div>
    </Form>
  );
}
