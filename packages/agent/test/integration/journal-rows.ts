import type { JournalRow } from '@k4e/core/ports';

/** The bucket that the rows are of. */
export const LOOP_BUCKET = 'bucket';
/** Rows of one record of the loop. */
export const LOOP_ROWS = 40;
/** After each so many records one row is forgotten. */
export const FORGET_EVERY = 7;

/** The rows that number `count` of the loop records: the same keys each time, of different sizes. */
export function loopRows(count: number): readonly JournalRow[] {
  const padding = 'p'.repeat((count % 50) * 20);
  return Array.from({ length: LOOP_ROWS }, (_, index) => {
    const { key, workload, path, file } = manyRow(index);
    return { key, workload, path, file, state: 'begun', resume: `${count} ${padding}` };
  });
}

/** Row number `index` of many. */
export function manyRow(index: number): Extract<JournalRow, { readonly state: 'stored' }> {
  const key = `statistics/2026/sensor-${index}.json`;
  const file = { sizeBytes: index, modifiedAtMs: 1_767_225_600_000 + index, changedAtMs: 1, inode: index };
  return { key, state: 'stored', workload: 'web', path: key, file, digest: 'd41d8cd98f00b204e9800998ecf8427e' };
}
