import type { WorkloadReport } from '../workloads/index.ts';
import type { WorkloadStatus } from './device-status.ts';

/** How the workloads fare that there are, those that a configuration has and others that are still there. Pure. */
export function listWorkloads(
  reports: readonly WorkloadReport[],
  wanted: readonly { readonly name: string }[],
): readonly WorkloadStatus[] {
  const names = new Set(wanted.map(({ name }) => name));
  return reports.map(({ name, status, message }) => ({
    ...{ name, status, isWanted: names.has(name) },
    ...(message === undefined ? {} : { message }),
  }));
}
