import type { DatabaseSync } from 'node:sqlite';
import { K4eError } from '@k4e/core';
import { translateSqliteError } from './sqlite-errors.ts';

/** Writes that wait at most; beyond, callers are told to come back. */
export const MAX_WAITING_WRITES = 10_000;
/** Writes that are committed together at most: one sync of the disk for all of them. */
export const MAX_WRITES_PER_COMMIT = 256;
/** When to try again after the queue was full. */
const FULL_RETRY_MS = 1_000;

/** A write: `plan` decides without writing and may throw, which fails this write alone; `persist` writes, and its failure fails the commit. */
export interface Write<Planned> {
  readonly plan: () => Planned;
  readonly persist: (planned: Planned) => void;
}

/** Runs writes one after the other, in transactions of many. */
export interface CommitQueue {
  /** Resolves when the write is on the disk. Rejects with what `plan` threw, `STORE_UNAVAILABLE` or `STATE_CORRUPT`. */
  submit<Planned>(write: Write<Planned>): Promise<Planned>;
  /** Commits what waits, then refuses everything. */
  close(): void;
}

/** Where the queue writes, and who hears of it. */
export interface CommitQueueOptions {
  readonly db: DatabaseSync;
  readonly file: string;
  /** Called inside the transaction, after the writes. */
  readonly beforeCommit: () => void;
  readonly afterCommit: () => void;
  readonly afterRollback: () => void;
}

interface Job {
  /** Runs in the transaction; what it returns tells the caller, after the commit. */
  readonly run: () => () => void;
  readonly reject: (error: Error) => void;
}

function toJob<Planned>(
  write: Write<Planned>,
  file: string,
  resolve: (planned: Planned) => void,
  reject: (error: Error) => void,
): Job {
  const run = (): (() => void) => {
    let planned: Planned;
    try {
      planned = write.plan();
    } catch (error) {
      return () => reject(translateSqliteError(error, file));
    }
    write.persist(planned);
    return () => resolve(planned);
  };
  return { run, reject };
}

/** A queue without writes. */
export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { db, file } = options;
  let waiting: Job[] = [];
  let closed = false;

  const commit = (jobs: readonly Job[]): void => {
    try {
      db.exec('BEGIN IMMEDIATE');
      const settle = jobs.map((job) => job.run());
      options.beforeCommit();
      db.exec('COMMIT');
      for (const tell of settle) tell();
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      options.afterRollback();
      for (const job of jobs) job.reject(translateSqliteError(error, file));
      return;
    }
    options.afterCommit();
  };
  const next = (): void => {
    if (waiting.length === 0) return;
    const jobs = waiting.slice(0, MAX_WRITES_PER_COMMIT);
    waiting = waiting.slice(MAX_WRITES_PER_COMMIT);
    commit(jobs);
    if (waiting.length > 0 && !closed) setImmediate(next);
  };

  return {
    submit: (write) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new K4eError('STORE_UNAVAILABLE', { subject: file, message: 'the store is closed' }));
        if (waiting.length >= MAX_WAITING_WRITES) {
          const message = `${MAX_WAITING_WRITES} writes are waiting`;
          return reject(
            new K4eError('STORE_UNAVAILABLE', { subject: file, message, retry: { afterMs: FULL_RETRY_MS } }),
          );
        }
        if (waiting.push(toJob(write, file, resolve, reject)) === 1) setImmediate(next);
      }),
    close() {
      closed = true;
      while (waiting.length > 0) next();
    },
  };
}
