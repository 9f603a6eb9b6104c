import { K4eError, hasCode } from '../foundation/index.ts';
import type { CallOptions, ResourceStore } from '../ports/index.ts';
import { EDGE_DEVICE, resourceKey } from '../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../resources/index.ts';

/** Tries at a status that other writers change at the same moment. */
const MAX_WRITE_ATTEMPTS = 8;

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
 * `CONFLICT` when it is written to faster than we can read.
 */
export async function writeDeviceStatus(
  store: ResourceStore,
  write: StatusWrite,
  options: CallOptions = {},
): Promise<EdgeDevice | undefined> {
  const { ref, owner } = write;
  for (let attempt = 0; attempt < MAX_WRITE_ATTEMPTS; attempt++) {
    const device =
      attempt === 0 && write.cached !== undefined ? write.cached : await store.get(EDGE_DEVICE, ref, options);
    if (device === undefined) throw new K4eError('NOT_FOUND', { subject: `EdgeDevice ${resourceKey(ref)}` });
    const status = write.decide(device);
    if (status === undefined) return undefined;
    try {
      return await applyDeviceStatus(store, device, owner, status, options);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
    }
  }
  throw new K4eError('CONFLICT', { subject: `EdgeDevice ${resourceKey(ref)}` });
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
