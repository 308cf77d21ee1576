import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { TriggerTest } from '../../../../src/distribution/distribution.contract.js';
import { StatusPill } from '../../components/badges.js';
import { DateTime } from '../../components/figures.js';
import { useFormat } from '../../format.js';
import campaign from './campaign.module.css';
import { conditionWords } from './conditions.js';
import { andList, skipWords } from './distribution-words.js';
import classes from './triggers.module.css';

/** What would have become of the newest events, and why. */
export function TriggerTestResult({ test }: { test: TriggerTest }) {
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, [test]);
  const skipped = Object.values(test.skipped).reduce((sum, n) => sum + n, 0);
  return (
    <div ref={box} tabIndex={-1} className={campaign['count']} aria-live="polite">
      {test.events === 0 ? (
        <p>
          <strong>No such event came yet.</strong> Check the type and the touchpoint, or send one through the API.
        </p>
      ) : (
        <>
          <p>
            <strong>
              Would have asked {format.number(test.asked)} of the last {format.number(test.events)} events
            </strong>
            : {format.number(test.notMatching)} do not fulfil the conditions, {format.number(skipped)} are left out.
          </p>
          <p className="hb-second">
            People are judged as they are today; how often each may be asked, among these events alone.
          </p>
          <ul className={classes['tested']}>
            {test.items.map((item) => (
              <li key={item.eventId}>
                <span>
                  <Link to="/customers/$customerId" params={{ customerId: item.customerId }}>
                    {item.customerName ?? 'Customer without a name'}
                  </Link>{' '}
                  <span className="hb-meta">
                    <DateTime at={item.occurredAt} />
                  </span>
                </span>
                <StatusPill tone={item.outcome === 'asked' ? 'good' : 'neutral'}>
                  {item.outcome === 'asked'
                    ? 'Asked'
                    : item.skipReason
                      ? skipWords[item.skipReason]
                      : `Not: ${andList(item.unmet.map(conditionWords))}`}
                </StatusPill>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
