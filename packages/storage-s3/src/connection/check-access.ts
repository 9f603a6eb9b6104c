import { X509Certificate } from 'node:crypto';
import { K4eError } from '@k4e/core';
import type { BucketAccess } from '@k4e/core/ports';

/** Names that S3 has, or once had, for buckets; nothing that would be more than one segment of a path. */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

/** Where requests go, and how they are signed. */
export type EndpointAccess = Omit<BucketAccess, 'bucket'>;

/** Rejects access that cannot work with `INVALID_INPUT`, which says what is wrong without quoting a secret. */
export function checkAccess(access: BucketAccess): void {
  checkEndpointAccess(access);
  if (!BUCKET_NAME.test(access.bucket)) refuse('bucket', 'is not a name of a bucket');
}

/** As `checkAccess`, of all but the bucket. */
export function checkEndpointAccess(access: EndpointAccess): void {
  checkEndpoint(access.endpoint);
  if (access.accessKeyId === '') refuse('accessKeyId', 'is empty');
  if (access.secretAccessKey === '') refuse('secretAccessKey', 'is empty');
  if (!/^[\w-]{0,64}$/.test(access.region)) refuse('region', 'is not a name of a region');
  if (access.caBundle !== undefined) checkCaBundle(access.caBundle);
}

function checkEndpoint(endpoint: string): void {
  const url = URL.parse(endpoint);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) refuse('endpoint', 'is no http or https URL');
  if (url.username !== '' || url.password !== '') refuse('endpoint', 'has credentials in it');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    refuse('endpoint', 'has more than scheme, host and port');
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function checkCaBundle(bundle: string): void {
  const certificates = bundle.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) refuse('caBundle', 'has no PEM certificate in it');
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    refuse('caBundle', 'has something in it that is not a certificate');
  }
}

function refuse(field: string, why: string): never {
  throw new K4eError('INVALID_INPUT', { subject: field, message: why, retry: 'never' });
}
