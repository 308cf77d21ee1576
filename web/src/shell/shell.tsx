import { Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { SearchIcon, ThreeBarsIcon, XIcon } from '@primer/octicons-react';
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { onSessionExpired } from '../api.js';
import { useHotkeys, type Hotkeys } from '../hotkeys.js';
import { useLive } from '../live.js';
import { useMe } from '../session.js';
import { sectionsFor } from './sections.js';
import classes from './shell.module.css';
import { Sidebar } from './sidebar.js';

const Palette = lazy(() => import('./palette.js').then((module) => ({ default: module.Palette })));
const SessionExpired = lazy(() =>
  import('./session-expired.js').then((module) => ({ default: module.SessionExpired })),
);
const ShortcutsDialog = lazy(() =>
  import('./shortcuts-dialog.js').then((module) => ({ default: module.ShortcutsDialog })),
);

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener('online', listener);
      window.addEventListener('offline', listener);
      return () => {
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
}

/**
 * After moving to another section, or in from a page outside such as the sign-in, the focus starts at its top; inside a section each page looks after
 * its own. The first page of a visit leaves the focus where the browser puts it.
 */
function useFocusOnSection(section: string): void {
  const router = useRouter();
  const before = useRef(router.state.resolvedLocation === undefined ? section : null);
  useEffect(() => {
    if (before.current === section) return;
    before.current = section;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [section]);
}

export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  const online = useOnline();
  const drawer = useRef<HTMLDialogElement>(null);
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const [expired, setExpired] = useState(false);
  useEffect(
    () =>
      onSessionExpired(() => {
        setPalette(false);
        setExpired(true);
      }),
    [],
  );
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const section = pathname.split('/')[1] ?? '';
  useFocusOnSection(section);
  useLive();
  useEffect(() => drawer.current?.close(), [pathname]);

  const all = sectionsFor(me.role).flatMap((group) => group.sections);
  const keys: Record<string, Hotkeys[string]> = {
    'mod+k': () => setPalette(true),
    '?': () => setShortcuts(true),
  };
  for (const { keys: pressed, to } of all) if (pressed) keys[pressed] = () => void navigate({ to });
  useHotkeys(keys);

  const search = (): void => {
    drawer.current?.close();
    setPalette(true);
  };
  const help = (): void => {
    drawer.current?.close();
    setShortcuts(true);
  };
  const title =
    all.find(({ to }) => to === `/${section}`)?.label ?? (section === 'settings' ? 'Settings' : me.organization.name);
  return (
    <>
      <a href="#main" className={classes['skip']}>
        Skip to the page
      </a>
      <div className={classes['shell']}>
        <header className={classes['side']}>
          <Sidebar onSearch={search} onShortcuts={help} />
        </header>
        <div className={classes['column']}>
          <header className={classes['topbar']}>
            <button
              type="button"
              className={classes['icon']}
              aria-label="Menu"
              onClick={() => drawer.current?.showModal()}
            >
              <ThreeBarsIcon size={16} />
            </button>
            <span className={classes['topTitle']}>{title}</span>
            <button type="button" className={classes['icon']} aria-label="Search" onClick={search}>
              <SearchIcon size={16} />
            </button>
          </header>
          {online ? null : (
            <p className={classes['offline']} role="status">
              You are offline. What you type is kept; sending works again when the connection is back.
            </p>
          )}
          <main id="main" tabIndex={-1} className={classes['main']}>
            <Outlet />
          </main>
        </div>
      </div>
      <dialog
        ref={drawer}
        className={classes['drawer']}
        aria-label="Menu"
        onClick={(event) => {
          // A press on the dialog itself, not on what is in it, is a press on the backdrop.
          if (event.target === drawer.current) drawer.current.close();
        }}
      >
        <Sidebar onSearch={search} onShortcuts={help} />
        <button
          type="button"
          className={`${classes['icon']} ${classes['close']}`}
          aria-label="Close menu"
          onClick={() => drawer.current?.close()}
        >
          <XIcon size={16} />
        </button>
      </dialog>
      <Suspense fallback={null}>
        {palette ? <Palette onClose={() => setPalette(false)} onShortcuts={help} /> : null}
        {expired ? <SessionExpired onClose={() => setExpired(false)} /> : null}
        {shortcuts ? <ShortcutsDialog onClose={() => setShortcuts(false)} /> : null}
      </Suspense>
    </>
  );
}
