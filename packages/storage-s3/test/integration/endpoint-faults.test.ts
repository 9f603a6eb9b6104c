import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '@k4e/core/ports';
import { MAX_PUT_BUFFER_BYTES } from '@k4e/core/ports';
import { MIN_PART_BYTES, createS3ObjectStore } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import type { S3Endpoint, S3EndpointOptions } from '@k4e/testbed/s3-endpoint';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryContent } from '../subjects/index.ts';

const BUCKET = 'files';
const HOUR_MS = 3_600_000;
const SMALL = memoryContent(randomBytes(40_000));
const LARGE = memoryContent(randomBytes(3 * MIN_PART_BYTES + 17));

let endpoint: S3Endpoint;
let store: ObjectStore;

async function open(options: S3EndpointOptions = {}, idleTimeoutMs = 20_000): Promise<void> {
  endpoint = await startS3Endpoint({ buckets: [BUCKET], ...options });
  store = createS3ObjectStore(endpoint.access(BUCKET), { idleTimeoutMs });
}

afterEach(async () => {
  store.close();
  await endpoint.stop();
});

describe('what passes within seconds is not noticed', () => {
  test.each(['throttle', 'broken', 'reset', 'lost-answer', 'corrupt'] as const)('%s, once', async (kind) => {
    await open();
    endpoint.setFault({ kind, times: 1 });
    await store.put('small', SMALL);
    endpoint.setFault({ kind, times: 1, operations: ['UploadPart'] });
    if (kind !== 'corrupt') await store.put('large', LARGE);
    expect([...endpoint.bucket(BUCKET).objects.keys()]).toContain('small');
  });

  test('the answer to a put in parts that is complete gets lost', async () => {
    await open();
    endpoint.setFault({ kind: 'lost-answer', operations: ['CompleteMultipartUpload'], times: 1 });
    expect(await store.put('large', LARGE)).toEqual({
      key: 'large',
      sizeBytes: LARGE.sizeBytes,
      digest: await store.digestOf(LARGE),
    });
  });

  test('a clock that is an hour off: the time that the store tells is used', async () => {
    await open({ nowMs: () => Date.now() + HOUR_MS });
    for (const key of ['one', 'two', 'three']) await store.put(key, SMALL);
    expect(endpoint.bucket(BUCKET).objects.size).toBe(3);
    expect(endpoint.requestCounts().get('PutObject')).toBeLessThanOrEqual(5);
  });
});

describe('what does not pass is told', () => {
  test.each([
    ['a put', ['PutObject'], () => store.put('small', SMALL)],
    ['the beginning of a put in parts', ['CreateMultipartUpload'], () => store.put('large', LARGE)],
    ['a part', ['UploadPart'], () => store.put('large', LARGE)],
    ['the end of a put in parts', ['CompleteMultipartUpload'], () => store.put('large', LARGE)],
    ['a head', ['HeadObject'], () => store.head('small')],
    ['a listing', ['ListObjectsV2'], () => store.list('')[Symbol.asyncIterator]().next()],
  ] as const)('%s that is answered with a page of a hotel: STORAGE_FAILED', async (_what, operations, call) => {
    await open();
    endpoint.setFault({ kind: 'html', operations });
    await expect(call()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(endpoint.bucket(BUCKET).objects.size).toBe(0);
  });

  test('bytes that arrive as others are not stored: STORAGE_FAILED', async () => {
    await open();
    endpoint.setFault({ kind: 'corrupt' });
    await expect(store.put('small', SMALL)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    endpoint.setFault({ kind: 'corrupt', operations: ['UploadPart'] });
    await expect(store.put('large', LARGE)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(endpoint.bucket(BUCKET).objects.size).toBe(0);
  });

  test('a store that is silent is STORAGE_UNREACHABLE after one time-out, not after several', async () => {
    await open({}, 300);
    endpoint.setFault({ kind: 'silent' });
    await expect(store.put('small', SMALL)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
    await expect(store.head('small')).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
    expect(Object.fromEntries(endpoint.requestCounts())).toEqual({ PutObject: 1, HeadObject: 1 });
  });

  test('a store with no space left is STORAGE_FULL, and what was there is', async () => {
    await open({ maxBytes: 60_000 });
    await store.put('first', SMALL);
    await expect(store.put('second', SMALL)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect([...endpoint.bucket(BUCKET).objects.keys()]).toEqual(['first']);
  });
});

describe('what it costs', () => {
  test('a small object is one request, and an object in parts is its parts and two', async () => {
    await open();
    await store.put('small', SMALL);
    await store.put('large', LARGE);
    expect(Object.fromEntries(endpoint.requestCounts())).toEqual({
      PutObject: 1,
      CreateMultipartUpload: 1,
      UploadPart: 4,
      CompleteMultipartUpload: 1,
    });
  });

  test('a put holds no more content than it may while the store does not take it', async () => {
    await open();
    const bytes = randomBytes(10 * MIN_PART_BYTES);
    let readBytes = 0;
    const content = {
      ...memoryContent(bytes),
      read: (offset: number, length: number): Promise<Uint8Array> => {
        readBytes += length;
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
    };
    endpoint.setFault({ kind: 'silent', operations: ['UploadPart'] });
    const controller = new AbortController();
    const put = store.put('large', content, { signal: controller.signal });
    const failed = expect(put).rejects.toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => endpoint.requestCounts().get('UploadPart'), { timeout: 20_000 }).toBe(3);
    expect(readBytes).toBe(3 * MIN_PART_BYTES);
    expect(readBytes).toBeLessThanOrEqual(MAX_PUT_BUFFER_BYTES);
    controller.abort();
    await failed;
  });
});
