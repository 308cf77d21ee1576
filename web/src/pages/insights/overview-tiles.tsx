import { Link } from '@tanstack/react-router';
import type { OverviewView } from '../../../../src/insights/insights.contract.js';
import { Tile } from '../../components/card.js';
import { signed, useFormat } from '../../format.js';
import { againstText, excludedText, hoursText, pointsText, signalOf } from './findings.js';
import { casesOpened, countedResponses, type Filters } from './links.js';
import classes from './overview.module.css';
import type { Period } from './period.js';

export function OverviewTiles({
  view,
  period,
  filters,
  against,
}: {
  view: OverviewView;
  period: Period;
  filters: Filters;
  against: { compare: 'before' | 'year'; lengthText: string };
}) {
  const format = useFormat();
  const { nps, heardBack, confirmed, medianHours, responses } = view.tiles;
  const share = (rate: number | null): string => (rate === null ? '–' : format.percent(rate));
  const before = againstText(against);
  const behind = (change: OverviewView['tiles']['nps']['change'], signalText: string): string =>
    change.verdict === 'tooFew'
      ? 'too few answers to compare'
      : change.verdict === 'noise'
        ? `within chance, against ${before}`
        : signalText;
  const excluded = excludedText(responses.excluded.byReason, (n) => format.number(n));
  const { invitations } = responses;
  return (
    <div className={classes['tiles']}>
      <Tile
        label="NPS"
        figure={
          <Link to="/responses" search={countedResponses(filters, period)}>
            {signed(nps.nps)}
          </Link>
        }
        sentence={
          nps.low === null || nps.high === null ? (
            `${format.number(nps.n)} answers: too few to show`
          ) : (
            <>
              likely between <b>{signed(nps.low)}</b> and <b>{signed(nps.high)}</b>
            </>
          )
        }
        change={{
          signal: signalOf(nps.change),
          text: nps.change.difference === null ? '' : signed(nps.change.difference),
          against: behind(nps.change, `on ${before}`),
        }}
      />
      <Tile
        label="Heard-back rate"
        figure={
          <Link
            to="/cases"
            search={{ ...casesOpened(filters, period), loop: 'heard_back' }}
            title="All cases of the customers who heard back"
          >
            {share(heardBack.rate)}
          </Link>
        }
        sentence={
          heardBack.n === 0 ? (
            'nobody who raised a problem is due an answer yet'
          ) : (
            <>
              of {format.number(heardBack.n)} customers who raised a problem were told what was done
              {heardBack.low !== null && heardBack.high !== null
                ? `; likely ${format.percent(heardBack.low)} to ${format.percent(heardBack.high)}`
                : ''}
            </>
          )
        }
        change={{
          signal: signalOf(heardBack.change),
          text: pointsText(heardBack.change.difference),
          against: (
            <>
              {behind(heardBack.change, `on ${before}`)}
              {medianHours.firstResponse === null
                ? ''
                : ` · median first reply ${hoursText(medianHours.firstResponse)}`}
            </>
          ),
        }}
      />
      <Tile
        label="Confirmed fixed"
        figure={
          <Link
            to="/cases"
            search={{ ...casesOpened(filters, period), loop: 'confirmed' }}
            title="All cases of the customers who said “fixed”"
          >
            {share(confirmed.rate)}
          </Link>
        }
        sentence={
          confirmed.n === 0 ? (
            'nobody has heard back yet'
          ) : (
            <>
              of {format.number(confirmed.n)} customers said “fixed” on their receipt
              {confirmed.notYetPercent === null ? '' : `; ${format.number(confirmed.notYetPercent)}% said “not yet”`}
              {confirmed.low !== null && confirmed.high !== null
                ? `. Likely ${format.percent(confirmed.low)} to ${format.percent(confirmed.high)}`
                : ''}
            </>
          )
        }
        change={{
          signal: signalOf(confirmed.change),
          text: pointsText(confirmed.change.difference),
          against: behind(confirmed.change, `on ${before}`),
        }}
      />
      <Tile
        label="Responses"
        figure={
          <Link to="/responses" search={countedResponses(filters, period)}>
            {format.number(responses.n)}
          </Link>
        }
        sentence={
          invitations.responseRate.rate === null ? (
            'no invitations were sent in this period'
          ) : (
            <span title={`${invitations.standard}: answered ÷ sent without those that bounced`}>
              {format.percent(invitations.responseRate.rate)} of {format.number(invitations.sent - invitations.bounced)}{' '}
              invitations were answered
            </span>
          )
        }
        note={
          <span>
            {responses.excluded.total === 0 ? (
              'Nothing was left out of the score.'
            ) : (
              <>
                Left out: {excluded}.{' '}
                <Link
                  to="/responses"
                  search={{ ...filters, ...period, counted: 'no' }}
                  aria-label="Why these were left out"
                >
                  Why
                </Link>
              </>
            )}
          </span>
        }
      />
    </div>
  );
}
