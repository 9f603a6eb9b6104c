import type { CallOptions } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER, WORKLOAD_FINALIZER } from '../edge-device/index.ts';
import { wantedProvisioner } from './bucket-source.ts';
import { STORAGE_FINALIZER, storageCondition } from './storage-fields.ts';
import { createStorageLooks } from './storage-looks.ts';
import { StoragePasses } from './storage-passes.ts';
import type { StoragePassParts } from './storage-passes.ts';
import { removeStorageSecret } from './storage-secret.ts';
import { viewStorage } from './storage-view.ts';

/** What reconciling the storage of devices needs. */
export interface StorageReconcilerParts extends StoragePassParts {
  /** The one namespace in which devices can ask for what they are told. */
  readonly deviceNamespace: string;
  readonly device: (ref: ResourceRef) => EdgeDevice | undefined;
}

/** When to look again though nothing happens. */
export interface StorageOutcomeTiming {
  readonly requeueAfterMs?: number;
}

type Reconcile = (ref: ResourceRef, options?: CallOptions) => Promise<StorageOutcomeTiming>;

/** Creates the pass over the bucket of one device. */
export function createStorageReconciler(parts: StorageReconcilerParts): Reconcile {
  const { store } = parts;
  const looks = createStorageLooks(parts);
  const passes = new StoragePasses(parts, looks);
  return async (ref, options = {}) => {
    const cached = ref.namespace === parts.deviceNamespace ? parts.device(ref) : undefined;
    if (cached === undefined) {
      if (looks.forget(ref)) await removeStorageSecret(store, ref, options);
      return {};
    }
    if (stageOf(parts, cached) === 'idle') return {};
    const dueInMs = looks.dueInMs(ref, viewStorage(cached, { carriesFiles: parts.carriesFiles(cached) }));
    if (dueInMs !== 0) return timing(dueInMs);
    const device = await store.get(EDGE_DEVICE, ref, options);
    const stage = device === undefined ? 'idle' : stageOf(parts, device);
    if (device === undefined || stage === 'idle') return {};
    return timing(await (stage === 'look' ? passes.look(device, options) : passes.release(device, options)));
  };
}

function timing(requeueAfterMs: number | undefined): StorageOutcomeTiming {
  return requeueAfterMs === undefined ? {} : { requeueAfterMs };
}

/** What is to be done with a device: nothing, a look at its bucket, or the end of it. */
function stageOf(parts: StorageReconcilerParts, device: EdgeDevice): 'idle' | 'look' | 'release' {
  const { deletionTimestamp, finalizers = [] } = device.metadata;
  const isHeld = finalizers.includes(STORAGE_FINALIZER);
  if (deletionTimestamp === undefined) {
    const hasTrace = isHeld || device.status?.storage !== undefined || storageCondition(device.status) !== undefined;
    const isWanted = wantedProvisioner(device, parts.settings) !== 'none';
    return isWanted || hasTrace || parts.carriesFiles(device) ? 'look' : 'idle';
  }
  if (!isHeld) return 'idle';
  // Until it has left, it may be uploading the last files of its workloads.
  const isLeaving = [WORKLOAD_FINALIZER, CONNECTION_FINALIZER].some((finalizer) => finalizers.includes(finalizer));
  if (!isLeaving) return 'release';
  return device.status?.storage?.version === undefined ? 'idle' : 'look';
}
