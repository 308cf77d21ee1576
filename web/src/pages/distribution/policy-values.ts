import type { ContactPolicyView, PutContactPolicy } from '../../../../src/distribution/distribution.contract.js';
import { andList, weekdaysText } from './distribution-words.js';

export const METRICS = ['nps', 'tnps', 'csat', 'ces'] as const;
export type Metric = (typeof METRICS)[number];
export const metricNames: Record<Metric, string> = { nps: 'NPS', tnps: 'Transactional NPS', csat: 'CSAT', ces: 'CES' };

export interface OwnDay {
  /** `YYYY-MM-DD`. */
  date: string;
  name: string;
  everyYear: boolean;
}

/** The policy as its form holds it: empty text where there is no limit. */
export type PolicyValues = {
  minDaysBetween: number | string;
  maxPerYear: number | string;
  quiet: boolean;
  from: string;
  to: string;
  weekdays: string[];
  respectOpenCases: boolean;
  holidays: boolean;
  calendars: string[];
  followCustomer: boolean;
  own: OwnDay[];
  metricDays: Record<Metric, number | string>;
  metricYear: Record<Metric, number | string>;
};

const perMetric = (of: (metric: Metric) => number | string): Record<Metric, number | string> => ({
  nps: of('nps'),
  tnps: of('tnps'),
  csat: of('csat'),
  ces: of('ces'),
});

export function valuesOf(policy: ContactPolicyView, year: number): PolicyValues {
  const { holidays } = policy;
  return {
    minDaysBetween: policy.minDaysBetween,
    maxPerYear: policy.maxPerYear ?? '',
    quiet: policy.quietHours !== null,
    from: policy.quietHours?.from ?? '21:00',
    to: policy.quietHours?.to ?? '08:00',
    weekdays: policy.weekdays.map(String),
    respectOpenCases: policy.respectOpenCases,
    holidays: holidays !== null,
    calendars: holidays?.calendars ?? [],
    followCustomer: holidays?.followCustomer ?? true,
    own: (holidays?.own ?? []).map(({ date, name }) => ({
      // A day of every year is shown in this one; only 29 February needs a leap year.
      date: date.length === 5 ? `${String(date === '02-29' ? 2028 : year)}-${date}` : date,
      name,
      everyYear: date.length === 5,
    })),
    metricDays: perMetric((metric) => policy.perMetric?.[metric]?.minDaysBetween || ''),
    metricYear: perMetric((metric) => policy.perMetric?.[metric]?.maxPerYear ?? ''),
  };
}

/** What the API takes. Own days without a date and name yet are left out. */
export function bodyOf(values: PolicyValues): PutContactPolicy {
  const clocks = METRICS.filter((metric) => values.metricDays[metric] !== '' || values.metricYear[metric] !== '');
  return {
    minDaysBetween: Number(values.minDaysBetween),
    maxPerYear: values.maxPerYear === '' ? null : Number(values.maxPerYear),
    quietHours: values.quiet ? { from: values.from, to: values.to } : null,
    weekdays: values.weekdays.map(Number).sort((a, b) => a - b),
    respectOpenCases: values.respectOpenCases,
    holidays: values.holidays
      ? {
          calendars: values.calendars,
          followCustomer: values.followCustomer,
          own: values.own
            .filter((day) => day.date !== '' && day.name.trim() !== '')
            .map(({ date, name, everyYear }) => ({ date: everyYear ? date.slice(5) : date, name: name.trim() })),
        }
      : null,
    perMetric:
      clocks.length === 0
        ? null
        : Object.fromEntries(
            clocks.map((metric) => [
              metric,
              {
                minDaysBetween: Number(values.metricDays[metric] || 0),
                maxPerYear: values.metricYear[metric] === '' ? null : Number(values.metricYear[metric]),
              },
            ]),
          ),
  };
}

/** The policy as one would tell it to somebody. */
export function policySentence(values: PolicyValues): string {
  const days = Number(values.minDaysBetween);
  const often = [
    days > 0 ? `at most once in ${String(days)} ${days === 1 ? 'day' : 'days'}` : 'as often as something happens',
    ...(values.maxPerYear === '' ? [] : [`never more than ${String(values.maxPerYear)} times a year`]),
  ].join(', ');
  const clocks = METRICS.filter((metric) => values.metricDays[metric] !== '' || values.metricYear[metric] !== '');
  const when = `${values.weekdays.length === 7 ? 'on every day' : `on ${weekdaysText(values.weekdays.map(Number))}`}${
    values.holidays ? ' but holidays' : ''
  }${values.quiet ? `, not between ${values.from} and ${values.to} their time` : ', at any hour'}`;
  return `We ask each customer ${often}${
    clocks.length > 0 ? `, and ${andList(clocks.map((metric) => metricNames[metric]))} less often` : ''
  }; mails go ${when}${values.respectOpenCases ? '; nobody is asked while their case is open' : ''}.`;
}
