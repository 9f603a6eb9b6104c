import { isIPv6 } from 'node:net';
import type { BucketAccess } from '../../ports/index.ts';
import type { ReceivedDeviceConfiguration } from '../../protocol/index.ts';

/** Region that requests are signed for when the configuration names none (wire: upstream's word for "any"). */
export const ANY_REGION = 'ignore';

/** What a configuration says of the bucket: nothing, how it is reached, or why it cannot be used. */
export type BucketReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'bucket'; readonly access: BucketAccess }
  | { readonly kind: 'problem'; readonly problem: string };

type ReceivedStorage = NonNullable<NonNullable<ReceivedDeviceConfiguration['configuration']>['storage']>;
type ReceivedBucket = NonNullable<ReceivedStorage['s3']>;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads how the bucket is reached (wire: storage.s3; upstream sends `null` when it has none). What is missing or wrong is a
 * problem of the uploads alone, told in words that hold no secret. Never throws.
 */
export function readBucket(received: ReceivedBucket | undefined): BucketReading {
  if (received === undefined) return { kind: 'none' };
  try {
    return { kind: 'bucket', access: readAccess(received) };
  } catch (error) {
    if (error instanceof BucketProblem) return { kind: 'problem', problem: error.message };
    throw error;
  }
}

/** Names the bucket, whatever the credentials: what is known of its objects stays true as long as that is the same. */
export function bucketIdentity({ endpoint, bucket }: BucketAccess): string {
  return `${endpoint}/${bucket}`;
}

class BucketProblem extends Error {}

function readAccess(received: ReceivedBucket): BucketAccess {
  const sessionToken = decode(received.aws_session_token, 'aws_session_token');
  const caBundle = decode(received.aws_ca_bundle, 'aws_ca_bundle');
  return {
    endpoint: readEndpoint(received),
    bucket: needed(received.bucket_name, 'bucket_name'),
    region: filled(received.bucket_region) ?? ANY_REGION,
    accessKeyId: needed(decode(received.aws_access_key_id, 'aws_access_key_id'), 'aws_access_key_id'),
    secretAccessKey: needed(decode(received.aws_secret_access_key, 'aws_secret_access_key'), 'aws_secret_access_key'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(caBundle === undefined ? {} : { caBundle }),
  };
}

function readEndpoint({ bucket_scheme: scheme, bucket_host: hostText, bucket_port: port }: ReceivedBucket): string {
  const host = needed(hostText, 'bucket_host');
  const chosen = filled(scheme) ?? 'https';
  if (chosen !== 'https' && chosen !== 'http') throw new BucketProblem('bucket_scheme is neither https nor http');
  const portText = port === undefined || port === 0 ? '' : `:${port}`;
  const text = `${chosen}://${isIPv6(host) ? `[${host}]` : host}${portText}`;
  const origin = URL.canParse(text) ? new URL(text).origin : '';
  if (origin === '' || new URL(text).href !== `${origin}/`) {
    throw new BucketProblem('bucket_host and bucket_port are no host and port');
  }
  return origin;
}

/** Standard base64 of raw bytes (wire). Space at the ends is never meant: it is what editors and `echo` leave in secrets. */
function decode(text: string | undefined, member: string): string | undefined {
  const encoded = filled(text);
  if (encoded === undefined) return undefined;
  if (!BASE64.test(encoded)) throw new BucketProblem(`${member} is not base64`);
  return filled(Buffer.from(encoded, 'base64').toString('utf8'));
}

function needed(text: string | undefined, member: string): string {
  const value = filled(text);
  if (value === undefined) throw new BucketProblem(`${member} is missing`);
  return value;
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
