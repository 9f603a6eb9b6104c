import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createFakeClock } from '@k4e/core/testing';
import { MAX_RELEASE_PAGES, MAX_SESSION_MS, MIN_SESSION_MS, createDirectBuckets } from '@k4e/storage-s3';
import type { S3DirectBuckets } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import { afterEach, expect, test } from 'vitest';

const REQUEST = { device: { namespace: 'fleet', name: 'camera' }, uid: '1' };

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function open(endpoint: string, sessionMs = MIN_SESSION_MS): S3DirectBuckets {
  const credentials = { accessKeyId: 'admin', secretAccessKey: 'secret' };
  const buckets = createDirectBuckets({
    endpoint,
    region: 'us-east-1',
    clock: createFakeClock(),
    readCredentials: () => Promise.resolve(credentials),
    sessionMs,
  });
  undo.push(() => buckets.close());
  return buckets;
}

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
}

test('an endpoint without STS is BUCKET_UNAVAILABLE, and nothing is made there', async () => {
  const credentials = { accessKeyId: 'admin', secretAccessKey: 'secret' };
  const endpoint = await startS3Endpoint({ credentials });
  undo.push(() => endpoint.stop());
  await expect(open(endpoint.url).provision(REQUEST)).rejects.toMatchObject({
    code: 'BUCKET_UNAVAILABLE',
    message: expect.stringContaining('STS') as string,
  });
  expect(Object.fromEntries(endpoint.requestCounts())).toEqual({ GetBucketTagging: 1 });
});

test('a page of a hotel is no STS either', async () => {
  const endpoint = await serve((_request, response) => {
    response.end('<!doctype html><title>Welcome</title>');
  });
  await expect(open(endpoint).provision(REQUEST)).rejects.toMatchObject({ code: 'BUCKET_UNAVAILABLE' });
});

test('a bucket that never gets empty is given up after so many pages', async () => {
  let deletes = 0;
  const endpoint = await serve((request, response) => {
    if (request.method === 'DELETE') {
      deletes += 1;
      response.writeHead(204).end();
    } else response.end(answerTo(request.url ?? ''));
  });
  await expect(open(endpoint).release(REQUEST)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  expect(deletes).toBe(MAX_RELEASE_PAGES);
});

function answerTo(url: string): string {
  if (url.includes('tagging')) {
    return '<Tagging><TagSet></TagSet></Tagging>';
  }
  if (url.includes('uploads')) return '<ListMultipartUploadsResult></ListMultipartUploadsResult>';
  return '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>1</Size></Contents></ListBucketResult>';
}

test.each([MIN_SESSION_MS - 1, MAX_SESSION_MS + 1])('a session of %s ms is INVALID_INPUT', (sessionMs) => {
  expect(() => open('http://127.0.0.1:1', sessionMs)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
