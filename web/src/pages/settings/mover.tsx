import { ArrowDownIcon, ArrowUpIcon } from '@primer/octicons-react';
import classes from './settings-rows.module.css';

/** Move up and Move down of one row; at an end the button stays focusable and does nothing. */
export function Movers({
  name,
  first,
  last,
  onMove,
}: {
  name: string;
  first: boolean;
  last: boolean;
  onMove: (by: -1 | 1) => void;
}) {
  return (
    <>
      <button
        type="button"
        className={classes['mover']}
        aria-label={`Move ${name} up`}
        aria-disabled={first}
        onClick={() => {
          if (!first) onMove(-1);
        }}
      >
        <ArrowUpIcon size={16} />
      </button>
      <button
        type="button"
        className={classes['mover']}
        aria-label={`Move ${name} down`}
        aria-disabled={last}
        onClick={() => {
          if (!last) onMove(1);
        }}
      >
        <ArrowDownIcon size={16} />
      </button>
    </>
  );
}
