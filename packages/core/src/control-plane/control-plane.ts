import type { Clock, Logger, MetricsSink, ResourceStore } from '../ports/index.ts';
import type { DirectBuckets, StorageSettings } from './device-storage/index.ts';
import type { EdgeApi } from './edge-api/index.ts';
import type { Replica } from './edge-device/index.ts';

/** Default of `ControlPlaneSettings.gracePeriodMs`: two minutes. */
export const DEFAULT_GRACE_PERIOD_MS = 120_000;

/** What an operator's administrator decides. */
export interface ControlPlaneSettings {
  /** The namespace that devices register in (wire: upstream always uses `default`). */
  readonly deviceNamespace: string;
  /** How long a deletion waits for a device that does not answer before it completes without it. */
  readonly gracePeriodMs: number;
  /** Which replica this is; where replicas tell each other whom they heard. */
  readonly replica: Replica;
  /** Controllers work on this many devices, and deployments, at once. */
  readonly workers: number;
  /** Where devices have their buckets from. Default `NO_STORAGE`. */
  readonly storage?: StorageSettings;
}

/** What the control plane is made of. */
export interface ControlPlaneParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly settings: ControlPlaneSettings;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Fresh UUIDs for messages. */
  readonly uuid: () => string;
  /** The S3 endpoint on which buckets are made, where there is one. */
  readonly directBuckets?: DirectBuckets | undefined;
}

/** The whole of k4e on the cluster's side, without transport and process. */
export interface ControlPlane {
  readonly edgeApi: EdgeApi;
  /** Keeps the caches that everything reads from; every replica runs it. Ends by `signal`. */
  watch(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Reconciles; only the leader runs it. Resolves after `signal`, when running work has ended. */
  reconcile(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Whether the caches have been filled once: before that the edge API answers `STORE_UNAVAILABLE`. */
  synced(): boolean;
}
