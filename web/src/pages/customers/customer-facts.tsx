import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { z } from 'zod';
import { CustomerView, PURPOSES } from '../../../../src/customers/customers.contract.js';
import { ContactPolicyView } from '../../../../src/distribution/distribution.contract.js';
import { CSS_PALETTE } from '../../../../src/insights/charts/palette.js';
import { Sparkline } from '../../../../src/insights/charts/sparkline.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { Card } from '../../components/card.js';
import { DateTime, Money } from '../../components/figures.js';
import { toast } from '../../components/toasts.js';
import { useFormat, useNow } from '../../format.js';
import { useCan } from '../../session.js';
import { languageName } from '../surveys/survey-words.js';
import classes from './customers.module.css';
import { wordsOf } from './customer-words.js';
import { nextSurvey } from './next-survey.js';

export const PURPOSE_WORDS: Record<(typeof PURPOSES)[number], string> = {
  feedback: 'Surveys',
  follow_up: 'Follow-up',
  testimonial: 'Testimonials',
  council: 'Customer council',
};

const Scores = z.object({
  items: z.array(z.object({ score: z.number(), category: z.string().nullable(), submittedAt: z.string() })),
});
const Sent = z.object({ items: z.array(z.object({ sentAt: z.string().nullable() })) });

export function CustomerFacts({ customer }: { customer: CustomerView }) {
  const attributes = Object.entries(customer.attributes);
  const facts: [string, ReactNode][] = [
    ['Customer id', customer.externalId],
    ['Email', customer.email ?? 'None'],
    ['Phone', customer.phone ?? 'None'],
    [
      'Account',
      customer.account ? (
        <Link to="/customers" search={{ account: customer.account }}>
          {customer.account}
        </Link>
      ) : (
        'None'
      ),
    ],
    [
      'Language and time zone',
      [customer.locale && languageName(customer.locale), customer.timeZone].filter(Boolean).join(', ') || 'Not known',
    ],
    ['Customer since', <DateTime key="since" at={customer.createdAt} as="date" />],
  ];
  return (
    <div className={classes['facts']}>
      <Card heading="Value and scores" level={3}>
        <p className={classes['figure']}>
          {customer.lifetimeValue === null ? '–' : <Money amount={customer.lifetimeValue} />}
        </p>
        <p className="hb-meta">{customer.lifetimeValue === null ? 'Lifetime value not known' : 'Lifetime value'}</p>
        <ScoreHistory customerId={customer.id} />
      </Card>
      <Card heading="What we may ask" level={3}>
        <NextSurvey customer={customer} />
        <Consents customer={customer} />
      </Card>
      <Card heading="Who" level={3}>
        <dl className={classes['pairs']}>
          {facts.map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {attributes.map(([term, value]) => (
            <div key={term}>
              <dt>{wordsOf(term)}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </div>
  );
}

function ScoreHistory({ customerId }: { customerId: string }) {
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['responses', 'scores', customerId],
    queryFn: ({ signal }) =>
      api('GET', '/responses', Scores, { query: { customerId, metric: 'nps,tnps', limit: 24 }, signal }),
  });
  const scores = [...(data?.items ?? [])].reverse();
  const last = scores.at(-1);
  if (!last) return data ? <p className="hb-second">No scores yet.</p> : null;
  const described = scores.map((one) => `${one.score} on ${format.date(one.submittedAt)}`).join(', ');
  return (
    <p className={classes['scores']}>
      {scores.length > 1 ? (
        <Sparkline
          width={130}
          height={34}
          palette={CSS_PALETTE}
          title="Score history"
          description={described}
          values={scores.map((one) => one.score)}
        />
      ) : null}
      <Link to="/responses" search={{ customer: customerId }}>
        {last.score} of 10, {scores.length === 1 ? 'one answer' : `the newest of ${scores.length} answers`}
      </Link>
    </p>
  );
}

/** When they may be asked next, and what keeps us from it. */
function NextSurvey({ customer }: { customer: CustomerView }) {
  const format = useFormat();
  const now = useNow();
  const policy = useQuery({
    queryKey: ['contact-policy'],
    queryFn: ({ signal }) => api('GET', '/contact-policy', ContactPolicyView, { signal }),
  });
  const sent = useQuery({
    queryKey: ['invitations', 'sent', customer.id],
    queryFn: ({ signal }) =>
      api('GET', '/invitations', Sent, { query: { customerId: customer.id, limit: 200 }, signal }),
  });
  if (!policy.data || !sent.data) return null;
  const next = nextSurvey(
    customer,
    policy.data,
    sent.data.items.flatMap((one) => (one.sentAt === null ? [] : Date.parse(one.sentAt))),
    now,
  );
  const cases = customer.holds.flatMap((hold) => (hold.startsWith('case:') ? hold.slice(5) : []));
  return (
    <div className={classes['next']}>
      <p>
        <b>
          {next.can === 'now'
            ? 'May be asked now'
            : next.can === 'later'
              ? `May be asked again from ${format.date(next.at)}`
              : next.can === 'held'
                ? 'On hold'
                : 'Not asked'}
        </b>
      </p>
      <p className="hb-second">
        {next.can === 'now' || next.can === 'later'
          ? `The contact policy leaves ${policy.data.minDaysBetween} days between surveys${policy.data.maxPerYear === null ? '' : ` and allows ${policy.data.maxPerYear} a year`}.`
          : next.why}{' '}
        {cases.map((id, index) => (
          <Link key={id} to="/cases/$caseId" params={{ caseId: id }}>
            {cases.length === 1 ? 'See the case' : `See case ${index + 1}`}{' '}
          </Link>
        ))}
      </p>
    </div>
  );
}

function Consents({ customer }: { customer: CustomerView }) {
  const client = useQueryClient();
  const canChange = useCan('agent');
  const [busy, setBusy] = useState<string | null>(null);
  const record = async (purpose: (typeof PURPOSES)[number], granted: boolean): Promise<void> => {
    setBusy(purpose);
    try {
      await api('PUT', `/customers/by-external-id/${encodeURIComponent(customer.externalId)}`, CustomerView, {
        body: { consents: [{ purpose, granted, basis: 'consent' }] },
      });
      await client.invalidateQueries({ queryKey: ['customers'] });
      toast.done(`${PURPOSE_WORDS[purpose]}: ${granted ? 'consent recorded' : 'consent withdrawn'}.`);
    } catch (error) {
      toast.failed('The consent was not recorded.', error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <ul className={classes['consents']} aria-label="Consents">
      {PURPOSES.map((purpose) => {
        const word = customer.consents.find((one) => one.purpose === purpose);
        return (
          <li key={purpose}>
            <div>
              <span>{PURPOSE_WORDS[purpose]}</span>{' '}
              {word ? (
                <StatusPill tone={word.granted ? 'good' : 'late'}>{word.granted ? 'Yes' : 'No'}</StatusPill>
              ) : (
                <StatusPill>Never asked</StatusPill>
              )}
              {word ? (
                <p className="hb-meta">
                  {word.basis === 'existing_customer' ? 'As an existing customer' : 'By consent'},{' '}
                  <DateTime at={word.at} as="date" />
                </p>
              ) : null}
            </div>
            {canChange ? (
              <Button
                size="compact-xs"
                variant="default"
                loading={busy === purpose}
                aria-label={`${word?.granted ? 'Withdraw' : 'Record'} consent: ${PURPOSE_WORDS[purpose]}`}
                onClick={() => void record(purpose, !word?.granted)}
              >
                {word?.granted ? 'Withdraw' : 'Record'}
              </Button>
            ) : null}
          </li>
        );
      })}
      {customer.suppression ? (
        <li>
          <p className="hb-second">
            Mail to this address is stopped since <DateTime at={customer.suppression.at} as="date" />.
          </p>
        </li>
      ) : null}
    </ul>
  );
}
