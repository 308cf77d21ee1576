import { useId, type ReactNode } from 'react';
import classes from './segmented.module.css';

/** One of a few, always visible: native radios in a row, so arrows and screen readers work as everywhere. `label` names the group. */
export function Segmented<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: ReactNode }[];
}) {
  const name = useId();
  return (
    <fieldset className={classes['group']}>
      <legend className="hb-visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={classes['option']}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className={classes['text']}>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
