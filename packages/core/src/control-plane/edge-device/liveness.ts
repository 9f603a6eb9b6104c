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

/** Who was heard when. Heartbeats that change nothing leave no trace in the store, so their times are kept here. */
export interface LivenessTracker {
  /** A heartbeat of this device has arrived. Returns true when it ends a silence that was noticed. */
  heard(ref: ResourceRef): void;
  /** How alive the device is now, by what was heard here and by the stamps in its status. */
  of(device: EdgeDevice): Liveness;
  forget(ref: ResourceRef): void;
}

/**
 * Creates a tracker. A stamp in a status may be minutes old while the device is well, so silence is only ever counted
 * from when this tracker began, or from when somebody else already noticed it (`status.phase` is `unreachable`).
 */
export function createLivenessTracker({ clock }: { readonly clock: Clock }): LivenessTracker {
  const beganMs = clock.nowMs();
  const heardMs = new Map<string, number>();
  return {
    heard: (ref) => void heardMs.set(resourceKey(ref), clock.nowMs()),
    forget: (ref) => void heardMs.delete(resourceKey(ref)),
    of({ metadata, spec, status }) {
      const heardHereMs = heardMs.get(resourceKey(metadata));
      const stampedMs = status?.lastSeenTime === undefined ? undefined : Date.parse(status.lastSeenTime);
      if (heardHereMs === undefined && stampedMs === undefined) return { state: 'never' };
      const lastMs = Math.max(heardHereMs ?? 0, stampedMs ?? 0);
      const wasSilent = status?.phase === 'unreachable' && heardHereMs === undefined;
      const countedFromMs = wasSilent ? lastMs : Math.max(lastMs, beganMs);
      const periodMs = (spec?.heartbeat?.periodSeconds ?? DEFAULT_HEARTBEAT_PERIOD_SECONDS) * 1_000;
      const changesInMs = Math.ceil(countedFromMs + SILENT_PERIODS * periodMs - clock.nowMs());
      return changesInMs > 0 ? { state: 'alive', changesInMs } : { state: 'silent', sinceMs: lastMs };
    },
  };
}
