import { expect, test } from 'vitest';
import { median, memoryOf } from './figures.ts';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('memory of this process is read', async () => {
  const { rssMiB, anonMiB, peakRssMiB } = await memoryOf(process.pid);
  expect(rssMiB).toBeGreaterThan(anonMiB);
  expect(anonMiB).toBeGreaterThan(1);
  expect(peakRssMiB).toBeGreaterThanOrEqual(rssMiB);
});
