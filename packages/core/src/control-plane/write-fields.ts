import { K4eError } from '../foundation/index.ts';
import type { CallOptions, ResourceStore } from '../ports/index.ts';
import { EDGE_DEVICE, resourceKey } from '../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../resources/index.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

/** What to write into the status of a device, and for whom. */
export interface StatusWrite {
  readonly ref: ResourceRef;
  readonly owner: string;
  /** A copy that may be stale, to save a read; the write is refused by the store if it is. */
  readonly cached?: EdgeDevice | undefined;
  /** All fields of the owner, decided from the device as it is; `undefined` when there is nothing to write. */
  readonly decide: (device: EdgeDevice) => EdgeDevice['status'] | object | undefined;
}

/**
 * Reads, decides and applies until no other writer came in between: what was decided was decided on what is stored.
 * Resolves to what was written, `undefined` for nothing; rejects with `NOT_FOUND` when the device does not exist, and with
 * `CONFLICT` when it is written to faster than we can read (`MAX_CONFLICT_ATTEMPTS`).
 */
export function writeDeviceStatus(
  store: ResourceStore,
  { ref, owner, cached, decide }: StatusWrite,
  options: CallOptions = {},
): Promise<EdgeDevice | undefined> {
  return retryOnConflict(async (index) => {
    const device = index === 0 && cached !== undefined ? cached : await store.get(EDGE_DEVICE, ref, options);
    if (device === undefined) throw new K4eError('NOT_FOUND', { subject: `EdgeDevice ${resourceKey(ref)}` });
    const status = decide(device);
    return status === undefined ? undefined : await applyDeviceStatus(store, device, owner, status, options);
  });
}

/** Applies an owner's fields to a status, on the condition that the device is still as it was read. */
export function applyDeviceStatus(
  store: ResourceStore,
  { metadata }: EdgeDevice,
  owner: string,
  status: object,
  options: CallOptions = {},
): Promise<EdgeDevice> {
  const { name, namespace, resourceVersion } = metadata;
  const unchanged = resourceVersion === undefined ? {} : { resourceVersion };
  return store.apply(
    EDGE_DEVICE,
    { metadata: { name, namespace, ...unchanged }, status },
    { ...options, owner, subresource: 'status', force: true },
  );
}
