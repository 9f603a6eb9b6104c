import { isAbsolute } from 'node:path';
import { K4eError, createSerialQueue } from '@k4e/core';
import { MAX_JOURNAL_BATCH } from '@k4e/core/ports';
import type { CallOptions, UploadJournal } from '@k4e/core/ports';
import type { OpenSqlite } from './journal-database.ts';
import { JournalHolder } from './journal-holder.ts';
import { valuesOf } from './journal-row.ts';
import type { JournalStatements } from './journal-statements.ts';

/** Where a journal is. */
export interface SqliteJournalOptions {
  /**
   * An absolute path, for this journal and this process alone; SQLite keeps files of its own beside it. Made with the
   * first `open`, its directory too.
   */
  readonly file: string;
  /** How SQLite files are opened. Default: `node:sqlite`, loaded with the first `open`. */
  readonly openSqlite?: OpenSqlite;
}

/** An `UploadJournal` in one SQLite file. Throws `INVALID_INPUT` for a path that is not absolute. */
export function createSqliteJournal({ file, openSqlite }: SqliteJournalOptions): UploadJournal {
  if (!isAbsolute(file)) throw new K4eError('INVALID_INPUT', { subject: file, message: 'is not absolute' });
  const holder = new JournalHolder(file, openSqlite === undefined ? loadSqlite : () => Promise.resolve(openSqlite));
  const queue = createSerialQueue();
  const read = <T>(work: (journal: JournalStatements) => T, options: CallOptions = {}): Promise<T> =>
    queue.run(() => holder.read(work), options);
  // The next call is not to wait until this one is committed: they are committed together.
  const write = async (work: (journal: JournalStatements) => void, options: CallOptions = {}): Promise<void> => {
    const { committed } = await queue.run(() => holder.write(work), options);
    await committed;
  };
  return {
    open: (bucket, options) => queue.run(() => holder.open(bucket), options),
    async record(rows, options) {
      checkCount(rows.length);
      const values = rows.map(valuesOf);
      return write((journal) => journal.put(values), options);
    },
    async find(keys, options) {
      checkCount(keys.length);
      return read((journal) => journal.find(keys), options);
    },
    async forget(keys, options) {
      checkCount(keys.length);
      return write((journal) => journal.forget(keys), options);
    },
    markListed: (options) => write((journal) => journal.markListed(), options),
    async *rows(options) {
      let batch = await read((journal) => journal.rowsAfter(''), options);
      for (let last = batch.at(-1); last !== undefined; last = batch.at(-1)) {
        yield batch;
        const { key } = last;
        batch = await read((journal) => journal.rowsAfter(key), options);
      }
    },
    removeAll: (options) => queue.run(() => holder.remove(), options),
    close: () => queue.run(() => holder.close()),
  };
}

async function loadSqlite(): Promise<OpenSqlite> {
  const { DatabaseSync } = await import('node:sqlite');
  return (file) => new DatabaseSync(file);
}

function checkCount(count: number): void {
  if (count <= MAX_JOURNAL_BATCH) return;
  throw new K4eError('TOO_LARGE', { message: `${count} rows, ${MAX_JOURNAL_BATCH} are allowed`, retry: 'never' });
}
