import type { ExportedFile, FileIdentity, JournalRow } from '../../ports/index.ts';
import { isSettled } from './settled-files.ts';
import type { SettleMoment } from './settled-files.ts';

/** A file of a workload: whose, and where in its export. */
export interface FileOrigin {
  readonly workload: string;
  readonly path: string;
}

/**
 * How a file comes to the bucket.
 *
 * | check | before anything is sent |
 * |---|---|
 * | `none` | nothing: the object is another or not there |
 * | `digest` | the content is compared with what the bucket is known to have; equal is done |
 * | `head` | the store is asked what it has, which is compared; equal is done |
 */
export interface Transfer {
  readonly check: { readonly kind: 'none' | 'head' } | { readonly kind: 'digest'; readonly digest: string };
  /** Goes on with a put in parts. */
  readonly resume?: string;
  /** A put in parts of content that is no more: its parts go first. */
  readonly abandon?: string;
}

/** What is to be done about a file:
 *
 * | kind | meaning |
 * |---|---|
 * | `current` | the bucket has it |
 * | `wait` | it changed a moment ago |
 * | `contested` | its object is known to come from another file, `owner` |
 * | `transfer` | it is new or changed, as far as is known |
 */
export type UploadPlan =
  | { readonly kind: 'current' | 'wait' }
  | { readonly kind: 'contested'; readonly owner: FileOrigin }
  | { readonly kind: 'transfer'; readonly transfer: Transfer };

/** What a plan depends on besides the file and what is known of its object. */
export interface UploadCircumstances {
  readonly workload: string;
  /** `undefined`: nothing writes to the file any more, whatever its age. */
  readonly moment: SettleMoment | undefined;
  /** Whether the object may be taken from another file that it is known to come from. */
  readonly mayTakeOver: boolean;
}

/** Decides what is to be done about a file, from what the journal knows of its object. Asks nobody. Pure. */
export function planUpload(
  file: ExportedFile,
  row: JournalRow | undefined,
  { workload, moment, mayTakeOver }: UploadCircumstances,
): UploadPlan {
  const isOwn = row === undefined || row.state === 'listed' || (row.workload === workload && row.path === file.path);
  if (isOwn && row?.state === 'stored' && isSameFile(row.file, file)) return { kind: 'current' };
  if (!isOwn && !mayTakeOver) return { kind: 'contested', owner: { workload: row.workload, path: row.path } };
  if (moment !== undefined && !isSettled(file, moment)) return { kind: 'wait' };
  return { kind: 'transfer', transfer: planTransfer(file, row, isOwn) };
}

/** Whether both are the same state of the same file. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return (
    a.inode === b.inode &&
    a.sizeBytes === b.sizeBytes &&
    a.changedAtMs === b.changedAtMs &&
    a.modifiedAtMs === b.modifiedAtMs
  );
}

const AT_ONCE: Transfer = { check: { kind: 'none' } };

function planTransfer(file: ExportedFile, row: JournalRow | undefined, isOwn: boolean): Transfer {
  switch (row?.state) {
    case undefined:
      return AT_ONCE;
    case 'stored':
      return row.file.sizeBytes === file.sizeBytes && row.digest !== undefined ? comparing(row.digest) : AT_ONCE;
    case 'listed':
      if (row.sizeBytes !== file.sizeBytes) return AT_ONCE;
      return row.digest === undefined ? { check: { kind: 'head' } } : comparing(row.digest);
    case 'begun': {
      const { resume } = row;
      const check = { kind: 'head' } as const;
      if (resume === undefined) return { check };
      return isOwn && isSameFile(row.file, file) ? { check, resume } : { check, abandon: resume };
    }
  }
}

function comparing(digest: string): Transfer {
  return { check: { kind: 'digest', digest } };
}
