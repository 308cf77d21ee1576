import { Link, Outlet } from '@tanstack/react-router';
import { useMe } from '../../session.js';
import { settingsFor } from '../../shell/sections.js';
import classes from './settings-page.module.css';

/** The list of settings a role may use, beside the one that is open. */
export function SettingsPage() {
  const me = useMe();
  return (
    <div className={classes['layout']}>
      <nav aria-label="Settings" className={classes['nav']}>
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
