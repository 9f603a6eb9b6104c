import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describeBucketProvisionerContract } from '@k4e/conformance';
import type { BucketProvisionerSubject, RealBuckets } from '@k4e/conformance';
import { createFakeClock } from '@k4e/core/testing';
import { createDirectBuckets, createOpenBucket } from '@k4e/storage-s3';
import type { S3DirectBuckets } from '@k4e/storage-s3';
import { startMinio } from '@k4e/testbed';
import type { Minio } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll } from 'vitest';
import { startCountingProxy } from './subjects/index.ts';

await describeWithPart('minio', 'a real MinIO', () => {
  let minio: Minio;
  let eyes: S3Client;
  beforeAll(async () => {
    minio = await startMinio();
    const { endpoint, region, root } = minio;
    eyes = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
  });
  afterAll(async () => {
    eyes.destroy();
    await minio.stop();
  });

  async function createSubject(): Promise<BucketProvisionerSubject> {
    await removeAll(eyes);
    const proxy = await startCountingProxy(minio.endpoint);
    const opened: S3DirectBuckets[] = [];
    const open = (): S3DirectBuckets => {
      const buckets = createDirectBuckets({
        endpoint: proxy.url,
        publicEndpoint: minio.endpoint,
        region: minio.region,
        clock: createFakeClock(),
        readCredentials: () => Promise.resolve(minio.root),
        maxAttempts: 2,
      });
      opened.push(buckets);
      return buckets;
    };
    return {
      buckets: open(),
      reopen: () => Promise.resolve(open()),
      bucketNames: async () => ((await eyes.send(new ListBucketsCommand())).Buckets ?? []).map(({ Name = '' }) => Name),
      fail: () => {
        proxy.cut(true);
        return Promise.resolve(() => Promise.resolve(proxy.cut(false)));
      },
      dispose: async () => {
        for (const buckets of opened) buckets.close();
        await proxy.stop();
      },
    };
  }

  const real = (): RealBuckets => ({
    open: createOpenBucket({ maxAttempts: 2 }),
    makeForeignBucket: async (name) => {
      await eyes.send(new CreateBucketCommand({ Bucket: name }));
      await eyes.send(new PutObjectCommand({ Bucket: name, Key: 'theirs', Body: 'whole' }));
    },
    isForeignBucketWhole: async (name) => {
      const { ContentLength } = await eyes.send(new HeadObjectCommand({ Bucket: name, Key: 'theirs' }));
      return ContentLength === 'whole'.length;
    },
  });

  describeBucketProvisionerContract('createDirectBuckets on MinIO', {
    createSubject,
    real,
    faults: ['STORAGE_UNREACHABLE'],
  });
});

/** The suite wants a place without buckets; one MinIO serves all of its tests. */
async function removeAll(eyes: S3Client): Promise<void> {
  const { Buckets = [] } = await eyes.send(new ListBucketsCommand());
  for (const { Name: Bucket = '' } of Buckets) {
    const { Contents = [] } = await eyes.send(new ListObjectsV2Command({ Bucket }));
    for (const { Key = '' } of Contents) await eyes.send(new DeleteObjectCommand({ Bucket, Key }));
    await eyes.send(new DeleteBucketCommand({ Bucket }));
  }
}
