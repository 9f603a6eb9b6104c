import { createTimeSlice } from '@k4e/core/reconcile';
import { parseExportPath } from '@k4e/core/ports';
import type { Clock, ExportFiles } from '@k4e/core/ports';
import { createDirectoryVolumes } from '../volumes/index.ts';
import { openExportFile } from './open-export-file.ts';
import { walkExport } from './walk-export.ts';
import { watchExports } from './watch-exports.ts';

/** Where exports are. */
export interface DirectoryExportsOptions {
  /** The directory that `createDirectoryVolumes` was given: an absolute path. */
  readonly directory: string;
  readonly clock: Clock;
}

/** The exports of workloads in the directories that `createDirectoryVolumes` makes for them. Linux, with `/proc`. */
export function createDirectoryExports({ directory, clock }: DirectoryExportsOptions): ExportFiles {
  const volumes = createDirectoryVolumes({ directory });
  const pathOf = (workload: string): string => volumes.pathOf(workload);
  return {
    async *walk(workload, source, options = {}) {
      const request = { directory: pathOf(workload), names: parseExportPath(source), ...options };
      yield* walkExport({ ...request, giveWay: createTimeSlice(clock) });
    },
    open: (workload, path, options) =>
      new Promise((resolve) =>
        resolve(openExportFile({ directory: pathOf(workload), names: parseExportPath(path) }, options)),
      ),
    changes: (workloads, { signal }) => watchExports({ pathOf, workloads, clock, signal }),
  };
}
