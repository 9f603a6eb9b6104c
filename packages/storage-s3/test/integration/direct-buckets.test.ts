import { DeleteBucketTaggingCommand, ListBucketsCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { errorCode } from '@k4e/core';
import { createFakeClock } from '@k4e/core/testing';
import { MIN_SESSION_MS, createDirectBuckets } from '@k4e/storage-s3';
import type { AdminCredentials, S3DirectBuckets } from '@k4e/storage-s3';
import { startMinio } from '@k4e/testbed';
import type { Minio } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { environmentAsked } from '../subjects/index.ts';

const REQUEST = { device: { namespace: 'fleet', name: 'camera' }, uid: '1' };
const clock = createFakeClock();

await describeWithPart('minio', 'buckets on a real MinIO', () => {
  let minio: Minio;
  let eyes: S3Client;
  let buckets: S3DirectBuckets;
  beforeAll(async () => {
    minio = await startMinio();
    const { endpoint, region, root } = minio;
    eyes = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
  });
  afterEach(() => buckets.close());
  afterAll(async () => {
    eyes.destroy();
    await minio.stop();
  });

  function open(readCredentials: () => Promise<AdminCredentials> = () => Promise.resolve(minio.root)): S3DirectBuckets {
    const { endpoint, region } = minio;
    const publicEndpoint = 'https://s3.example';
    buckets = createDirectBuckets({
      endpoint,
      publicEndpoint,
      region,
      clock,
      readCredentials,
      sessionMs: MIN_SESSION_MS,
    });
    return buckets;
  }

  test('devices are told the public endpoint, and when the credentials end', async () => {
    const { access, expiresAtMs } = await open().provision(REQUEST);
    expect(access).toMatchObject({ endpoint: 'https://s3.example', region: minio.region });
    expect(access.accessKeyId).not.toBe(minio.root.accessKeyId);
    expect(expiresAtMs).toBe(clock.nowMs() + MIN_SESSION_MS);
  });

  test('a process that ended between making a bucket and marking it is no obstacle', async () => {
    const { access } = await open().provision(REQUEST);
    await eyes.send(new DeleteBucketTaggingCommand({ Bucket: access.bucket }));
    expect((await buckets.provision(REQUEST)).access.bucket).toBe(access.bucket);
    const TagSet = [{ Key: 'k4e.io/owner', Value: 'somebody else' }];
    await eyes.send(new PutBucketTaggingCommand({ Bucket: access.bucket, Tagging: { TagSet } }));
    await expect(buckets.provision(REQUEST)).rejects.toMatchObject({ code: 'BUCKET_UNAVAILABLE' });
    await buckets.release(REQUEST);
    const { Buckets = [] } = await eyes.send(new ListBucketsCommand());
    expect(Buckets.map(({ Name }) => Name)).toContain(access.bucket);
  });

  test('credentials that were wrong, or are changed, are read again', async () => {
    const request = { ...REQUEST, uid: 'rotated' };
    let current: AdminCredentials = { ...minio.root, secretAccessKey: 'of yesterday' };
    open(() => Promise.resolve(current));
    expect(await buckets.provision(request).then(() => undefined, errorCode)).toBe('STORAGE_CREDENTIALS');
    expect(await buckets.release(request).then(() => undefined, errorCode)).toBe('STORAGE_CREDENTIALS');
    current = minio.root;
    await buckets.provision(request);
    await buckets.release(request);
  });

  test('nothing of AWS in the environment is asked', async () => {
    const asked = await environmentAsked(async () => {
      const request = { ...REQUEST, uid: 'environment' };
      await open().provision(request);
      await buckets.release(request);
    });
    expect(asked).toEqual([]);
  });
});
