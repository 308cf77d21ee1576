import { Button, NumberInput, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import { TextChannelList, TextChannelView } from '../../../../src/distribution/channels/channels.contract.js';
import { api } from '../../api.js';
import { StatusPill, type Tone } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole, ReadOnlyNote } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { CopyButton } from '../settings/copy-button.js';
import { FormDialog, Loaded } from '../settings/settings-parts.js';
import classes from './channels.module.css';

const KEY = ['settings', 'channels'];
const names: Record<TextChannelView['channel'], string> = { sms: 'SMS', whatsapp: 'WhatsApp' };
const states: Record<TextChannelView['state'], { tone: Tone; word: string }> = {
  missing: { tone: 'neutral', word: 'Not set up' },
  off: { tone: 'neutral', word: 'Switched off' },
  ready: { tone: 'good', word: 'Ready' },
  problem: { tone: 'late', word: 'Refused by the provider' },
};
const testStates: Record<string, string> = {
  pending: 'is on its way',
  claimed: 'is on its way',
  handing_off: 'is on its way',
  deferred: 'waits for another try',
  unknown: 'may or may not have arrived',
  suppressed: 'did not go: the number is on the suppression list',
  failed: 'was refused',
  queued: 'was taken by the provider',
  accepted: 'was taken by the provider',
  sending: 'was taken by the provider',
  sent: 'was sent',
  delivered: 'has arrived',
  read: 'was read',
  undelivered: 'did not arrive',
};
const isUnderWay = (state: string): boolean => ['pending', 'claimed', 'handing_off'].includes(state);

/** Accounts for SMS and WhatsApp; `open` is the channel whose form is open. */
export function TextChannelsPage() {
  const canSee = useCan('manager');
  const canEdit = useCan('admin');
  const search = useSearch({ from: '/shell/settings/channels' });
  const navigate = useNavigate({ from: '/settings/channels' });
  const client = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    enabled: canSee,
    queryFn: ({ signal }) => api('GET', '/organization/channels', TextChannelList, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.lastTest && isUnderWay(one.lastTest.state)) ? 2000 : false,
  });
  const open = (channel: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: channel }), replace: true, resetScroll: false });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: KEY });
  const edited = query.data?.items.find((one) => one.channel === search.open);
  return (
    <>
      <PageHeader
        title="Channels"
        section="Settings"
        lead="Ask by SMS and WhatsApp through your own account at Twilio, or at a service that speaks like it. Email needs nothing here."
      />
      {canSee ? (
        <div className="hb-stack">
          {canEdit ? null : <ReadOnlyNote least="admin" what="change channels" />}
          <Loaded query={query}>
            {({ items }) => (
              <>
                {items.map((channel) => (
                  <Channel
                    key={channel.channel}
                    channel={channel}
                    canEdit={canEdit}
                    onEdit={() => open(channel.channel)}
                    onChanged={refresh}
                  />
                ))}
              </>
            )}
          </Loaded>
        </div>
      ) : (
        <NeedsRole least="manager" what="see how texts are sent" />
      )}
      <FormDialog
        opened={canEdit && edited !== undefined}
        onClose={() => open(undefined)}
        title={edited ? names[edited.channel] : ''}
      >
        {edited ? (
          <AccountForm
            channel={edited}
            onDone={async () => {
              open(undefined);
              await refresh();
              toast.done(`${names[edited.channel]} is saved. Send a test message.`);
            }}
          />
        ) : null}
      </FormDialog>
    </>
  );
}

