import { keyLabels } from '../hotkeys.js';
import classes from './kbd.module.css';

/** Keys as people see them: `mod+Enter` → Ctrl Enter (⌘ on a Mac), `g c` → G C. */
export function Kbd({ keys, joined = false }: { keys: string; joined?: boolean }) {
  const labels = keyLabels(keys);
  if (joined) return <kbd className={classes['kbd']}>{labels.join(' ')}</kbd>;
  return (
    <span className={classes['keys']}>
      {labels.map((label) => (
        <kbd key={label} className={classes['kbd']}>
          {label}
        </kbd>
      ))}
    </span>
  );
}
