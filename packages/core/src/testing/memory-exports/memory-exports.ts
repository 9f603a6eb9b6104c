import { K4eError } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import { MAX_WALK_BATCH, checkWorkloadName, parseExportPath } from '../../ports/index.ts';
import type { Clock, ExportFiles } from '../../ports/index.ts';
import { createChangeBell } from './change-bell.ts';
import { createExportFaults } from './export-faults.ts';
import type { ExportCall } from './export-faults.ts';
import { createMemoryHands } from './memory-hands.ts';
import type { MemoryHands } from './memory-hands.ts';
import { openMemoryFile } from './memory-open-file.ts';
import type { MemoryFile, MemoryTree } from './memory-tree.ts';
import { walkTree } from './walk-tree.ts';

/** Exports in memory, the hands of the workloads that write to them, and the faults of a disk. */
export interface MemoryExports extends ExportFiles, MemoryHands {
  /** From now on that call rejects with `code`, for one workload or all; with `undefined` it no longer does. */
  fail(call: ExportCall, code: ErrorCode | undefined, workload?: string): void;
  /** From now on `changes` tells nothing, or tells again. */
  missChanges(areMissed: boolean): void;
  /** Called before each `read`: the moment to change the file meanwhile. */
  onRead(hook: (path: string, offset: number) => void): void;
  /** Files that were opened and not closed. */
  openCount(): number;
  /** Walks that were begun. */
  walkCount(): number;
}

/** How exports in memory behave. */
export interface MemoryExportsOptions {
  /**
   * Gives files their times; two changes at the same moment look the same, as on a disk with coarse times. Default: time
   * of its own, that moves with each change.
   */
  readonly clock?: Pick<Clock, 'nowMs'>;
  /** Entries of a batch. Default `MAX_WALK_BATCH`. */
  readonly batchSize?: number;
}

function findFile(tree: MemoryTree | undefined, path: string): MemoryFile {
  const found = tree?.follow(parseExportPath(path));
  if (found?.kind === 'file') return found.file;
  if (found?.kind === 'refused')
    throw new K4eError('INVALID_INPUT', { subject: path, message: found.reason, retry: 'never' });
  throw new K4eError('NOT_FOUND', { subject: path, message: 'there is no such file' });
}

/** Creates exports without any workload. A workload has an export as soon as something is written to it. */
export function createMemoryExports(options: MemoryExportsOptions = {}): MemoryExports {
  const trees = new Map<string, MemoryTree>();
  const bell = createChangeBell();
  const faults = createExportFaults();
  let readHook: (path: string, offset: number) => void = () => undefined;
  let openCount = 0;
  let walkCount = 0;
  return {
    ...createMemoryHands(trees, (workload) => bell.ring(workload), options.clock),
    async *walk(workload, source, callOptions) {
      checkWorkloadName(workload);
      const names = parseExportPath(source);
      walkCount++;
      faults.check('walk', workload, callOptions);
      for (const batch of walkTree(trees.get(workload), names, options.batchSize ?? MAX_WALK_BATCH)) {
        await Promise.resolve();
        faults.check('walk', workload, callOptions);
        yield batch;
      }
    },
    async open(workload, path, callOptions) {
      await Promise.resolve();
      checkWorkloadName(workload);
      parseExportPath(path);
      faults.check('open', workload, callOptions);
      const file = findFile(trees.get(workload), path);
      openCount++;
      return openMemoryFile(file, {
        workload,
        path,
        faults,
        onRead: (readPath, offset) => readHook(readPath, offset),
        onClose: () => (openCount -= 1),
      });
    },
    changes: (workloads, { signal }) => bell.listen(workloads, signal),
    fail: (call, code, workload) => faults.fail(call, code, workload),
    missChanges: (areMissed) => bell.mute(areMissed),
    onRead: (hook) => void (readHook = hook),
    openCount: () => openCount,
    walkCount: () => walkCount,
  };
}
