import { afterQuiet } from './quiet.js';

const ZONE = 'Europe/Oslo';
const NIGHT = { from: 20 * 60, to: 7 * 60 };

describe('afterQuiet', () => {
  it.each([
    ['by day', '2026-11-23T12:00:00Z', NIGHT, '2026-11-23T12:00:00Z'],
    ['in the evening', '2026-11-23T20:30:00Z', NIGHT, '2026-11-24T06:00:00Z'],
    ['after midnight', '2026-11-24T02:00:00Z', NIGHT, '2026-11-24T06:00:00Z'],
    ['in the minute it ends', '2026-11-24T06:00:00Z', NIGHT, '2026-11-24T06:00:00Z'],
    ['in the minute it begins', '2026-11-23T19:00:00Z', NIGHT, '2026-11-24T06:00:00Z'],
    ['over lunch', '2026-11-23T11:30:00Z', { from: 12 * 60, to: 13 * 60 }, '2026-11-23T12:00:00Z'],
    ['in the night the clocks go forward', '2026-03-28T23:00:00Z', NIGHT, '2026-03-29T05:00:00Z'],
    ['without quiet hours', '2026-11-24T02:00:00Z', null, '2026-11-24T02:00:00Z'],
    ['with an empty stretch', '2026-11-24T02:00:00Z', { from: 60, to: 60 }, '2026-11-24T02:00:00Z'],
  ])('%s', (_, now, quiet, expected) => expect(afterQuiet(ZONE, quiet, new Date(now))).toEqual(new Date(expected)));
});
