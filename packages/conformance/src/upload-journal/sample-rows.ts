import type { FileIdentity, JournalRow, UploadJournal } from '@k4e/core/ports';
import { errorCode } from '@k4e/core';

/** The bucket that most tests are about. */
export const BUCKET = 'https://s3.example:9000/bucket';

/** A file with fractions of milliseconds, as disks tell them. */
export const FILE: FileIdentity = {
  sizeBytes: 40_960,
  modifiedAtMs: 1_767_225_600_123.456,
  changedAtMs: 1_767_225_600_124.007,
  inode: 1_234_567,
};

/** A row of a file that is stored. */
export function storedRow(key: string, file: Partial<FileIdentity> = {}): JournalRow {
  return { key, state: 'stored', workload: 'web', path: `stats/${key}`, file: { ...FILE, ...file }, digest: 'abc' };
}

/** So many rows, whose keys sort in their order. */
export function manyRows(count: number, padding = ''): readonly JournalRow[] {
  return Array.from({ length: count }, (_, index) => storedRow(`k-${String(index).padStart(6, '0')}${padding}`));
}

/** All rows, and how many came in each batch. */
export async function allRows(
  journal: UploadJournal,
): Promise<{ rows: readonly JournalRow[]; sizes: readonly number[] }> {
  const rows: JournalRow[] = [];
  const sizes: number[] = [];
  for await (const batch of journal.rows()) {
    rows.push(...batch);
    sizes.push(batch.length);
  }
  return { rows, sizes };
}

/** The code that a call rejects with; `undefined` when it resolves. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => undefined, errorCode);
}
