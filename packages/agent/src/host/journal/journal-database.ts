import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { damaged } from './journal-errors.ts';
import { createJournalFile, findJournalFile, removeJournalFile } from './journal-file.ts';
import { createStatements } from './journal-statements.ts';
import type { JournalStatements } from './journal-statements.ts';

/** Marks a SQLite file as an upload journal of k4e: `k4eu` in ASCII. */
export const APPLICATION_ID = 0x6b346575;
/** Version of the tables below. A journal of another one is begun anew: all it holds can be had from the bucket. */
export const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE about (bucket TEXT NOT NULL, is_listed INTEGER NOT NULL) STRICT;
  CREATE TABLE object (
    key TEXT NOT NULL PRIMARY KEY,
    state INTEGER NOT NULL,
    workload TEXT NOT NULL,
    path TEXT NOT NULL,
    size_bytes REAL,
    modified_at_ms REAL,
    changed_at_ms REAL,
    inode REAL,
    digest TEXT,
    resume TEXT
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * For this process alone; what is committed is in the log of writes, which is synced: neither the death of the process nor a
 * power cut loses any of it. Without the sync a cut would make the device upload again what the bucket has.
 * Half a MiB of the file is held in memory, and the log is kept at 4 MiB.
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -512;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 4194304;
`;

/** What `node:sqlite` is to a journal. */
export type OpenSqlite = (file: string) => DatabaseSync;

/** Begins a journal about `bucket`, in the place of whatever is there. Throws what SQLite and the disk say. */
export function beginJournal(openSqlite: OpenSqlite, file: string, bucket: string): JournalStatements {
  removeJournalFile(file);
  createJournalFile(file);
  return withDatabase(openSqlite, file, (db) => {
    db.exec('BEGIN');
    db.exec(SCHEMA);
    db.prepare('INSERT INTO about VALUES (?, 0)').run(bucket);
    db.exec('COMMIT');
    return createStatements(db, file);
  });
}

/**
 * Opens the journal that is there; `undefined` when there is none. Throws `STATE_CORRUPT` for one that is damaged or of
 * another format, and what SQLite and the disk say.
 */
export function openJournal(openSqlite: OpenSqlite, file: string): JournalStatements | undefined {
  const found = findJournalFile(file);
  if (found === 'nothing') return undefined;
  if (found === 'cut') throw damaged(file, 'was cut short');
  return withDatabase(openSqlite, file, (db) => {
    if (valueOf(db, 'PRAGMA application_id') !== APPLICATION_ID) throw damaged(file, 'is not a journal');
    if (valueOf(db, 'PRAGMA user_version') !== SCHEMA_VERSION) throw damaged(file, 'is of another format');
    return createStatements(db, file);
  });
}

function withDatabase<T>(openSqlite: OpenSqlite, file: string, use: (db: DatabaseSync) => T): T {
  const db = openSqlite(file);
  try {
    db.exec(SETTINGS);
    return use(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function valueOf(db: DatabaseSync, sql: string): SQLOutputValue | undefined {
  return Object.values(db.prepare(sql).get() ?? {})[0];
}
