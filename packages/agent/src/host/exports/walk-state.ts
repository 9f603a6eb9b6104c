import type { Descriptors } from './descriptors.ts';
import type { EntryReader } from './entry-reader.ts';
import type { ExportRoot } from './export-root.ts';
import type { WalkCollector } from './walk-batch.ts';

/** A directory that a walk is in. */
export interface WalkedDirectory {
  readonly descriptor: number;
  readonly entries: EntryReader;
  /** Relative to the export, by the way that the walk took; empty for the export itself. */
  readonly path: string;
}

/** Where a walk is. Memory goes with its depth alone. */
export interface WalkState {
  readonly root: ExportRoot;
  readonly descriptors: Descriptors;
  readonly collector: WalkCollector;
  /** What was asked for, relative to the export. */
  readonly source: string;
  /** Directories from the export down to the source, both included. */
  readonly sourceTrail: readonly number[];
  /** Directories from the source down to where the walk is, both included. */
  readonly directories: WalkedDirectory[];
  /** Entries that were looked at; names in links count too. */
  lookedAt: number;
  isDepthTold: boolean;
}

/** Leaves the directory that the walk is in. */
export function leaveDirectory({ directories, descriptors }: WalkState): void {
  const left = directories.pop();
  if (left === undefined) return;
  left.entries.close();
  if (directories.length > 0) descriptors.close(left.descriptor);
}
