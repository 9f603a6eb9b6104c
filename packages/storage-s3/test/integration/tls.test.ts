import { readFileSync } from 'node:fs';
import type { BucketAccess } from '@k4e/core/ports';
import { createOpenBucket } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import type { S3Endpoint } from '@k4e/testbed/s3-endpoint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryContent } from '../subjects/index.ts';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const SMALL = memoryContent(new Uint8Array(1_000));

let endpoint: S3Endpoint;
beforeAll(async () => {
  endpoint = await startS3Endpoint({
    buckets: ['files'],
    tls: { cert: fixture('server.crt'), key: fixture('server.key') },
  });
});
afterAll(() => endpoint.stop());

async function put(change: Partial<BucketAccess>): Promise<unknown> {
  const store = await createOpenBucket({ maxAttempts: 1 })({ ...endpoint.access('files'), ...change });
  return store.put('small', SMALL).finally(() => store.close());
}

test('a certificate of the bundle is trusted', async () => {
  expect(endpoint.url).toMatch(/^https:/);
  expect(await put({ caBundle: fixture('ca.crt') })).toMatchObject({ key: 'small' });
});

test('without the bundle it is not, and the error says that it is the certificate', async () => {
  await expect(put({})).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
    message: expect.stringMatching(/CERT|UNABLE_TO_VERIFY/) as string,
  });
});

test('a certificate of another host is refused', async () => {
  const change = { caBundle: fixture('ca.crt'), endpoint: endpoint.url.replace('127.0.0.1', 'localhost') };
  await expect(put(change)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
});

test('plain HTTP where TLS is spoken is told', async () => {
  await expect(put({ endpoint: endpoint.url.replace('https', 'http') })).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
  });
});
