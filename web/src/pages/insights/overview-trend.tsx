import { Link, useNavigate } from '@tanstack/react-router';
import { CSS_PALETTE } from '../../../../src/insights/charts/palette.js';
import { describePoint, describeShares, describeTrend } from '../../../../src/insights/charts/describe.js';
import { SharesChart } from '../../../../src/insights/charts/shares-chart.js';
import { TrendChart } from '../../../../src/insights/charts/trend-chart.js';
import type { NpsBucket, OverviewView } from '../../../../src/insights/insights.contract.js';
import { ChartFrame } from '../../components/chart-frame.js';
import { Measured } from '../../components/measured.js';
import { signed, useFormat } from '../../format.js';
import { AnnotationList } from './annotations.js';
import { sharesHeading, trendHeading } from './findings.js';
import { countedResponses, type Filters } from './links.js';
import type { Period } from './period.js';
import classes from './overview.module.css';

const HEIGHT = 286;

/** The mouse over a chart: which point, told by the strips that the chart draws for it. */
const pointUnder = (event: { target: EventTarget }): number | null => {
  const index = event.target instanceof Element ? event.target.getAttribute('data-index') : null;
  return index === null ? null : Number(index);
};

/** The days of one bucket, cut to the period. */
function rangeOf(buckets: readonly NpsBucket[], index: number, period: Period): Period {
  const start = buckets[index]?.date ?? period.from;
  return { from: start < period.from ? period.from : start, to: buckets[index + 1]?.date ?? period.to };
}

function useBucketLink(view: OverviewView, period: Period, filters: Filters) {
  const navigate = useNavigate();
  const search = (index: number) => countedResponses(filters, rangeOf(view.buckets, index, period));
  return {
    onOpen: (index: number): void => void navigate({ to: '/responses', search: search(index) }),
    rowLink: (index: number, text: string) => (
      <Link to="/responses" search={search(index)}>
        {text}
      </Link>
    ),
  };
}

export function TrendCard({
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
  const link = useBucketLink(view, period, filters);
  const points = view.buckets.map((b) => ({
    date: b.date,
    n: b.n,
    value: b.nps,
    low: b.low,
    high: b.high,
    tooFew: b.tooFew,
  }));
  const answered = points.some((point) => point.n > 0);
  const annotations = [...view.annotations].sort((a, b) => (a.day < b.day ? -1 : 1));
  const goal = view.goals.find((one) => one.metric === 'nps' || one.metric === 'tnps');
  const heading = trendHeading(view.tiles.nps.change, view.tiles.nps.nps, against);
  const last = view.buckets.at(-1);
  return (
    <ChartFrame
      heading={heading}
      sub={`Weekly, with the range the true score is likely to be in (95%) · n ${format.number(view.tiles.nps.n)}`}
      csvName={`nps-${period.from}`}
      points={answered ? points.map((point) => describePoint('NPS', point, 'week', undefined, format.locale)) : []}
      table={{
        columns: ['Week of', 'NPS', 'Likely from', 'Likely to', 'Responses'],
        rows: points.map((p) => [p.date, signed(p.value), signed(p.low), signed(p.high), p.n]),
      }}
      csv={{
        columns: ['week', 'nps', 'low', 'high', 'n'],
        rows: points.map((p) => [p.date, p.value, p.low, p.high, p.n]),
      }}
      {...link}
      notes={<AnnotationList annotations={annotations} touchpoint={filters.touchpoint} />}
    >
      {(active, setActive) => (
        <Measured height={HEIGHT}>
          {(width) => (
            <div
              className={classes['plot']}
              onPointerMove={(event) => setActive(pointUnder(event))}
              onPointerLeave={() => setActive(null)}
              onClick={(event) => {
                const index = pointUnder(event);
                if (index !== null) link.onOpen(index);
              }}
            >
              <TrendChart
                width={width}
                height={HEIGHT}
                palette={CSS_PALETTE}
                title={heading}
                description={describeTrend('NPS', points, 'week', format.locale)}
                locale={format.locale}
                points={points}
                annotations={annotations.map((one) => ({ date: one.day }))}
                {...(goal ? { goal: { value: goal.target, label: `Goal ${signed(goal.target)}` } } : {})}
                lastNote={last?.partial ? 'this week' : 'last week'}
                active={active}
              />
            </div>
          )}
        </Measured>
      )}
    </ChartFrame>
  );
}

export function SharesCard({ view, period, filters }: { view: OverviewView; period: Period; filters: Filters }) {
  const format = useFormat();
  const link = useBucketLink(view, period, filters);
  const { nps } = view.tiles;
  const heading = sharesHeading(nps.change, nps, nps.before);
  const answered = view.buckets.some((bucket) => bucket.n > 0);
  const part = (bucket: NpsBucket, kind: 'promoters' | 'passives' | 'detractors'): string | null =>
    bucket.n < 5 ? null : format.percent(bucket[kind] / bucket.n);
  return (
    <ChartFrame
      heading={heading}
      sub={`Share of responses per week; the last week is labelled · n ${format.number(nps.n)}`}
      csvName={`shares-${period.from}`}
      points={answered ? view.buckets.map((bucket) => describeShares(bucket, 'week', undefined, format.locale)) : []}
      table={{
        columns: ['Week of', 'Promoters', 'Passives', 'Detractors', 'Responses'],
        rows: view.buckets.map((b) => [b.date, part(b, 'promoters'), part(b, 'passives'), part(b, 'detractors'), b.n]),
      }}
      csv={{
        columns: ['week', 'promoters', 'passives', 'detractors', 'n'],
        rows: view.buckets.map((b) => [b.date, b.promoters, b.passives, b.detractors, b.n]),
      }}
      {...link}
    >
      {(active, setActive) => (
        <Measured height={HEIGHT}>
          {(width) => (
            <div
              className={classes['plot']}
              onPointerMove={(event) => setActive(pointUnder(event))}
              onPointerLeave={() => setActive(null)}
              onClick={(event) => {
                const index = pointUnder(event);
                if (index !== null) link.onOpen(index);
              }}
            >
              <SharesChart
                width={width}
                height={HEIGHT}
                palette={CSS_PALETTE}
                title={heading}
                description="Stacked shares per week: detractors at the bottom, passives, promoters on top."
                locale={format.locale}
                bars={view.buckets}
                active={active}
              />
            </div>
          )}
        </Measured>
      )}
    </ChartFrame>
  );
}
