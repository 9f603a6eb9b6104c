import { K4eError, hasCode } from '../../foundation/index.ts';
import type { BucketAccess, BucketProvisioner, CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import { CONFIG_MAP, OBJECT_BUCKET_CLAIM, SECRET } from '../../resources/index.ts';
import type { ObjectBucketClaimResource, ResourceRef } from '../../resources/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';
import { MANAGED_BY, RECLAIM_POLICY_ANNOTATION, isOurs } from './bucket-documents.ts';
import { readEntries } from './bucket-entries.ts';
import { createOpenShiftEndpoint } from './openshift-endpoint.ts';

/** Storage class of claims where nothing else is said (as upstream): NooBaa of OpenShift's storage. */
export const NOOBAA_STORAGE_CLASS = 'openshift-storage.noobaa.io';

/** Hosts that only the cluster itself reaches, and that OpenShift's route stands for. */
const OPENSHIFT_SERVICE = /\.openshift-storage\.svc(\.|$)/;

/** What buckets by claim need. */
export interface ClaimBucketsParts {
  readonly store: Pick<ResourceStore, 'get' | 'create' | 'apply' | 'delete'>;
  readonly clock: Clock;
  /** Storage class of the claims that are made. */
  readonly storageClassName: string;
}

/**
 * Buckets by ObjectBucketClaim, one of the name and namespace of the device. Makes the claim where there is none, and waits
 * for its provisioner; asking again only reads. Releasing deletes the claim, if it was made here; with k4e as provisioner its
 * bucket goes, too, and with others as their storage class says.
 */
export function createClaimBuckets(parts: ClaimBucketsParts): BucketProvisioner {
  const { store } = parts;
  const openShiftEndpoint = createOpenShiftEndpoint(parts);
  return {
    async provision({ device }, options = {}) {
      const claim = await findOrMake(parts, device, options);
      if (claim.metadata.deletionTimestamp !== undefined) throw notReady(claim);
      const configMap = await store.get(CONFIG_MAP, device, options);
      const secret = configMap === undefined ? undefined : await store.get(SECRET, device, options);
      if (configMap === undefined || secret === undefined) throw notReady(claim);
      const access = readEntries({ configMap, secret, needsRegion: false });
      const outside = isBehindRoute(claim, access) ? await openShiftEndpoint(options) : undefined;
      return { access: { ...access, ...outside }, claimName: device.name };
    },
    async release({ device }, options = {}) {
      const claim = await store.get(OBJECT_BUCKET_CLAIM, device, options).catch(noSuchKind);
      if (claim === undefined || !isOurs(claim)) return;
      const { namespace, name, uid } = claim.metadata;
      const annotations = { [RECLAIM_POLICY_ANNOTATION]: 'Delete' };
      const metadata = { namespace, name, annotations, ...(uid === undefined ? {} : { uid }) };
      await store.apply(OBJECT_BUCKET_CLAIM, { metadata }, { ...options, owner: FIELD_OWNERS.storage, force: true });
      await store.delete(OBJECT_BUCKET_CLAIM, device, { ...options, ...(uid === undefined ? {} : { uid }) });
    },
  };
}

/** Where no claims are served there is none to release. */
function noSuchKind(error: unknown): undefined {
  if (!hasCode(error, 'KIND_NOT_SERVED')) throw error;
}

async function findOrMake(
  { store, storageClassName }: ClaimBucketsParts,
  { namespace, name }: ResourceRef,
  options: CallOptions,
): Promise<ObjectBucketClaimResource> {
  try {
    const claim = await store.get(OBJECT_BUCKET_CLAIM, { namespace, name }, options);
    if (claim !== undefined) return claim;
    const metadata = { namespace, name, labels: MANAGED_BY };
    return await store.create(
      OBJECT_BUCKET_CLAIM,
      { metadata, spec: { generateBucketName: name, storageClassName } },
      options,
    );
  } catch (error) {
    if (hasCode(error, 'ALREADY_EXISTS')) throw new K4eError('BUCKET_PENDING', { cause: error });
    if (!hasCode(error, 'KIND_NOT_SERVED')) throw error;
    const message =
      'this cluster does not know ObjectBucketClaims: install a provisioner of them, such as Rook or OpenShift Data Foundation, or give the device a bucket in another way';
    throw new K4eError('BUCKET_UNAVAILABLE', { message, cause: error });
  }
}

function notReady({ metadata, spec, status }: ObjectBucketClaimResource): K4eError {
  const subject = `ObjectBucketClaim ${metadata.name}`;
  if (metadata.deletionTimestamp !== undefined)
    return new K4eError('BUCKET_PENDING', { subject, message: 'is being deleted; a new one is made then' });
  if (status?.phase === 'Failed')
    return new K4eError('BUCKET_UNAVAILABLE', { subject, message: 'has failed; its provisioner knows why' });
  const message = `waits for the provisioner of storage class ${spec?.storageClassName ?? '(none named)'}`;
  return new K4eError('BUCKET_PENDING', { subject, message });
}

function isBehindRoute({ spec }: ObjectBucketClaimResource, { endpoint }: BucketAccess): boolean {
  return spec?.storageClassName === NOOBAA_STORAGE_CLASS || OPENSHIFT_SERVICE.test(new URL(endpoint).hostname);
}
