import { Button, Checkbox, MultiSelect, NativeSelect, NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  Backtest,
  CASE_PRIORITIES,
  CaseRulePage,
  CaseRuleView,
  type RuleAssign,
  type RuleConditions,
} from '../../../../src/actions/cases/cases.contract.js';
import { SlaPolicyPage } from '../../../../src/actions/cases/sla.contract.js';
import { TeamPage, UserPage } from '../../../../src/identity/identity.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { announce, toast } from '../../components/toasts.js';
import { useFormat } from '../../format.js';
import { useSegments, useTouchpoints } from '../../reference.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { Movers } from '../settings/mover.js';
import { useAll } from '../settings/settings-data.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import rows from '../settings/settings-rows.module.css';

const PainPointChoices = z.object({
  items: z.array(z.object({ id: z.uuid(), name: z.string() })),
  nextCursor: z.string().nullable(),
});

/** Which responses open which case for whom, asked from top to bottom. */
export function CaseRulesPage() {
  const canEdit = useCan('manager');
  const search = useSearch({ from: '/shell/settings/case-rules' });
  const navigate = useNavigate({ from: '/settings/case-rules' });
  const client = useQueryClient();
  const rules = useAll<CaseRuleView>('/case-rules', CaseRulePage, canEdit);
  const { busy, run } = useWrite();
  const [removing, setRemoving] = useState<CaseRuleView | null>(null);
  const [tests, setTests] = useState<Readonly<Record<string, Backtest>>>({});
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const refresh = async (): Promise<void> => {
    // Another order or condition makes other cases.
    setTests({});
    await Promise.all(
      [['all', '/case-rules'], ['case-rules']].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
  const change = (rule: CaseRuleView, body: Record<string, unknown>, said: string): void =>
    void run(`change ${rule.id}`, 'The rule was not changed.', async () => {
      await api('PATCH', `/case-rules/${rule.id}`, CaseRuleView, { body });
      await refresh();
      announce(said);
    });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open('new')}>
      Add rule
    </Button>
  );
  const editing = rules.data?.find((rule) => rule.id === search.open) ?? null;
  return (
    <>
      <PageHeader
        title="Case rules"
        section="Settings"
        lead="Which responses open a case, and for whom. Asked from top to bottom; the first rule that fits opens it."
        {...(canEdit ? { actions: add } : {})}
      />
      {canEdit ? (
        <Card flush>
          <Loaded query={rules} height={300}>
            {(all) =>
              all.length === 0 ? (
                <EmptyState title="No rules: no response opens a case" action={add}>
                  A good first one: a score of 0 to 6 of a known customer, for the touchpoint’s owner.
                </EmptyState>
              ) : (
                <ol className={rows['list']}>
                  {all.map((rule, index) => (
                    <li key={rule.id} className={rows['item']}>
                      <span className={rows['place']} aria-hidden="true">
                        {index + 1}
                      </span>
                      <div className={`${rows['main']} ${rule.enabled ? '' : rows['off']}`}>
                        <strong>{rule.sentence}</strong>
                        <p className="hb-meta">
                          {rule.name} · opened {rule.opened} {rule.opened === 1 ? 'case' : 'cases'} in 90 days
                        </p>
                      </div>
                      <div className={rows['controls']}>
                        <Movers
                          name={rule.name}
                          first={index === 0}
                          last={index === all.length - 1}
                          onMove={(by) =>
                            change(
                              rule,
                              { order: index + by + 1 },
                              `${rule.name} is now number ${index + by + 1} of ${all.length}.`,
                            )
                          }
                        />
                        <Switch
                          checked={rule.enabled}
                          disabled={busy !== null}
                          label={rule.enabled ? 'On' : 'Off'}
                          aria-label={`${rule.enabled ? 'On' : 'Off'}: ${rule.name}`}
                          onChange={() =>
                            change(
                              rule,
                              { enabled: !rule.enabled },
                              rule.enabled ? 'The rule is off.' : 'The rule is on.',
                            )
                          }
                        />
                        <Button
                          variant="default"
                          size="compact-sm"
                          loading={busy === `test ${rule.id}`}
                          onClick={() =>
                            void run(`test ${rule.id}`, 'The rule could not be tested.', async () => {
                              const result = await api('POST', `/case-rules/${rule.id}/backtest`, Backtest);
                              setTests((before) => ({ ...before, [rule.id]: result }));
                            })
                          }
                        >
                          Backtest<span className="hb-visually-hidden"> {rule.name}</span>
                        </Button>
                        <Button variant="default" size="compact-sm" onClick={() => open(rule.id)}>
                          Edit<span className="hb-visually-hidden"> {rule.name}</span>
                        </Button>
                        <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(rule)}>
                          Remove<span className="hb-visually-hidden"> {rule.name}</span>
                        </Button>
                      </div>
                      {tests[rule.id] ? (
                        <BacktestResult result={tests[rule.id] as Backtest} enabled={rule.enabled} />
                      ) : null}
                    </li>
                  ))}
                </ol>
              )
            }
          </Loaded>
        </Card>
      ) : (
        <NeedsRole least="manager" what="change case rules" />
      )}
      <FormDialog
        opened={canEdit && (search.open === 'new' || editing !== null)}
        onClose={() => open(undefined)}
        title={editing ? editing.name : 'New rule'}
      >
        <RuleForm
          rule={editing}
          onDone={async () => {
            await refresh();
            open(undefined);
          }}
        />
      </FormDialog>
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ''}`}
        action="Remove the rule"
        danger
        onConfirm={async () => {
          if (!removing) return;
          await api('DELETE', `/case-rules/${removing.id}`, z.unknown());
          await refresh();
          toast.done('The rule is removed.');
        }}
      >
        <p>Cases that it opened stay. To stop it for a while, switch it off instead.</p>
      </ConfirmDialog>
    </>
  );
}

function BacktestResult({ result, enabled }: { result: Backtest; enabled: boolean }) {
  const format = useFormat();
  const most = Math.max(1, ...result.days.map((day) => day.cases));
  const width = 100 / Math.max(1, result.days.length);
  return (
    <div className={rows['backtest']} role="status">
      <p>
        <strong>
          Would have opened {format.number(result.cases)} {result.cases === 1 ? 'case' : 'cases'} in 90 days
        </strong>
        , {format.number(result.perDay, 1)} a day, of {format.number(result.responses)} responses.
        {result.matches > result.cases
          ? ` ${format.number(result.matches - result.cases)} more fit, but an earlier rule opens those.`
          : ''}
        {enabled ? '' : ' It is off now.'}
      </p>
      <svg
        className={rows['days']}
        viewBox="0 0 100 36"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Cases a day: at most ${most}`}
      >
        {result.days.map((day, index) => (
          <rect
            key={day.day}
            x={index * width}
            width={width * 0.8}
            y={36 - (day.cases / most) * 36}
            height={(day.cases / most) * 36}
          />
        ))}
      </svg>
      <p className="hb-meta">
        {format.date(result.from)} to {format.date(result.to)}, at most {most} a day
      </p>
      {result.perOwner.length > 0 ? (
        <p>
          For{' '}
          {result.perOwner
            .slice(0, 5)
            .map((owner) => `${owner.name} ${format.number(owner.cases)}`)
            .join(', ')}
          {result.perOwner.length > 5 ? ` and ${result.perOwner.length - 5} more` : ''}.
        </p>
      ) : null}
      <p>
        {result.missedDetractors === 0
          ? `Every one of the ${format.number(result.detractors)} detractors gets a case by some rule.`
          : `${format.number(result.missedDetractors)} of ${format.number(result.detractors)} detractors get no case by any rule.`}
      </p>
    </div>
  );
}

