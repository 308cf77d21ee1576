import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { describeDriver } from '../../../../src/insights/charts/describe.js';
import { DriverQuadrant } from '../../../../src/insights/charts/driver-quadrant.js';
import { CSS_PALETTE } from '../../../../src/insights/charts/palette.js';
import type { OverviewView } from '../../../../src/insights/insights.contract.js';
import { ChartFrame } from '../../components/chart-frame.js';
import { Card } from '../../components/card.js';
import { EmptyState } from '../../components/empty-state.js';
import { Measured } from '../../components/measured.js';
import { useFormat } from '../../format.js';
import { driversHeading } from './findings.js';
import classes from './overview.module.css';

const HEIGHT = 330;

export function DriversCard({ view }: { view: OverviewView }) {
  const format = useFormat();
  const [open, setOpen] = useState<string | null>(null);
  const drivers = view.drivers.drivers.filter((driver) => !driver.tooFew);
  const heading = driversHeading(view.drivers);
  if (view.drivers.tooFew || drivers.length === 0) {
    return (
      <Card heading={heading} sub="Correlation, not proof of cause.">
        <EmptyState title="Too few comments to tell" compact>
          {format.number(view.drivers.n)} read comments so far. What moves with NPS shows from 30 comments about the
          same thing.
        </EmptyState>
      </Card>
    );
  }
  const opened = drivers.find((driver) => driver.key === open);
  const explained = view.drivers.r2 === null ? '' : ` · explains ${format.percent(view.drivers.r2)} of the score`;
  return (
    <ChartFrame
      heading={heading}
      sub={`Dot size is the number of responses · n ${format.number(view.drivers.n)}${explained}`}
      csvName="drivers"
      points={drivers.map((driver) => describeDriver(driver, undefined, format.locale))}
      table={{
        columns: ['Driver', 'Share of what is explained', 'Likely from', 'Likely to', 'Positive', 'Responses'],
        rows: drivers.map((driver) => [
          driver.label,
          driver.significant ? format.percent(driver.share) : 'within chance',
          format.percent(driver.low),
          format.percent(driver.high),
          format.percent(driver.performance),
          driver.n,
        ]),
      }}
      csv={{
        columns: ['driver', 'share', 'low', 'high', 'significant', 'positive', 'n'],
        rows: drivers.map((d) => [d.label, d.share, d.low, d.high, d.significant ? 'yes' : 'no', d.performance, d.n]),
      }}
      onOpen={(index) => setOpen(drivers[index]?.key ?? null)}
      rowLink={(index, text) => (
        <button type="button" className={classes['inline']} onClick={() => setOpen(drivers[index]?.key ?? null)}>
          {text}
        </button>
      )}
      notes={
        opened ? (
          <div className={classes['examples']} role="status">
            <p>
              <b>{opened.label}</b>, in customers’ words:
            </p>
            <ul>
              {opened.examples.slice(0, 3).map((example) => (
                <li key={example.statementId}>
                  <Link to="/responses/$responseId" params={{ responseId: example.responseId }}>
                    “{example.text}”
                  </Link>
                </li>
              ))}
              {opened.examples.length === 0 ? <li>No negative statement in this period.</li> : null}
            </ul>
          </div>
        ) : (
          <p className={`hb-meta ${classes['hint']}`}>Press a driver to read what customers say about it.</p>
        )
      }
    >
      {(active, setActive) => (
        <Measured height={HEIGHT}>
          {(width) => (
            <div
              className={classes['plot']}
              onPointerMove={(event) => setActive(indexOf(event))}
              onPointerLeave={() => setActive(null)}
              onClick={(event) => {
                const index = indexOf(event);
                if (index !== null) setOpen(drivers[index]?.key ?? null);
              }}
            >
              <DriverQuadrant
                width={width}
                height={HEIGHT}
                palette={CSS_PALETTE}
                title={heading}
                description={drivers.map((driver) => describeDriver(driver, undefined, format.locale)).join('; ')}
                locale={format.locale}
                drivers={drivers}
                active={active}
              />
            </div>
          )}
        </Measured>
      )}
    </ChartFrame>
  );
}

function indexOf(event: { target: EventTarget }): number | null {
  const index = event.target instanceof Element ? event.target.getAttribute('data-index') : null;
  return index === null ? null : Number(index);
}
