import type { Clock } from '../../ports/index.ts';
import { resourceKey } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';

/** How long after a write of ours the cache may be behind it. */
export const CACHE_LAG_LIMIT_MS = 30_000;
/** Most writes that are remembered; the oldest are forgotten first. */
export const MAX_RECENT_WRITES = 100_000;

/** The versions that this replica wrote a moment ago. */
export interface RecentWrites {
  /** A write gave this device. */
  wrote(device: EdgeDevice): void;
  /** Whether `cached` may be older than what was written last: then nothing may be left out because of it. */
  mayPrecede(cached: EdgeDevice): boolean;
}

/**
 * Whether `version` came before `other`. Versions are decimal numbers that grow, as Kubernetes promises since 1.35 and etcd
 * always did; of others that differ, any may have come first.
 */
function mayComeBefore(version: string | undefined, other: string | undefined): boolean {
  if (version === undefined || other === undefined || version === other) return false;
  return [version, other].every((text) => DECIMAL.test(text)) ? BigInt(version) < BigInt(other) : true;
}

/** No longer than what an etcd revision can be. */
const DECIMAL = /^\d{1,20}$/;

/**
 * Remembers writes until the cache has caught up with them. A heartbeat that changes nothing is not written; but "nothing"
 * must be told from what the last heartbeat wrote, and the cache hears of that only later.
 */
export function createRecentWrites({ clock }: { readonly clock: Clock }): RecentWrites {
  const writes = new Map<string, { readonly version: string | undefined; readonly atMs: number }>();
  const isOver = (atMs: number): boolean => clock.monotonicMs() - atMs >= CACHE_LAG_LIMIT_MS;
  const forgetOld = (): void => {
    for (const [key, { atMs }] of writes) {
      if (writes.size <= MAX_RECENT_WRITES && !isOver(atMs)) return;
      writes.delete(key);
    }
  };
  return {
    wrote({ metadata }) {
      const key = resourceKey(metadata);
      writes.delete(key);
      writes.set(key, { version: metadata.resourceVersion, atMs: clock.monotonicMs() });
      forgetOld();
    },
    mayPrecede({ metadata }) {
      const write = writes.get(resourceKey(metadata));
      return write !== undefined && mayComeBefore(metadata.resourceVersion, write.version) && !isOver(write.atMs);
    },
  };
}
