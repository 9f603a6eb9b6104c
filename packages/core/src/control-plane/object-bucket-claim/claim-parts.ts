import type { BucketRequest, Clock, Logger, ResourceStore } from '../../ports/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import type { ObjectBucketClaimResource, ResourceRef } from '../../resources/index.ts';
import type { DirectBuckets, ReclaimPolicy } from '../device-storage/index.ts';

/** Finalizer of an ObjectBucketClaim until its bucket is released and its documents are gone. */
export const CLAIM_FINALIZER = 'management.k4e.io/bucket';

/** What reconciling claims needs. */
export interface ClaimReconcilerParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: EventRecorder;
  readonly random: () => number;
  readonly direct: DirectBuckets;
  /** Claims of this storage class are served. */
  readonly storageClassName: string;
  /** For claims that do not say (`RECLAIM_POLICY_ANNOTATION`). */
  readonly reclaimPolicy: ReclaimPolicy;
  /** How long a claim that is being deleted waits for a store that does not answer. */
  readonly gracePeriodMs: number;
  readonly claim: (ref: ResourceRef) => ObjectBucketClaimResource | undefined;
}

/** When to look again though nothing happens. */
export interface ClaimTiming {
  readonly requeueAfterMs?: number;
}

/** What is asked for a claim. */
export function bucketRequestOf({ metadata, spec }: ObjectBucketClaimResource): BucketRequest {
  const { namespace, name, uid = '' } = metadata;
  return {
    device: { namespace, name },
    uid,
    ...(spec?.bucketName === undefined ? {} : { bucketName: spec.bucketName }),
  };
}
