import { Button } from '@mantine/core';
import { CheckIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { z } from 'zod';
import { OrganizationView } from '../../../../src/identity/identity.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { ErrorState } from '../../components/error-state.js';
import { NeedsRole } from '../../components/needs-role.js';
import { PageHeader } from '../../components/page-header.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { toast } from '../../components/toasts.js';
import { savePreferences, useCan, useMe } from '../../session.js';
import classes from './get-started-page.module.css';

type StepKey = 'organization' | 'touchpoints' | 'users' | 'customers' | 'surveys' | 'ask';

const steps = [
  {
    key: 'organization',
    to: '/settings/organization',
    label: 'Name and brand',
    why: 'Customers see both in mails and on survey pages. Mails need a postal address.',
  },
  {
    key: 'touchpoints',
    to: '/settings/touchpoints',
    label: 'Touchpoints',
    why: 'Where customers meet you, and who owns each of them.',
  },
  { key: 'users', to: '/settings/users', label: 'Your team', why: 'Cases need owners.' },
  { key: 'customers', to: '/customers', label: 'Customers', why: 'Import a CSV, or send them by the API.' },
  {
    key: 'surveys',
    to: '/surveys',
    label: 'A survey',
    why: 'One question, one reason, permission to contact. Publish it.',
  },
  { key: 'ask', to: '/campaigns', label: 'Ask', why: 'Send it to an audience, or let a trigger ask after an event.' },
] as const satisfies readonly { key: StepKey; to: string; label: string; why: string }[];

const Rows = z.object({ items: z.array(z.object({ id: z.string() })) });
const Touchpoints = z.object({
  items: z.array(z.object({ ownerId: z.string().nullable(), teamId: z.string().nullable() })),
});
const Campaigns = z.object({ items: z.array(z.object({ launchedAt: z.string().nullable() })) });

/** What is really done, from what is there. */
async function findDone(signal: AbortSignal): Promise<Record<StepKey, boolean>> {
  const some = async (path: string, query: Record<string, string | number>, least = 1): Promise<boolean> =>
    (await api('GET', path, Rows, { query, signal })).items.length >= least;
  const [organization, touchpoints, users, customers, surveys, triggers, campaigns] = await Promise.all([
    api('GET', '/organization', OrganizationView, { signal }),
    api('GET', '/touchpoints', Touchpoints, { query: { limit: 200 }, signal }),
    some('/users', { limit: 2 }, 2),
    some('/customers', { limit: 1 }),
    some('/surveys', { limit: 1, status: 'live' }),
    some('/triggers', { limit: 1, enabled: 'true' }),
    api('GET', '/campaigns', Campaigns, { query: { limit: 200 }, signal }),
  ]);
  return {
    organization: organization.postalAddress !== null && organization.brand.color !== undefined,
    touchpoints: touchpoints.items.some((one) => one.ownerId !== null || one.teamId !== null),
    users,
    customers,
    surveys,
    ask: triggers || campaigns.items.some((one) => one.launchedAt !== null),
  };
}

/** An admin's first page until it is put away. */
export function GetStartedPage() {
  const me = useMe();
  const isAdmin = useCan('admin');
  const client = useQueryClient();
  const navigate = useNavigate();
  const {
    data: done,
    error,
    refetch,
  } = useQuery({
    queryKey: ['set-up'],
    enabled: isAdmin,
    queryFn: ({ signal }) => findDone(signal),
    staleTime: 0,
  });
  const left = done ? steps.filter((step) => !done[step.key]).length : null;
  return (
    <>
      <PageHeader
        title="Set up"
        lead={
          left === null
            ? `Six steps until ${me.organization.name} hears back from its customers.`
            : left === 0
              ? `All six steps are done: ${me.organization.name} hears back from its customers.`
              : `${6 - left} of 6 steps are done.`
        }
        {...(isAdmin
          ? {
              actions: (
                <Button
                  variant={left === 0 ? 'filled' : 'default'}
                  onClick={() => {
                    savePreferences(client, { setUpDone: true }).then(
                      () => navigate({ to: '/overview' }),
                      (cause: unknown) => toast.failed('That was not kept. Try again.', cause),
                    );
                  }}
                >
                  {left === 0 ? 'Done, show Overview' : 'Put this away, show Overview'}
                </Button>
              ),
            }
          : {})}
      />
      {isAdmin ? (
        <Card>
          {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : null}
          {!done && !error ? <SkeletonLines lines={9} /> : null}
          {done || error ? (
            <ol className={classes['list']}>
              {steps.map((step, index) => {
                const isDone = done?.[step.key] ?? false;
                return (
                  <li key={step.key}>
                    <span aria-hidden="true" className={classes['number']} data-done={isDone}>
                      {isDone ? <CheckIcon size={14} /> : index + 1}
                    </span>
                    <div>
                      <Link to={step.to}>{step.label}</Link>
                      {isDone ? <span className={classes['done']}> Done</span> : null}
                      <p className={classes['why']}>{step.why}</p>
                    </div>
                  </li>
                );
              })}
            </ol>
          ) : null}
        </Card>
      ) : (
        <NeedsRole least="admin" what="set up the organization" />
      )}
    </>
  );
}
