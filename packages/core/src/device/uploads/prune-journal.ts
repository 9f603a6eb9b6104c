import { sleep } from '../../foundation/index.ts';
import type { Clock, ExportFiles, JournalRow, ObjectStore, UploadJournal } from '../../ports/index.ts';
import { journalled } from './failure-scope.ts';
import { isThere } from './object-owner.ts';

/** Between two batches of rows that are looked at, in milliseconds: the work is spread. */
export const PRUNE_PAUSE_MS = 10_000;

/** What pruning works with. */
export interface PruneParts {
  readonly journal: UploadJournal;
  readonly exports: ExportFiles;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Keys of objects that are being brought to the bucket, or pruned. */
  readonly claims: Set<string>;
}

/**
 * Forgets objects whose files are gone, and those that were only listed and that no file has asked for. The objects stay in
 * the bucket; parts of uploads that nobody will go on with do not. Resolves when all rows were looked at; rejects with
 * `ABORTED`, a `JournalFailure`, or as export and store do.
 */
export async function pruneJournal(parts: PruneParts, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  const { journal, clock, claims } = parts;
  for await (const rows of journal.rows({ signal })) {
    const claimed = rows.map(({ key }) => key).filter((key) => !claims.has(key));
    for (const key of claimed) claims.add(key);
    try {
      await pruneKeys(claimed, parts, signal);
    } finally {
      for (const key of claimed) claims.delete(key);
    }
    await sleep(clock, PRUNE_PAUSE_MS, { signal });
  }
}

/** Looks the rows up again: until they were claimed, they may have changed. */
async function pruneKeys(keys: readonly string[], parts: PruneParts, signal: AbortSignal): Promise<void> {
  const rows = await journalled(parts.journal.find(keys, { signal }));
  const gone: string[] = [];
  for (const row of rows.values()) if (await isGone(row, parts, signal)) gone.push(row.key);
  if (gone.length > 0) await journalled(parts.journal.forget(gone, { signal }));
}

async function isGone(row: JournalRow, { exports, store }: PruneParts, signal: AbortSignal): Promise<boolean> {
  if (row.state === 'listed') return true;
  if (await isThere(exports, row.workload, row.path, signal)) return false;
  if (row.state === 'begun' && row.resume !== undefined) await store.abandon(row.key, row.resume, { signal });
  return true;
}
