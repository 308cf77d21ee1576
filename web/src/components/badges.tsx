import { AlertIcon, ClockIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import { useFormat, useNow } from '../format.js';
import classes from './badges.module.css';

export type Category = 'promoter' | 'passive' | 'detractor';

const shapes: Record<Category, string> = { promoter: '▲', passive: '●', detractor: '▼' };
export const categoryNames: Record<Category, string> = {
  promoter: 'Promoter',
  passive: 'Passive',
  detractor: 'Detractor',
};

/** 9–10 promoter, 7–8 passive, 0–6 detractor. */
export const categoryOf = (score: number): Category => (score >= 9 ? 'promoter' : score >= 7 ? 'passive' : 'detractor');

const join = (...names: (string | undefined | false)[]): string => names.filter(Boolean).join(' ');

/** Shape, number and colour; `large` adds the word. `scale` other than NPS (CSAT, CES) shows the number alone, in neutral. */
export function ScoreBadge({
  score,
  category,
  large = false,
  scale = 'nps',
}: {
  score: number | null;
  category?: Category | null;
  large?: boolean;
  scale?: 'nps' | 'other';
}) {
  if (score === null) return <span className={join(classes.badge, large && classes.large)}>No score</span>;
  if (scale === 'other') return <span className={join(classes.badge, large && classes.large)}>{score}</span>;
  const kind = category ?? categoryOf(score);
  return (
    <span className={join(classes.badge, large && classes.large, classes[kind])} title={categoryNames[kind]}>
      <span aria-hidden="true" className={join(classes.shape, kind === 'passive' && classes.circle)}>
        {shapes[kind]}
      </span>
      <span className={classes.number}>{score}</span>
      {large ? <span>{categoryNames[kind]}</span> : <span className="hb-visually-hidden">, {categoryNames[kind]}</span>}
    </span>
  );
}

export type Tone = 'neutral' | 'brand' | 'good' | 'soon' | 'late' | Category;

/** A word on a tint. The tone repeats what the word says, it never says it alone. */
export function StatusPill({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={join(classes.badge, classes.meta, tone !== 'neutral' && classes[tone])}>
      {icon}
      {children}
    </span>
  );
}

/** "26 min late", "57 min left": changes once a minute and is never announced. `done` (a text) takes the timer's place. */
export function DueBadge({ at, soonMinutes, done }: { at: string | Date | null; soonMinutes?: number; done?: string }) {
  const format = useFormat();
  const now = useNow();
  if (done) return <span className={join(classes.badge, classes.meta, classes.plain)}>{done}</span>;
  if (!at) return null;
  const due = format.due(at, now, soonMinutes);
  const Icon = due.state === 'late' ? AlertIcon : ClockIcon;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={`Due ${format.dateTime(at)}`}
      className={join(classes.badge, due.state === 'good' ? classes.plain : classes[due.state])}
    >
      <Icon size={12} />
      {due.text}
    </time>
  );
}

export type SentimentLabel = 'negative' | 'neutral' | 'positive';
const sentimentTone: Record<SentimentLabel, Tone> = { negative: 'detractor', neutral: 'passive', positive: 'promoter' };
const sentimentSign: Record<SentimentLabel, string> = { negative: '−', neutral: '=', positive: '+' };

/** "Appointment kept: negative"; without an aspect the label alone; `null` means not read yet. */
export function SentimentTag({ label, aspect }: { label: SentimentLabel | null; aspect?: string | null }) {
  if (label === null) return <StatusPill>{aspect ? `${aspect}: not read yet` : 'Not read yet'}</StatusPill>;
  return (
    <StatusPill tone={sentimentTone[label]} icon={<span aria-hidden="true">{sentimentSign[label]}</span>}>
      {aspect ? `${aspect}: ${label}` : label}
    </StatusPill>
  );
}

/** Whether a change is more than chance. `null`: too few answers to say. */
export function SignalChip({ signal }: { signal: boolean | null }) {
  if (signal === null) return <StatusPill>Too few</StatusPill>;
  return signal ? <StatusPill tone="brand">Signal</StatusPill> : <StatusPill>Noise</StatusPill>;
}
