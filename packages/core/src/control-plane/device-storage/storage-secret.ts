import { K4eError, jsonEqual } from '../../foundation/index.ts';
import type { BucketAccess, CallOptions, ResourceStore } from '../../ports/index.ts';
import { FEATURES } from '../../protocol/index.ts';
import { SECRET } from '../../resources/index.ts';
import type { ResourceRef, SecretResource } from '../../resources/index.ts';
import {
  BUCKET_KEYS,
  MANAGED_BY,
  encodeEntries,
  isOurs,
  toCredentialEntries,
  toPlaceEntries,
} from '../buckets/index.ts';
import type { WireBucket } from '../configuration/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';

/** The Secret with what a device is told of its bucket; in the namespace of the device. */
export function storageSecretRef({ namespace, name }: ResourceRef): ResourceRef {
  return { namespace, name: `k4e-storage-${name}` };
}

const PORT = /^\d{1,5}$/;

/**
 * What a Secret of ours tells the device: credentials, session token and certificates stay base64 (wire), the rest is
 * plain. `undefined` for a Secret that somebody has damaged.
 */
export function readWireBucket({ data = {} }: SecretResource): WireBucket | undefined {
  const plain = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  const { [BUCKET_KEYS.accessKeyId]: keyId, [BUCKET_KEYS.secretAccessKey]: secretKey } = data;
  const [host, name, port] = [plain(BUCKET_KEYS.host), plain(BUCKET_KEYS.name), plain(BUCKET_KEYS.port)];
  if (keyId === undefined || secretKey === undefined || host === '' || name === '' || !PORT.test(port))
    return undefined;
  const { [BUCKET_KEYS.sessionToken]: token, [BUCKET_KEYS.certificates]: certificates } = data;
  return {
    bucket_host: host,
    bucket_port: Number(port),
    bucket_name: name,
    bucket_region: plain(BUCKET_KEYS.region),
    aws_access_key_id: keyId,
    aws_secret_access_key: secretKey,
    ...(certificates === undefined ? {} : { aws_ca_bundle: certificates }),
    ...(token === undefined ? {} : { aws_session_token: token }),
    ...(plain(BUCKET_KEYS.scheme) === 'http' ? { bucket_scheme: 'http' } : {}),
  };
}

/** What a device has to be able to take so that it may be told this. */
export function neededFeatures(bucket: WireBucket): readonly string[] {
  return [
    ...(typeof bucket.aws_session_token === 'string' ? [FEATURES.sessionToken] : []),
    ...(bucket.bucket_scheme === 'http' ? [FEATURES.plainHttp] : []),
  ];
}

function secretData(access: BucketAccess): Readonly<Record<string, string>> {
  return encodeEntries({ ...toPlaceEntries(access), ...toCredentialEntries(access) });
}

/** Access as the device would be told of it. */
export function toWireBucket(access: BucketAccess): WireBucket {
  const metadata = { namespace: '', name: '' };
  const bucket = readWireBucket({ apiVersion: 'v1', kind: 'Secret', metadata, data: secretData(access) });
  if (bucket === undefined) throw new K4eError('BUCKET_UNAVAILABLE', { message: 'the access is not complete' });
  return bucket;
}

/** Reads the Secret of a device. Rejects with `BUCKET_UNAVAILABLE` when one of its name is not ours. */
export async function readStorageSecret(
  store: Pick<ResourceStore, 'get'>,
  device: ResourceRef,
  options: CallOptions,
): Promise<SecretResource | undefined> {
  const ref = storageSecretRef(device);
  const secret = await store.get(SECRET, ref, options);
  if (secret === undefined || isOurs(secret)) return secret;
  const message = 'exists and was not made by k4e; remove it, or the label that k4e looks for was removed';
  throw new K4eError('BUCKET_UNAVAILABLE', { subject: `Secret ${ref.name}`, message });
}

/** Makes the Secret of a device tell of this access, unless it does; resolves to its version. */
export async function writeStorageSecret(
  store: Pick<ResourceStore, 'apply'>,
  device: ResourceRef,
  write: { readonly access: BucketAccess; readonly held: SecretResource | undefined },
  options: CallOptions,
): Promise<string> {
  const data = secretData(write.access);
  const { held } = write;
  if (held?.metadata.resourceVersion !== undefined && jsonEqual(held.data, data)) return held.metadata.resourceVersion;
  const secret = await store.apply(
    SECRET,
    { metadata: { ...storageSecretRef(device), labels: MANAGED_BY }, data },
    { ...options, owner: FIELD_OWNERS.storage, force: true },
  );
  return secret.metadata.resourceVersion ?? '';
}

/** Removes the Secret of a device, if it is there and ours. */
export async function removeStorageSecret(
  store: Pick<ResourceStore, 'get' | 'delete'>,
  device: ResourceRef,
  options: CallOptions,
): Promise<void> {
  const ref = storageSecretRef(device);
  const secret = await store.get(SECRET, ref, options);
  if (secret === undefined || !isOurs(secret)) return;
  const { uid } = secret.metadata;
  await store.delete(SECRET, ref, { ...options, ...(uid === undefined ? {} : { uid }) });
}
