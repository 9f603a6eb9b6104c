import { closeSync, lstatSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { K4eError } from '@k4e/core';

const OWNER_ONLY = 0o600;
const DIRECTORY_OWNER_ONLY = 0o700;

/** What SQLite keeps beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/** Where SQLite's file header says how large a page is, and how many there are. */
const HEADER = { bytes: 100, pageSizeAt: 16, pageCountAt: 28, largestPageSize: 65_536 } as const;

/** What is at the place of a journal: nothing, a file that may be one, or one that was cut short. */
export type FoundFile = 'nothing' | 'file' | 'cut';

/** Looks at the place of a journal. Throws `STATE_UNREADABLE` for what is no file: it is not ours to take away. */
export function findJournalFile(file: string): FoundFile {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return 'nothing';
  if (!stats.isFile()) throw new K4eError('STATE_UNREADABLE', { subject: file, message: 'is not a file' });
  const log = lstatSync(`${file}-wal`, { throwIfNoEntry: false });
  const hasLog = log !== undefined && log.size > 0;
  // With a log that holds pages the file may rightly be shorter.
  return stats.size === 0 || (!hasLog && stats.size < sizeByHeader(file)) ? 'cut' : 'file';
}

/** Makes an empty file for its owner alone, and the directory for it; what SQLite puts beside it gets the same mode. */
export function createJournalFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: DIRECTORY_OWNER_ONLY });
  closeSync(openSync(file, 'wx', OWNER_ONLY));
}

/** Takes a journal away, with all that SQLite keeps beside it. Nothing there is fine. */
export function removeJournalFile(file: string): void {
  for (const companion of ['', ...COMPANIONS]) rmSync(`${file}${companion}`, { force: true });
}

/** How large the header says that the file is, in bytes. SQLite itself reads what is missing of a last page as zeros. */
function sizeByHeader(file: string): number {
  const header = Buffer.alloc(HEADER.bytes);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header);
  } finally {
    closeSync(descriptor);
  }
  const pageSize = header.readUInt16BE(HEADER.pageSizeAt);
  return (pageSize === 1 ? HEADER.largestPageSize : pageSize) * header.readUInt32BE(HEADER.pageCountAt);
}
