import type { ReactNode } from 'react';
import classes from './view-tabs.module.css';

/**
 * Views of one list with their counts: links, because each view has its own address.
 * @param link makes the router link, e.g. `(tab, props) => <Link from="/cases" to="." search={…} {...props} />`
 */
export function ViewTabs<T extends string>({
  label,
  tabs,
  current,
  link,
}: {
  label: string;
  tabs: readonly { value: T; label: string; count?: number | null }[];
  current: T;
  link: (value: T, props: { className: string; 'aria-current': 'page' | undefined; children: ReactNode }) => ReactNode;
}) {
  return (
    <nav aria-label={label}>
      <ul className={classes['tabs']}>
        {tabs.map((tab) => (
          <li key={tab.value}>
            {link(tab.value, {
              className: classes['tab'] ?? '',
              'aria-current': tab.value === current ? 'page' : undefined,
              children: (
                <>
                  {tab.label}
                  {tab.count === undefined || tab.count === null ? null : (
                    <span className={classes['count']}>{tab.count}</span>
                  )}
                </>
              ),
            })}
          </li>
        ))}
      </ul>
    </nav>
  );
}
