import { expect, test } from 'vitest';
import { K4eError } from '../foundation/index.ts';
import { CONFLICT_DELAYS_MS, MAX_DELAY_MS, retryDelayMs } from './retry-delay.ts';

const BACKOFF = { firstMs: 100, maxMs: 1_000, factor: 2, jitter: 0.5 };
const delays = (error: unknown, random = 0): (number | undefined)[] =>
  [1, 2, 3, 4, 5, 100].map((failures) => retryDelayMs(error, failures, BACKOFF, () => random));

test('what is no k4e error backs off, with jitter', () => {
  expect(delays('a string')).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(delays(new Error('x'), 1)).toEqual([50, 100, 200, 400, 500, 500]);
});

test('conflicts are quick a bounded number of times, also those that say never', () => {
  expect(delays(new K4eError('CONFLICT'))).toEqual([...CONFLICT_DELAYS_MS, 800, 1_000, 1_000]);
  expect(delays(new K4eError('CONFLICT', { retry: 'never' }))).toEqual([
    ...CONFLICT_DELAYS_MS,
    undefined,
    undefined,
    undefined,
  ]);
});

test('never means never, but for what was cancelled', () => {
  expect(delays(new K4eError('RESOURCE_INVALID', { retry: 'never' }))).toEqual(Array(6).fill(undefined));
  expect(delays(new K4eError('ABORTED', { retry: 'never' }))[0]).toBe(100);
});

test.each([
  [5_000, 5_000],
  [0, 100],
  [-1, 100],
  [1e12, MAX_DELAY_MS],
  [Number.NaN, 100],
  [Infinity, 100],
])('after %d ms is kept within reason: %d', (afterMs, expected) => {
  expect(retryDelayMs(new K4eError('LINK_REFUSED', { retry: { afterMs } }), 1, BACKOFF, () => 0)).toBe(expected);
});
