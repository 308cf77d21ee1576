import type { ReactNode } from 'react';
import classes from './outside.module.css';

/** The frame of the pages that need no sign-in. */
export function Outside({
  title,
  lead,
  children,
  below,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  return (
    <main id="main" className={classes['page']}>
      <div className={classes['box']}>
        <p className={classes['brand']}>
          <span aria-hidden="true" className={classes['logo']}>
            H
          </span>
          Hearback
        </p>
        <div className={classes['card']}>
          <h1>{title}</h1>
          {lead ? <p className={classes['lead']}>{lead}</p> : null}
          {children}
        </div>
        {below}
      </div>
    </main>
  );
}

export const outside = classes;
