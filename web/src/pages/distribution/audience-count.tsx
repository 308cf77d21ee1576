import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AudienceCount, type Audience, type Unreachable } from '../../../../src/distribution/audience.contract.js';
import type { AskChannel } from '../../../../src/distribution/channels/channels.contract.js';
import { api } from '../../api.js';
import { ErrorState } from '../../components/error-state.js';
import { useFormat } from '../../format.js';
import classes from './campaign.module.css';

const words: Record<Unreachable, string> = {
  no_address: 'have no email address',
  no_phone: 'have no phone number with its country',
  stopped: 'asked for no more mail, or their address takes none',
  no_consent: 'have given no consent to be asked',
};

/** How many an audience holds, while it is being edited; and where nobody can be reached, why and what to do. */
export function LiveCount({ audience, channel = 'email' }: { audience: Audience | null; channel?: AskChannel }) {
  const format = useFormat();
  const [wanted] = useDebouncedValue(audience, 350);
  const count = useQuery({
    queryKey: ['campaigns', 'audience-count', wanted, channel],
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api('POST', '/campaigns/audience-count', AudienceCount, { body: { audience: wanted, channel }, signal }),
  });
  if (count.error) return <ErrorState error={count.error} onRetry={() => void count.refetch()} compact />;
  const found = count.data;
  if (!found || wanted === null)
    return (
      <p className={classes['count']} role="status">
        <span className="hb-second">Counting…</span>
      </p>
    );
  const reasons = (Object.entries(found.unreachable) as [Unreachable, number][]).map(
    ([reason, n]) => `${format.number(n)} ${words[reason]}`,
  );
  return (
    <div className={classes['count']} role="status" data-stale={count.isPlaceholderData || undefined}>
      <p>
        <strong>
          {format.number(found.audience)} of {format.number(found.customers)} customers
        </strong>{' '}
        match, {format.number(found.reachable)} of them can be reached.
      </p>
      {reasons.length > 0 ? <p className="hb-second">{reasons.join('; ')}.</p> : null}
      {found.customers === 0 ? (
        <p>
          There are no customers yet. <Link to="/customers">Import them first</Link>.
        </p>
      ) : found.audience === 0 ? (
        <p>Nobody fulfils all of these conditions. Take one out, or write it more widely.</p>
      ) : found.reachable === 0 ? (
        <p>
          Nobody in this audience can be reached, so nothing would be sent.{' '}
          <Link to="/customers">Import addresses and consents</Link>, or choose a wider audience.
        </p>
      ) : null}
    </div>
  );
}
