import type { DatabaseSync } from 'node:sqlite';
import { MAX_JOURNAL_BATCH } from '@k4e/core/ports';
import type { JournalRow } from '@k4e/core/ports';
import { damaged } from './journal-errors.ts';
import { COLUMNS, toJournalRow } from './journal-row.ts';
import type { RowValues } from './journal-row.ts';

const ALL = COLUMNS.map((column) => `object.${column}`).join(', ');
const UPDATES = COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`);
const SQL = {
  put: `INSERT INTO object (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})
    ON CONFLICT (key) DO UPDATE SET ${UPDATES.join(', ')}`,
  // One statement for all keys: many times a statement for each costs twice as much.
  find: `SELECT ${ALL} FROM json_each(?) AS asked CROSS JOIN object ON object.key = asked.value`,
  forget: 'DELETE FROM object WHERE key = ?',
  next: `SELECT ${ALL} FROM object WHERE key > ? ORDER BY key LIMIT ${MAX_JOURNAL_BATCH}`,
} as const;

/**
 * The calls of an open journal. Each throws what SQLite says, and `STATE_CORRUPT` for rows that are not ours. What writes
 * does so between `begin` and `commit`.
 */
export interface JournalStatements {
  readonly bucket: string;
  isListed(): boolean;
  begin(): void;
  commit(): void;
  /** Nothing since `begin` was done; nothing begun is fine. */
  rollback(): void;
  markListed(): void;
  put(rows: readonly RowValues[]): void;
  find(keys: readonly string[]): ReadonlyMap<string, JournalRow>;
  forget(keys: readonly string[]): void;
  /** The rows after `key`, in order, at most `MAX_JOURNAL_BATCH`. */
  rowsAfter(key: string): readonly JournalRow[];
  close(): void;
}

/** Prepares the calls. Throws `STATE_CORRUPT` when the tables are not those of a journal. */
export function createStatements(db: DatabaseSync, file: string): JournalStatements {
  const bucket = db.prepare('SELECT bucket FROM about').get()?.bucket;
  if (typeof bucket !== 'string') throw damaged(file, 'does not say which bucket it is about');
  const put = db.prepare(SQL.put);
  const find = db.prepare(SQL.find);
  const forget = db.prepare(SQL.forget);
  const next = db.prepare(SQL.next);
  find.setReturnArrays(true);
  next.setReturnArrays(true);
  const isListed = db.prepare('SELECT is_listed FROM about');
  return {
    bucket,
    isListed: () => isListed.get()?.is_listed === 1,
    begin: () => db.exec('BEGIN IMMEDIATE'),
    commit: () => db.exec('COMMIT'),
    // SQLite has ended it by itself after some failures.
    rollback: () => (db.isTransaction ? db.exec('ROLLBACK') : undefined),
    markListed: () => db.exec('UPDATE about SET is_listed = 1'),
    put: (rows) => rows.forEach((values) => put.run(...values)),
    find(keys) {
      const rows = find.all(JSON.stringify(keys)).map((values) => toJournalRow(values, file));
      return new Map(rows.map((row) => [row.key, row]));
    },
    forget: (keys) => keys.forEach((key) => forget.run(key)),
    rowsAfter: (key) => next.all(key).map((values) => toJournalRow(values, file)),
    close: () => db.close(),
  };
}
