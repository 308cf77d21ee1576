import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { z } from 'zod';
import {
  CalendarPage,
  type CalendarView,
  ReplanView,
  SlaPolicyPage,
  SlaPolicyView,
} from '../../../../../src/actions/cases/sla.contract.js';
import { api } from '../../../api.js';
import { StatusPill } from '../../../components/badges.js';
import { Card } from '../../../components/card.js';
import { ConfirmDialog } from '../../../components/confirm-dialog.js';
import { NeedsRole } from '../../../components/needs-role.js';
import { PageHeader } from '../../../components/page-header.js';
import { announce, toast } from '../../../components/toasts.js';
import { useFormat } from '../../../format.js';
import { useCan } from '../../../session.js';
import { useWrite } from '../../../writes.js';
import { Movers } from '../mover.js';
import { useAll } from '../settings-data.js';
import { FormDialog, Loaded } from '../settings-parts.js';
import rows from '../settings-rows.module.css';
import { CalendarForm } from './calendar-form.js';
import { PolicyForm } from './policy-form.js';
import { ladderWords, weekWords } from './sla-words.js';

type Removing = { kind: 'policy' | 'calendar'; id: string; name: string };

/** By when cases are answered and resolved, by whose working hours, and who hears of it when they are not. */
export function SlaPage() {
  const canEdit = useCan('manager');
  const header = (
    <PageHeader
      title="SLA and calendars"
      section="Settings"
      lead="By when a customer hears from a person and a case is resolved, in working hours. The first policy that fits counts."
    />
  );
  if (!canEdit)
    return (
      <>
        {header}
        <NeedsRole least="manager" what="change SLA policies and calendars" />
      </>
    );
  return (
    <>
      {header}
      <Editable />
    </>
  );
}

