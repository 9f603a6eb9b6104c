import { errorRetry, errorText } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { OBJECT_BUCKET_CLAIM, resourceKey } from '../../resources/index.ts';
import type { ObjectBucketClaimResource } from '../../resources/index.ts';
import { RECLAIM_POLICY_ANNOTATION } from '../buckets/index.ts';
import { ASK_LIMIT_MS, readStorageFailure } from '../device-storage/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { removeClaimDocuments } from './claim-documents.ts';
import { bucketRequestOf } from './claim-parts.ts';
import type { ClaimReconcilerParts, ClaimTiming } from './claim-parts.ts';

/**
 * Ends what a claim that is deleted had: its bucket, where the reclaim policy says so, what is written beside it, and the
 * finalizer. A store that does not answer holds it for the grace period; then it goes with the event `BucketLeft`.
 */
export async function releaseClaim(
  parts: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  options: CallOptions,
): Promise<ClaimTiming> {
  const { store, clock, logger, events, direct, gracePeriodMs } = parts;
  const reclaimPolicy = claim.metadata.annotations?.[RECLAIM_POLICY_ANNOTATION] ?? parts.reclaimPolicy;
  try {
    const deadline = { clock, limitMs: ASK_LIMIT_MS, signal: options.signal, subject: 'releasing the bucket' };
    if (reclaimPolicy === 'Delete')
      await withDeadline(deadline, (signal) => direct.buckets.release(bucketRequestOf(claim), { signal }));
    await removeClaimDocuments(store, claim.metadata, options);
  } catch (error) {
    const { message } = readStorageFailure(error);
    const remainingMs = Date.parse(claim.metadata.deletionTimestamp ?? '') + gracePeriodMs - clock.nowMs();
    if (remainingMs > 0) {
      if (errorRetry(error) !== 'never') throw error;
      return { requeueAfterMs: remainingMs };
    }
    logger.warn('the bucket of a deleted claim is left', {
      claim: resourceKey(claim.metadata),
      error: errorText(error),
    });
    const bucket = claim.spec?.bucketName ?? '';
    const left = `the claim is deleted, and its bucket ${bucket} is left: ${message}`;
    events.record({ about: claim, type: 'Warning', reason: 'BucketLeft', message: left });
  }
  await setFinalizers(store, OBJECT_BUCKET_CLAIM, claim, [], options);
  return {};
}
