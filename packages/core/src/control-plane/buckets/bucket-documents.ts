import type { Resource } from '../../resources/index.ts';

/**
 * Keys of the ConfigMap (upper half) and Secret of a bucket, as provisioners of ObjectBucketClaims write them. Ours, and
 * optional: `BUCKET_SCHEME` (`http` for a bucket without TLS), `AWS_SESSION_TOKEN`, and `tls.crt`, the certificates to trust.
 */
export const BUCKET_KEYS = {
  host: 'BUCKET_HOST',
  name: 'BUCKET_NAME',
  port: 'BUCKET_PORT',
  region: 'BUCKET_REGION',
  scheme: 'BUCKET_SCHEME',
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
  certificates: 'tls.crt',
} as const;

/** Region of a bucket that names none (wire: upstream's word for "any"). */
export const DEFAULT_REGION = 'ignore';

const LABEL = 'app.kubernetes.io/managed-by';
const OPERATOR = 'k4e-operator';

/** Label of what k4e makes. */
export const MANAGED_BY: Readonly<Record<string, string>> = { [LABEL]: OPERATOR };

/** Whether k4e made it: nothing else is ever overwritten or removed. */
export function isOurs({ metadata }: Resource): boolean {
  return metadata.labels?.[LABEL] === OPERATOR;
}

/** Annotation of an ObjectBucketClaim that says, to k4e as its provisioner, what becomes of the bucket: `Retain` or `Delete`. */
export const RECLAIM_POLICY_ANNOTATION = 'management.k4e.io/reclaim-policy';
