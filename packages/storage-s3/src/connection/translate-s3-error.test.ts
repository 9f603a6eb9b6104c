import { inspect } from 'node:util';
import { K4eError } from '@k4e/core';
import { describe, expect, test } from 'vitest';
import { translateS3Error } from './translate-s3-error.ts';

function vendorError(name: string, status?: number, more: object = {}): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } };
  return Object.assign(new Error('said: the secret'), { name, ...metadata, ...more });
}

describe('what S3 says, and what k4e makes of it', () => {
  test.each([
    ['ExpiredToken', 400, 'STORAGE_CREDENTIALS'],
    ['InvalidAccessKeyId', 403, 'STORAGE_CREDENTIALS'],
    ['SignatureDoesNotMatch', 403, 'STORAGE_CREDENTIALS'],
    ['RequestTimeTooSkewed', 403, 'STORAGE_CLOCK_SKEW'],
    ['NoSuchBucket', 404, 'STORAGE_NO_BUCKET'],
    ['AccessDenied', 403, 'STORAGE_REFUSED'],
    ['XMinioStorageFull', 507, 'STORAGE_FULL'],
    ['QuotaExceeded', 403, 'STORAGE_FULL'],
    ['XMinioAdminBucketQuotaExceeded', 400, 'STORAGE_FULL'],
    ['SlowDown', 503, 'STORAGE_THROTTLED'],
    ['TooManyRequests', 429, 'STORAGE_THROTTLED'],
    ['KeyTooLongError', 400, 'INVALID_INPUT'],
    ['XMinioInvalidObjectName', 400, 'INVALID_INPUT'],
    ['EntityTooLarge', 400, 'TOO_LARGE'],
    ['BadDigest', 400, 'STORAGE_FAILED'],
    ['InternalError', 500, 'STORAGE_FAILED'],
    ['SomethingNew', 403, 'STORAGE_REFUSED'],
    ['SomethingNew', 429, 'STORAGE_THROTTLED'],
    ['SomethingNew', 502, 'STORAGE_UNREACHABLE'],
    ['SomethingNew', 503, 'STORAGE_THROTTLED'],
    ['SomethingNew', 507, 'STORAGE_FULL'],
    ['SomethingNew', 400, 'STORAGE_FAILED'],
    ['TimeoutError', undefined, 'STORAGE_UNREACHABLE'],
    ['SyntaxError', 200, 'STORAGE_FAILED'],
  ])('%s, status %s: %s', (name, status, code) => {
    const error = translateS3Error(vendorError(name, status), 'files');
    expect(error).toMatchObject({ code, subject: 'files' });
    expect(error.message).toContain(name);
  });

  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'EPIPE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_SSL_WRONG_VERSION_NUMBER',
  ])('the system says %s: STORAGE_UNREACHABLE, with that word', (code) => {
    for (const error of [
      vendorError('Error', undefined, { code }),
      vendorError('Error', undefined, { cause: { code } }),
    ]) {
      const translated = translateS3Error(error, 'files');
      expect(translated.code).toBe('STORAGE_UNREACHABLE');
      expect(translated.message).toContain(code);
    }
  });
});

test.each([undefined, null, 'text', 7, {}, new Error(''), vendorError('the secret\nname')])(
  'whatever is thrown becomes STORAGE_FAILED: %s',
  (thrown) => {
    expect(translateS3Error(thrown, 'files').code).toBe('STORAGE_FAILED');
  },
);

test('an error of ours stays as it is', () => {
  const error = new K4eError('UPLOAD_SOURCE_CHANGED');
  expect(translateS3Error(error, 'files')).toBe(error);
});

test('nothing that the vendor said or kept is told, but its code', () => {
  const error = vendorError('ExpiredToken', 400, {
    Token0: 'the secret',
    $response: { headers: { 'x-amz-security-token': 'the secret' } },
  });
  expect(inspect(translateS3Error(error, 'files'), { depth: 10, showHidden: true })).not.toContain('the secret');
});

test.each([
  ['7', { afterMs: 7_000 }],
  ['100000', { afterMs: 3_600_000 }],
  ['soon', 'backoff'],
  ['-1', 'backoff'],
])('a store that is overloaded may say when to come back: %s', (after, retry) => {
  const error = vendorError('SlowDown', 503, { $response: { headers: { 'retry-after': after } } });
  expect(translateS3Error(error, 'files').retry).toEqual(retry);
});

test('a key that a store cannot hold is not worth another try', () => {
  expect(translateS3Error(vendorError('XMinioInvalidObjectName', 400), 'a//b').retry).toBe('never');
});
