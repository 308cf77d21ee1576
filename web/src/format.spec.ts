import { describe, expect, it } from '@jest/globals';
import { createFormat, duration, signed } from './format.js';

const MINUTE = 60_000;
const format = createFormat({ locale: 'en', timeZone: 'Europe/Oslo' });

describe('signed figures', () => {
  it.each([
    [28.4, 0, '+28'],
    [-14.2, 0, '−14'],
    [0, 0, '0'],
    [-0.3, 0, '0'],
    [-4.06, 1, '−4.1'],
    [0.04, 1, '0.0'],
    [null, 0, '–'],
    [Number.NaN, 0, '–'],
  ] as const)('%p with %p digits reads %p', (value, digits, text) => {
    expect(signed(value, digits)).toBe(text);
  });
});

describe('time left', () => {
  const now = Date.UTC(2026, 10, 26, 9, 0);
  it.each([
    [102, '1 h 42 min left', 'soon'],
    [57, '57 min left', 'soon'],
    [0, '1 min left', 'soon'],
    [-26, '26 min late', 'late'],
    [391, '6 h left', 'good'],
    [3 * 24 * 60 + 4 * 60, '3 d 4 h left', 'good'],
  ] as const)('%p minutes from now reads %p', (minutes, text, state) => {
    expect(format.due(now + minutes * MINUTE, now)).toEqual({ text, state });
  });

  it('never says zero minutes', () => {
    expect(duration(10)).toBe('1 min');
  });

  it.each([
    [0.5, 'just now'],
    [38, '38 min ago'],
    [5 * 60 + 59, '5 h ago'],
    [24 * 60, '1 d ago'],
  ])('%p minutes back is "%s"', (minutes, text) => {
    expect(format.ago(now - minutes * MINUTE, now)).toBe(text);
  });
});

describe('dates and amounts', () => {
  it('writes an instant in the time zone given, on a 24-hour clock', () => {
    const thisYear = new Date().getUTCFullYear();
    expect(format.dateTime(Date.UTC(thisYear, 10, 26, 9, 5))).toMatch(/^\w{3} 26 Nov, 10:05$/);
    expect(format.time(Date.UTC(2026, 5, 1, 22, 30))).toBe('00:30');
  });

  it('adds the year when it is another one', () => {
    expect(format.dateTime(Date.UTC(2019, 10, 26, 9, 5))).toBe('Tue 26 Nov 2019, 10:05');
  });

  it('uses a real minus sign and groups thousands', () => {
    expect(format.number(-3937)).toBe('−3,937');
    expect(format.percent(0.911)).toBe('91%');
    expect(format.money(4120, 'EUR')).toBe('€4,120');
  });

  it('falls back to this machine when the time zone is unknown', () => {
    expect(createFormat({ timeZone: 'Mars/Olympus' }).timeZone).toBe(
      new Intl.DateTimeFormat().resolvedOptions().timeZone,
    );
  });
});
