import type { Stats } from 'node:fs';
import { MAX_WALK_BATCH } from '@k4e/core/ports';
import type { ExportedFile, FileIdentity, RefusedEntry, WalkBatch } from '@k4e/core/ports';

/** What a walk has seen and not yet told. */
export interface WalkCollector {
  file(path: string, stats: Stats): void;
  refuse(path: string, reason: string): void;
  /** What is there to tell: a batch that is full, or at the end of the walk any that is not empty. */
  take(isEnd?: boolean): WalkBatch | undefined;
}

/** The state of a file, as the ports tell it. */
export function identityOf({ size, mtimeMs, ctimeMs, ino }: Stats): FileIdentity {
  return { sizeBytes: size, modifiedAtMs: mtimeMs, changedAtMs: ctimeMs, inode: ino };
}

/** Creates a collector with nothing in it. */
export function createWalkCollector(): WalkCollector {
  let files: ExportedFile[] = [];
  let refused: RefusedEntry[] = [];
  return {
    file: (path, stats) => void files.push({ path, ...identityOf(stats) }),
    refuse: (path, reason) => void refused.push({ path: path === '' ? '.' : path, reason }),
    take(isEnd = false) {
      const count = files.length + refused.length;
      if (count < (isEnd ? 1 : MAX_WALK_BATCH)) return undefined;
      const batch = { files, refused };
      files = [];
      refused = [];
      return batch;
    },
  };
}
