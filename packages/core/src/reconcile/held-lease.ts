import { K4eError, errorCode } from '../foundation/index.ts';
import type { Clock, ResourceStore } from '../ports/index.ts';
import { LEASE, resourceKey } from '../resources/index.ts';
import type { LeaseResource, ResourceRef } from '../resources/index.ts';
import { claimedLease } from './lease-claim.ts';
import { createLeaseObserver } from './lease-observer.ts';

/** Field owner of the Lease, the same for all who contend: its fields change hands with it. */
const OWNER = 'k4e-leader-election';

/** A Lease that this process holds. */
export interface HeldLease {
  readonly lease: LeaseResource;
  /** Monotonic time at which the request was sent that the store took: the Lease is good from then on at the least. */
  readonly sinceMs: number;
}

/** One-try operations on the Lease. All reject where the store does, but for what is an answer to the question. */
export interface LeaseAccess {
  /** `undefined`: somebody else has it, or was faster. */
  acquire(signal: AbortSignal): Promise<HeldLease | undefined>;
  /** `undefined`: it is lost. Finds it again when an earlier write went through whose answer did not. */
  renew(held: HeldLease, signal: AbortSignal): Promise<HeldLease | undefined>;
  /** Gives it up, if it is still ours. */
  release(held: HeldLease, signal: AbortSignal): Promise<void>;
}

/** What access to a Lease is made of. */
export interface LeaseAccessOptions {
  readonly store: Pick<ResourceStore, 'get' | 'create' | 'apply'>;
  readonly ref: ResourceRef;
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly clock: Clock;
}

/** Creates access to the Lease `ref` in the name of `identity`. */
export function createLeaseAccess(options: LeaseAccessOptions): LeaseAccess {
  return new StoreLeaseAccess(options);
}

class StoreLeaseAccess implements LeaseAccess {
  readonly #options;
  readonly #observer;
  #sequence = 0;

  constructor(options: LeaseAccessOptions) {
    this.#options = options;
    this.#observer = createLeaseObserver(options);
  }

  async acquire(signal: AbortSignal): Promise<HeldLease | undefined> {
    const lease = await this.#read(signal);
    if (lease !== undefined && !this.#observer.isFree(lease)) return undefined;
    return this.#write(this.#options.identity, lease, signal);
  }

  async renew(held: HeldLease, signal: AbortSignal): Promise<HeldLease | undefined> {
    return this.#writeAsHolder(this.#options.identity, held, signal);
  }

  async release(held: HeldLease, signal: AbortSignal): Promise<void> {
    await this.#writeAsHolder('', held, signal);
  }

  async #writeAsHolder(holder: string, held: HeldLease, signal: AbortSignal): Promise<HeldLease | undefined> {
    const written = await this.#write(holder, held.lease, signal);
    if (written !== undefined) return written;
    const lease = await this.#read(signal);
    return lease?.spec.holderIdentity === this.#options.identity ? this.#write(holder, lease, signal) : undefined;
  }

  #read(signal: AbortSignal): Promise<LeaseResource | undefined> {
    return this.#options.store.get(LEASE, this.#options.ref, { signal });
  }

  /**
   * Writes on top of `current` or not at all; `undefined` when that is not what is there. An operation that was given up
   * on must not go on to write: by then it could take the Lease away from a later term of this very process.
   */
  async #write(
    holder: string,
    current: LeaseResource | undefined,
    signal: AbortSignal,
  ): Promise<HeldLease | undefined> {
    const { store, ref, clock, leaseDurationMs } = this.#options;
    const claim = { ref, holder, durationMs: leaseDurationMs, nowMs: clock.nowMs(), sequence: this.#sequence++ };
    const sinceMs = clock.monotonicMs();
    if (signal.aborted) throw new K4eError('ABORTED', { subject: resourceKey(ref), retry: 'never' });
    try {
      const lease =
        current === undefined
          ? await store.create(LEASE, claimedLease(claim), { signal })
          : await store.apply(LEASE, claimedLease({ ...claim, current }), { owner: OWNER, force: true, signal });
      return { lease, sinceMs };
    } catch (error) {
      if (['ALREADY_EXISTS', 'CONFLICT', 'NOT_FOUND'].some((code) => errorCode(error) === code)) return undefined;
      throw error;
    }
  }
}
