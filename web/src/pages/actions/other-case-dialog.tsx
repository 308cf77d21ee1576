import { Modal, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CasePage, type CaseView } from '../../../../src/actions/cases/cases.contract.js';
import { api } from '../../api.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import { customerName, statusWords } from './case-words.js';
import classes from './case-page.module.css';

/** Chooses another case: to merge into (only open ones of the same customer), or to relate to. */
export function OtherCaseDialog({
  found,
  purpose,
  onClose,
  onPick,
}: {
  found: CaseView;
  purpose: 'merge' | 'relate';
  onClose: () => void;
  onPick: (other: { id: string; number: number }) => void;
}) {
  const [text, setText] = useState('');
  const q = text.trim();
  const merging = purpose === 'merge';
  const sameCustomer = merging || q === '' ? found.customer?.id : undefined;
  const { data, error, refetch } = useQuery({
    queryKey: ['cases', 'pick', purpose, sameCustomer ?? '', q],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (
        await api('GET', '/cases', CasePage, {
          query: {
            limit: 20,
            sort: 'newest',
            customerId: sameCustomer,
            q: q || undefined,
            status: merging ? 'open' : undefined,
          },
          signal,
        })
      ).items,
  });
  const taken = new Set([found.id, ...found.related.map((one) => one.id)]);
  const choices = (data ?? []).filter((one) => (merging ? one.id !== found.id : !taken.has(one.id)));
  return (
    <Modal
      opened
      onClose={onClose}
      title={merging ? `Merge #${found.number} into another case` : `Relate #${found.number} to another case`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TextInput
        type="search"
        label="Case"
        description={
          merging
            ? 'Only open cases of this customer. The one you choose goes on with both threads; the customer’s links to both keep working.'
            : 'Number, name or words. Without words: this customer’s cases.'
        }
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : choices.length === 0 ? (
        <EmptyState title="No other case" compact>
          {merging ? 'This customer has no other open case.' : 'None fits these words.'}
        </EmptyState>
      ) : (
        <ul className={classes['choices']}>
          {choices.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                onClick={() => {
                  onClose();
                  onPick({ id: one.id, number: one.number });
                }}
              >
                <span>
                  #{one.number} {one.subject}
                </span>
                <span className="hb-meta">
                  {customerName(one)} · {statusWords[one.status].toLowerCase()}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}
