import { sleep } from '../../foundation/index.ts';
import type { Clock, ExportFiles, JournalRow, ObjectStore, UploadJournal } from '../../ports/index.ts';
import { journalled, journalledItems } from './failure-scope.ts';
import { objectKey } from './object-key.ts';
import type { UploadPath } from './object-key.ts';
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
  /** What of the files of a workload is uploaded. */
  readonly pathsOf: (workload: string) => readonly UploadPath[];
}

/**
 * Forgets objects whose files are gone, those that were only listed and that no file has asked for, and uploads that nobody
 * will go on with, with their parts. The objects stay in the bucket. Resolves when all rows were looked at; rejects with
 * `ABORTED`, a `JournalFailure`, or as export and store do.
 */
export async function pruneJournal(parts: PruneParts, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  const { journal, clock, claims } = parts;
  for await (const rows of journalledItems(journal.rows({ signal }))) {
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

async function isGone(row: JournalRow, parts: PruneParts, signal: AbortSignal): Promise<boolean> {
  if (row.state === 'listed') return true;
  const isForgone = row.state === 'begun' && !isWanted(row, parts);
  if (!isForgone && (await isThere(parts.exports, row.workload, row.path, signal))) return false;
  if (row.state === 'begun' && row.resume !== undefined) {
    await parts.store.abandon(row.key, row.resume, { signal });
  }
  return true;
}

function isWanted({ key, workload, path }: JournalRow, { pathsOf }: PruneParts): boolean {
  return pathsOf(workload).some((wanted) => objectKey(wanted, path) === key);
}
