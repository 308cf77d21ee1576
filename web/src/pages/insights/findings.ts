/** What the figures say, in words. A finding is stated only where the change is signal; else the neutral name stands. */
import type { ChangeVerdict, NpsFigures, OverviewView } from '../../../../src/insights/insights.contract.js';
import { signed } from '../../format.js';

type Against = { compare: 'before' | 'year'; lengthText: string };

/** "the 13 weeks before", "the same weeks a year ago". */
export const againstText = ({ compare, lengthText }: Against): string =>
  compare === 'year' ? `the same ${lengthText} a year ago` : `the ${lengthText} before`;

const whole = (value: number): number => Math.abs(Math.round(value));

export function trendHeading(change: ChangeVerdict, now: number | null, against: Against): string {
  if (change.verdict !== 'signal' || change.difference === null) return 'NPS over time';
  const moved = `${change.difference > 0 ? 'rose' : 'fell'} by ${whole(change.difference)}`;
  return `NPS ${moved} to ${signed(now)}, against ${againstText(against)}`;
}

/** Which of the two ends moved the score; the neutral name when the score did not move or neither end clearly did. */
export function sharesHeading(change: ChangeVerdict, now: NpsFigures, before: NpsFigures): string {
  if (change.verdict !== 'signal' || change.difference === null || now.n === 0 || before.n === 0)
    return 'Shares of promoters, passives and detractors';
  const moved = (kind: 'promoters' | 'detractors'): number => now[kind] / now.n - before[kind] / before.n;
  const rise = change.difference > 0;
  const direction = rise ? 'rise' : 'fall';
  // Each end's part of the change, both positive when they pull the same way as the score.
  const byPromoters = rise ? moved('promoters') : -moved('promoters');
  const byDetractors = rise ? -moved('detractors') : moved('detractors');
  const more = rise ? 'More' : 'Fewer';
  const fewer = rise ? 'Fewer' : 'More';
  if (byDetractors >= 3 * byPromoters)
    return `${fewer} detractors, not ${more.toLowerCase()} promoters, drive the ${direction}`;
  if (byPromoters >= 3 * byDetractors)
    return `${more} promoters, not ${fewer.toLowerCase()} detractors, drive the ${direction}`;
  return `${more} promoters and ${fewer.toLowerCase()} detractors drive the ${direction}`;
}

/** The driver that pays most to fix: significant, weighty, and customers are less happy with it than with the others. */
export function driversHeading(view: OverviewView['drivers']): string {
  const usable = view.drivers.filter((driver) => !driver.tooFew);
  if (view.tooFew || usable.length < 3) return 'What moves with NPS';
  const mean = (pick: (driver: (typeof usable)[number]) => number): number =>
    usable.reduce((sum, driver) => sum + pick(driver), 0) / usable.length;
  const [share, performance] = [mean((driver) => driver.share), mean((driver) => driver.performance)];
  const first = usable
    .filter((driver) => driver.significant && driver.share > share && driver.performance < performance)
    .sort((a, b) => b.share - a.share)[0];
  return first ? `Look at “${first.label}” first` : 'What moves with NPS';
}

const FLAG_WORDS: Record<string, readonly [string, string]> = {
  scanner: ['mail scanner', 'mail scanners'],
  staff: ['staff answer', 'staff answers'],
  duplicate: ['duplicate', 'duplicates'],
  too_fast: ['answered too fast', 'answered too fast'],
  honeypot: ['sent by a robot', 'sent by robots'],
  burst: ['from a burst', 'from a burst'],
  test: ['test', 'tests'],
  withdrawn: ['withdrawn', 'withdrawn'],
};

/** "148 mail scanners, 41 staff answers, 23 duplicates", most first; empty when nothing was left out. */
export function excludedText(byReason: Readonly<Record<string, number>>, number: (n: number) => string): string {
  return Object.entries(byReason)
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([reason, n]) => {
      const [one, many] = FLAG_WORDS[reason] ?? [reason.replaceAll('_', ' '), reason.replaceAll('_', ' ')];
      return `${number(n)} ${n === 1 ? one : many}`;
    })
    .join(', ');
}

/** Hours as people say them: "50 min", "3 h 10 min", "26 h", "4 d". */
export function hoursText(hours: number): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${Math.max(1, minutes)} min`;
  if (minutes < 24 * 60)
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const whole = Math.round(hours);
  return whole < 48 ? `${whole} h` : `${Math.floor(whole / 24)} d${whole % 24 === 0 ? '' : ` ${whole % 24} h`}`;
}

/** A change of a share in words: "+7 points". */
export const pointsText = (difference: number | null): string =>
  difference === null ? '' : `${signed(difference)} ${whole(difference) === 1 ? 'point' : 'points'}`;

export const signalOf = (change: ChangeVerdict): boolean | null =>
  change.verdict === 'tooFew' ? null : change.verdict === 'signal';
