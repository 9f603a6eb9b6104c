import { expect, test } from 'vitest';
import { median, memoryOf, percentile } from './figures.ts';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('a percentile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_none, index) => 100 - index);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile(values, 1)).toBe(100);
  expect(percentile([7], 0)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('memory of this process is read', async () => {
  const { rssMiB, anonMiB, peakRssMiB } = await memoryOf(process.pid);
  expect(rssMiB).toBeGreaterThan(anonMiB);
  expect(anonMiB).toBeGreaterThan(1);
  expect(peakRssMiB).toBeGreaterThanOrEqual(rssMiB);
});
