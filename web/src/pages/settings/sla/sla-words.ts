import type { CalendarView, EscalationStep } from '../../../../../src/actions/cases/sla.contract.js';

export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const intervals = (day: readonly { from: string; to: string }[] | undefined): string =>
  day === undefined || day.length === 0 ? '' : day.map(({ from, to }) => `${from}–${to}`).join(', ');

/** `Mon–Fri 09:00–12:00, 13:00–17:00; Sat 10:00–14:00`: days that are alike and follow each other stand together. */
export function weekWords(week: CalendarView['week']): string {
  const parts: { from: number; to: number; text: string }[] = [];
  DAYS.forEach((_, at) => {
    const text = intervals(week[String(at + 1)]);
    const last = parts.at(-1);
    if (text === '') return;
    if (last && last.text === text && last.to === at - 1) last.to = at;
    else parts.push({ from: at, to: at, text });
  });
  const short = (at: number): string => (DAYS[at] ?? '').slice(0, 3);
  return parts
    .map(({ from, to, text }) => `${from === to ? short(from) : `${short(from)}–${short(to)}`} ${text}`)
    .join('; ');
}

/** `09:00-12:00, 13:00-17:00` as intervals; null when it is not that. */
export function parseIntervals(text: string): { from: string; to: string }[] | null {
  const found: { from: string; to: string }[] = [];
  for (const part of text.split(/[,;]/).map((one) => one.trim())) {
    if (part === '') continue;
    const match = /^(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?$/.exec(part);
    if (!match) return null;
    const [, fromHour = '', fromMinute = '00', toHour = '', toMinute = '00'] = match;
    const from = `${fromHour.padStart(2, '0')}:${fromMinute}`;
    const to = `${toHour.padStart(2, '0')}:${toMinute}`;
    if (from >= to || to > '24:00' || fromMinute > '59' || toMinute > '59') return null;
    found.push({ from, to });
  }
  return found;
}

export const intervalText = intervals;

const WHAT = {
  notify_owner: 'the owner is told',
  notify_lead: 'the team’s lead is told',
  notify_managers: 'the managers are told',
  reassign: 'a colleague gets the case',
} as const;

function whenWords({ when, minutes = 0 }: EscalationStep): string {
  if (when === 'warning') return 'At 75 % of the time';
  if (when === 'due') return 'When it is due';
  return minutes % 60 === 0 && minutes > 0
    ? `${minutes / 60} working ${minutes === 60 ? 'hour' : 'hours'} late`
    : `${minutes} working minutes late`;
}

/** One line for each moment: `When it is due: the owner is told, the team’s lead is told`. */
export function ladderWords(steps: readonly EscalationStep[]): string[] {
  const lines = new Map<string, string[]>();
  for (const step of steps) lines.set(whenWords(step), [...(lines.get(whenWords(step)) ?? []), WHAT[step.do]]);
  return [...lines].map(([when, what]) => `${when}: ${what.join(', ')}`);
}
