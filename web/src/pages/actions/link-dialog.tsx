import { Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PainPointPage } from '../../../../src/painpoints/painpoints.contract.js';
import { api } from '../../api.js';
import { StatusPill } from '../../components/badges.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { SkeletonLines } from '../../components/skeleton.js';
import classes from './case-page.module.css';

type PainPointRef = { id: string; name: string };

/** Chooses a pain point; those of the case's own touchpoint stand first. `current` are linked already. */
export function LinkDialog({
  current,
  touchpoint,
  onClose,
  onPick,
}: {
  current: readonly string[];
  touchpoint: { key: string; name: string } | null;
  onClose: () => void;
  onPick: (painPoint: PainPointRef) => void;
}) {
  const [text, setText] = useState('');
  const { data, error, refetch } = useQuery({
    queryKey: ['pain-points', 'all'],
    queryFn: async ({ signal }) =>
      (await api('GET', '/pain-points', PainPointPage, { query: { limit: 200, dismissed: false }, signal })).items,
  });
  const words = text.trim().toLocaleLowerCase();
  const found = (data ?? [])
    .filter((one) => !current.includes(one.id))
    .filter((one) => `${one.name} ${one.touchpointName ?? ''}`.toLocaleLowerCase().includes(words))
    .sort((a, b) => Number(b.touchpointKey === touchpoint?.key) - Number(a.touchpointKey === touchpoint?.key))
    .slice(0, 30);
  return (
    <Modal opened onClose={onClose} title="Link to a pain point" closeButtonProps={{ 'aria-label': 'Close' }}>
      <TextInput
        type="search"
        label="Pain point"
        description={touchpoint ? `Those of ${touchpoint.name} stand first.` : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : !data ? (
        <SkeletonLines lines={5} />
      ) : found.length === 0 ? (
        <EmptyState title="No other pain point" compact>
          {words
            ? 'None has these words in its name.'
            : 'Pain points appear once several customers complain about the same.'}
        </EmptyState>
      ) : (
        <ul className={classes['choices']}>
          {found.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                onClick={() => {
                  onClose();
                  onPick({ id: one.id, name: one.name });
                }}
              >
                <span>{one.name}</span>
                <span className="hb-meta">
                  {one.touchpointName ?? 'No touchpoint'} · {one.customers} customers
                </span>
                {one.emerging ? <StatusPill tone="soon">Emerging</StatusPill> : null}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}
