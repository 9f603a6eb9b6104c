import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startS3Endpoint } from '../../src/s3-endpoint/index.ts';
import type { S3Endpoint } from '../../src/s3-endpoint/index.ts';
import { signedFetch } from './signed-fetch.ts';
import type { SignedRequest } from './signed-fetch.ts';

const PUT: SignedRequest = { method: 'PUT', path: '/files/a%20b', body: 'content' };
const md5 = (text: string, encoding: 'hex' | 'base64'): string => createHash('md5').update(text).digest(encoding);

let endpoint: S3Endpoint;
beforeEach(async () => {
  endpoint = await startS3Endpoint({ buckets: ['files'], maxBytes: 1_000 });
});
afterEach(() => endpoint.stop());

describe('signatures', () => {
  test('a request of its user is done', async () => {
    const put = await signedFetch(endpoint, PUT);
    expect(put).toMatchObject({ status: 200, etag: `"${md5('content', 'hex')}"` });
    expect(endpoint.bucket('files').objects.get('a b')?.bytes.toString()).toBe('content');
    expect(await signedFetch(endpoint, { method: 'GET', path: '/files/a%20b' })).toMatchObject({ text: 'content' });
  });

  test.each<[string, Partial<SignedRequest>, number, string]>([
    ['another secret', { secretAccessKey: 'guessed' }, 403, 'SignatureDoesNotMatch'],
    ['another path', { changed: { path: '/files/other' } }, 403, 'SignatureDoesNotMatch'],
    ['another body', { changed: { body: 'changed' } }, 400, 'XAmzContentSHA256Mismatch'],
    ['no signature', { changed: { headers: { authorization: '' } } }, 403, 'AccessDenied'],
    ['a token that is none', { changed: { headers: { 'x-amz-security-token': 'x' } } }, 403, 'InvalidAccessKeyId'],
    ['a date of long ago', { signingDate: new Date('2020-01-01') }, 403, 'RequestTimeTooSkewed'],
    ['a digest of something else', { headers: { 'content-md5': md5('other', 'base64') } }, 400, 'BadDigest'],
  ])('%s: refused', async (_what, change, status, code) => {
    const answer = await signedFetch(endpoint, { ...PUT, ...change });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    expect(endpoint.bucket('files').objects.size).toBe(0);
  });
});

describe('what it does not do, it says', () => {
  test.each<[string, SignedRequest]>([
    ['a parameter that it does not know', { method: 'GET', path: '/files', query: { versions: '' } }],
    ['folders', { method: 'GET', path: '/files', query: { 'list-type': '2', delimiter: '/' } }],
    ['the endpoint itself', { method: 'GET', path: '/' }],
    [
      'content in signed chunks',
      { ...PUT, headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'content-length': '7' } },
    ],
  ])('%s: 501', async (_what, request) => {
    expect((await signedFetch(endpoint, request)).status).toBe(501);
  });
});

describe('limits and faults', () => {
  test('it holds no more than it is told to', async () => {
    expect((await signedFetch(endpoint, { ...PUT, body: 'x'.repeat(1_000) })).status).toBe(200);
    const full = await signedFetch(endpoint, { ...PUT, path: '/files/other' });
    expect(full).toMatchObject({ status: 507 });
    expect(full.text).toContain('XMinioStorageFull');
  });

  test('a fault hits what it is for, as often as it is told, and is over when it is unset', async () => {
    const list: SignedRequest = { method: 'GET', path: '/files', query: { 'list-type': '2' } };
    endpoint.setFault({ kind: 'throttle', operations: ['PutObject'], times: 1 });
    expect((await signedFetch(endpoint, list)).status).toBe(200);
    expect((await signedFetch(endpoint, PUT)).status).toBe(503);
    expect((await signedFetch(endpoint, PUT)).status).toBe(200);
    endpoint.setFault({ kind: 'reset' });
    await expect(signedFetch(endpoint, PUT)).rejects.toThrow('fetch failed');
    endpoint.setFault(undefined);
    expect((await signedFetch(endpoint, PUT)).status).toBe(200);
    expect(Object.fromEntries(endpoint.requestCounts())).toEqual({ ListObjectsV2: 1, PutObject: 4 });
  });

  test('what cannot be put together is refused: a part that is too small, missing or another', async () => {
    const path = '/files/large';
    const begun = await signedFetch(endpoint, { method: 'POST', path, query: { uploads: '' } });
    const uploadId = /<UploadId>([^<]+)</.exec(begun.text)?.[1] ?? '';
    for (const partNumber of ['1', '2']) {
      await signedFetch(endpoint, { method: 'PUT', path, query: { partNumber, uploadId }, body: `part ${partNumber}` });
    }
    const part = (number: number, text: string): string =>
      `<Part><PartNumber>${String(number)}</PartNumber><ETag>&quot;${md5(text, 'hex')}&quot;</ETag></Part>`;
    const complete = async (parts: string): Promise<string> => {
      const body = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
      return (await signedFetch(endpoint, { method: 'POST', path, query: { uploadId }, body })).text;
    };
    expect(await complete(part(1, 'part 1') + part(2, 'part 2'))).toContain('EntityTooSmall');
    expect(await complete(part(1, 'part 1') + part(3, 'part 3'))).toContain('InvalidPart');
    expect(await complete(part(2, 'part 2') + part(1, 'part 1'))).toContain('InvalidPart');
    expect(await complete(part(1, 'other'))).toContain('InvalidPart');
    expect(await complete(part(1, 'part 1'))).toContain(`-1&quot;</ETag>`);
  });
});