function Channel({
  channel,
  canEdit,
  onEdit,
  onChanged,
}: {
  channel: TextChannelView;
  canEdit: boolean;
  onEdit: () => void;
  onChanged: () => Promise<void>;
}) {
  const [removing, setRemoving] = useState(false);
  const name = names[channel.channel];
  const edit = (label: string) => (
    <Button variant="default" size="compact-sm" onClick={onEdit}>
      {label}
      <span className="hb-visually-hidden"> {name}</span>
    </Button>
  );
  if (channel.state === 'missing')
    return (
      <Card heading={name} actions={<StatusPill tone="neutral">Not set up</StatusPill>}>
        <EmptyState title={`${name} is not set up`} compact {...(canEdit ? { action: edit('Set up') } : {})}>
          {channel.channel === 'sms'
            ? 'Customers answer with a number, and then with the reason. They need no app and no link.'
            : 'WhatsApp begins a conversation with a template that it has approved.'}
        </EmptyState>
      </Card>
    );
  return (
    <Card
      heading={name}
      actions={<StatusPill tone={states[channel.state].tone}>{states[channel.state].word}</StatusPill>}
    >
      {channel.problem ? (
        <p role="status">
          <strong>The provider said:</strong> {channel.problem}
          {channel.problemAt ? (
            <>
              {' '}
              (<DateTime at={channel.problemAt} />)
            </>
          ) : null}
          . Messages wait and are tried again.
        </p>
      ) : null}
      <dl className={classes['settings']}>
        <dt>Account</dt>
        <dd>
          {channel.accountSid} at {new URL(channel.baseUrl).host}
        </dd>
        <dt>Sender</dt>
        <dd>{channel.messagingServiceSid ?? channel.sender}</dd>
        {channel.channel === 'whatsapp' ? (
          <>
            <dt>Template</dt>
            <dd>{channel.contentSid ?? 'None: only answers within a conversation arrive'}</dd>
          </>
        ) : null}
        <dt>Rate</dt>
        <dd>At most {channel.perMinute} a minute</dd>
        <dt>Last sent</dt>
        <dd>{channel.lastSentAt ? <DateTime at={channel.lastSentAt} /> : 'Nothing yet'}</dd>
        <dt>Heard from the provider</dt>
        <dd>{channel.lastHeardAt ? <DateTime at={channel.lastHeardAt} /> : 'Not yet'}</dd>
      </dl>
      {channel.inboundUrl ? (
        <div className={classes['hook']}>
          <p className="hb-second">
            Enter this address at the provider, under “A message comes in”, with POST. Answers come in there; what is
            not signed with your token is refused.
          </p>
          <code>{channel.inboundUrl}</code>
          <CopyButton value={channel.inboundUrl} what={`the address for ${name}`} />
        </div>
      ) : null}
      {canEdit ? (
        <>
          {channel.enabled ? <TestForm channel={channel} onDone={onChanged} /> : null}
          <div className={classes['buttons']}>
            {edit('Change')}
            <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(true)}>
              Remove<span className="hb-visually-hidden"> {name}</span>
            </Button>
          </div>
        </>
      ) : null}
      <ConfirmDialog
        opened={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${name}`}
        action="Remove the account"
        danger
        onConfirm={async () => {
          await api('DELETE', `/organization/channels/${channel.channel}`, z.unknown());
          await onChanged();
          toast.done(`${name} is removed.`);
        }}
      >
        <p>The token is destroyed. Messages that were not sent wait until there is another account.</p>
      </ConfirmDialog>
    </Card>
  );
}

function TestForm({ channel, onDone }: { channel: TextChannelView; onDone: () => Promise<void> }) {
  const form = useForm({
    initialValues: { to: '' },
    validate: {
      to: (value) => (value.trim().startsWith('+') ? null : 'Enter a number with its country, such as +49 …'),
    },
  });
  const { lastTest } = channel;
  return (
    <div className={classes['test']}>
      <Form
        form={form}
        submit="Send test"
        onSubmit={async ({ to }, idempotencyKey) => {
          await api('POST', `/organization/channels/${channel.channel}/test`, TextChannelView, {
            body: { to: to.trim() },
            idempotencyKey,
          });
          form.reset();
          await onDone();
        }}
      >
        <TextInput
          label="Test message to"
          description="A number of your own, with its country."
          placeholder="+49 151 23456789"
          type="tel"
          {...field(form, 'to')}
        />
      </Form>
      {lastTest ? (
        <p className="hb-second" role="status">
          The last test, to {lastTest.to}, {testStates[lastTest.state] ?? lastTest.state} (
          <DateTime at={lastTest.at} />){lastTest.reply ? `: ${lastTest.reply}` : '.'}
        </p>
      ) : null}
    </div>
  );
}

function AccountForm({ channel, onDone }: { channel: TextChannelView; onDone: () => Promise<void> }) {
  const isNew = channel.state === 'missing';
  const form = useForm({
    initialValues: {
      accountSid: channel.accountSid ?? '',
      authToken: '',
      sender: channel.sender ?? '',
      messagingServiceSid: channel.messagingServiceSid ?? '',
      contentSid: channel.contentSid ?? '',
      perMinute: channel.perMinute as number | string,
      baseUrl: channel.baseUrl,
      enabled: isNew || channel.enabled,
    },
    validateInputOnBlur: true,
    validate: {
      accountSid: (value) => (value.trim() ? null : 'Enter the account SID'),
      authToken: (value) => (isNew && value.trim().length < 8 ? 'Enter the auth token of the account' : null),
      sender: (value, values) =>
        value.trim() || values.messagingServiceSid.trim() ? null : 'Enter a sender, or the SID of a messaging service',
    },
  });
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  return (
    <Form
      form={form}
      submit="Save"
      warnOnLeave
      onSubmit={async (values) => {
        await api('PUT', `/organization/channels/${channel.channel}`, TextChannelView, {
          body: {
            baseUrl: values.baseUrl.trim(),
            accountSid: values.accountSid.trim(),
            ...(values.authToken.trim() ? { authToken: values.authToken.trim() } : {}),
            sender: orNull(values.sender),
            messagingServiceSid: orNull(values.messagingServiceSid),
            contentSid: orNull(values.contentSid),
            perMinute: Number(values.perMinute),
            enabled: values.enabled,
          },
        });
        await onDone();
      }}
    >
      <TextInput
        label="Account SID"
        placeholder="AC…"
        spellCheck={false}
        data-autofocus
        {...field(form, 'accountSid')}
      />
      <PasswordInput
        label="Auth token"
        description={isNew ? 'Kept encrypted and never shown again.' : 'Leave it empty to keep the one that is stored.'}
        autoComplete="off"
        {...field(form, 'authToken')}
      />
      <TextInput
        label="Sender"
        description={
          channel.channel === 'sms'
            ? 'A number, or a name of up to 11 letters. Nobody can answer to a name.'
            : 'The number that WhatsApp has approved.'
        }
        placeholder="+493012345678"
        {...field(form, 'sender')}
      />
      <TextInput
        label="Messaging service SID"
        description="Instead of a sender, where you use one."
        placeholder="MG…"
        spellCheck={false}
        {...field(form, 'messagingServiceSid')}
      />
      {channel.channel === 'whatsapp' ? (
        <TextInput
          label="Content SID of the template"
          description="{{1}} is your organization, {{2}} the question, {{3}} the link."
          placeholder="HX…"
          spellCheck={false}
          {...field(form, 'contentSid')}
        />
      ) : null}
      <NumberInput
        label="At most so many a minute"
        min={1}
        max={6000}
        allowDecimal={false}
        {...field(form, 'perMinute')}
      />
      <TextInput
        label="Address of the API"
        description="Change it only for a service that speaks like Twilio."
        spellCheck={false}
        {...field(form, 'baseUrl')}
      />
      <Switch label="On" {...form.getInputProps('enabled', { type: 'checkbox' })} name="enabled" />
    </Form>
  );
}
