import { errorRetry } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';
import { OBJECT_BUCKET_CLAIM } from '../../resources/index.ts';
import type { ObjectBucketClaimResource, ResourceRef } from '../../resources/index.ts';
import { RECHECK_INTERVAL_MS, readStorageFailure } from '../device-storage/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { isProvisioned, readClaimDocuments, renewalOf } from './claim-documents.ts';
import { CLAIM_FINALIZER } from './claim-parts.ts';
import type { ClaimReconcilerParts, ClaimTiming } from './claim-parts.ts';
import { makeBucket, sayPhase } from './make-bucket.ts';
import { releaseClaim } from './release-claim.ts';

/** Share of an interval that is random, so that claims are not looked at in step. */
const JITTER = 0.2;

/** Creates the pass over one claim. */
export function createClaimReconciler(
  parts: ClaimReconcilerParts,
): (ref: ResourceRef, options?: CallOptions) => Promise<ClaimTiming> {
  return async (ref, options = {}) => {
    const cached = parts.claim(ref);
    if (cached?.spec?.storageClassName !== parts.storageClassName) return {};
    const claim = await parts.store.get(OBJECT_BUCKET_CLAIM, ref, options);
    if (claim === undefined) return {};
    const { deletionTimestamp, finalizers = [] } = claim.metadata;
    if (deletionTimestamp === undefined) return provision(parts, claim, options);
    return finalizers.includes(CLAIM_FINALIZER) ? releaseClaim(parts, claim, options) : {};
  };
}

async function provision(
  parts: ClaimReconcilerParts,
  read: ObjectBucketClaimResource,
  options: CallOptions,
): Promise<ClaimTiming> {
  const { store, clock, random } = parts;
  const isHeld = read.metadata.finalizers?.includes(CLAIM_FINALIZER) === true;
  const claim = isHeld ? read : await setFinalizers(store, OBJECT_BUCKET_CLAIM, read, [CLAIM_FINALIZER], options);
  try {
    const documents = await readClaimDocuments(store, claim.metadata, options);
    const nowMs = clock.nowMs();
    const isDone = isProvisioned({ claim, documents, source: parts.direct.description, nowMs });
    const renewAtMs = isDone ? renewalOf(documents) : await makeBucket(parts, claim, options);
    await sayPhase(parts, claim, 'Bound', options);
    const recheckMs = Math.round(RECHECK_INTERVAL_MS * (1 - JITTER * random()));
    return { requeueAfterMs: renewAtMs === undefined ? recheckMs : Math.min(recheckMs, renewAtMs - clock.nowMs()) };
  } catch (error) {
    return fail(parts, claim, error, options);
  }
}

/** A claim that was bound stays so while its credentials cannot be renewed: they are good for a while. */
async function fail(
  parts: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  error: unknown,
  options: CallOptions,
): Promise<ClaimTiming> {
  const { reason, message, isLasting } = readStorageFailure(error);
  if (claim.status?.phase !== 'Bound') await sayPhase(parts, claim, isLasting ? 'Failed' : 'Pending', options);
  parts.events.record({ about: claim, type: 'Warning', reason, message });
  if (!isLasting && errorRetry(error) !== 'never') throw error;
  return { requeueAfterMs: RECHECK_INTERVAL_MS };
}
