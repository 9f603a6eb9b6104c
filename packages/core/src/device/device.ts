import type {
  Clock,
  ContainerRuntime,
  DeviceLink,
  ExportFiles,
  Firewall,
  HardwareInventory,
  Logger,
  MetricsSink,
  OpenBucket,
  StateStore,
  UploadJournal,
  WorkloadVolumes,
} from '../ports/index.ts';
import type { DeviceActivity } from './activity/index.ts';
import type { DeviceSettings } from './configuration/index.ts';
import type { DeviceStatus } from './status/index.ts';
import type { WorkloadReport } from './workloads/index.ts';

/** What it takes to upload the files of workloads. */
export interface DeviceUploadParts {
  /** The exports that `volumes` keeps. */
  readonly exports: ExportFiles;
  /** Closed when the run ends. */
  readonly journal: UploadJournal;
  /** Not called before there is something to upload. */
  readonly openBucket: OpenBucket;
}

/** What a device is made of. */
export interface DeviceParts {
  /** A DNS label; the name of the EdgeDevice. */
  readonly deviceId: string;
  readonly link: DeviceLink;
  readonly runtime: ContainerRuntime;
  readonly firewall: Firewall;
  readonly state: StateStore;
  readonly volumes: WorkloadVolumes;
  readonly inventory: HardwareInventory;
  /** Absent: a device without uploads; workloads that want some are told so. */
  readonly uploads?: DeviceUploadParts;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Fresh UUIDs for messages. */
  readonly uuid: () => string;
  /** Operating system image that the device registers with (wire: `os_image_id`). Default: `unknown`. */
  readonly osImageId?: string;
  /** Hears of everything that happens, as it happens. */
  readonly onActivity?: (activity: DeviceActivity) => void;
  /** What `status` says may be otherwise than before; it is for the listener to look when it has time. Must not throw. */
  readonly onStatusChange?: () => void;
  /** Hears of the settings that a configuration brings; the link's owner wants to know of `pollIntervalMs`. */
  readonly onSettings?: (settings: DeviceSettings) => void;
}

/** How a run ended: its signal fired and workloads stay as they are, or the control plane has let the device go. */
export type DeviceOutcome = 'stopped' | 'disconnected';

/** The device's half of k4e. */
export interface Device {
  /**
   * Makes the device what its configuration says, and reports, until `signal` fires or the control plane lets the device
   * go. A device that was let go before ends at once, once everything of ours is gone. Rejects on a defect only. Runs once.
   */
  run(options: { readonly signal: AbortSignal }): Promise<DeviceOutcome>;
  /** How each workload fares now. */
  workloads(): readonly WorkloadReport[];
  /** Version of the configuration that is in force and saved. */
  appliedVersion(): string | undefined;
  /** How the device is now. */
  status(): DeviceStatus;
}
