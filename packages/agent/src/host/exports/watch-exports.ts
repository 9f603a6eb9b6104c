import type { Clock } from '@k4e/core/ports';
import { createChangedNames } from './changed-names.ts';
import { watchExport } from './export-watch.ts';
import { openWatchedTree } from './watched-tree.ts';

/** Directories that are watched at most, of all workloads together; each has an equal share. */
export const MAX_WATCHED_DIRECTORIES = 1_024;

/** Whose exports are watched. */
export interface WatchExportsOptions {
  readonly pathOf: (workload: string) => string;
  readonly workloads: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Watches from the call on, as `ExportFiles.changes` says. Throws `INVALID_INPUT` for what is no name of a workload. */
export function watchExports({ pathOf, workloads, clock, signal }: WatchExportsOptions): AsyncIterable<string> {
  const paths = new Map(workloads.map((workload) => [workload, pathOf(workload)]));
  const changed = createChangedNames(signal);
  if (signal.aborted) return changed;
  const maxDirectories = Math.max(1, Math.floor(MAX_WATCHED_DIRECTORIES / paths.size));
  const ends = [...paths].map(([workload, path]) =>
    watchExport({ path, maxDirectories, clock, openTree: openWatchedTree, onChange: () => changed.add(workload) }),
  );
  signal.addEventListener('abort', () => ends.forEach((end) => end()), { once: true });
  return changed;
}
