import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { z } from 'zod';
import { TeamPage } from '../../../../src/identity/identity.contract.js';
import { GOAL_METRICS, GoalPage, GoalView } from '../../../../src/insights/insights.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { signed, useFormat } from '../../format.js';
import { useTouchpoints } from '../../reference.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

const metricNames: Record<GoalView['metric'], string> = {
  nps: 'Relationship NPS',
  tnps: 'Transactional NPS',
  heardBack: 'Heard-back rate',
  confirmed: 'Confirmed fixed',
};
const inPoints = (metric: GoalView['metric']): boolean => metric === 'nps' || metric === 'tnps';

export function GoalsPage() {
  const canEdit = useCan('manager');
  const search = useSearch({ from: '/shell/settings/goals' });
  const navigate = useNavigate({ from: '/settings/goals' });
  const client = useQueryClient();
  const format = useFormat();
  const goals = useAll<GoalView>('/goals', GoalPage, canEdit);
  const teams = useAll('/teams', TeamPage, canEdit);
  const touchpoints = useTouchpoints();
  const { busy, run } = useWrite();
  const refresh = (): Promise<unknown> =>
    Promise.all([['all', '/goals'], ['insights']].map((queryKey) => client.invalidateQueries({ queryKey })));
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
      Add goal
    </Button>
  );
  const target = (goal: GoalView): string =>
    inPoints(goal.metric) ? signed(goal.target) : format.percent(goal.target);
  const remove = (goal: GoalView): void =>
    void run(goal.id, 'The goal was not removed.', async () => {
      await api('DELETE', `/goals/${goal.id}`, z.unknown());
      await refresh();
      toast.undo('The goal is removed.', async () => {
        const { metric, touchpointKey, dueOn, teamIds } = goal;
        await api('POST', '/goals', GoalView, { body: { metric, target: goal.target, touchpointKey, dueOn, teamIds } });
        await refresh();
      });
    });
  return (
    <>
      <PageHeader
        title="Goals"
        section="Settings"
        lead="Targets that teams share. They are the dotted line on the trends."
        {...(canEdit ? { actions: add } : {})}
      />
      {canEdit ? (
        <Card flush>
          <Loaded query={goals} height={180}>
            {(all) =>
              all.length === 0 ? (
                <EmptyState title="No goals yet" action={add}>
                  A goal for the heard-back rate is one that a team can reach by itself.
                </EmptyState>
              ) : (
                <ul className={rows['list']}>
                  {all.map((goal) => (
                    <li key={goal.id} className={rows['item']}>
                      <div className={rows['main']}>
                        <strong>
                          {metricNames[goal.metric]} {target(goal)}
                        </strong>{' '}
                        {goal.touchpointKey
                          ? `at ${touchpoints.find((one) => one.key === goal.touchpointKey)?.name ?? goal.touchpointKey}`
                          : 'overall'}
                        {goal.dueOn ? `, by ${format.date(`${goal.dueOn}T12:00:00Z`)}` : ''}
                        <p className="hb-meta">
                          {(teams.data ?? [])
                            .filter((team) => goal.teamIds.includes(team.id))
                            .map((team) => team.name)
                            .join(', ') || 'Shared by everyone'}
                        </p>
                      </div>
                      <Button
                        variant="default"
                        size="compact-sm"
                        loading={busy === goal.id}
                        onClick={() => remove(goal)}
                      >
                        Remove<span className="hb-visually-hidden"> {metricNames[goal.metric]}</span>
                      </Button>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Card>
      ) : (
        <NeedsRole least="manager" what="set goals" />
      )}
      <FormDialog opened={canEdit && search.open === 'new'} onClose={() => open(undefined)} title="New goal">
        <GoalForm
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

function GoalForm({ teams, onDone }: { teams: readonly { id: string; name: string }[]; onDone: () => Promise<void> }) {
  const touchpoints = useTouchpoints();
  const form = useForm({
    initialValues: {
      metric: 'heardBack' as GoalView['metric'],
      target: '' as number | string,
      touchpointKey: '',
      dueOn: '',
      teamIds: [] as string[],
    },
    validateInputOnBlur: true,
    validate: {
      target: (value, { metric }) => {
        if (value === '') return 'Enter a number';
        const [low, high] = inPoints(metric) ? [-100, 100] : [0, 100];
        return Number(value) < low || Number(value) > high
          ? inPoints(metric)
            ? 'Choose a score from −100 to 100'
            : 'Choose a share from 0 to 100 %'
          : null;
      },
    },
  });
  const points = inPoints(form.values.metric);
  return (
    <Form
      form={form}
      submit="Add goal"
      onSubmit={async (values, idempotencyKey) => {
        await api('POST', '/goals', GoalView, {
          body: {
            metric: values.metric,
            target: points ? Number(values.target) : Number(values.target) / 100,
            touchpointKey: values.touchpointKey || null,
            dueOn: values.dueOn || null,
            teamIds: values.teamIds,
          },
          idempotencyKey,
        });
        toast.done('The goal is set.');
        await onDone();
      }}
    >
      <NativeSelect
        label="Figure"
        data={GOAL_METRICS.map((value) => ({ value, label: metricNames[value] }))}
        {...field(form, 'metric')}
      />
      <NumberInput
        label={points ? 'Target, in points' : 'Target, in %'}
        description={points ? 'From −100 to 100.' : 'From 0 to 100.'}
        {...field(form, 'target')}
      />
      <NativeSelect
        label="Touchpoint"
        data={[{ value: '', label: 'Overall' }, ...touchpoints.map((one) => ({ value: one.key, label: one.name }))]}
        {...field(form, 'touchpointKey')}
      />
      <TextInput label="Until" description="Optional." type="date" {...field(form, 'dueOn')} />
      {teams.length > 0 ? (
        <Checkbox.Group label="Teams that share it" {...form.getInputProps('teamIds')}>
          <div className="hb-row">
            {teams.map((team) => (
              <Checkbox key={team.id} value={team.id} label={team.name} mt={4} me={8} />
            ))}
          </div>
        </Checkbox.Group>
      ) : null}
    </Form>
  );
}
