import type { CampaignPreview } from '../../../../src/distribution/distribution.contract.js';
import { useFormat } from '../../format.js';
import classes from './campaign.module.css';
import { perBar } from './send-bars.js';

/** How many mails go when, as bars by day, or by week where there are many days; the numbers stand in a table for whoever cannot see it. */
export function SendChart({ days }: { days: CampaignPreview['days'] }) {
  const format = useFormat();
  if (days.length < 2) return null;
  const { unit, bars } = perBar(days);
  const most = Math.max(...bars.map((bar) => bar.n));
  const width = 100 / bars.length;
  const at = (date: string): string => format.day(`${date}T12:00:00Z`);
  return (
    <figure className={classes['chart']}>
      <figcaption>
        Mails per {unit}, at most {format.number(most)}
      </figcaption>
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
        {bars.map((bar, index) => (
          <rect
            key={bar.date}
            className={classes['bar']}
            x={index * width + width * 0.1}
            width={width * 0.8}
            y={40 - (bar.n / most) * 38}
            height={(bar.n / most) * 38}
          />
        ))}
      </svg>
      <p className={classes['ends']} aria-hidden="true">
        <span>{at(bars[0]?.date ?? '')}</span>
        <span>{at(bars.at(-1)?.date ?? '')}</span>
      </p>
      <details>
        <summary>Show as table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{unit === 'week' ? 'Week from' : 'Day'}</th>
              <th scope="col">Mails</th>
            </tr>
          </thead>
          <tbody>
            {bars
              .filter((bar) => bar.n > 0)
              .map((bar) => (
                <tr key={bar.date}>
                  <th scope="row">{at(bar.date)}</th>
                  <td>{format.number(bar.n)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
