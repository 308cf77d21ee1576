import classes from './avatar.module.css';

const colours = [classes['c1'], classes['c2'], classes['c4'], classes['c5']];

/** "Maja Kovač" → "MK"; one word gives one letter. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => Array.from(word ?? '')[0]?.toLocaleUpperCase() ?? '').join('');
}

/** The same name always gets the same colour. */
function colour(name: string): string | undefined {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return colours[hash % colours.length];
}

/**
 * Initials in a circle; `name` null is a dashed circle for "nobody yet".
 * @param decorative the name stands beside it, so that a screen reader needs no second one
 */
export function Avatar({
  name,
  size = 20,
  kind = 'user',
  decorative = false,
}: {
  name: string | null;
  size?: 20 | 24 | 32;
  kind?: 'user' | 'customer';
  decorative?: boolean;
}) {
  const label = name ?? 'Unassigned';
  const look = name === null ? classes['nobody'] : kind === 'customer' ? classes['c3'] : colour(name);
  const named = decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label, title: label };
  return (
    <span {...named} className={`${classes['avatar']} ${classes[`s${size}`]} ${look}`}>
      {name === null ? null : initials(name)}
    </span>
  );
}
