import { Button, Checkbox, NativeSelect, NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon, XIcon } from '@primer/octicons-react';
import { CASE_PRIORITIES } from '../../../../../src/actions/cases/cases.contract.js';
import {
  DEFAULT_LADDER,
  SlaPolicyView,
  type CalendarView,
  type EscalationStep,
} from '../../../../../src/actions/cases/sla.contract.js';
import { UserPage } from '../../../../../src/identity/identity.contract.js';
import { api } from '../../../api.js';
import { field, Form } from '../../../components/form.js';
import { toast } from '../../../components/toasts.js';
import { useSegments, useTouchpoints } from '../../../reference.js';
import { useAll } from '../settings-data.js';
import rows from '../settings-rows.module.css';
import { DuePreview } from './due-preview.js';

type Step = { when: EscalationStep['when']; minutes: number | string; do: EscalationStep['do']; userId: string };
type Values = {
  name: string;
  priorities: string[];
  touchpoints: string[];
  segments: string[];
  accounts: string[];
  lifetimeValueFrom: number | string;
  calendarId: string;
  firstResponseHours: number | string;
  nextResponseHours: number | string;
  resolution: number | string;
  resolutionUnit: string;
  steps: Step[];
};

const hours = (minutes: number | null | undefined): number | string =>
  minutes === null || minutes === undefined ? '' : minutes / 60;
const minutesOf = (value: number | string): number | null => (value === '' ? null : Math.round(Number(value) * 60));

