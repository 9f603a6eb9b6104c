import type { LinkState } from '../../ports/index.ts';
import type { WorkloadReport } from '../workloads/index.ts';

/** How the way to the control plane is. */
export interface LinkStatus {
  /** As the link says it; `unknown` before it has said anything. */
  readonly state: LinkState['state'] | 'unknown';
  /** Since when, in monotonic milliseconds. */
  readonly sinceMs: number;
  /** Why the control plane is not reached; of `waiting` alone. */
  readonly cause?: string;
}

/** How a workload fares, and whether the configuration has it: one that it has not is being removed. */
export interface WorkloadStatus extends Pick<WorkloadReport, 'name' | 'status' | 'message'> {
  readonly isWanted: boolean;
}

/** Something that is wrong with the device rather than with a workload, while it is. */
export interface DeviceTrouble {
  readonly part: 'configuration' | 'runtime' | 'firewall' | 'uploads';
  readonly message: string;
}

/** Something that went wrong. */
export interface DeviceFault {
  /** When it did first; it may have again since. Monotonic milliseconds. */
  readonly sinceMs: number;
  readonly message: string;
}

/** How a device is. Never holds a secret. */
export interface DeviceStatus {
  readonly link: LinkStatus;
  /** Version of the configuration that is in force and saved; absent before the first. */
  readonly appliedVersion: string | undefined;
  /** By name. */
  readonly workloads: readonly WorkloadStatus[];
  /** At most one of each part. */
  readonly troubles: readonly DeviceTrouble[];
  /** The last thing that went wrong, which may be over. */
  readonly lastFault: DeviceFault | undefined;
}
