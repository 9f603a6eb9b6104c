import type { CallOptions } from './call-options.ts';

/** What tells one state of a file from another. Times are milliseconds since 1970, with fractions. */
export interface FileIdentity {
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Of the inode, by the wall clock of this machine: cannot be set by programs, unlike `modifiedAtMs`. */
  readonly changedAtMs: number;
  readonly inode: number;
}

/** A file below the export of a workload. `path` is relative to the export, with `/`. */
export interface ExportedFile extends FileIdentity {
  readonly path: string;
}

/** Something below an export that is never uploaded, and why, in words. */
export interface RefusedEntry {
  /** Relative to the export. Bytes of names that are not UTF-8 are written as `\xff`. */
  readonly path: string;
  readonly reason: string;
}

/** What a walk sees: files, and what is refused. At most `MAX_WALK_BATCH` entries. */
export interface WalkBatch {
  readonly files: readonly ExportedFile[];
  readonly refused: readonly RefusedEntry[];
}

/** How a file is read. */
export interface ReadOptions extends CallOptions {
  /** Where the bytes may be put: room for all of them. What `read` resolves with is a part of it then, or not. */
  readonly into?: Uint8Array;
}

/** A file that was opened; it stays the same file whatever happens to its path. */
export interface OpenFile {
  /** As it is now. */
  identify(options?: CallOptions): Promise<FileIdentity>;
  /** Up to `lengthBytes` from `offset`; fewer only at its end. */
  read(offset: number, lengthBytes: number, options?: ReadOptions): Promise<Uint8Array>;
  /** Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * The files that workloads leave in `/export`. Workloads are not trusted: nothing outside the export of the workload is
 * ever read, whatever links, races and special files it makes.
 *
 * | call | outcome |
 * |---|---|
 * | `walk` of a directory | every regular file below it, once; symbolic links to files within the export count as files at the link's path, links to directories are not followed; `.` is the export itself |
 * | `walk` of a file | that file |
 * | `walk` of what is not there | nothing |
 * | `walk` of what links within the export lead to | what they lead to, at the path that was asked for |
 * | `walk` meets a link out of the export or in a circle, a device, a socket, a pipe, a name that is not UTF-8, a path longer than `MAX_EXPORT_PATH_BYTES`, what may not be read | `refused` |
 * | `walk` meets a link to what is not there | nothing |
 * | `walk` meets directories deeper than `MAX_WALK_DEPTH`, or more than `MAX_WALK_ENTRIES` | the excess is `refused` as one |
 * | `walk` of an absolute source, or one with `..` | rejects with `INVALID_INPUT` |
 * | `walk` of what changes meanwhile | entries that come or go may be seen or not |
 * | `open` | the regular file at `path`, or that links within the export lead to; `NOT_FOUND` when there is none, `INVALID_INPUT` when it is refused as above |
 * | `identify`, `read` | of the file that was opened: what takes its place is another file; what is written into it is seen |
 * | `changes` | yields the name of a workload after something below its export changed; may repeat, coalesce and miss: look again now and then all the same. Watches the exports of `workloads` only, also those that are not there yet. Ends only by `signal`, without an error |
 *
 * Links are read as the containers see them: absolute ones begin with `/export`. Workloads are named as in
 * `WorkloadVolumes`; anything else is `INVALID_INPUT`. All but `changes` reject with `ABORTED`, and with
 * `STATE_UNREADABLE` when the disk fails or refuses.
 */
export interface ExportFiles {
  walk(workload: string, source: string, options?: CallOptions): AsyncIterable<WalkBatch>;
  open(workload: string, path: string, options?: CallOptions): Promise<OpenFile>;
  changes(workloads: readonly string[], options: { readonly signal: AbortSignal }): AsyncIterable<string>;
}

/** Most entries of a batch; none is empty. */
export const MAX_WALK_BATCH = 1_000;
/** Most directories that are entered within each other. */
export const MAX_WALK_DEPTH = 64;
/** Most entries of directories that one walk looks at; names that links lead through count too. */
export const MAX_WALK_ENTRIES = 1_000_000;
/** Most links on the way to one file, as Linux has it. */
export const MAX_EXPORT_LINKS = 40;
