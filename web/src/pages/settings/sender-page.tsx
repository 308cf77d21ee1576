import { Button, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { PlusIcon, SyncIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  type FindingView,
  PROVIDER_HINTS,
  PROVIDERS,
  ProviderWebhookPage,
  ProviderWebhookView,
  SenderDomainView,
  SenderView,
} from '../../../../src/identity/senders/senders.contract.js';
import { api } from '../../api.js';
import { StatusPill, type Tone } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { EmptyState } from '../../components/empty-state.js';
import { DateTime } from '../../components/figures.js';
import { field, Form } from '../../components/form.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { announce, toast } from '../../components/toasts.js';
import { useCan } from '../../session.js';
import { useWrite } from '../../writes.js';
import { CopyButton } from './copy-button.js';
import classes from './sender-page.module.css';
import { SendLimits } from './send-limits.js';
import { FormDialog, Loaded } from './settings-parts.js';
import rows from './settings-rows.module.css';

const KEY = ['mail', 'sender'];

/** What mails come from and whether receivers believe it; `open` is `domain` or `provider` while a form is open. */
export function SenderPage() {
  const isAdmin = useCan('admin');
  const search = useSearch({ from: '/shell/settings/sender' });
  const navigate = useNavigate({ from: '/settings/sender' });
  const client = useQueryClient();
  const sender = useQuery({
    queryKey: KEY,
    enabled: isAdmin,
    queryFn: ({ signal }) => api('GET', '/mail/sender', SenderView, { signal }),
  });
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['mail'] });
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open('domain')}>
      Add domain
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Sender"
        section="Settings"
        lead="What your mails come from, and what stands in DNS so that they arrive."
        {...(isAdmin ? { actions: add } : {})}
      />
      {isAdmin ? (
        <div className="hb-stack">
          <Loaded query={sender}>
            {(data) => (
              <>
                <InUse sender={data} />
                {data.domains.length === 0 ? (
                  <Card>
                    <EmptyState title="No domain of your own yet" action={add}>
                      Mails come from {data.inUse}. With your own domain, receivers see and trust your name.
                    </EmptyState>
                  </Card>
                ) : (
                  data.domains.map((domain) => <Domain key={domain.id} domain={domain} onChanged={refresh} />)
                )}
              </>
            )}
          </Loaded>
          <SendLimits />
          <Providers open={search.open === 'provider'} onOpen={(value) => open(value ? 'provider' : undefined)} />
        </div>
      ) : (
        <NeedsRole least="admin" what="see and change what mails come from" />
      )}
      <FormDialog opened={isAdmin && search.open === 'domain'} onClose={() => open(undefined)} title="Add your domain">
        <DomainForm
          onDone={async () => {
            open(undefined);
            await refresh();
            toast.done('The domain is added. Now set its records in DNS.');
          }}
        />
      </FormDialog>
    </>
  );
}

function InUse({ sender }: { sender: SenderView }) {
  const isOwn = sender.wanted !== null && sender.inUse === sender.wanted;
  return (
    <Card heading="In use now">
      <p>
        <strong>{sender.inUse}</strong>
      </p>
      <p className="hb-meta">
        {isOwn || sender.wanted === null
          ? 'Bounces and answers come back to us at '
          : `You entered ${sender.wanted}, but its domain is not proved yet, so it is not used. Bounces and answers come back to us at `}
        {sender.returnPathDomain}. Name and address stand in{' '}
        <Link to="/settings/organization">Organization and brand</Link>.
      </p>
    </Card>
  );
}

const domainState: Record<SenderDomainView['state'], { tone: Tone; word: string }> = {
  waiting: { tone: 'soon', word: 'Waiting for DNS' },
  verified: { tone: 'good', word: 'In order' },
  lost: { tone: 'late', word: 'Records are gone' },
};

