import { MAX_PUT_BUFFER_BYTES } from '@k4e/core/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_OBJECT_BYTES, MAX_PARTS, MIN_PART_BYTES, partLayout, partRanges } from './part-layout.ts';
import type { PartRange } from './part-layout.ts';

test.each([
  ['nothing', 0, 0, MIN_PART_BYTES],
  ['all that is sent whole', MIN_PART_BYTES, 0, MIN_PART_BYTES],
  ['one byte more', MIN_PART_BYTES + 1, 2, MIN_PART_BYTES],
  ['as many of the smallest parts as there may be', MIN_PART_BYTES * MAX_PARTS, MAX_PARTS, MIN_PART_BYTES],
  ['one byte more than those', MIN_PART_BYTES * MAX_PARTS + 1, 8_334, 6 * 1_048_576],
  ['the largest object', MAX_OBJECT_BYTES, MAX_PARTS, MAX_PUT_BUFFER_BYTES],
])('%s', (_what, sizeBytes, partCount, partSizeBytes) => {
  expect(partLayout(sizeBytes)).toEqual({ partCount, partSizeBytes });
});

test('an object that is larger than that is TOO_LARGE', () => {
  expect(() => partLayout(MAX_OBJECT_BYTES + 1)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});

test('parts cover an object of any size once, and are as S3 wants them', () => {
  const sizes = fc.integer({ min: MIN_PART_BYTES + 1, max: MAX_OBJECT_BYTES });
  fc.assert(fc.property(sizes, (sizeBytes) => faultOf([...partRanges(sizeBytes)], sizeBytes) === undefined));
});

function faultOf(ranges: readonly PartRange[], sizeBytes: number): string | undefined {
  const isInRow = ranges.every(({ number, offset }, index) => {
    const before = ranges[index - 1];
    return number === index + 1 && offset === (before === undefined ? 0 : before.offset + before.lengthBytes);
  });
  const last = ranges.at(-1);
  if (!isInRow || (last?.offset ?? 0) + (last?.lengthBytes ?? 0) !== sizeBytes) return 'does not cover it';
  if (ranges.length > MAX_PARTS) return 'too many';
  if (ranges.some(({ lengthBytes }) => lengthBytes > MAX_PUT_BUFFER_BYTES || lengthBytes < 1)) return 'too large';
  return ranges.slice(0, -1).every(({ lengthBytes }) => lengthBytes >= MIN_PART_BYTES) ? undefined : 'too small';
}
