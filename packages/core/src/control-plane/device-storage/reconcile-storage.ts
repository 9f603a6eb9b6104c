import { backoffDelayMs } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER, FIELD_OWNERS, WORKLOAD_FINALIZER } from '../edge-device/field-owners.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { applyDeviceStatus } from '../write-fields.ts';
import { announceStorage } from './announce-storage.ts';
import { wantedProvisioner } from './bucket-source.ts';
import { lookAtStorage } from './look-at-storage.ts';
import type { Look } from './look-at-storage.ts';
import { COMPLAINT_RECHECK_MS, RECHECK_INTERVAL_MS, TOO_OLD_RECHECK_MS } from './plan-look.ts';
import { releaseStorage } from './release-storage.ts';
import type { ReleaseParts } from './release-storage.ts';
import { STORAGE_FINALIZER, saysStorage, storageCondition, storageFields } from './storage-fields.ts';
import { createStorageLooks } from './storage-looks.ts';
import type { StorageLooks } from './storage-looks.ts';
import { viewStorage } from './storage-view.ts';

/** Waits between looks at a bucket that is not ready, or failed in a way that passes. */
export const LOOK_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000, factor: 2, jitter: 0.3 };

/** Share of an interval that is random, so that a fleet does not look in step. */
const JITTER = 0.2;

/** What reconciling the storage of devices needs. */
export interface StorageReconcilerParts extends ReleaseParts {
  /** The one namespace in which devices can ask for what they are told. */
  readonly deviceNamespace: string;
  readonly device: (ref: ResourceRef) => EdgeDevice | undefined;
  /** Whether it carries deployments that leave files for upload. */
  readonly carriesFiles: (device: EdgeDevice) => boolean;
}

/** When to look again though nothing happens. */
export interface StorageOutcomeTiming {
  readonly requeueAfterMs?: number;
}
