import { createHash, timingSafeEqual } from 'node:crypto';

import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';

import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Who may use an endpoint. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Most that the clock of a client may be off (wire: 15 minutes). */
const MAX_SKEW_MS = 900_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/** Checks the signature (AWS Signature Version 4, in the header) and the digest of the body that it covers. Throws `S3Error`; resolves with whose it is. */
export async function verifySignature(
  request: S3Request,
  known: (accessKeyId: string) => S3Credentials | undefined,
  nowMs: number,
): Promise<S3Credentials> {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (match === null) throw new S3Error('AccessDenied');
  const [, accessKeyId = '', , region = '', service = '', signedHeaders = ''] = match;
  const credentials = known(accessKeyId);
  if (credentials === undefined) throw new S3Error('InvalidAccessKeyId');
  if (credentials.sessionToken !== request.headers['x-amz-security-token']) throw new S3Error('InvalidAccessKeyId');
  const signingDate = dateOf(request.headers['x-amz-date'] ?? '');
  if (Math.abs(signingDate.getTime() - nowMs) > MAX_SKEW_MS) throw new S3Error('RequestTimeTooSkewed');
  const sha256 = Hash.bind(null, 'sha256');
  const signer = new SignatureV4({ service, region, credentials, sha256, uriEscapePath: false, applyChecksum: false });
  const signed = await signer.sign(signable(request, signedHeaders.split(';')), { signingDate });
  if (!isSame(signed.headers.authorization ?? '', request.headers.authorization ?? '')) {
    throw new S3Error('SignatureDoesNotMatch');
  }
  checkPayload(request);
  return credentials;
}

type Signable = Parameters<SignatureV4['sign']>[0] & { readonly method: string };

function signable(request: S3Request, names: readonly string[]): Signable {
  const headers = Object.fromEntries(names.map((name) => [name, request.headers[name] ?? '']));
  return {
    method: request.method,
    protocol: 'http:',
    hostname: '',
    path: request.rawPath,
    query: Object.fromEntries(request.query),
    headers,
    body: undefined,
  };
}

function checkPayload({ headers, body }: S3Request): void {
  const declared = headers['x-amz-content-sha256'] ?? '';
  if (declared === 'UNSIGNED-PAYLOAD') return;
  if (declared.startsWith('STREAMING-')) throw new S3Error('NotImplemented');
  if (declared !== createHash('sha256').update(body).digest('hex')) throw new S3Error('XAmzContentSHA256Mismatch');
}

function dateOf(text: string): Date {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) throw new S3Error('AccessDenied');
  const [, year, month, day, hour, minute, second] = match;
  return new Date(
    `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`,
  );
}

function isSame(one: string, other: string): boolean {
  const normal = (text: string): Buffer => createHash('sha256').update(text.replaceAll(' ', '')).digest();
  return timingSafeEqual(normal(one), normal(other));
}
