import type { SQLInputValue } from 'node:sqlite';
import type { FileIdentity, JournalRow } from '@k4e/core/ports';
import { damaged } from './journal-errors.ts';

/** The columns of a row, in their order. All but the first four are empty where the state has no such thing. */
export const COLUMNS = [
  'key',
  'state',
  'workload',
  'path',
  'size_bytes',
  'modified_at_ms',
  'changed_at_ms',
  'inode',
  'digest',
  'resume',
] as const;

/** What a row is made of, in the order of `COLUMNS`. */
export type RowValues = readonly SQLInputValue[];

const STATES: readonly JournalRow['state'][] = ['stored', 'begun', 'listed'];

/** A row as the database takes it. */
export function valuesOf(row: JournalRow): RowValues {
  const file: Partial<FileIdentity> = row.state === 'listed' ? { sizeBytes: row.sizeBytes } : row.file;
  const { sizeBytes = null, modifiedAtMs = null, changedAtMs = null, inode = null } = file;
  const digest = row.state === 'begun' ? null : (row.digest ?? null);
  const resume = row.state === 'begun' ? (row.resume ?? null) : null;
  const origin = [row.key, STATES.indexOf(row.state), row.workload, row.path];
  return [...origin, sizeBytes, modifiedAtMs, changedAtMs, inode, digest, resume];
}

/**
 * A row as the database gave it: the values of `COLUMNS`, in an array. Throws `STATE_CORRUPT` for one that was not made by
 * `valuesOf`.
 */
export function toJournalRow(values: unknown, file: string): JournalRow {
  if (!isArray(values)) throw damaged(file, 'a row is not one of ours');
  const [key, stateIndex, workload, path, sizeBytes, modifiedAtMs, changedAtMs, inode, digest, resume] = values;
  const state = typeof stateIndex === 'number' ? STATES[stateIndex] : undefined;
  const fail = (): never => {
    throw damaged(file, 'a row is not one of ours');
  };
  const text = (value: unknown): string => (typeof value === 'string' ? value : fail());
  const number = (value: unknown): number => (typeof value === 'number' ? value : fail());
  const origin = { key: text(key), workload: text(workload), path: text(path) };
  const identify = (): FileIdentity => ({
    sizeBytes: number(sizeBytes),
    modifiedAtMs: number(modifiedAtMs),
    changedAtMs: number(changedAtMs),
    inode: number(inode),
  });
  const digested = digest === null ? {} : { digest: text(digest) };
  switch (state) {
    case 'stored':
      return { ...origin, state, file: identify(), ...digested };
    case 'begun':
      return { ...origin, state, file: identify(), ...(resume === null ? {} : { resume: text(resume) }) };
    case 'listed':
      return { ...origin, state, sizeBytes: number(sizeBytes), ...digested };
    case undefined:
      return fail();
  }
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
