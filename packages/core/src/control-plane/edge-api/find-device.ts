import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import { EDGE_DEVICE, resourceKey } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';

/** Reads of the store, per second, for devices that the cache does not know; the rest is answered from the cache alone. */
export const MAX_MISS_READS_PER_SECOND = 200;

/**
 * Finds a device in the cache, and in the store when the cache lacks it: it may have registered a moment ago, with another
 * replica. Devices that never registered poll for ever, so those reads have a limit. Rejects with `NOT_FOUND`.
 */
export function createDeviceFinder(parts: {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly cached: (ref: ResourceRef) => EdgeDevice | undefined;
}): (ref: ResourceRef, options?: CallOptions) => Promise<EdgeDevice> {
  let secondBeganMs = 0;
  let readsThisSecond = 0;
  const mayRead = (): boolean => {
    const nowMs = parts.clock.monotonicMs();
    if (nowMs - secondBeganMs >= 1_000) [secondBeganMs, readsThisSecond] = [nowMs, 0];
    return readsThisSecond++ < MAX_MISS_READS_PER_SECOND;
  };
  return async (ref, options = {}) => {
    const device = parts.cached(ref) ?? (mayRead() ? await parts.store.get(EDGE_DEVICE, ref, options) : undefined);
    if (device === undefined) throw new K4eError('NOT_FOUND', { subject: `EdgeDevice ${resourceKey(ref)}` });
    return device;
  };
}
