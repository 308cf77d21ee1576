import { Button } from '@mantine/core';
import { useState } from 'react';
import {
  PolicySimulation as Simulation,
  type DelayReason,
  type PolicyOutcome,
  type SkipReason,
} from '../../../../src/distribution/distribution.contract.js';
import { api } from '../../api.js';
import { Card } from '../../components/card.js';
import { DataTable, Under, type Column } from '../../components/data-table.js';
import { EmptyState } from '../../components/empty-state.js';
import { useFormat, type Format } from '../../format.js';
import { useWrite } from '../../writes.js';
import classes from './contact-policy.module.css';
import { delayReasonWords, skipWords } from './distribution-words.js';
import { bodyOf, type PolicyValues } from './policy-values.js';

type Row = Simulation['surveys'][number];

/** "What would the last 90 days have been?" for the policy as it stands in the form. */
export function PolicySimulation({ values, isValid }: { values: PolicyValues; isValid: () => boolean }) {
  const format = useFormat();
  const { busy, run } = useWrite();
  const [shown, setShown] = useState<{ of: string; simulation: Simulation } | null>(null);
  const body = bodyOf(values);
  const key = JSON.stringify(body);
  const simulation = shown?.simulation;
  const isStale = shown !== null && shown.of !== key;
  const columns: Column<Row>[] = [
    { key: 'survey', header: 'Survey', render: (row) => row.surveyName },
    { key: 'wanted', header: 'Wanted', align: 'end', render: (row) => format.number(row.wanted) },
    {
      key: 'asked',
      header: 'Asked',
      render: (row) => <Change row={row} of={(outcome) => outcome.asked} format={format} />,
    },
    {
      key: 'later',
      header: 'Of them later',
      render: (row) => <Change row={row} of={(outcome) => outcome.delayed} format={format} />,
    },
    {
      key: 'why',
      header: 'Why not, and why later',
      width: '34%',
      render: (row) => <Differences row={row} format={format} />,
    },
  ];
  return (
    <Card
      heading="Before you save"
      sub="What the last 90 days would have been under the policy above, played anew with everything that campaigns and triggers wanted. Nothing is changed or sent."
      flush
      actions={
        <Button
          variant={simulation && !isStale ? 'default' : 'light'}
          loading={busy !== null}
          onClick={() => {
            if (!isValid()) return;
            void run('simulate', 'The policy was not tried.', async () => {
              const result = await api('POST', '/contact-policy/simulate', Simulation, { body: { policy: body } });
              setShown({ of: key, simulation: result });
            });
          }}
        >
          Try it on the last 90 days
        </Button>
      }
    >
      {simulation ? (
        <div className={classes['result']} aria-live="polite">
          <p>
            <strong>{sentence(simulation, format)}</strong>
            {isStale ? <span className="hb-second"> The policy above has changed since; try it again.</span> : null}
          </p>
          <div className={isStale ? classes['stale'] : undefined}>
            <DataTable
              caption="Surveys under the policy in force and the one above"
              columns={columns}
              rowKey={(row) => row.surveyId}
              rows={simulation.surveys}
              empty={<EmptyState title="Nobody was to be asked in these days" compact />}
            />
          </div>
          <ul className={classes['limits']}>
            {simulation.limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
            {simulation.leftOut > 0 ? (
              <li>
                {format.number(simulation.leftOut)} asks are left out: taken back by somebody, or of customers who were
                erased.
              </li>
            ) : null}
          </ul>
        </div>
      ) : null}
    </Card>
  );
}

function sentence({ wanted, now, proposed }: Simulation, format: Format): string {
  const n = (value: number): string => format.number(value);
  if (wanted === 0) return 'Nobody was to be asked in the last 90 days, so there is nothing to compare.';
  const difference = proposed.asked - now.asked;
  const change = difference === 0 ? 'as many' : difference > 0 ? `${n(difference)} more` : `${n(-difference)} fewer`;
  const later = proposed.delayed - now.delayed;
  return `Of ${n(wanted)} asks that were wanted, ${n(now.asked)} go under the policy in force and ${n(proposed.asked)} under the one above: ${change}${
    later === 0 ? '' : `, and ${n(Math.abs(later))} ${later > 0 ? 'more' : 'fewer'} of them later than wanted`
  }.`;
}

/** Two numbers, and two bars for those who see better than they read. */
function Change({ row, of, format }: { row: Row; of: (outcome: PolicyOutcome) => number; format: Format }) {
  const [before, after] = [of(row.now), of(row.proposed)];
  const width = (value: number): number => (row.wanted === 0 ? 0 : (value / row.wanted) * 100);
  return (
    <span className={classes['change']}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" className={classes['track']} />
        <rect width={width(before)} height="2.5" className={classes['before']} />
        <rect y="3.5" width={width(after)} height="2.5" className={classes['after']} />
      </svg>
      <span className="hb-num">
        {before === after ? (
          format.number(after)
        ) : (
          <>
            {format.number(before)} → <strong>{format.number(after)}</strong>
          </>
        )}
      </span>
    </span>
  );
}

/** Reasons whose counts change, most changed first. */
function Differences({ row, format }: { row: Row; format: Format }) {
  const lines = [
    ...differences(row.now.skipped, row.proposed.skipped, (reason) => skipWords[reason as SkipReason]),
    ...differences(
      row.now.delays,
      row.proposed.delays,
      (reason) => `Later: ${delayReasonWords[reason as DelayReason]}`,
    ),
  ].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  if (lines.length === 0) return <span className="hb-second">As now</span>;
  return (
    <>
      {lines.slice(0, 4).map((line) => (
        <Under key={line.word}>
          {line.word}: {format.number(line.before)} → {format.number(line.after)}
        </Under>
      ))}
    </>
  );
}

function differences(
  now: Partial<Record<string, number>>,
  proposed: Partial<Record<string, number>>,
  word: (reason: string) => string,
): { word: string; before: number; after: number }[] {
  return [...new Set([...Object.keys(now), ...Object.keys(proposed)])]
    .map((reason) => ({ word: word(reason), before: now[reason] ?? 0, after: proposed[reason] ?? 0 }))
    .filter((line) => line.before !== line.after);
}
