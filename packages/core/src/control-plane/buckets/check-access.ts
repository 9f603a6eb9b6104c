import { K4eError } from '../../foundation/index.ts';
import type { BucketAccess } from '../../ports/index.ts';

/** Longest CA bundle of a bucket, in bytes: it goes into every configuration of the device. */
export const MAX_CA_BUNDLE_BYTES = 32_768;
/** Longest session token, in bytes. */
export const MAX_SESSION_TOKEN_BYTES = 16_384;
/** Longest key id and secret key, and longest name of bucket and region, in bytes. */
export const MAX_CREDENTIAL_BYTES = 1_024;

/** An endpoint in the parts that the protocol has. An IPv6 address keeps its brackets. */
export interface EndpointParts {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

function unavailable(message: string): K4eError {
  return new K4eError('BUCKET_UNAVAILABLE', { message });
}

/** Takes an endpoint apart. Throws `BUCKET_UNAVAILABLE` for one that is more, or less, than scheme, host and port. */
export function endpointOf({ endpoint }: Pick<BucketAccess, 'endpoint'>): EndpointParts {
  const url = URL.parse(endpoint);
  const scheme = url?.protocol.slice(0, -1);
  const rest = url === null ? '' : [url.username, url.password, url.pathname.slice(1), url.search, url.hash].join('');
  if (url === null || (scheme !== 'http' && scheme !== 'https') || rest !== '')
    throw unavailable('the endpoint of the bucket is not scheme, host and port, such as https://s3.example:9000');
  return { scheme, host: url.hostname, port: url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port) };
}

/**
 * Throws `BUCKET_UNAVAILABLE`, in words that tell no secret, for access that no device can be told: too long for its
 * configuration, or not what it says it is.
 */
export function checkAccess(access: BucketAccess): void {
  endpointOf(access);
  const { bucket, region, accessKeyId, secretAccessKey, sessionToken = '', caBundle } = access;
  const within = (what: string, text: string, limitBytes: number): void => {
    if (Buffer.byteLength(text) > limitBytes) throw unavailable(`${what} is longer than ${limitBytes} bytes`);
  };
  const texts = {
    'the bucket name': bucket,
    'the access key id': accessKeyId,
    'the secret access key': secretAccessKey,
  };
  for (const [what, text] of Object.entries(texts)) {
    if (text === '') throw unavailable(`${what} is empty`);
    within(what, text, MAX_CREDENTIAL_BYTES);
  }
  within('the region', region, MAX_CREDENTIAL_BYTES);
  within('the session token', sessionToken, MAX_SESSION_TOKEN_BYTES);
  within('the CA bundle', caBundle ?? '', MAX_CA_BUNDLE_BYTES);
  if (caBundle !== undefined && !caBundle.includes('-----BEGIN CERTIFICATE-----'))
    throw unavailable('the CA bundle holds no certificate in PEM');
}
