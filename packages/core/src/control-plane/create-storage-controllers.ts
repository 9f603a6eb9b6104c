import { createController } from '../reconcile/index.ts';
import type { Controller, EventRecorder } from '../reconcile/index.ts';
import type { ControlPlaneParts } from './control-plane.ts';
import { NO_STORAGE, createBucketSources, createStorageReconciler } from './device-storage/index.ts';
import { hasFiles } from './edge-device/index.ts';
import type { FleetView } from './fleet-view.ts';
import { createClaimProvisioner } from './object-bucket-claim/index.ts';
import type { ClaimProvisioner } from './object-bucket-claim/index.ts';
import { refOfKey } from './route-changes.ts';

/** What the controllers of storage need. */
export interface StorageControllersParts extends ControlPlaneParts {
  readonly events: EventRecorder;
  readonly fleet: FleetView;
  readonly drainLimitMs: number;
}

/** Creates the controller that gives devices their buckets. Its keys are devices. */
export function createStorageController(parts: StorageControllersParts): Controller {
  const { fleet, settings } = parts;
  const { storage = NO_STORAGE, deviceNamespace, gracePeriodMs, workers } = settings;
  const reconcile = createStorageReconciler({
    ...parts,
    settings: storage,
    deviceNamespace,
    gracePeriodMs,
    sources: createBucketSources({ ...parts, settings: storage, direct: parts.directBuckets }),
    device: (ref) => fleet.devices.get(ref),
    carriesFiles: (device) => fleet.carriedBy(device).some(hasFiles),
  });
  return createController({
    ...parts,
    name: 'device-storage',
    workers,
    reconcile: (key, options) => reconcile(refOfKey(key), options),
  });
}

/** Creates the provisioner of ObjectBucketClaims, where the settings ask for one and there is an endpoint to make buckets on. */
export function createClaims(parts: StorageControllersParts): ClaimProvisioner | undefined {
  const { settings, directBuckets: direct } = parts;
  const { storage = NO_STORAGE, deviceNamespace: namespace, gracePeriodMs, workers } = settings;
  if (storage.claimProvisioner === undefined || direct === undefined) return undefined;
  const { storageClassName } = storage.claimProvisioner;
  const { reclaimPolicy } = storage;
  return createClaimProvisioner({
    ...parts,
    direct,
    namespace,
    storageClassName,
    reclaimPolicy,
    gracePeriodMs,
    workers,
  });
}
