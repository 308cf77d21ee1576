import { Menu } from '@mantine/core';
import { KebabHorizontalIcon } from '@primer/octicons-react';
import { useNavigate } from '@tanstack/react-router';
import { ASPECTS } from '../../../../src/painpoints/painpoints.contract.js';
import { useCorrect } from './corrections.js';
import classes from './pain-points.module.css';

/** Characters that the search takes. */
const LONGEST_QUESTION = 300;
const LABELS = ['negative', 'neutral', 'positive'] as const;

/** What people correct about one statement or the chosen ones: sentiment and what it is about. */
export function StatementMenu({
  ids,
  label,
  text,
  like,
}: {
  ids: readonly string[];
  label: string | null;
  text: string;
  /** Words whose like can be looked for. */
  like?: string;
}) {
  const correct = useCorrect();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className={classes['more']} aria-label={`Correct: ${text}`} title="Correct">
          <KebabHorizontalIcon size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {like !== undefined ? (
          <Menu.Item
            onClick={() => void navigate({ to: '/pain-points', search: { q: like.slice(0, LONGEST_QUESTION) } })}
          >
            Find others like it
          </Menu.Item>
        ) : null}
        <Menu.Label>It is</Menu.Label>
        {LABELS.map((one) => (
          <Menu.Item
            key={one}
            onClick={() =>
              void correct(ids, { sentiment: one }, one === label ? `Confirmed: ${one}.` : `Corrected: it is ${one}.`)
            }
          >
            {one}
            {one === label ? ' (as read: confirm)' : ''}
          </Menu.Item>
        ))}
        <Menu.Label>It is about</Menu.Label>
        {ASPECTS.map((one) => (
          <Menu.Item key={one} onClick={() => void correct(ids, { aspect: one }, `Corrected: it is about ${one}.`)}>
            {one}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void correct(ids, { aspect: null }, 'Corrected: about nothing in particular.')}>
          nothing in particular
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
