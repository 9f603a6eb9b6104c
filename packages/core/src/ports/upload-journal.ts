import type { CallOptions } from './call-options.ts';
import type { FileIdentity } from './export-files.ts';

/**
 * What is known of one object of the bucket:
 *
 * | state | meaning |
 * |---|---|
 * | `stored` | the bucket has it, and it is the content that `file` had |
 * | `begun` | a put of `file` was begun and is not known to have ended; `resume` goes on with one in parts |
 * | `listed` | a listing of the bucket showed it, with `sizeBytes` and `digest`; no file was compared with it yet |
 */
export type JournalRow = JournalRowOrigin &
  (
    | { readonly state: 'stored'; readonly file: FileIdentity; readonly digest?: string }
    | { readonly state: 'begun'; readonly file: FileIdentity; readonly resume?: string }
    | { readonly state: 'listed'; readonly sizeBytes: number; readonly digest?: string }
  );

/** Which object a row is about, and the file that it comes from: both empty for `listed`. */
export interface JournalRowOrigin {
  readonly key: string;
  readonly workload: string;
  /** Relative to the export of the workload. */
  readonly path: string;
}

/**
 * What the device knows of its bucket without asking it. Constant memory, whatever the number of rows.
 *
 * | call | outcome |
 * |---|---|
 * | `open` of the bucket that it is about | rows stay; resolves to whether the bucket was listed since the journal began |
 * | `open` of another bucket, or of a journal that is damaged, of another format or missing | rows are dropped; resolves to `{ isListed: false }` |
 * | `record` | all rows or none, and when it resolves they are lost neither by the death of the process nor by a power cut. A row takes the place of the one with its key |
 * | `find` | rows of these keys, where there are any; at most `MAX_JOURNAL_BATCH` keys |
 * | `forget` | those rows are gone; at most `MAX_JOURNAL_BATCH` keys |
 * | `markListed` | `open` says from now on that the bucket was listed |
 * | `rows` | all rows in the order of keys (as bytes of UTF-8), in batches; rows that come and go meanwhile may be seen or not |
 * | `removeAll` | as if it had never been; nothing is left on disk |
 * | a call that comes upon damage | rejects with `STATE_CORRUPT`, and so do all until the next `open`, which drops the rows |
 * | a call without `open` before it, or after `close` or `removeAll` | rejects with `INTERNAL`; `open` may come again |
 * | more than `MAX_JOURNAL_BATCH` rows or keys | rejects with `TOO_LARGE`, nothing is done |
 *
 * Calls take effect in the order in which they are made. Reject with `ABORTED`, and with `STATE_UNREADABLE` and
 * `STATE_UNWRITABLE` when the disk does; then the rows are as before.
 */
export interface UploadJournal {
  open(bucket: string, options?: CallOptions): Promise<{ readonly isListed: boolean }>;
  record(rows: readonly JournalRow[], options?: CallOptions): Promise<void>;
  find(keys: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, JournalRow>>;
  forget(keys: readonly string[], options?: CallOptions): Promise<void>;
  markListed(options?: CallOptions): Promise<void>;
  rows(options?: CallOptions): AsyncIterable<readonly JournalRow[]>;
  removeAll(options?: CallOptions): Promise<void>;
  /** Lets go of the disk. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** Most keys of one `find`, and most rows of one `record` and of one batch of `rows`. */
export const MAX_JOURNAL_BATCH = 1_000;