type Values = {
  name: string;
  scoreFrom: number | string;
  scoreTo: number | string;
  metrics: string[];
  touchpoints: string[];
  sentiment: string[];
  segments: string[];
  words: string[];
  accounts: string[];
  languages: string[];
  painPoints: string[];
  labels: string[];
  acknowledge: boolean;
  field: string;
  lifetimeValueFrom: number | string;
  mayContact: string;
  knownCustomer: string;
  hasComment: string;
  assign: string;
  sla: string;
  priority: string;
};

const metricChoices = [
  { value: 'nps', label: 'Relationship NPS' },
  { value: 'tnps', label: 'Transactional NPS' },
  { value: 'csat', label: 'CSAT' },
  { value: 'ces', label: 'CES' },
] as const;

const assignText = (assign: RuleAssign): string =>
  'userId' in assign ? `user ${assign.userId}` : 'teamId' in assign ? `${assign.to} ${assign.teamId}` : assign.to;

function assignOf(text: string, attribute: string): RuleAssign {
  const [to, id = ''] = text.split(' ');
  if (to === 'user') return { to, userId: id };
  if (to === 'team' || to === 'round_robin' || to === 'least_loaded') return { to, teamId: id };
  if (to === 'customer_field') return { to, field: attribute.trim() };
  return to === 'nobody' ? { to } : { to: 'touchpoint' };
}

const flagText = (value: boolean | undefined): string => (value === undefined ? '' : String(value));

