import { expect, test } from 'vitest';
import { backoffDelayMs } from './backoff.ts';

const backoff = { firstMs: 100, maxMs: 1_000, factor: 2, jitter: 0.2 };

test('grows by its factor from the first failure on, and stays at its maximum', () => {
  const delays = [1, 2, 3, 4, 5, 2_000].map((failures) => backoffDelayMs(backoff, failures, () => 0));
  expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('jitter only ever shortens, by at most its share', () => {
  expect(backoffDelayMs(backoff, 1, () => 0.999_999)).toBe(80);
});
