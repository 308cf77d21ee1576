import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useMe } from '../../session.js';
import { settingsFor } from '../../shell/sections.js';
import classes from './settings-page.module.css';

/** The list of settings a role may use, beside the one that is open. */
export function SettingsPage() {
  const me = useMe();
  const nav = useRef<HTMLElement>(null);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // On a phone the list is one row that scrolls sideways; the open one must be in sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <div className={classes['layout']}>
      <nav ref={nav} aria-label="Settings" className={classes['nav']}>
        <p className={classes['title']}>Settings</p>
        <ul>
          {settingsFor(me.role).map((page) => (
            <li key={page.to}>
              <Link to={page.to} activeOptions={{ includeSearch: false }}>
                {page.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div>
        <Outlet />
      </div>
    </div>
  );
}
