import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { LinkIcon, ShieldCheckIcon, ShieldXIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import type { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { CustomerView } from '../../../../src/customers/customers.contract.js';
import { api } from '../../api.js';
import { DateTime, Money } from '../../components/figures.js';
import { Spark } from '../../components/spark.js';
import { useFormat } from '../../format.js';
import { CaseFacts } from './case-facts.js';
import { statusWords } from './case-words.js';
import classes from './customer-pane.module.css';

const purposeWords = {
  feedback: 'Surveys',
  follow_up: 'Follow-up',
  testimonial: 'Testimonials',
  council: 'Customer council',
} as const;

function Part({ title, children }: { title: string; children: ReactNode }) {
  // Below the case's h2; on a phone that is the h1.
  const Heading = useMediaQuery('(max-width: 860px)', undefined, { getInitialValueInEffect: false }) ? 'h2' : 'h3';
  return (
    <section className={classes['part']} aria-label={title}>
      <Heading>{title}</Heading>
      {children}
    </section>
  );
}

/** Who it is and what binds us to them. */
export function CustomerPane({ found, onLink }: { found: CaseView; onLink: (() => void) | null }) {
  const { customer, reply } = found;
  // A closed case takes no message, but that says nothing about the customer's consent.
  const allowed = reply.possible || (reply.reason === 'closed' && found.mayContact !== false);
  const search = useSearch({ from: '/shell/cases' });
  return (
    <aside className={classes['pane']} aria-label="Customer">
      <Part title="Customer">
        {customer ? (
          <Who customer={customer} />
        ) : (
          <p className={classes['quiet']}>We do not know who answered, so nobody can be written to.</p>
        )}
      </Part>
      <Part title="This case">
        <CaseFacts found={found} />
      </Part>
      <Part title="Consent">
        <p className={classes['consent']}>
          {allowed ? <ShieldCheckIcon size={16} /> : <ShieldXIcon size={16} className={classes['no'] ?? ''} />} Contact
          about this:
        </p>
        <p className={classes['strong']}>
          {reply.possible ? 'yes, by email' : allowed ? 'yes' : found.mayContact === false ? 'no' : 'not possible'}
        </p>
        {found.reply.why ? <p className={classes['quiet']}>{found.reply.why}</p> : null}
        {customer ? <Consents customerId={customer.id} /> : null}
      </Part>
      <Part title="What the customer sees">
        <p className={classes['seen']}>“{found.customerSees.text}”</p>
        <p className={classes['quiet']}>
          Changed <DateTime at={found.customerSees.at} as="moment" />
          {found.receiptUrl ? (
            <>
              {' · '}
              <a href={found.receiptUrl} target="_blank" rel="noreferrer">
                Open their page
              </a>
            </>
          ) : null}
        </p>
      </Part>
      <Part title={found.painPoints.length > 1 ? 'Pain points' : 'Pain point'}>
        {found.painPoints.length === 0 ? <p className={classes['quiet']}>Not linked to one yet.</p> : null}
        {found.painPoints.map((one) => (
          <div key={one.id} className={classes['box']}>
            <p>
              <Link to="/pain-points/$painPointId" params={{ painPointId: one.id }} className={classes['boxTitle']}>
                {one.name}
              </Link>
            </p>
            <p className={classes['quiet']}>
              {one.customers} {one.customers === 1 ? 'customer' : 'customers'}
            </p>
            {one.improvement ? (
              <p className={classes['quiet']}>
                Improvement:{' '}
                <Link to="/improvements/$improvementId" params={{ improvementId: one.improvement.id }}>
                  {one.improvement.name}
                </Link>{' '}
                · {one.improvement.status}
                {one.improvement.dueAt ? (
                  <>
                    , due <DateTime at={one.improvement.dueAt} as="day" />
                  </>
                ) : null}
              </p>
            ) : null}
          </div>
        ))}
        {found.painPoints.some((one) => one.improvement && one.improvement.status !== 'declined') ? (
          <p className={classes['promise']}>
            <LinkIcon size={12} /> When it is done, everyone who said it hears back.
          </p>
        ) : null}
        {onLink ? (
          <button type="button" className={classes['action']} onClick={onLink} title="Link to pain point (L)">
            Link to {found.painPoints.length > 0 ? 'another' : 'a pain point'}
          </button>
        ) : null}
      </Part>
      {found.earlierCases.length > 0 ? (
        <Part title="Other cases">
          <ul className={classes['earlier']}>
            {found.earlierCases.map((one) => (
              <li key={one.id}>
                <Link to="/cases/$caseId" params={{ caseId: one.id }} search={search}>
                  #{one.number}
                </Link>{' '}
                {one.subject} · {statusWords[one.status].toLowerCase()} · <DateTime at={one.createdAt} as="day" />
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
    </aside>
  );
}

function Who({ customer }: { customer: NonNullable<CaseView['customer']> }) {
  const format = useFormat();
  const { scores } = customer;
  const first = scores[0];
  const last = scores.at(-1);
  return (
    <>
      <p>
        <b>{customer.segments[0] ?? customer.account ?? 'Customer'}</b> · customer for {format.since(customer.since)}
      </p>
      <p className={classes['quiet']}>
        {customer.lifetimeValue === null ? 'Lifetime value unknown' : 'Lifetime value '}
        {customer.lifetimeValue === null ? null : <Money amount={customer.lifetimeValue} />}
        {customer.segments.length > 1 ? ` · ${customer.segments.slice(1, 3).join(', ')}` : ''}
      </p>
      {first && last && scores.length > 1 ? (
        <>
          <Spark
            values={scores.map((one) => one.score)}
            title="Score history"
            description={`Scores from oldest to newest: ${scores.map((one) => one.score).join(', ')}`}
            width={96}
            height={28}
          />
          <p className={classes['quiet']}>
            {first.score} → {last.score} over {scores.length} surveys
          </p>
        </>
      ) : null}
      <p className={classes['quiet']}>
        <Link to="/customers/$customerId" params={{ customerId: customer.id }}>
          Whole timeline
        </Link>
      </p>
    </>
  );
}

/** What else they allowed, and why no survey goes out now. */
function Consents({ customerId }: { customerId: string }) {
  const { data } = useQuery({
    queryKey: ['customers', 'one', customerId],
    queryFn: ({ signal }) => api('GET', `/customers/${customerId}`, CustomerView, { signal }),
    retry: false,
  });
  if (!data) return null;
  const no = data.consents.filter((one) => !one.granted).map((one) => purposeWords[one.purpose]);
  const yes = data.consents.filter((one) => one.granted).map((one) => purposeWords[one.purpose]);
  return (
    <>
      {yes.length > 0 ? <p className={classes['quiet']}>Allowed: {yes.join(', ')}</p> : null}
      {no.length > 0 ? <p className={classes['quiet']}>Refused: {no.join(', ')}</p> : null}
      <p className={classes['quiet']}>
        {data.suppression
          ? `No mail to this address: ${data.suppression.reason.replaceAll('_', ' ')}`
          : data.holds.length > 0
            ? 'No survey while this case is open'
            : 'The next survey may come when the contact policy allows it'}
      </p>
    </>
  );
}
