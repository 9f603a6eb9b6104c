import { describe, expect, test } from 'vitest';
import { formatWireDate, readWireDate } from './wire-date.ts';

describe('a date reads to UTC milliseconds, whatever its precision and offset', () => {
  test.each([
    ['2021-11-23T02:16:37.697+02:00', '2021-11-23T00:16:37.697Z'],
    ['2021-11-23T02:16:37Z', '2021-11-23T02:16:37.000Z'],
    ['2021-11-23T02:16:37.123456789-05:30', '2021-11-23T07:46:37.123Z'],
    ['2021-11-23T02:16:37.1+0200', '2021-11-23T00:16:37.100Z'],
    ['2021-11-23T02:16', '2021-11-23T02:16:00.000Z'],
    ['2021-11-23t02:16:37z', '2021-11-23T02:16:37.000Z'],
  ])('%s', (text, time) => {
    expect(readWireDate(text)).toEqual({ kind: 'time', time });
  });
});

test.each(['', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000+01:00'])(
  '%j is not set',
  (text) => {
    expect(readWireDate(text)).toEqual({ kind: 'unset' });
  },
);

test.each(['yesterday', '2021-13-40T00:00:00Z', '2021-11-23', '1'.repeat(100), '2021-11-23T02:16:37.1234567890Z'])(
  '%j is no date',
  (text) => {
    expect(readWireDate(text)).toEqual({ kind: 'invalid' });
  },
);

test('dates are written with three fractional digits', () => {
  expect(formatWireDate(Date.UTC(2021, 10, 23, 2, 16, 37))).toBe('2021-11-23T02:16:37.000Z');
});
