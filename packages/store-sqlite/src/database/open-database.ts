import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { K4eError, systemCode } from '@k4e/core';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { translateSqliteError } from './sqlite-errors.ts';

/** The file name of a store that lives in memory and is gone with the process. */
export const IN_MEMORY = ':memory:';

const OWNER_ONLY = 0o600;

function createTables(db: DatabaseSync): void {
  db.exec(
    `BEGIN; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`,
  );
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the file whole under another name first: an empty or half-made file is then always damage, never a beginning. */
function createFile(file: string): void {
  const draft = `${file}.new-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    const db = new DatabaseSync(draft);
    createTables(db);
    db.close();
    chmodSync(draft, OWNER_ONLY);
    linkSync(draft, file);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncDirectory(dirname(file));
}

function corrupt(file: string, message: string): K4eError {
  return new K4eError('STATE_CORRUPT', { subject: file, message, retry: 'never' });
}

/** Where SQLite's file header says how large a page is, and how many there are. */
const HEADER = { bytes: 100, pageSizeAt: 16, pageCountAt: 28, largestPageSize: 65_536 } as const;

/** How large the header says the file is, in bytes; 0 for what is too short to have one. */
function sizeByHeader(file: string): number {
  const header = Buffer.alloc(HEADER.bytes);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, header) < HEADER.bytes) return 0;
  } finally {
    closeSync(descriptor);
  }
  const pageSize = header.readUInt16BE(HEADER.pageSizeAt);
  return (pageSize === 1 ? HEADER.largestPageSize : pageSize) * header.readUInt32BE(HEADER.pageCountAt);
}

/**
 * Refuses a file that was cut: SQLite reads what is missing of a last page as zeros. With a log that holds pages the
 * file may rightly be shorter.
 */
function checkSize(file: string): void {
  const { size } = statSync(file);
  if (size === 0) throw corrupt(file, 'the database was cut to nothing');
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if ((log === undefined || log.size === 0) && size < sizeByHeader(file))
    throw corrupt(file, 'the database was cut short');
}

function prepareFile(file: string): void {
  if (existsSync(file)) return checkSize(file);
  if (existsSync(`${file}-wal`)) {
    throw corrupt(
      file,
      'the database is missing, and its log is there; restore it from a backup, or move the log away too',
    );
  }
  createFile(file);
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function checkFile(db: DatabaseSync, file: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) {
    throw new K4eError('CONFIG_INVALID', {
      subject: file,
      message: 'this is a database of something else',
      retry: 'never',
    });
  }
  const version = pragma(db, 'user_version');
  if (version !== SCHEMA_VERSION) {
    const message = `its schema has version ${String(version)}; this k4e knows ${SCHEMA_VERSION}`;
    throw new K4eError('CONFIG_INVALID', { subject: file, message, retry: 'never' });
  }
  const found = pragma(db, 'quick_check(1)');
  if (found === 'ok') return;
  throw corrupt(file, `the database is damaged: ${String(found)}`);
}

/**
 * Opens the database at `file` for this process alone, and makes it when there is none. Each commit is on the disk when
 * it returns (write-ahead log, full sync). Throws `STATE_CORRUPT` for a damaged file, `CONFIG_INVALID` for a foreign or newer one,
 * `STORE_UNAVAILABLE` when another process has it or it cannot be opened.
 */
export function openDatabase(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (file !== IN_MEMORY) prepareFile(file);
    db = new DatabaseSync(file);
    if (file === IN_MEMORY) createTables(db);
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT;',
    );
    checkFile(db, file);
    return db;
  } catch (error) {
    if (db?.isOpen) db.close();
    throw translateSqliteError(error, file);
  }
}
