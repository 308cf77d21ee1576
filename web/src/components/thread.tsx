import { MailIcon, NoteIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import { Avatar } from './avatar.js';
import { DateTime } from './figures.js';
import classes from './thread.module.css';

/** A case's conversation, oldest first. */
export function Thread({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className={classes['thread']} aria-label={label}>
      {children}
    </ol>
  );
}

/**
 * One message or note. Note and reply differ in colour, border and word.
 * @param kind `note` stays inside; `reply` went to the customer; `customer` came from them
 * @param channel "Email to Ingrid", "Email", "Loop receipt"; a note always says "Internal note"
 * @param state "Delivered", "Leaves in 10 s", "Bounced"; `failed` colours it as late
 */
export function Message({
  kind,
  author,
  at,
  channel,
  state,
  failed = false,
  id,
  actions,
  children,
}: {
  kind: 'note' | 'reply' | 'customer';
  author: string;
  at: string;
  channel?: string;
  state?: string;
  failed?: boolean;
  id?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const Icon = kind === 'note' ? NoteIcon : MailIcon;
  return (
    <li id={id} className={`${classes['bubble']} ${classes[kind]}`}>
      <div className={classes['head']}>
        <Avatar name={author} size={24} kind={kind === 'customer' ? 'customer' : 'user'} decorative />
        <span className={classes['who']}>{author}</span>
        <span className={classes['kind']}>
          <Icon size={12} />
          {kind === 'note' ? 'Internal note' : (channel ?? 'Email')} · <DateTime at={at} as="moment" />
        </span>
        {state ? (
          <span className={failed ? `${classes['state']} ${classes['failed']}` : classes['state']}>{state}</span>
        ) : null}
        {actions}
      </div>
      <div className={classes['body']}>{children}</div>
    </li>
  );
}

/** What the system or a rule did, in one quiet line. */
export function ThreadEvent({ at, id, children }: { at: string; id?: string; children: ReactNode }) {
  return (
    <li id={id} className={classes['event']}>
      {children} · <DateTime at={at} as="moment" />
    </li>
  );
}
