import { K4eError } from '../foundation/index.ts';
import type { WorkloadVolumes } from '../ports/index.ts';

/** Directories of workloads in memory. */
export interface MemoryVolumes extends WorkloadVolumes {
  /** Workloads that have a directory, sorted. */
  names(): readonly string[];
  /** Makes every change reject with `STATE_UNWRITABLE`, or no longer. */
  failChanges(areFailing: boolean): void;
}

/** Creates volumes below `/volumes` with nothing in them. */
export function createMemoryVolumes(): MemoryVolumes {
  const directories = new Set<string>();
  let areFailing = false;
  const change = async (signal: AbortSignal | undefined, apply: () => void): Promise<void> => {
    await Promise.resolve();
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    if (areFailing) throw new K4eError('STATE_UNWRITABLE', { subject: 'volumes' });
    apply();
  };
  return {
    pathOf: (workload) => `/volumes/${workload}`,
    ensure: (workload, { signal } = {}) => change(signal, () => void directories.add(workload)),
    removeAll: ({ signal } = {}) => change(signal, () => directories.clear()),
    names: () => [...directories].sort(),
    failChanges: (value) => void (areFailing = value),
  };
}
