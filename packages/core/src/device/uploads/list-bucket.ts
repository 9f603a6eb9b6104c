import { hasCode } from '../../foundation/index.ts';
import { MAX_JOURNAL_BATCH } from '../../ports/index.ts';
import type { Clock, JournalRow, ObjectStore, StoredObject, UploadJournal } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import { journalled } from './failure-scope.ts';
import { withStallLimit } from './with-stall-limit.ts';

/** What a listing works with. */
export interface ListBucketParts {
  readonly store: ObjectStore;
  readonly journal: UploadJournal;
  readonly clock: Clock;
  readonly announce: Announce;
  /** What of the bucket is of interest: see `listedPrefixes`. */
  readonly prefixes: readonly string[];
}

/**
 * Takes down in the journal what is in the bucket. A bucket that may not be listed is taken for listed. Rejects with
 * `ABORTED`, `TIMEOUT`, a `JournalFailure`, or as the store does.
 */
export async function listBucket(parts: ListBucketParts, signal: AbortSignal): Promise<void> {
  const { journal, announce, clock } = parts;
  try {
    const objects = await withStallLimit({ clock, signal, subject: 'listing' }, (inner, noteProgress) =>
      recordObjects(parts, inner, noteProgress),
    );
    announce('bucketListed', { objects });
  } catch (error) {
    if (!hasCode(error, 'STORAGE_REFUSED')) throw error;
    announce('bucketNotListed', { message: error instanceof Error ? error.message : '' });
  }
  await journalled(journal.markListed({ signal }));
}

async function recordObjects(
  { store, journal, prefixes }: ListBucketParts,
  signal: AbortSignal,
  noteProgress: () => void,
): Promise<number> {
  let objects = 0;
  for (const prefix of prefixes) {
    for await (const page of store.list(prefix, { signal })) {
      noteProgress();
      const rows = page.filter(({ key }) => isBelow(key, prefix)).map(toRow);
      for (let at = 0; at < rows.length; at += MAX_JOURNAL_BATCH) {
        await journalled(journal.record(rows.slice(at, at + MAX_JOURNAL_BATCH), { signal }));
      }
      objects += rows.length;
    }
  }
  return objects;
}

/** A listing of `logs` tells of `logs-old/x` too. */
function isBelow(key: string, prefix: string): boolean {
  return prefix === '' || key === prefix || key.startsWith(`${prefix}/`);
}

function toRow({ key, sizeBytes, digest }: StoredObject): JournalRow {
  return { key, workload: '', path: '', state: 'listed', sizeBytes, ...(digest === undefined ? {} : { digest }) };
}
