import type { AppliedResource, LeaseResource, ResourceRef } from '../resources/index.ts';

/** What a claim on a Lease says. */
export interface LeaseClaim {
  readonly ref: ResourceRef;
  /** Empty: the Lease is given up. */
  readonly holder: string;
  readonly durationMs: number;
  /** Wall-clock time, for people; nobody decides by it. */
  readonly nowMs: number;
  /** Grows with every claim of this process. */
  readonly sequence: number;
  /** The Lease as it is; the claim is good for just that version of it. Without one: for a Lease that is not there. */
  readonly current?: LeaseResource;
}

/** The Lease to write. Differs from every other one, so that writing it always gives a new resourceVersion. Pure. */
export function claimedLease(claim: LeaseClaim): AppliedResource<LeaseResource> {
  const { ref, holder, durationMs, current } = claim;
  const isMine = current?.spec.holderIdentity === holder;
  const transitions = current?.spec.leaseTransitions ?? 0;
  const renewTime = microTime(claim.nowMs, claim.sequence);
  const resourceVersion = current?.metadata.resourceVersion;
  return {
    metadata: resourceVersion === undefined ? { ...ref } : { ...ref, resourceVersion },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1_000)),
      acquireTime: (isMine ? current.spec.acquireTime : undefined) ?? renewTime,
      renewTime,
      leaseTransitions: isMine || holder === '' || current === undefined ? transitions : transitions + 1,
    },
  };
}

/** wire: Kubernetes' MicroTime has six digits of a second, no more and no less. The last three tell claims apart. */
function microTime(timeMs: number, sequence: number): string {
  const micros = String(sequence % 1_000).padStart(3, '0');
  return new Date(timeMs).toISOString().replace('Z', `${micros}Z`);
}
