import { useFormat } from '../../format.js';
import classes from './results.module.css';

/** Counts as a table with a bar in each row; the share is of `of`. */
export function Bars({ rows, of }: { rows: readonly { key: string; label: string; n: number }[]; of: number }) {
  const format = useFormat();
  const most = Math.max(1, ...rows.map((row) => row.n));
  return (
    <table className={classes['bars']} data-short={rows.every((row) => row.label.length <= 3)}>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{row.label}</th>
            <td aria-hidden="true">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" className={classes['bar']}>
                <rect x="0" y="0" width={(100 * row.n) / most} height="10" />
              </svg>
            </td>
            <td className={classes['figure']}>
              {format.number(row.n)}
              {of > 0 ? <span className="hb-meta"> {format.percent(row.n / of)}</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
