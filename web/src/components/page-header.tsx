import type { ReactNode } from 'react';
import { usePageTitle } from '../page-title.js';
import classes from './page-header.module.css';

/**
 * The page's one `h1`, its line of context and its actions; also sets the browser title "Name · Section · Organization".
 * @param section the sidebar's word when the page is below one ("Cases"); leave out on the section's own page
 * @param crumbs links above the title, outermost first
 * @param bar a full-width strip with a hairline, for pages made of panes (survey builder, case)
 * @param level 2 when the page sits beside another that has the `h1`; the browser title is still set
 */
export function PageHeader({
  title,
  section,
  lead,
  crumbs,
  actions,
  bar = false,
  level = 1,
}: {
  title: string;
  section?: string;
  lead?: ReactNode;
  crumbs?: readonly ReactNode[];
  actions?: ReactNode;
  bar?: boolean;
  level?: 1 | 2;
}) {
  usePageTitle(title, section);
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <header className={`${classes['header']} ${bar ? classes['bar'] : ''}`}>
      <div className={classes['titles']}>
        {crumbs ? (
          <nav aria-label="Path">
            <ol className={classes['crumbs']}>
              {crumbs.map((crumb, index) => (
                <li key={index}>{crumb}</li>
              ))}
            </ol>
          </nav>
        ) : null}
        <Heading tabIndex={-1}>{title}</Heading>
        {lead ? <p className={classes['lead']}>{lead}</p> : null}
      </div>
      {actions ? <div className={classes['actions']}>{actions}</div> : null}
    </header>
  );
}
