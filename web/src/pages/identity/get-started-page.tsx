import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Card } from '../../components/card.js';
import { PageHeader } from '../../components/page-header.js';
import { toast } from '../../components/toasts.js';
import { savePreferences, useMe } from '../../session.js';
import classes from './get-started-page.module.css';

const steps = [
  { to: '/settings/organization', label: 'Name and brand', why: 'Customers see both in mails and on survey pages.' },
  { to: '/settings/touchpoints', label: 'Touchpoints', why: 'Where customers meet you, and who owns each of them.' },
  { to: '/settings/users', label: 'Your team', why: 'Cases need owners.' },
  { to: '/customers', label: 'Customers', why: 'Import a CSV, or send them by the API.' },
  { to: '/surveys', label: 'A survey', why: 'One question, one reason, permission to contact.' },
  { to: '/campaigns', label: 'Ask', why: 'Send it to an audience, or let a trigger ask after an event.' },
] as const;

/** An admin's first page until it is put away. */
export function GetStartedPage() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader
        title="Set up"
        lead={`Six steps until ${me.organization.name} hears back from its customers.`}
        actions={
          <Button
            variant="default"
            onClick={() => {
              savePreferences(client, { setUpDone: true }).then(
                () => navigate({ to: '/overview' }),
                (error: unknown) => toast.failed('That was not kept. Try again.', error),
              );
            }}
          >
            Done, show Overview
          </Button>
        }
      />
      <Card>
        <ol className={classes['list']}>
          {steps.map((step, index) => (
            <li key={step.to}>
              <span aria-hidden="true" className={classes['number']}>
                {index + 1}
              </span>
              <div>
                <Link to={step.to}>{step.label}</Link>
                <p className={classes['why']}>{step.why}</p>
              </div>
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}
