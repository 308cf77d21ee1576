import { useId, type ReactNode } from 'react';
import { SignalChip } from './badges.js';
import classes from './card.module.css';

/**
 * A white box with an optional heading (`h2`); named by it for screen readers.
 * @param flush no padding, for tables and lists that reach the edge
 */
export function Card({
  heading,
  sub,
  actions,
  flush = false,
  level = 2,
  children,
}: {
  heading?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  level?: 2 | 3;
  children?: ReactNode;
}) {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section
      className={`${classes['card']} ${flush ? classes['flush'] : ''}`}
      {...(heading ? { 'aria-labelledby': id } : {})}
    >
      {heading || actions ? (
        <div className={classes['head']}>
          <div className={classes['headRow']}>
            {heading ? <Heading id={id}>{heading}</Heading> : <span />}
            {actions ? <div className={classes['headActions']}>{actions}</div> : null}
          </div>
          {sub ? <div className={classes['sub']}>{sub}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}

/**
 * One figure with what it is sure of.
 * @param figure text, already formatted; put a link around it to what is behind the number
 * @param sentence "likely between +26 and +31"
 * @param change "+4"; shown with the signal/noise chip, `signal` null means too few to say
 */
export function Tile({
  label,
  figure,
  sentence,
  change,
  note,
}: {
  label: string;
  figure: ReactNode;
  sentence?: ReactNode;
  change?: { signal: boolean | null; text: string; against: ReactNode };
  note?: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`${classes['card']} ${classes['tile']}`} aria-labelledby={id}>
      <h2 id={id} className={classes['label']}>
        {label}
      </h2>
      <p className={classes['figure']}>{figure}</p>
      {sentence ? <p className={classes['sentence']}>{sentence}</p> : null}
      {change ? (
        <p className={classes['foot']}>
          <SignalChip signal={change.signal} />
          <span className={classes['change']}>{change.text}</span>
          <span>{change.against}</span>
        </p>
      ) : null}
      {note ? <p className={classes['foot']}>{note}</p> : null}
    </section>
  );
}
