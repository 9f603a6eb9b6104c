import { K4eError, createSerialQueue } from '../../foundation/index.ts';
import { MAX_JOURNAL_BATCH } from '../../ports/index.ts';
import type { CallOptions, JournalRow, UploadJournal } from '../../ports/index.ts';
import { createJournalDisk } from './journal-disk.ts';

/** An upload journal in memory, with the faults of a disk at hand. What it knows outlives `close`, as on a disk. */
export interface MemoryJournal extends UploadJournal {
  /** The rows as they are, by key; none before the first `open`. */
  recorded(): ReadonlyMap<string, JournalRow>;
  /** What `open` would say of this bucket now. */
  isListed(bucket: string): boolean;
  /** As after a damage of the file: calls reject with `STATE_CORRUPT` until `open` begins anew. */
  damage(): void;
  /** From now on all that would write rejects with `STATE_UNWRITABLE`, also an `open` that drops rows; or no longer. */
  failWrites(areFailing: boolean): void;
  /** From now on `open`, `find` and `rows` reject with `STATE_UNREADABLE`, or no longer do. */
  failReads(areFailing: boolean): void;
}

/** Creates a journal that knows nothing. */
export function createMemoryJournal(): MemoryJournal {
  const queue = createSerialQueue();
  const disk = createJournalDisk();
  const run = <T>(work: () => T, { signal }: CallOptions = {}): Promise<T> =>
    queue.run(() => Promise.resolve().then(work), { signal });
  return {
    open: (bucket, options) => run(() => ({ isListed: disk.open(bucket).isListed }), options),
    async record(rows, options) {
      checkCount(rows.length);
      const copies = rows.map((row) => structuredClone(row));
      return run(() => {
        const kept = disk.write();
        for (const row of copies) kept.rows.set(row.key, row);
      }, options);
    },
    async find(keys, options) {
      checkCount(keys.length);
      return run(() => select(disk.read().rows, keys), options);
    },
    async forget(keys, options) {
      checkCount(keys.length);
      return run(() => {
        const kept = disk.write();
        for (const key of keys) kept.rows.delete(key);
      }, options);
    },
    markListed: (options) => run(() => void (disk.write().isListed = true), options),
    async *rows(options) {
      let after: JournalRow | undefined;
      for (;;) {
        const batch = await run(() => nextRows(disk.read().rows, after), options);
        after = batch.at(-1);
        if (after === undefined) return;
        yield batch;
      }
    },
    removeAll: (options) => run(() => disk.removeAll(), options),
    close: () => run(() => disk.close()),
    recorded: () => disk.kept()?.rows ?? new Map<string, JournalRow>(),
    isListed: (bucket) => disk.kept()?.bucket === bucket && disk.kept()?.isListed === true,
    damage: () => void (disk.faults.isDamaged = true),
    failWrites: (areFailing) => void (disk.faults.writesFail = areFailing),
    failReads: (areFailing) => void (disk.faults.readsFail = areFailing),
  };
}

function checkCount(count: number): void {
  if (count <= MAX_JOURNAL_BATCH) return;
  throw new K4eError('TOO_LARGE', { message: `${count} rows, ${MAX_JOURNAL_BATCH} are allowed`, retry: 'never' });
}

function select(rows: ReadonlyMap<string, JournalRow>, keys: readonly string[]): ReadonlyMap<string, JournalRow> {
  const found = new Map<string, JournalRow>();
  for (const key of keys) {
    const row = rows.get(key);
    if (row !== undefined) found.set(key, structuredClone(row));
  }
  return found;
}

const byKey = (a: JournalRow, b: JournalRow): number => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));

function nextRows(rows: ReadonlyMap<string, JournalRow>, after: JournalRow | undefined): readonly JournalRow[] {
  const rest = [...rows.values()].filter((row) => after === undefined || byKey(row, after) > 0);
  return rest
    .sort(byKey)
    .slice(0, MAX_JOURNAL_BATCH)
    .map((row) => structuredClone(row));
}
