import type { ReactNode } from 'react';
import classes from './states.module.css';

/** What will be here and the one next step: `action` is that step's button or link. */
export function EmptyState({
  title,
  children,
  action,
  compact = false,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
}) {
  return (
    <div className={`${classes['state']} ${compact ? classes['compact'] : ''}`}>
      <p className={classes['title']}>{title}</p>
      {children ? <div className={classes['text']}>{children}</div> : null}
      {action ? <div className={classes['actions']}>{action}</div> : null}
    </div>
  );
}
