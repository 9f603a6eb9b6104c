import { K4eError, errorRetry, errorText } from '../../foundation/index.ts';
import type { BucketRequest, CallOptions, Clock, Logger, ResourceStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { OBJECT_BUCKET_CLAIM, resourceKey } from '../../resources/index.ts';
import type { ObjectBucketClaimResource, ResourceRef } from '../../resources/index.ts';
import { RECLAIM_POLICY_ANNOTATION, checkAccess } from '../buckets/index.ts';
import { ASK_LIMIT_MS, RECHECK_INTERVAL_MS, readStorageFailure, renewalTimeMs } from '../device-storage/index.ts';
import type { DirectBuckets, ReclaimPolicy } from '../device-storage/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import {
  isProvisioned,
  readClaimDocuments,
  removeClaimDocuments,
  renewalOf,
  writeClaimDocuments,
} from './claim-documents.ts';

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
interface ClaimTiming {
  readonly requeueAfterMs?: number;
}

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
    return finalizers.includes(CLAIM_FINALIZER) ? release(parts, claim, options) : {};
  };
}

function requestOf({ metadata, spec }: ObjectBucketClaimResource): BucketRequest {
  const { namespace, name, uid = '' } = metadata;
  return {
    device: { namespace, name },
    uid,
    ...(spec?.bucketName === undefined ? {} : { bucketName: spec.bucketName }),
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
    const recheckMs = Math.round(RECHECK_INTERVAL_MS * (1 - 0.2 * random()));
    return { requeueAfterMs: renewAtMs === undefined ? recheckMs : Math.min(recheckMs, renewAtMs - clock.nowMs()) };
  } catch (error) {
    return fail(parts, claim, error, options);
  }
}

/** Makes the bucket, or new credentials for it, and tells of it. Resolves to when they are to be renewed. */
async function makeBucket(
  { store, clock, random, direct }: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  options: CallOptions,
): Promise<number | undefined> {
  const subject = `ObjectBucketClaim ${claim.metadata.name}`;
  const deadline = { clock, limitMs: ASK_LIMIT_MS, signal: options.signal, subject };
  const { access, expiresAtMs } = await withDeadline(deadline, (signal) =>
    direct.buckets.provision(requestOf(claim), { signal }),
  );
  checkAccess(access);
  const { bucketName = access.bucket } = claim.spec ?? {};
  if (bucketName !== access.bucket)
    throw new K4eError('BUCKET_UNAVAILABLE', { subject, message: `its bucket cannot be called ${bucketName}` });
  const renewAtMs = expiresAtMs === undefined ? undefined : renewalTimeMs(expiresAtMs, clock.nowMs(), random());
  await nameBucket(store, claim, access.bucket, options);
  await writeClaimDocuments(store, claim.metadata, { access, source: direct.description, renewAtMs }, options);
  return renewAtMs;
}

/** Writes into the spec which bucket it is, as provisioners do. */
async function nameBucket(
  store: ResourceStore,
  { metadata, spec }: ObjectBucketClaimResource,
  bucketName: string,
  options: CallOptions,
): Promise<void> {
  const { namespace, name, uid } = metadata;
  const objectBucketName = `obc-${namespace}-${name}`;
  if (spec?.bucketName === bucketName && spec.objectBucketName === objectBucketName) return;
  await store.apply(
    OBJECT_BUCKET_CLAIM,
    { metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) }, spec: { bucketName, objectBucketName } },
    { ...options, owner: FIELD_OWNERS.claims, force: true },
  );
}

async function sayPhase(
  { store, events }: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  phase: 'Bound' | 'Pending' | 'Failed',
  options: CallOptions,
): Promise<void> {
  if (claim.status?.phase === phase) return;
  const { namespace, name, uid } = claim.metadata;
  await store.apply(
    OBJECT_BUCKET_CLAIM,
    { metadata: { namespace, name, ...(uid === undefined ? {} : { uid }) }, status: { phase } },
    { ...options, owner: FIELD_OWNERS.claims, subresource: 'status', force: true },
  );
  if (phase === 'Bound')
    events.record({ about: claim, type: 'Normal', reason: 'BucketReady', message: 'the bucket is made' });
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

async function release(
  parts: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  options: CallOptions,
): Promise<ClaimTiming> {
  const { store, clock, logger, events, direct, gracePeriodMs } = parts;
  const reclaimPolicy = claim.metadata.annotations?.[RECLAIM_POLICY_ANNOTATION] ?? parts.reclaimPolicy;
  try {
    const deadline = { clock, limitMs: ASK_LIMIT_MS, signal: options.signal, subject: 'releasing the bucket' };
    if (reclaimPolicy === 'Delete')
      await withDeadline(deadline, (signal) => direct.buckets.release(requestOf(claim), { signal }));
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
