import type { CallOptions } from './call-options.ts';

/**
 * The directories on the device that workloads see as `/export`, one each. Their files outlive the pod, and the workload.
 *
 * | call | outcome |
 * |---|---|
 * | `pathOf` | absolute path of the workload's directory, the same for all time; touches no disk |
 * | `ensure` | the directory exists and containers of any user can write to it; files in it are untouched |
 * | `removeAll` | the directories of all workloads are gone, links in them not followed; nothing there is fine |
 *
 * Workload names are DNS subdomains of at most 63 characters; with anything else calls fail with `INVALID_INPUT`.
 * `ensure` and `removeAll` reject with `STATE_UNWRITABLE` when the disk does not let them.
 */
export interface WorkloadVolumes {
  pathOf(workload: string): string;
  ensure(workload: string, options?: CallOptions): Promise<void>;
  removeAll(options?: CallOptions): Promise<void>;
}
