import type { CallOptions } from './call-options.ts';

/** What tells one state of a file from another. Times are milliseconds since 1970, with fractions. */
export interface FileIdentity {
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Of the inode: cannot be set by programs, unlike `modifiedAtMs`. */
  readonly changedAtMs: number;
  readonly inode: number;
}

/** A file below the export of a workload. `path` is relative to the export, with `/`. */
export interface ExportedFile extends FileIdentity {
  readonly path: string;
}

/** Something below an export that is never uploaded, and why, in words. */
export interface RefusedEntry {
  readonly path: string;
  readonly reason: string;
}

/** What a walk sees: files, and what is refused. At most `MAX_WALK_BATCH` entries. */
export interface WalkBatch {
  readonly files: readonly ExportedFile[];
  readonly refused: readonly RefusedEntry[];
}

/** A file that was opened; it stays the same file whatever happens to its path. */
export interface OpenFile {
  /** As it is now. */
  identify(options?: CallOptions): Promise<FileIdentity>;
  /** Up to `lengthBytes` from `offset`; fewer only at its end. */
  read(offset: number, lengthBytes: number, options?: CallOptions): Promise<Uint8Array>;
  /** Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * The files that workloads leave in `/export`. Workloads are not trusted: nothing outside the export of the workload is
 * ever read, whatever links, races and special files it makes.
 *
 * | call | outcome |
 * |---|---|
 * | `walk` of a directory | every regular file below it, once; symbolic links to files within the export count as files at the link's path, links to directories are not followed |
 * | `walk` of a file | that file |
 * | `walk` of what is not there | nothing |
 * | `walk` meets a link out of the export, a device, a socket, a name that is not UTF-8 | `refused` |
 * | `walk` of an absolute source, or one with `..` | rejects with `INVALID_INPUT` |
 * | `walk` of what changes meanwhile | entries that come or go may be seen or not |
 * | `open` | the regular file at `path`; `NOT_FOUND` when there is none, `INVALID_INPUT` when it is refused as above |
 * | `changes` | yields the name of a workload after something below its export changed; may repeat, coalesce and miss: look again now and then all the same. Watches the exports of `workloads` only. Ends only by `signal` |
 *
 * Reject with `STATE_UNREADABLE` when the disk fails or refuses.
 */
export interface ExportFiles {
  walk(workload: string, source: string, options?: CallOptions): AsyncIterable<WalkBatch>;
  open(workload: string, path: string, options?: CallOptions): Promise<OpenFile>;
  changes(workloads: readonly string[], options: { readonly signal: AbortSignal }): AsyncIterable<string>;
}

/** Most entries of a batch. */
export const MAX_WALK_BATCH = 1_000;