function Domain({ domain, onChanged }: { domain: SenderDomainView; onChanged: () => Promise<void> }) {
  const { busy, run } = useWrite();
  const [removing, setRemoving] = useState(false);
  const state = domainState[domain.state];
  return (
    <Card
      heading={domain.domain}
      flush
      actions={
        <StatusPill tone={domain.vouchedFor ? 'good' : state.tone}>
          {domain.vouchedFor ? 'Trusted by the operator' : state.word}
        </StatusPill>
      }
    >
      <ul className={rows['list']}>
        {domain.findings.map((finding) => (
          <Finding key={finding.key} finding={finding} />
        ))}
      </ul>
      <div className={rows['item']}>
        <p className="hb-meta">
          {domain.checkedAt ? (
            <>
              Checked <DateTime at={domain.checkedAt} />, and again every six hours.{' '}
            </>
          ) : null}
          {domain.nextSelector ? 'The old key signs until the record of the new one is found.' : ''}
        </p>
        <div className={rows['controls']}>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<SyncIcon size={12} />}
            loading={busy === 'check'}
            onClick={() =>
              void run('check', 'DNS was not asked.', async () => {
                const next = await api('POST', `/mail/domains/${domain.id}/check`, SenderDomainView);
                await onChanged();
                announce(domainState[next.state].word);
              })
            }
          >
            Check again
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            loading={busy === 'rotate'}
            onClick={() =>
              void run('rotate', 'No key was made.', async () => {
                await api('POST', `/mail/domains/${domain.id}/rotate`, SenderDomainView);
                await onChanged();
                toast.done('A new key is made. Add its record; leave the old one for a week.');
              })
            }
          >
            New key
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(true)}>
            Remove<span className="hb-visually-hidden"> {domain.domain}</span>
          </Button>
        </div>
      </div>
      <ConfirmDialog
        opened={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${domain.domain}`}
        action="Remove the domain"
        danger
        onConfirm={async () => {
          await api('DELETE', `/mail/domains/${domain.id}`, z.unknown());
          await onChanged();
          toast.done('The domain is removed.');
        }}
      >
        <p>Its key is destroyed, and mails come from the address of this installation from now on.</p>
      </ConfirmDialog>
    </Card>
  );
}

const findingTitles: Record<FindingView['key'], string> = {
  ownership: 'It is yours',
  dkim: 'DKIM: our signature',
  next_dkim: 'DKIM: the new key',
  spf: 'SPF: who may send',
  dmarc: 'DMARC: what forgers get',
  alignment: 'It all fits together',
};
const findingStates: Record<FindingView['state'], { tone: Tone; word: string }> = {
  ok: { tone: 'good', word: 'In order' },
  note: { tone: 'neutral', word: 'Could be better' },
  missing: { tone: 'soon', word: 'Missing' },
  wrong: { tone: 'late', word: 'Wrong' },
  unknown: { tone: 'neutral', word: 'No answer' },
};

function Finding({ finding }: { finding: FindingView }) {
  const state = findingStates[finding.state];
  const toDo = finding.record !== null && finding.state !== 'ok';
  return (
    <li className={classes['finding']}>
      <div>
        <StatusPill tone={state.tone}>{state.word}</StatusPill>
      </div>
      <div>
        <strong>{findingTitles[finding.key]}</strong>
        <p>{finding.message}</p>
        {finding.record && toDo ? (
          <dl className={classes['record']}>
            <dt>Type</dt>
            <dd className={classes['value']}>TXT</dd>
            <span />
            <dt>Name</dt>
            <dd className={classes['value']}>{finding.record.name}</dd>
            <CopyButton value={finding.record.name} what="the name" />
            <dt>Value</dt>
            <dd className={classes['value']}>{finding.record.value}</dd>
            <CopyButton value={finding.record.value} what="the value" />
          </dl>
        ) : null}
        {finding.found.length > 0 && finding.state !== 'missing' ? (
          <p className={`hb-meta ${classes['found']}`}>
            Found: <span className={classes['value']}>{finding.found.map(short).join(' · ')}</span>
          </p>
        ) : null}
      </div>
    </li>
  );
}

const short = (text: string): string => (text.length > 90 ? `${text.slice(0, 60)} … ${text.slice(-20)}` : text);

function DomainForm({ onDone }: { onDone: () => Promise<void> }) {
  const form = useForm({
    initialValues: { domain: '' },
    validateInputOnBlur: true,
    validate: {
      domain: (value) =>
        /^[^\s@/:]+\.[^\s@/:.]{2,}\.?$/u.test(value.trim()) ? null : 'Enter a domain, such as acme.example',
    },
  });
  return (
    <Form
      form={form}
      submit="Add domain"
      onSubmit={async ({ domain }, idempotencyKey) => {
        await api('POST', '/mail/domains', SenderDomainView, { body: { domain: domain.trim() }, idempotencyKey });
        await onDone();
      }}
    >
      <TextInput
        label="Domain"
        description="What stands behind the @ of your sender address. You need access to its DNS."
        placeholder="acme.example"
        spellCheck={false}
        autoCapitalize="none"
        data-autofocus
        {...field(form, 'domain')}
      />
    </Form>
  );
}

const providerNames: Record<ProviderWebhookView['provider'], string> = {
  generic: 'Any other (our JSON)',
  ses: 'Amazon SES (SNS)',
  sendgrid: 'SendGrid',
  postmark: 'Postmark',
};

function Providers({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const client = useQueryClient();
  const { busy, run } = useWrite();
  const [removing, setRemoving] = useState<ProviderWebhookView | null>(null);
  const query = useQuery({
    queryKey: ['mail', 'providers'],
    queryFn: ({ signal }) => api('GET', '/mail/providers', ProviderWebhookPage, { signal }),
  });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['mail', 'providers'] });
  return (
    <Card
      heading="Reports of your mail provider"
      sub="So that bounces and spam reports reach us when a provider sends the mails."
      flush
      actions={
        <Button variant="default" size="compact-sm" onClick={() => onOpen(true)}>
          Add provider
        </Button>
      }
    >
      <Loaded query={query} height={80}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No provider reports to us" compact>
              Not needed where our own mail server takes bounces.
            </EmptyState>
          ) : (
            <ul className={rows['list']}>
              {items.map((one) => (
                <li key={one.id} className={rows['item']}>
                  <div className={rows['main']}>
                    <strong className={one.endsAt ? rows['off'] : undefined}>{providerNames[one.provider]}</strong>
                    <p className={classes['value']}>{one.url}</p>
                    <p className="hb-meta">
                      {one.endsAt ? (
                        <>
                          Replaced; works until <DateTime at={one.endsAt} />
                        </>
                      ) : one.lastEventAt ? (
                        <>
                          Last report <DateTime at={one.lastEventAt} />
                        </>
                      ) : (
                        'No report yet'
                      )}
                    </p>
                  </div>
                  <div className={rows['controls']}>
                    <CopyButton value={one.url} what={`the address for ${providerNames[one.provider]}`} />
                    {one.endsAt ? null : (
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        loading={busy === one.id}
                        onClick={() =>
                          void run(one.id, 'No new address was made.', async () => {
                            await api('POST', `/mail/providers/${one.id}/rotate`, ProviderWebhookView);
                            await refresh();
                            toast.done('There is a new address. The old one works for a day more.');
                          })
                        }
                      >
                        New address
                      </Button>
                    )}
                    <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(one)}>
                      Remove<span className="hb-visually-hidden"> {providerNames[one.provider]}</span>
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <FormDialog opened={open} onClose={() => onOpen(false)} title="Add a provider">
        <ProviderForm
          onDone={async () => {
            onOpen(false);
            await refresh();
            toast.done('Now enter the address at your provider.');
          }}
        />
      </FormDialog>
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title="Remove the address"
        action="Remove the address"
        danger
        onConfirm={async () => {
          if (!removing) return;
          await api('DELETE', `/mail/providers/${removing.id}`, z.unknown());
          await refresh();
          toast.done('The address is removed.');
        }}
      >
        <p>Reports sent to it are refused from now on.</p>
      </ConfirmDialog>
    </Card>
  );
}

function ProviderForm({ onDone }: { onDone: () => Promise<void> }) {
  const form = useForm<{ provider: ProviderWebhookView['provider']; credential: string }>({
    initialValues: { provider: 'ses', credential: '' },
    validate: { credential: (value, { provider }) => (value.trim() ? null : PROVIDER_HINTS[provider]) },
  });
  return (
    <Form
      form={form}
      submit="Add provider"
      onSubmit={async ({ provider, credential }, idempotencyKey) => {
        await api('POST', '/mail/providers', ProviderWebhookView, {
          body: { provider, credential: credential.trim() },
          idempotencyKey,
        });
        await onDone();
      }}
    >
      <Select
        label="Provider"
        allowDeselect={false}
        data={PROVIDERS.map((value) => ({ value, label: providerNames[value] }))}
        {...field(form, 'provider')}
      />
      <TextInput
        label="How it proves itself"
        description={PROVIDER_HINTS[form.values.provider]}
        spellCheck={false}
        autoComplete="off"
        {...field(form, 'credential')}
      />
    </Form>
  );
}