function RuleForm({ rule, onDone }: { rule: CaseRuleView | null; onDone: () => Promise<void> }) {
  const touchpoints = useTouchpoints();
  const segments = useSegments();
  const users = useAll('/users', UserPage);
  const teams = useAll('/teams', TeamPage);
  const policies = useAll('/sla-policies', SlaPolicyPage);
  const painPoints = useAll('/pain-points', PainPointChoices);
  const { busy, run } = useWrite();
  const [tried, setTried] = useState<Backtest | null>(null);
  const c: RuleConditions = rule?.conditions ?? { scoreFrom: 0, scoreTo: 6, knownCustomer: true };
  const form = useForm<Values>({
    initialValues: {
      name: rule?.name ?? '',
      scoreFrom: c.scoreFrom ?? '',
      scoreTo: c.scoreTo ?? '',
      metrics: c.metrics ?? [],
      touchpoints: c.touchpoints ?? [],
      sentiment: c.sentiment ?? [],
      segments: c.segments ?? [],
      words: c.words ?? [],
      accounts: c.accounts ?? [],
      languages: c.languages ?? [],
      painPoints: c.painPointIds ?? [],
      labels: rule?.labels ?? [],
      acknowledge: rule?.acknowledge ?? false,
      field: rule?.assign.to === 'customer_field' ? rule.assign.field : '',
      lifetimeValueFrom: c.lifetimeValueFrom ?? '',
      mayContact: c.mayContact?.length === 1 ? (c.mayContact[0] ?? '') : '',
      knownCustomer: flagText(c.knownCustomer),
      hasComment: flagText(c.hasComment),
      assign: assignText(rule?.assign ?? { to: 'touchpoint' }),
      sla: rule?.sla ?? '',
      priority: rule?.priority ?? 'normal',
    },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter a name' : null),
      scoreTo: (value, { scoreFrom }) =>
        value !== '' && scoreFrom !== '' && Number(value) < Number(scoreFrom)
          ? 'The upper score is below the lower one'
          : null,
      field: (value, { assign }) =>
        assign === 'customer_field' && value.trim() === '' ? 'Name the attribute of the customer' : null,
    },
  });
  const conditionsOf = (values: Values): RuleConditions => ({
    ...(values.accounts.length > 0 ? { accounts: values.accounts } : {}),
    ...(values.languages.length > 0 ? { languages: values.languages } : {}),
    ...(values.painPoints.length > 0 ? { painPointIds: values.painPoints } : {}),
    // What this form does not show stays as it was.
    ...(c.mayContact && c.mayContact.length > 1 && values.mayContact === '' ? { mayContact: c.mayContact } : {}),
    ...(values.scoreFrom === '' ? {} : { scoreFrom: Number(values.scoreFrom) }),
    ...(values.scoreTo === '' ? {} : { scoreTo: Number(values.scoreTo) }),
    ...(values.metrics.length > 0 ? { metrics: values.metrics as NonNullable<RuleConditions['metrics']> } : {}),
    ...(values.touchpoints.length > 0 ? { touchpoints: values.touchpoints } : {}),
    ...(values.sentiment.length > 0 ? { sentiment: values.sentiment as NonNullable<RuleConditions['sentiment']> } : {}),
    ...(values.segments.length > 0 ? { segments: values.segments } : {}),
    ...(values.words.length > 0 ? { words: values.words } : {}),
    ...(values.lifetimeValueFrom === '' ? {} : { lifetimeValueFrom: Number(values.lifetimeValueFrom) }),
    ...(values.mayContact ? { mayContact: [values.mayContact as 'yes' | 'no' | 'unsaid'] } : {}),
    ...(values.knownCustomer ? { knownCustomer: values.knownCustomer === 'true' } : {}),
    ...(values.hasComment ? { hasComment: values.hasComment === 'true' } : {}),
  });
  const bodyOf = (values: Values) => ({
    name: values.name.trim(),
    conditions: conditionsOf(values),
    assign: assignOf(values.assign, values.field),
    sla: values.sla || null,
    priority: values.priority,
    labels: values.labels,
    acknowledge: values.acknowledge,
  });
  return (
    <Form
      form={form}
      submit={rule ? 'Save rule' : 'Add rule'}
      onSubmit={async (values, idempotencyKey) => {
        const body = bodyOf(values);
        if (rule)
          await api('PATCH', `/case-rules/${rule.id}`, CaseRuleView, { body: { ...body, version: rule.version } });
        else await api('POST', '/case-rules', CaseRuleView, { body, idempotencyKey });
        toast.done(rule ? 'The rule is saved.' : 'The rule is on from now on, as the last one.');
        await onDone();
      }}
    >
      <TextInput label="Name" data-autofocus {...field(form, 'name')} />
      <p className="hb-second">All that you fill in must hold. Left empty, it does not matter.</p>
      <div className={rows['pair']}>
        <NumberInput label="Score from" min={0} max={10} allowDecimal={false} {...field(form, 'scoreFrom')} />
        <NumberInput label="Score to" min={0} max={10} allowDecimal={false} {...field(form, 'scoreTo')} />
      </div>
      <Checkbox.Group label="Touchpoints" {...form.getInputProps('touchpoints')}>
        <div className="hb-row">
          {touchpoints.map((one) => (
            <Checkbox key={one.key} value={one.key} label={one.name} mt={4} me={8} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label="Metrics" {...form.getInputProps('metrics')}>
        <div className="hb-row">
          {metricChoices.map((one) => (
            <Checkbox key={one.value} value={one.value} label={one.label} mt={4} me={8} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox.Group label="Sentiment of the comment" {...form.getInputProps('sentiment')}>
        <div className="hb-row">
          {['negative', 'neutral', 'positive'].map((one) => (
            <Checkbox key={one} value={one} label={one} mt={4} me={8} />
          ))}
        </div>
      </Checkbox.Group>
      <TagsInput
        label="Segments"
        description="In any of them. Press Enter after each."
        data={[...segments]}
        {...field(form, 'segments')}
      />
      <TagsInput label="Words in the comment" description="Any of them." {...field(form, 'words')} />
      {(painPoints.data ?? []).length > 0 ? (
        <MultiSelect
          label="Pain points"
          description="The answer names any of them."
          searchable
          data={(painPoints.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('painPoints')}
        />
      ) : null}
      <div className={rows['pair']}>
        <TagsInput label="Accounts" {...field(form, 'accounts')} />
        <TagsInput label="Languages" description="Codes such as en, de." {...field(form, 'languages')} />
      </div>
      <div className={rows['pair']}>
        <NumberInput label="Lifetime value from" min={0} {...field(form, 'lifetimeValueFrom')} />
        <NativeSelect
          label="May we contact them"
          data={[
            { value: '', label: 'Does not matter' },
            { value: 'yes', label: 'They said yes' },
            { value: 'no', label: 'They said no' },
            { value: 'unsaid', label: 'They said nothing' },
          ]}
          {...field(form, 'mayContact')}
        />
        <NativeSelect
          label="Customer"
          data={[
            { value: '', label: 'Does not matter' },
            { value: 'true', label: 'Known' },
            { value: 'false', label: 'Unknown' },
          ]}
          {...field(form, 'knownCustomer')}
        />
        <NativeSelect
          label="Comment"
          data={[
            { value: '', label: 'Does not matter' },
            { value: 'true', label: 'With a comment' },
            { value: 'false', label: 'Without one' },
          ]}
          {...field(form, 'hasComment')}
        />
      </div>
      <div className={rows['pair']}>
        <NativeSelect
          label="The case goes to"
          data={[
            { value: 'touchpoint', label: 'The touchpoint’s owner, else its team' },
            ...(teams.data ?? []).flatMap((team) => [
              { value: `team ${team.id}`, label: `Team ${team.name}` },
              { value: `round_robin ${team.id}`, label: `${team.name}, in turns` },
              { value: `least_loaded ${team.id}`, label: `${team.name}, whoever has the fewest open cases` },
            ]),
            { value: 'customer_field', label: 'Whom a field of the customer names' },
            ...(users.data ?? [])
              .filter((user) => !user.disabled)
              .map((user) => ({ value: `user ${user.id}`, label: user.name })),
            { value: 'nobody', label: 'Nobody yet' },
          ]}
          {...field(form, 'assign')}
        />
        {form.values.assign === 'customer_field' ? (
          <TextInput
            label="Field of the customer"
            description="It holds a colleague’s address or name."
            {...field(form, 'field')}
          />
        ) : null}
        <NativeSelect
          label="Due times"
          data={[
            { value: '', label: 'The first SLA policy that fits' },
            ...(policies.data ?? []).map((policy) => ({ value: policy.id, label: policy.name })),
          ]}
          {...field(form, 'sla')}
        />
        <NativeSelect
          label="Priority"
          data={CASE_PRIORITIES.map((value) => ({ value, label: value }))}
          {...field(form, 'priority')}
        />
      </div>
      <TagsInput label="Labels" description="The case gets them." {...field(form, 'labels')} />
      <Checkbox
        label="Write to the customer at once that we heard them, and until when a person writes"
        description="Only where they may be written to. It does not stop the clock of the first reply."
        {...form.getInputProps('acknowledge', { type: 'checkbox' })}
      />
      <Button
        variant="default"
        loading={busy === 'try'}
        onClick={() =>
          void run('try', 'The rule could not be tried.', async () => {
            const body = { ...bodyOf(form.values), name: form.values.name.trim() || 'Draft' };
            setTried(
              await api('POST', '/case-rules/backtest', Backtest, { body: rule ? { ...body, id: rule.id } : body }),
            );
          })
        }
      >
        Try it on the last 90 days
      </Button>
      {tried ? <BacktestResult result={tried} enabled /> : null}
    </Form>
  );
}
