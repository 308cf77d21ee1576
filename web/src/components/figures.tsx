import { signed, useFormat, useNow } from '../format.js';

/** An instant in the organization's time zone; the tooltip has the exact one for relative texts. */
export function DateTime({
  at,
  as = 'dateTime',
}: {
  at: string | Date;
  /** `moment`: the time alone today, else with the date. */
  as?: 'dateTime' | 'date' | 'day' | 'time' | 'ago' | 'since' | 'moment';
}) {
  const format = useFormat();
  const now = useNow();
  const text =
    as === 'ago' || as === 'since'
      ? format[as](at, now)
      : as === 'moment'
        ? format[format.date(at) === format.date(now) ? 'time' : 'dateTime'](at)
        : format[as](at);
  return (
    <time dateTime={new Date(at).toISOString()} title={format.dateTime(at)}>
      {text}
    </time>
  );
}

export function Money({ amount, currency }: { amount: number; currency?: string }) {
  return <span className="hb-num">{useFormat().money(amount, currency)}</span>;
}

/** A signed score or change: "+28", "−14", "–" for none. */
export function Signed({ value, digits = 0 }: { value: number | null | undefined; digits?: number }) {
  return <span className="hb-num">{signed(value, digits)}</span>;
}
