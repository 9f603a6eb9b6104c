import type { Clock } from '../ports/index.ts';
import type { LeaseResource } from '../resources/index.ts';
import { MAX_LEASE_DURATION_MS } from './leader-election.ts';

/** Watches a Lease with the monotonic clock of this process. */
export interface LeaseObserver {
  /** Whether `lease`, as it was just read, can be taken: given up, ours anyway, or unchanged for its duration. */
  isFree(lease: LeaseResource): boolean;
}

/** Creates an observer that has seen nothing. The longer of `leaseDurationMs` and what the Lease says counts. */
export function createLeaseObserver(options: {
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): LeaseObserver {
  const { identity, leaseDurationMs, clock } = options;
  let seenVersion: string | undefined;
  let seenAtMs = 0;
  return {
    isFree({ metadata, spec }) {
      const nowMs = clock.monotonicMs();
      if (metadata.resourceVersion === undefined || metadata.resourceVersion !== seenVersion) {
        seenVersion = metadata.resourceVersion;
        seenAtMs = nowMs;
      }
      const holder = spec.holderIdentity ?? '';
      if (holder === '' || holder === identity) return true;
      const saidMs = (spec.leaseDurationSeconds ?? 0) * 1_000;
      const believedMs = Number.isFinite(saidMs) ? Math.min(saidMs, MAX_LEASE_DURATION_MS) : 0;
      return nowMs - seenAtMs >= Math.max(leaseDurationMs, believedMs);
    },
  };
}
