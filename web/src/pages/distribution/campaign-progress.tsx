import type { CampaignView } from '../../../../src/distribution/distribution.contract.js';
import { useFormat } from '../../format.js';
import classes from './campaign.module.css';

/** How many of those who are asked were mailed, as a bar and in words. */
export function Progress({ counts }: { counts: CampaignView['counts'] }) {
  const format = useFormat();
  const toMail = counts.mailed + counts.scheduled;
  const share = toMail === 0 ? 0 : counts.mailed / toMail;
  const text = `${format.number(counts.mailed)} of ${format.number(toMail)} mailed`;
  return (
    <span className={classes['progress']}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" className={classes['track']} />
        <rect width={share * 100} height="6" className={classes['bar']} />
      </svg>
      <span className="hb-meta">{text}</span>
    </span>
  );
}
