import type { Clock } from '../../ports/index.ts';
import { DEFAULT_HEARTBEAT_PERIOD_SECONDS, resourceKey } from '../../resources/index.ts';
import type { EdgeDevice, ResourceRef } from '../../resources/index.ts';

/**
 * Periods of silence after which a device counts as unreachable. Below two, so that it shows within two periods; far
 * above one, so that a late heartbeat changes nothing.
 */
export const SILENT_PERIODS = 1.9;

/** How alive a device is. `never`: no heartbeat yet. `changesInMs`: when a device that stays silent becomes unreachable. */
export type Liveness =
  | { readonly state: 'never' }
  | { readonly state: 'alive'; readonly changesInMs: number }
  | { readonly state: 'silent'; readonly sinceMs: number };

/** Most devices heard that are remembered for the other replicas. */
const MAX_UNTOLD = 100_000;

/** Who was heard when. Heartbeats that change nothing leave no trace in the store, so their times are kept here. */
export interface LivenessTracker {
  /** A heartbeat of this device has arrived here. */
  heard(ref: ResourceRef): void;
  /** A heartbeat of the device with this key has arrived at another replica. */
  heardElsewhere(key: string): void;
  /** Keys of devices that were heard here since they were taken last; at most `limit`, the others stay. */
  takeHeard(limit: number): string[];
  /** This replica judges from now on, and may have missed what others heard. */
  beginJudging(): void;
  /** How alive the device is now, by what was heard and by the stamps in its status. */
  of(device: EdgeDevice): Liveness;
  forget(ref: ResourceRef): void;
}

function periodMsOf({ spec }: EdgeDevice): number {
  return (spec?.heartbeat?.periodSeconds ?? DEFAULT_HEARTBEAT_PERIOD_SECONDS) * 1_000;
}

/**
 * Creates a tracker. A stamp in a status may be minutes old while the device is well, so silence is only ever counted
 * from when this replica began to judge, or from when somebody already noticed it (`status.phase` is `unreachable`).
 */
export function createLivenessTracker({ clock }: { readonly clock: Clock }): LivenessTracker {
  let beganMs = clock.nowMs();
  const heardMs = new Map<string, number>();
  const untold = new Set<string>();
  return {
    heard(ref) {
      const key = resourceKey(ref);
      heardMs.set(key, clock.nowMs());
      if (untold.size < MAX_UNTOLD) untold.add(key);
    },
    heardElsewhere: (key) => void heardMs.set(key, clock.nowMs()),
    takeHeard(limit) {
      const taken = [...untold].slice(0, limit);
      for (const key of taken) untold.delete(key);
      return taken;
    },
    beginJudging: () => void (beganMs = clock.nowMs()),
    of(device) {
      const { metadata, status } = device;
      const heardHereMs = heardMs.get(resourceKey(metadata));
      const stampedMs = status?.lastSeenTime === undefined ? undefined : Date.parse(status.lastSeenTime);
      if (heardHereMs === undefined && stampedMs === undefined) return { state: 'never' };
      const lastMs = Math.max(heardHereMs ?? 0, stampedMs ?? 0);
      const wasSilent = status?.phase === 'unreachable' && heardHereMs === undefined;
      const countedFromMs = wasSilent ? lastMs : Math.max(lastMs, beganMs);
      const changesInMs = Math.ceil(countedFromMs + SILENT_PERIODS * periodMsOf(device) - clock.nowMs());
      return changesInMs > 0 ? { state: 'alive', changesInMs } : { state: 'silent', sinceMs: lastMs };
    },
    forget(ref) {
      heardMs.delete(resourceKey(ref));
      untold.delete(resourceKey(ref));
    },
  };
}
