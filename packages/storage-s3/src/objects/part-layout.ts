import { K4eError } from '@k4e/core';
import { MAX_PUT_BUFFER_BYTES } from '@k4e/core/ports';

/** Smallest part of an object that is sent in parts (wire), and the largest object that is sent whole: 5 MiB. */
export const MIN_PART_BYTES = 5_242_880;
/** Most parts of an object (wire). */
export const MAX_PARTS = 10_000;
/** Largest object that can be put: 156 GiB, in parts that fit into memory. */
export const MAX_OBJECT_BYTES = MAX_PARTS * MAX_PUT_BUFFER_BYTES;

const PART_STEP_BYTES = 1_048_576;

/** How an object of some size is cut. */
export interface PartLayout {
  readonly partSizeBytes: number;
  /** 0: it is sent whole. */
  readonly partCount: number;
}

/** One part: its number from 1, and where it is. */
export interface PartRange {
  readonly number: number;
  readonly offset: number;
  readonly lengthBytes: number;
}

/**
 * How an object of that size is cut: always the same way, so that the digest which a store shows for it can be told from
 * the content alone. Throws `TOO_LARGE` above `MAX_OBJECT_BYTES`.
 */
export function partLayout(sizeBytes: number): PartLayout {
  if (sizeBytes > MAX_OBJECT_BYTES) throw new K4eError('TOO_LARGE', { retry: 'never' });
  if (sizeBytes <= MIN_PART_BYTES) return { partSizeBytes: MIN_PART_BYTES, partCount: 0 };
  const steps = Math.ceil(sizeBytes / MAX_PARTS / PART_STEP_BYTES);
  const partSizeBytes = Math.max(MIN_PART_BYTES, steps * PART_STEP_BYTES);
  return { partSizeBytes, partCount: Math.ceil(sizeBytes / partSizeBytes) };
}

/** The parts of an object of that size, in their order. */
export function* partRanges(sizeBytes: number): Generator<PartRange, void> {
  const { partSizeBytes, partCount } = partLayout(sizeBytes);
  for (let number = 1; number <= partCount; number += 1) {
    const offset = (number - 1) * partSizeBytes;
    yield { number, offset, lengthBytes: Math.min(partSizeBytes, sizeBytes - offset) };
  }
}
