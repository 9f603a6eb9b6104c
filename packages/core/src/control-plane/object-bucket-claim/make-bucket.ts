import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, ResourceStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { OBJECT_BUCKET_CLAIM } from '../../resources/index.ts';
import type { ObjectBucketClaimResource } from '../../resources/index.ts';
import { checkAccess } from '../buckets/index.ts';
import { ASK_LIMIT_MS, renewalTimeMs } from '../device-storage/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';
import { writeClaimDocuments } from './claim-documents.ts';
import { bucketRequestOf } from './claim-parts.ts';
import type { ClaimReconcilerParts } from './claim-parts.ts';

/** Makes the bucket, or new credentials for it, and tells of it. Resolves to when they are to be renewed. */
export async function makeBucket(
  { store, clock, random, direct }: ClaimReconcilerParts,
  claim: ObjectBucketClaimResource,
  options: CallOptions,
): Promise<number | undefined> {
  const subject = `ObjectBucketClaim ${claim.metadata.name}`;
  const deadline = { clock, limitMs: ASK_LIMIT_MS, signal: options.signal, subject };
  const { access, expiresAtMs } = await withDeadline(deadline, (signal) =>
    direct.buckets.provision(bucketRequestOf(claim), { signal }),
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

/** Says how a claim fares, unless it says so already. */
export async function sayPhase(
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
