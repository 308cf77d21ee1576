import { describe, expect, it } from '@jest/globals';
import { readReminders, unwritten, writeReminders } from './reminder-drafts.js';
import { perBar } from './send-bars.js';
import { whenWords } from './schedule-words.js';

const format = { dateTime: (at: string) => at, day: (at: string) => at.slice(0, 10), timeZone: 'Europe/Oslo' };

describe('a campaign in words and bars', () => {
  it('shows days without a mail, and weeks where days are many', () => {
    expect(perBar([])).toEqual({ unit: 'day', bars: [] });
    expect(
      perBar([
        { date: '2026-03-28', n: 2 },
        { date: '2026-03-30', n: 1 },
      ]),
    ).toEqual({
      unit: 'day',
      bars: [
        { date: '2026-03-28', n: 2 },
        { date: '2026-03-29', n: 0 },
        { date: '2026-03-30', n: 1 },
      ],
    });
    const days = Array.from({ length: 91 }, (_, i) => ({
      date: new Date(Date.UTC(2026, 2, 1 + i)).toISOString().slice(0, 10),
      n: 1,
    }));
    const { unit, bars } = perBar(days);
    expect([unit, bars.length, bars.every((bar) => bar.n === 7)]).toEqual(['week', 13, true]);
  });

  it('says when mails go, and on whose clock', () => {
    const base = { sendAt: null, sendAtLocal: null, recurrence: null };
    expect(whenWords(base, format)).toBe('As soon as it is launched');
    expect(whenWords({ ...base, sendAtLocal: { date: '2026-12-04', time: '09:00', zone: 'customer' } }, format)).toBe(
      '2026-12-04, 09:00 on each customer’s own clock',
    );
    expect(
      whenWords(
        {
          ...base,
          sendAtLocal: { time: '10:30', zone: 'organization' },
          recurrence: { cadence: 'quarter', spread: 'even', until: '2027-01-01' },
        },
        format,
      ),
    ).toBe('Each customer once a quarter, at 10:30 in Europe/Oslo, until 2027-01-01');
  });

  it('keeps only the words of reminders that were written, and says which languages have none', () => {
    const [draft] = readReminders([{ afterDays: 4, texts: { en: { subject: 'Hello', intro: '' } } }]);
    if (!draft) throw new Error('no draft');
    expect(unwritten(draft, ['en', 'de'])).toEqual(['de']);
    expect(unwritten({ afterDays: 4, texts: {} }, ['en', 'de'])).toEqual([]);
    expect(writeReminders([{ ...draft, texts: { ...draft.texts, de: { subject: ' ', intro: '' } } }])).toEqual([
      { afterDays: 4, texts: { en: { subject: 'Hello', intro: '' } } },
    ]);
    expect(writeReminders([{ afterDays: '5', texts: {} }])).toEqual([{ afterDays: 5 }]);
  });
});
