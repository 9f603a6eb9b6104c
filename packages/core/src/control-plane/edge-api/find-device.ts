import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import { createTokenBucket } from '../../reconcile/index.ts';
import type { RateLimit } from '../../reconcile/index.ts';
import { EDGE_DEVICE, resourceKey } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';

/** Reads of the store for devices that the cache does not know; the rest is answered from the cache alone. */
export const MISS_READ_RATE: RateLimit = { perSecond: 200, burst: 200 };

/**
 * Finds a device in the cache, and in the store when the cache lacks it: it may have registered a moment ago, with another
 * replica. Devices that never registered poll for ever, so those reads have a limit. Rejects with `NOT_FOUND`.
 */
export function createDeviceFinder(parts: {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly cached: (ref: ResourceRef) => EdgeDevice | undefined;
}): (ref: ResourceRef, options?: CallOptions) => Promise<EdgeDevice> {
  const reads = createTokenBucket({ ...MISS_READ_RATE, clock: parts.clock });
  return async (ref, options = {}) => {
    const device =
      parts.cached(ref) ?? (reads.tryTake() ? await parts.store.get(EDGE_DEVICE, ref, options) : undefined);
    if (device === undefined) throw new K4eError('NOT_FOUND', { subject: `EdgeDevice ${resourceKey(ref)}` });
    return device;
  };
}
