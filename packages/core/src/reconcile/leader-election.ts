import type { Clock, Logger, ResourceStore } from '../ports/index.ts';
import type { ResourceRef } from '../resources/index.ts';

/** How long a Lease is good for, and how hard it is fought for. */
export interface LeaseTiming {
  /** A Lease that nobody was seen to renew for so long is free. At most `MAX_LEASE_DURATION_MS`. */
  readonly leaseDurationMs: number;
  /** A leader that could not renew for so long steps down. The difference to `leaseDurationMs` is its time to stop. */
  readonly renewDeadlineMs: number;
  /** Time between two tries to take or renew it. Shorter than `renewDeadlineMs`. */
  readonly retryPeriodMs: number;
}

/** What Kubernetes' own components use. */
export const DEFAULT_LEASE_TIMING: LeaseTiming = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};
/** Longest duration of a Lease that is believed: an hour. */
export const MAX_LEASE_DURATION_MS = 3_600_000;

/** What leader election is made of. */
export interface LeaderElectionOptions extends LeaseTiming {
  readonly store: Pick<ResourceStore, 'get' | 'create' | 'apply'>;
  /** The Lease; created where it is missing. */
  readonly ref: ResourceRef;
  /** This process, unlike every other that contends, and that it may be mistaken for after it crashed. */
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1) for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** Whom to run, and for how long. */
export interface ElectionRun {
  readonly signal: AbortSignal;
  /**
   * What only the leader does. Must end soon after its signal fires, within the difference of lease duration and renew
   * deadline: that much later another process may lead.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>;
}

/**
 * Lets one of many processes lead, by a Lease in the resource store. Nobody's wall clock is believed: a Lease is free
 * when this process has watched it unchanged for the lease duration, on its own monotonic clock.
 *
 * | what happens | outcome |
 * |---|---|
 * | the Lease is missing, released or expired | taken, unless another was faster; then `lead` runs |
 * | it cannot be renewed before the renew deadline | `lead`'s signal fires; contends again when `lead` has ended |
 * | another has taken it, or it was deleted | the same, at once |
 * | `lead` ends by itself, or rejects | logged; the Lease is released, and contended for again after the retry period |
 * | `signal` fires | `lead`'s signal fires; the Lease is renewed until `lead` has ended, and then released: another leads within its retry period |
 * | the store is away | tried again each retry period; never a reason to reject |
 * | timing that cannot be safe | the factory throws `INVALID_INPUT` |
 *
 * No election can stop a process that is frozen just after it looked: what a leader writes needs a version to compare
 * (`metadata.resourceVersion`) where two writers would do harm.
 */
export interface LeaderElection {
  /** Whether `lead` may act right now: from the clock, so it is true even when timers are late. */
  readonly isLeader: () => boolean;
  /** Contends until `signal` fires, and resolves when `lead` has ended and the Lease is released. */
  readonly run: (options: ElectionRun) => Promise<void>;
}
