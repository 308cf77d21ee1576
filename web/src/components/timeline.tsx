import type { ReactNode } from 'react';
import { DateTime } from './figures.js';
import classes from './timeline.module.css';

export type TimelineItem = {
  id: string;
  at: string;
  title: ReactNode;
  body?: ReactNode;
  /** `open`: still to come or running; `quiet`: nothing happened (a skipped invitation). */
  look?: 'done' | 'open' | 'quiet';
};

/** What happened, in the order given; each entry with its date. */
export function Timeline({ label, items }: { label: string; items: readonly TimelineItem[] }) {
  return (
    <ol className={classes['list']} aria-label={label}>
      {items.map((item) => (
        <li key={item.id} className={classes['item']}>
          <span
            aria-hidden="true"
            className={`${classes['dot']} ${item.look && item.look !== 'done' ? classes[item.look] : ''}`}
          />
          <div className={classes['head']}>
            <span className={classes['title']}>{item.title}</span>
            <span className={classes['when']}>
              <DateTime at={item.at} />
            </span>
          </div>
          {item.body ? <div className={classes['body']}>{item.body}</div> : null}
        </li>
      ))}
    </ol>
  );
}