export function PolicyForm({
  policy,
  calendars,
  onDone,
}: {
  policy: SlaPolicyView | null;
  calendars: readonly CalendarView[];
  onDone: () => Promise<void>;
}) {
  const touchpoints = useTouchpoints();
  const segments = useSegments();
  const users = useAll('/users', UserPage);
  const c = policy?.conditions ?? {};
  const form = useForm<Values>({
    initialValues: {
      name: policy?.name ?? '',
      priorities: c.priorities ?? [],
      touchpoints: c.touchpoints ?? [],
      segments: c.segments ?? [],
      accounts: c.accounts ?? [],
      lifetimeValueFrom: c.lifetimeValueFrom ?? '',
      calendarId: policy?.calendar.id ?? calendars.find((one) => one.isDefault)?.id ?? '',
      firstResponseHours: policy ? hours(policy.firstResponseMinutes) : 4,
      nextResponseHours: policy ? hours(policy.nextResponseMinutes) : 4,
      resolution: policy ? (policy.resolutionDays ?? hours(policy.resolutionMinutes)) : 3,
      resolutionUnit: policy && policy.resolutionMinutes !== null ? 'hours' : 'days',
      steps: (policy?.escalation ?? DEFAULT_LADDER).map((step) => ({
        when: step.when,
        minutes: step.minutes ?? 60,
        do: step.do,
        userId: step.userId ?? '',
      })),
    },
    validateInputOnBlur: true,
    validate: { name: (value) => (value.trim() === '' ? 'Enter a name' : null) },
  });
  const { values } = form;
  const times = {
    firstResponseMinutes: minutesOf(values.firstResponseHours),
    nextResponseMinutes: minutesOf(values.nextResponseHours),
    resolutionMinutes: values.resolutionUnit === 'hours' ? minutesOf(values.resolution) : null,
    resolutionDays: values.resolutionUnit === 'days' && values.resolution !== '' ? Number(values.resolution) : null,
  };
  const workers = (users.data ?? []).filter((user) => !user.disabled && user.role !== 'viewer');
  return (
    <Form
      form={form}
      submit={policy ? 'Save policy' : 'Add policy'}
      onSubmit={async (given, idempotencyKey) => {
        const body = {
          name: given.name.trim(),
          calendarId: given.calendarId,
          ...times,
          conditions: {
            ...(given.priorities.length > 0 ? { priorities: given.priorities } : {}),
            ...(given.touchpoints.length > 0 ? { touchpoints: given.touchpoints } : {}),
            ...(given.segments.length > 0 ? { segments: given.segments } : {}),
            ...(given.accounts.length > 0 ? { accounts: given.accounts } : {}),
            ...(given.lifetimeValueFrom === '' ? {} : { lifetimeValueFrom: Number(given.lifetimeValueFrom) }),
          },
          escalation: given.steps.map((step) => ({
            when: step.when,
            do: step.do,
            ...(step.when === 'late' ? { minutes: Number(step.minutes) } : {}),
            ...(step.do === 'reassign' && step.userId ? { userId: step.userId } : {}),
          })),
        };
        if (policy)
          await api('PATCH', `/sla-policies/${policy.id}`, SlaPolicyView, {
            body: { ...body, version: policy.version },
          });
        else await api('POST', '/sla-policies', SlaPolicyView, { body, idempotencyKey });
        toast.done(policy ? 'The policy is saved. Open cases are planned anew.' : 'The policy counts from now on.');
        await onDone();
      }}
    >
      <TextInput label="Name" data-autofocus {...field(form, 'name')} />
      {policy?.isDefault ? (
        <p className="hb-second">This policy is for every case that no other one fits.</p>
      ) : (
        <>
          <p className="hb-second">For cases of which all of this holds. Left empty, it does not matter.</p>
          <Checkbox.Group label="Priority" {...form.getInputProps('priorities')}>
            <div className="hb-row">
              {CASE_PRIORITIES.map((one) => (
                <Checkbox key={one} value={one} label={one} mt={4} me={8} />
              ))}
            </div>
          </Checkbox.Group>
          <Checkbox.Group label="Touchpoints" {...form.getInputProps('touchpoints')}>
            <div className="hb-row">
              {touchpoints.map((one) => (
                <Checkbox key={one.key} value={one.key} label={one.name} mt={4} me={8} />
              ))}
            </div>
          </Checkbox.Group>
          <div className={rows['pair']}>
            <TagsInput label="Segments" data={[...segments]} {...field(form, 'segments')} />
            <TagsInput label="Accounts" {...field(form, 'accounts')} />
            <NumberInput label="Lifetime value from" min={0} {...field(form, 'lifetimeValueFrom')} />
          </div>
        </>
      )}
      <NativeSelect
        label="Calendar"
        data={calendars.map((one) => ({ value: one.id, label: `${one.name} (${one.timeZone})` }))}
        {...field(form, 'calendarId')}
      />
      <div className={rows['pair']}>
        <NumberInput
          label="First reply in"
          suffix=" working hours"
          min={0.25}
          step={0.5}
          {...field(form, 'firstResponseHours')}
        />
        <NumberInput
          label="Answer to a message in"
          suffix=" working hours"
          min={0.25}
          step={0.5}
          {...field(form, 'nextResponseHours')}
        />
        <NumberInput label="Resolved in" min={0.25} {...field(form, 'resolution')} />
        <NativeSelect
          label="Counted in"
          data={[
            { value: 'days', label: 'working days, until the close of business' },
            { value: 'hours', label: 'working hours' },
          ]}
          {...field(form, 'resolutionUnit')}
        />
      </div>
      <DuePreview facts={values.calendarId === '' ? null : { calendarId: values.calendarId, ...times }} />
      <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>When it gets late</legend>
        <p className="hb-meta">Each step is taken once for each clock.</p>
        {values.steps.map((step, at) => (
          // oxlint-disable-next-line no-array-index-key -- steps have no identity of their own; all their state is in the form
          <div key={at} className="hb-row" style={{ alignItems: 'end', marginBlockStart: 8 }}>
            <NativeSelect
              label="When"
              data={[
                { value: 'warning', label: 'at 75 % of the time' },
                { value: 'due', label: 'when it is due' },
                { value: 'late', label: 'late by working minutes' },
              ]}
              {...form.getInputProps(`steps.${at}.when`)}
            />
            {step.when === 'late' ? (
              <NumberInput label="Minutes" w={100} min={1} {...form.getInputProps(`steps.${at}.minutes`)} />
            ) : null}
            <NativeSelect
              label="Then"
              data={[
                { value: 'notify_owner', label: 'tell the owner' },
                { value: 'notify_lead', label: 'tell the team’s lead' },
                { value: 'notify_managers', label: 'tell the managers' },
                { value: 'reassign', label: 'give it to' },
              ]}
              {...form.getInputProps(`steps.${at}.do`)}
            />
            {step.do === 'reassign' ? (
              <NativeSelect
                label="Whom"
                data={[
                  { value: '', label: 'the least loaded of the team' },
                  ...workers.map((user) => ({ value: user.id, label: user.name })),
                ]}
                {...form.getInputProps(`steps.${at}.userId`)}
              />
            ) : null}
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Remove step ${at + 1}`}
              onClick={() => form.removeListItem('steps', at)}
            >
              <XIcon size={16} />
            </Button>
          </div>
        ))}
        <Button
          variant="default"
          size="compact-sm"
          mt={8}
          leftSection={<PlusIcon size={14} />}
          onClick={() =>
            form.insertListItem('steps', {
              when: 'late',
              minutes: 60,
              do: 'notify_managers',
              userId: '',
            } satisfies Step)
          }
        >
          Add step
        </Button>
      </fieldset>
    </Form>
  );
}
