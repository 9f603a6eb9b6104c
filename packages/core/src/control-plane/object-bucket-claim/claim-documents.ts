import { K4eError } from '../../foundation/index.ts';
import type { BucketAccess, CallOptions, ProvisionedBucket, ResourceStore } from '../../ports/index.ts';
import { CONFIG_MAP, SECRET } from '../../resources/index.ts';
import type {
  ConfigMapResource,
  ObjectBucketClaimResource,
  Resource,
  ResourceKind,
  ResourceRef,
  SecretResource,
} from '../../resources/index.ts';
import {
  MANAGED_BY,
  encodeEntries,
  isOurs,
  readEntries,
  toCredentialEntries,
  toPlaceEntries,
} from '../buckets/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';

/** Annotations of a claim's Secret: where the bucket is from, in words, and when its credentials are renewed. */
const SOURCE = 'management.k4e.io/source';
const RENEW_TIME = 'management.k4e.io/renew-time';

/** ConfigMap and Secret of a claim, of the same name. */
export interface ClaimDocuments {
  readonly configMap: ConfigMapResource | undefined;
  readonly secret: SecretResource | undefined;
}

/** Reads what is there; rejects with `BUCKET_UNAVAILABLE` when somebody else has taken the name. */
export async function readClaimDocuments(
  store: Pick<ResourceStore, 'get'>,
  claim: ResourceRef,
  options: CallOptions,
): Promise<ClaimDocuments> {
  const read = async <T extends Resource>(kind: ResourceKind<T>): Promise<T | undefined> => {
    const found = await store.get(kind, claim, options);
    if (found === undefined || isOurs(found)) return found;
    const message = `there is a ${kind.kind} of that name that k4e did not make; remove it, or give the claim another name`;
    throw new K4eError('BUCKET_UNAVAILABLE', { subject: `ObjectBucketClaim ${claim.name}`, message });
  };
  return { configMap: await read(CONFIG_MAP), secret: await read(SECRET) };
}

/** What decides whether a claim needs new documents. */
export interface ClaimSituation {
  readonly claim: ObjectBucketClaimResource;
  readonly documents: ClaimDocuments;
  /** Where buckets come from, in words. */
  readonly source: string;
  readonly nowMs: number;
}

/** When the credentials of a claim are to be renewed; `undefined`: they do not end. */
export function renewalOf({ secret }: ClaimDocuments): number | undefined {
  const text = secret?.metadata.annotations?.[RENEW_TIME];
  return text === undefined ? undefined : Date.parse(text);
}

/** Whether the documents tell a bucket, that of this source, with credentials that need no renewal. Pure. */
export function isProvisioned({ claim, documents, source, nowMs }: ClaimSituation): boolean {
  const { configMap, secret } = documents;
  if (configMap === undefined || secret === undefined) return false;
  if (secret.metadata.annotations?.[SOURCE] !== source) return false;
  const renewAtMs = renewalOf(documents);
  if (renewAtMs !== undefined && !(renewAtMs > nowMs)) return false;
  try {
    return readEntries({ configMap, secret, needsRegion: false }).bucket === claim.spec?.bucketName;
  } catch {
    return false;
  }
}

/** Writes both documents; the ConfigMap last, so that who waits for it finds the Secret. */
export async function writeClaimDocuments(
  store: Pick<ResourceStore, 'apply'>,
  { namespace, name }: ResourceRef,
  bucket: {
    readonly access: ProvisionedBucket['access'];
    readonly source: string;
    readonly renewAtMs: number | undefined;
  },
  options: CallOptions,
): Promise<void> {
  const write = { ...options, owner: FIELD_OWNERS.claims, force: true };
  const { access, source, renewAtMs } = bucket;
  const renewal = renewAtMs === undefined ? {} : { [RENEW_TIME]: new Date(renewAtMs).toISOString() };
  const metadata = { namespace, name, labels: MANAGED_BY };
  const annotations = { [SOURCE]: source, ...renewal };
  await store.apply(SECRET, { metadata: { ...metadata, annotations }, data: secretData(access) }, write);
  await store.apply(CONFIG_MAP, { metadata, data: toPlaceEntries(access) }, write);
}

function secretData(access: BucketAccess): Readonly<Record<string, string>> {
  return encodeEntries(toCredentialEntries(access));
}

/** Removes both documents, those that are ours. */
export async function removeClaimDocuments(
  store: Pick<ResourceStore, 'get' | 'delete'>,
  claim: ResourceRef,
  options: CallOptions,
): Promise<void> {
  const remove = async <T extends Resource>(kind: ResourceKind<T>): Promise<void> => {
    const found = await store.get(kind, claim, options);
    if (found === undefined || !isOurs(found)) return;
    const { uid } = found.metadata;
    await store.delete(kind, claim, { ...options, ...(uid === undefined ? {} : { uid }) });
  };
  await remove(CONFIG_MAP);
  await remove(SECRET);
}
