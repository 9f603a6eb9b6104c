import { K4eError } from '../../foundation/index.ts';
import type { BucketAccess } from '../../ports/index.ts';
import type { ConfigMapResource, SecretResource } from '../../resources/index.ts';
import { BUCKET_KEYS, DEFAULT_REGION } from './bucket-documents.ts';
import { checkAccess, endpointOf } from './check-access.ts';

type Entries = Readonly<Record<string, string>>;

const PORT = /^[1-9]\d{0,4}$/;
const PLAIN_HTTP_PORT = '80';

/** Where a bucket is, as entries of a ConfigMap. */
export function toPlaceEntries(access: BucketAccess): Entries {
  const { scheme, host, port } = endpointOf(access);
  return {
    [BUCKET_KEYS.host]: host,
    [BUCKET_KEYS.name]: access.bucket,
    [BUCKET_KEYS.port]: String(port),
    [BUCKET_KEYS.region]: access.region,
    [BUCKET_KEYS.scheme]: scheme,
  };
}

/** The right to use a bucket, and whom to trust, as entries of a Secret; not encoded. */
export function toCredentialEntries({ accessKeyId, secretAccessKey, sessionToken, caBundle }: BucketAccess): Entries {
  return {
    [BUCKET_KEYS.accessKeyId]: accessKeyId,
    [BUCKET_KEYS.secretAccessKey]: secretAccessKey,
    ...(sessionToken === undefined ? {} : { [BUCKET_KEYS.sessionToken]: sessionToken }),
    ...(caBundle === undefined ? {} : { [BUCKET_KEYS.certificates]: caBundle }),
  };
}

/** Entries as the `data` of a Secret: base64. */
export function encodeEntries(entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}

function decodeEntries(data: Entries = {}): Entries {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
}

/** An entry without the line end that files end with; an empty one is not there. */
function textOf(entries: Entries = {}, key: string): string | undefined {
  const text = entries[key]?.trim();
  return text === '' ? undefined : text;
}

/** What to read a bucket from. */
export interface BucketDocuments {
  readonly configMap: ConfigMapResource;
  readonly secret: SecretResource;
  /** Whether the place has to name a region; else one that is missing is any. */
  readonly needsRegion: boolean;
}

/**
 * Reads a bucket from its ConfigMap and Secret. Without `BUCKET_SCHEME` it is `https`, except on port 80. Throws
 * `BUCKET_UNAVAILABLE` that names every entry that is missing or wrong, and no value of a Secret.
 */
export function readEntries({ configMap, secret, needsRegion }: BucketDocuments): BucketAccess {
  const { name } = configMap.metadata;
  const credentials = decodeEntries(secret.data);
  const missing: string[] = [];
  const read = (entries: Entries | undefined, subject: string, key: string): string => {
    const text = textOf(entries, key);
    if (text === undefined) missing.push(`${key} of ${subject}`);
    return text ?? '';
  };
  const place = (key: string): string => read(configMap.data, `ConfigMap ${name}`, key);
  const credential = (key: string): string => read(credentials, `Secret ${secret.metadata.name}`, key);
  const [host, bucket, port] = [place(BUCKET_KEYS.host), place(BUCKET_KEYS.name), place(BUCKET_KEYS.port)];
  const region = needsRegion ? place(BUCKET_KEYS.region) : textOf(configMap.data, BUCKET_KEYS.region);
  const [accessKeyId, secretAccessKey] = [credential(BUCKET_KEYS.accessKeyId), credential(BUCKET_KEYS.secretAccessKey)];
  if (missing.length > 0) throw unavailable(`missing: ${missing.join(', ')}`);
  if (!PORT.test(port) || Number(port) > 65_535)
    throw unavailable(`${BUCKET_KEYS.port} of ConfigMap ${name} is no port`);
  const scheme = textOf(configMap.data, BUCKET_KEYS.scheme) ?? (port === PLAIN_HTTP_PORT ? 'http' : 'https');
  const sessionToken = textOf(credentials, BUCKET_KEYS.sessionToken);
  const caBundle = credentials[BUCKET_KEYS.certificates] ?? '';
  const access: BucketAccess = {
    endpoint: `${scheme}://${host}:${port}`,
    bucket,
    region: region ?? DEFAULT_REGION,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(caBundle.trim() === '' ? {} : { caBundle }),
  };
  checkAccess(access);
  return access;
}

function unavailable(message: string): K4eError {
  return new K4eError('BUCKET_UNAVAILABLE', { message });
}