function Editable() {
  const search = useSearch({ from: '/shell/settings/sla' });
  const navigate = useNavigate({ from: '/settings/sla' });
  const client = useQueryClient();
  const policies = useAll<SlaPolicyView>('/sla-policies', SlaPolicyPage);
  const calendars = useAll<CalendarView>('/calendars', CalendarPage);
  const { busy, run } = useWrite();
  const [removing, setRemoving] = useState<Removing | null>(null);
  const open = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true, resetScroll: false });
  const refresh = async (): Promise<void> => {
    await Promise.all(
      [['all', '/sla-policies'], ['all', '/calendars'], ['all', '/case-rules'], ['sla', 'replan'], ['cases']].map(
        (queryKey) => client.invalidateQueries({ queryKey }),
      ),
    );
  };
  const done = async (): Promise<void> => {
    await refresh();
    open(undefined);
  };
  const [kind, id] = (search.open ?? '').split(' ');
  const policy = kind === 'policy' ? (policies.data?.find((one) => one.id === id) ?? null) : null;
  const calendar = kind === 'calendar' ? (calendars.data?.find((one) => one.id === id) ?? null) : null;
  const ordered = policies.data?.filter((one) => !one.isDefault).length ?? 0;
  return (
    <div className="hb-stack">
      <Replan />
      <Card
        heading="Policies"
        sub="Asked from top to bottom. Changes plan all open cases anew."
        actions={
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<PlusIcon size={14} />}
            onClick={() => open('policy new')}
          >
            Add policy
          </Button>
        }
        flush
      >
        <Loaded query={policies} height={220}>
          {(all) => (
            <ol className={rows['list']}>
              {all.map((one, index) => (
                <li key={one.id} className={rows['item']}>
                  <span className={rows['place']} aria-hidden="true">
                    {index + 1}
                  </span>
                  <div className={rows['main']}>
                    <strong>{one.sentence}</strong>
                    <p className="hb-meta">
                      {one.name} · {one.calendar.name} · {one.openCases} open {one.openCases === 1 ? 'case' : 'cases'}
                    </p>
                    {one.escalation.length === 0 ? (
                      <p className="hb-meta">Nobody is told when it gets late.</p>
                    ) : (
                      ladderWords(one.escalation).map((line) => (
                        <p key={line} className="hb-meta">
                          {line}
                        </p>
                      ))
                    )}
                  </div>
                  <div className={rows['controls']}>
                    {one.isDefault ? (
                      <StatusPill>Always last</StatusPill>
                    ) : (
                      <Movers
                        name={one.name}
                        first={index === 0}
                        last={index === ordered - 1}
                        onMove={(by) =>
                          void run(`move ${one.id}`, 'The policy was not moved.', async () => {
                            await api('PATCH', `/sla-policies/${one.id}`, SlaPolicyView, {
                              body: { order: index + by + 1 },
                            });
                            await refresh();
                            announce(`${one.name} is now number ${index + by + 1}.`);
                          })
                        }
                      />
                    )}
                    <Button
                      variant="default"
                      size="compact-sm"
                      disabled={busy !== null}
                      onClick={() => open(`policy ${one.id}`)}
                    >
                      Edit<span className="hb-visually-hidden"> {one.name}</span>
                    </Button>
                    {one.isDefault ? null : (
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        onClick={() => setRemoving({ kind: 'policy', id: one.id, name: one.name })}
                      >
                        Remove<span className="hb-visually-hidden"> {one.name}</span>
                      </Button>
                    )}
                  </div>
                </li>
              ))}
            </ol>
          )}
        </Loaded>
      </Card>
      <Card
        heading="Calendars"
        sub="When your people work. Only this time counts."
        actions={
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<PlusIcon size={14} />}
            onClick={() => open('calendar new')}
          >
            Add calendar
          </Button>
        }
        flush
      >
        <Loaded query={calendars} height={140}>
          {(all) => (
            <ul className={rows['list']}>
              {all.map((one) => (
                <li key={one.id} className={rows['item']}>
                  <div className={rows['main']}>
                    <strong>{one.name}</strong>
                    <p className="hb-meta">
                      {weekWords(one.week)} · {one.timeZone}
                    </p>
                    <p className="hb-meta">
                      {one.country
                        ? `Public holidays of ${one.country}${one.region ? `-${one.region}` : ''}`
                        : 'No public holidays'}
                      {one.holidays.length > 0
                        ? `, ${one.holidays.length} ${one.holidays.length === 1 ? 'day' : 'days'} of your own`
                        : ''}{' '}
                      · {one.policies} {one.policies === 1 ? 'policy' : 'policies'}
                    </p>
                  </div>
                  <div className={rows['controls']}>
                    <Button variant="default" size="compact-sm" onClick={() => open(`calendar ${one.id}`)}>
                      Edit<span className="hb-visually-hidden"> {one.name}</span>
                    </Button>
                    {one.isDefault || one.policies > 0 ? null : (
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        onClick={() => setRemoving({ kind: 'calendar', id: one.id, name: one.name })}
                      >
                        Remove<span className="hb-visually-hidden"> {one.name}</span>
                      </Button>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Card>
      <FormDialog
        opened={kind === 'policy' && (id === 'new' || policy !== null)}
        onClose={() => open(undefined)}
        title={policy?.name ?? 'New policy'}
      >
        <PolicyForm policy={policy} calendars={calendars.data ?? []} onDone={done} />
      </FormDialog>
      <FormDialog
        opened={kind === 'calendar' && (id === 'new' || calendar !== null)}
        onClose={() => open(undefined)}
        title={calendar?.name ?? 'New calendar'}
      >
        <CalendarForm calendar={calendar} onDone={done} />
      </FormDialog>
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? ''}`}
        action={`Remove the ${removing?.kind ?? ''}`}
        danger
        onConfirm={async () => {
          if (!removing) return;
          const path = removing.kind === 'policy' ? 'sla-policies' : 'calendars';
          await api('DELETE', `/${path}/${removing.id}`, z.unknown());
          await refresh();
          toast.done(`The ${removing.kind} is removed.`);
        }}
      >
        <p>
          {removing?.kind === 'policy'
            ? 'Open cases go by the next policy that fits; their due times are planned anew. Rules that asked for it go by the list.'
            : 'No policy goes by it.'}
        </p>
      </ConfirmDialog>
    </div>
  );
}

/** How far planning the open cases anew is; nothing once it is done. */
function Replan() {
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['sla', 'replan'],
    queryFn: ({ signal }) => api('GET', '/sla-policies/replan', ReplanView, { signal }),
    refetchInterval: ({ state }) => (state.data?.replan && state.data.replan.finishedAt === null ? 1500 : false),
  });
  const replan = data?.replan;
  if (!replan || replan.finishedAt !== null || replan.total === 0) return null;
  return (
    <Card>
      <p role="status">
        {replan.reason}. Due times are planned anew: {format.number(replan.done)} of {format.number(replan.total)} open
        cases.
      </p>
      <progress max={replan.total} value={replan.done} style={{ inlineSize: '100%' }} aria-label="Planned anew" />
    </Card>
  );
}
