import { TagsInput } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { api } from '../../api.js';
import { DateTime } from '../../components/figures.js';
import { toast } from '../../components/toasts.js';
import { useCan, useMe } from '../../session.js';
import { statusWords } from './case-words.js';
import { useCaseActions, useKnownLabels } from './cases-data.js';
import classes from './customer-pane.module.css';

/** What we agreed among us about this case: labels, times, followers, and which other cases belong to it. */
export function CaseFacts({ found }: { found: CaseView }) {
  const canAct = useCan('agent');
  const me = useMe();
  const actions = useCaseActions();
  const search = useSearch({ from: '/shell/cases' });
  const known = useKnownLabels();
  const [busy, setBusy] = useState(false);
  const follows = found.followers.some((one) => one.id === me.id);
  const follow = async (): Promise<void> => {
    setBusy(true);
    try {
      await api(follows ? 'DELETE' : 'POST', `/cases/${found.id}/follow`, CaseView);
      await actions.refresh();
    } catch (error) {
      toast.failed('That did not work.', error);
    } finally {
      setBusy(false);
    }
  };
  const others = [
    ...found.related.map((one) => ({ ...one, how: 'related' })),
    ...found.merged.map((one) => ({ ...one, how: 'merged into this one' })),
    ...(found.mergedInto ? [{ ...found.mergedInto, how: 'goes on for this one' }] : []),
  ];
  return (
    <>
      {canAct && found.status !== 'merged' ? (
        <TagsInput
          size="xs"
          label="Labels"
          placeholder={found.labels.length === 0 ? 'Add a label' : ''}
          data={known}
          maxTags={20}
          value={found.labels}
          onChange={(labels) =>
            void actions.change(
              found,
              { labels },
              { labels },
              labels.length > 0 ? `Labels: ${labels.join(', ')}.` : 'No labels.',
            )
          }
        />
      ) : (
        <p className={classes['quiet']}>
          {found.labels.length > 0 ? `Labels: ${found.labels.join(', ')}` : 'No labels'}
        </p>
      )}
      {found.sla ? <p className={classes['quiet']}>Due times by “{found.sla.name}”</p> : null}
      {found.promisedAt ? (
        <p className={classes['quiet']}>
          Promised to the customer: <DateTime at={found.promisedAt} as="moment" />
          {found.promiseBroken ? <strong className={classes['no']}> (not kept)</strong> : null}
        </p>
      ) : null}
      {others.length > 0 ? (
        <ul className={classes['earlier']}>
          {others.map((one) => (
            <li key={one.id}>
              <Link to="/cases/$caseId" params={{ caseId: one.id }} search={search}>
                #{one.number}
              </Link>{' '}
              {one.subject} · {statusWords[one.status].toLowerCase()} · {one.how}
            </li>
          ))}
        </ul>
      ) : null}
      <p className={classes['quiet']}>
        {found.followers.length > 0
          ? `Followed by ${found.followers.map((one) => one.name).join(', ')}`
          : 'Nobody follows it'}
      </p>
      <button
        type="button"
        className={classes['action']}
        aria-pressed={follows}
        disabled={busy}
        onClick={() => void follow()}
      >
        {follows ? 'Stop following' : 'Follow this case'}
      </button>
    </>
  );
}
