import type { OpenPort } from '../../ports/index.ts';
import type { RemovalCause } from './removal-cause.ts';

/** What happens on a device, by type; each with what an embedder needs to show it. */
export interface DeviceActivities {
  /** The persisted configuration was read at the start. */
  readonly configurationRestored: { readonly version: string; readonly workloads: number };
  /** A new configuration was accepted. */
  readonly configurationAccepted: { readonly version: string; readonly workloads: number };
  /** A configuration is in force and persisted: the next heartbeat names its version. */
  readonly configurationApplied: { readonly version: string };
  /** A configuration was refused whole; the one before stays in force. */
  readonly configurationRefused: { readonly message: string };
  /** A workload of the configuration cannot be run as it is written. */
  readonly workloadRefused: { readonly workload: string; readonly message: string };
  /** A state document cannot be read; it is taken for absent. */
  readonly stateDamaged: { readonly document: string; readonly message: string };
  /** A state document could not be written; it is tried again. */
  readonly stateNotSaved: { readonly document: string; readonly message: string };
  readonly workloadStarting: { readonly workload: string };
  readonly workloadStarted: { readonly workload: string; readonly durationMs: number };
  /** Containers had exited and were started again. */
  readonly workloadRestarted: { readonly workload: string; readonly message: string };
  /** A start, restart or removal failed. `isNew` is false when it failed the same way before. */
  /** Containers were ended because of their probes; whether they are started again is told apart. */
  readonly workloadUnhealthy: { readonly workload: string; readonly message: string };
  readonly workloadFailed: {
    readonly workload: string;
    readonly message: string;
    readonly retryInMs: number | undefined;
    readonly isNew: boolean;
  };
  readonly workloadRemoved: { readonly workload: string; readonly cause: RemovalCause };
  /** Host ports were opened for a workload; `isEnforced` is false where the firewall opens none (rootless). */
  readonly portsOpened: {
    readonly workload: string;
    readonly ports: readonly OpenPort[];
    readonly isEnforced: boolean;
  };
  readonly portsClosed: { readonly workload: string; readonly ports: readonly OpenPort[] };
  readonly firewallFailed: { readonly message: string };
  /** Rules of somebody else keep ports closed that workloads asked for. */
  readonly portsObstructed: { readonly message: string };
  readonly runtimeUnavailable: { readonly message: string };
  /** After it was not. */
  readonly runtimeAvailable: object;
  /** Something in the storage of the container runtime was damaged, or may be, and was removed; it is made anew. */
  readonly storageRepaired: {
    readonly kind: 'pod' | 'image' | 'storage';
    readonly name: string;
    readonly message: string;
  };
  readonly registered: { readonly durationMs: number };
  readonly registrationFailed: { readonly message: string; readonly retryInMs: number };
  readonly linkConnected: object;
  readonly linkWaiting: { readonly message: string; readonly retryInMs: number };
  /** The control plane asked for a break: nothing is sent or received for that long. */
  readonly linkPaused: { readonly durationMs: number };
  /** A message of the control plane was not understood and dropped. */
  readonly messageIgnored: { readonly message: string };
  readonly heartbeatSent: { readonly version: string | undefined; readonly durationMs: number };
  readonly heartbeatFailed: { readonly message: string; readonly retryInMs: number };
  readonly hardwareUnreadable: { readonly message: string };
  /** The bucket has taken a file. `path` is relative to the export of the workload. */
  readonly fileUploaded: {
    readonly workload: string;
    readonly path: string;
    readonly key: string;
    readonly sizeBytes: number;
    readonly durationMs: number;
  };
  /** All that there was to upload of a workload is in the bucket; what was sent since the last time. */
  readonly uploadsCompleted: { readonly workload: string; readonly files: number; readonly sizeBytes: number };
  /** Files of a workload could not be uploaded. `isNew` is false when it failed the same way before. */
  readonly uploadFailed: { readonly workload: string; readonly message: string; readonly isNew: boolean };
  /** Something of a workload is never uploaded as it is. */
  readonly uploadRefused: { readonly workload: string; readonly message: string };
  /** Nothing can be uploaded: the bucket, the way to it, or the journal fails. */
  readonly uploadsBlocked: { readonly message: string; readonly retryInMs: number; readonly isNew: boolean };
  /** After it could not. */
  readonly uploadsUnblocked: object;
  /** What was known of the bucket was lost, or it is a new one: its objects were listed. */
  readonly bucketListed: { readonly objects: number };
  /** The bucket may not be listed: what is in it already is not known. */
  readonly bucketNotListed: { readonly message: string };
  /** All files of a workload that was removed, or of a device that was let go, are in the bucket. */
  readonly finalUploadCompleted: { readonly workload: string };
  /** They are not, in the time that there was; they stay on the device, and are tried further unless it was let go. */
  readonly finalUploadIncomplete: {
    readonly workload: string;
    /** Absent when they were never looked at. */
    readonly pendingFiles: number | undefined;
    readonly pendingBytes: number | undefined;
    readonly message: string | undefined;
  };
  /** The control plane has told the device to leave: everything of ours goes. */
  readonly disconnecting: object;
  /** A step of leaving failed; it is tried again. */
  readonly cleanupFailed: { readonly message: string };
  /** Everything of ours is gone, and nothing more will happen. */
  readonly disconnected: object;
}

/** A type of activity. */
export type DeviceActivityType = keyof DeviceActivities;

/** Something that happened on the device. `atMs` is wall-clock time in milliseconds since 1970. */
export type DeviceActivity = {
  readonly [T in DeviceActivityType]: { readonly type: T; readonly atMs: number } & DeviceActivities[T];
}[DeviceActivityType];

/** Where the parts of a device say what happens; never throws. */
export type Announce = <T extends DeviceActivityType>(type: T, details: DeviceActivities[T]) => void;
