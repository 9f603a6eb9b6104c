import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { K4eError, hasCode } from '@k4e/core';
import { isS3Error, translateS3Error } from '../connection/index.ts';
import { listPage } from '../objects/index.ts';
import { MAX_RELEASE_PAGES, PARALLEL_DELETES } from './bucket-limits.ts';

/** How often a bucket is emptied into which somebody still writes. */
const MAX_ROUNDS = 3;

/** Removes all that is in the bucket, unfinished uploads too, and the bucket. What is gone already is fine. */
export async function removeBucket(s3: S3Client, bucket: string, signal: AbortSignal): Promise<void> {
  try {
    for (let round = 1; ; round += 1) {
      await removeUploads(s3, bucket, signal);
      await removeObjects(s3, bucket, signal);
      if (await isRemoved(s3, bucket, signal, round === MAX_ROUNDS)) return;
    }
  } catch (error) {
    if (isS3Error(error, 'NoSuchBucket') || hasCode(error, 'STORAGE_NO_BUCKET')) return;
    throw translateS3Error(error, bucket);
  }
}

async function isRemoved(s3: S3Client, bucket: string, abortSignal: AbortSignal, isLast: boolean): Promise<boolean> {
  try {
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }), { abortSignal });
    return true;
  } catch (error) {
    if (!isS3Error(error, 'BucketNotEmpty')) throw error;
    if (!isLast) return false;
    const message = 'the bucket does not get empty: somebody writes to it, or it keeps versions';
    throw new K4eError('STORAGE_FAILED', { subject: bucket, message });
  }
}

// Each page is the first one: those before it are gone.
async function removeObjects(s3: S3Client, bucket: string, abortSignal: AbortSignal): Promise<void> {
  for (let page = 0; page < MAX_RELEASE_PAGES; page += 1) {
    const { objects } = await listPage({ client: s3, bucket }, '', undefined, abortSignal);
    if (objects.length === 0) return;
    await inBatches(objects, ({ key }) => {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
      return s3.send(command, { abortSignal });
    });
  }
  const message = `the bucket has more than ${String(MAX_RELEASE_PAGES)} pages of objects; the next try goes on`;
  throw new K4eError('STORAGE_FAILED', { subject: bucket, message });
}

async function removeUploads(s3: S3Client, bucket: string, abortSignal: AbortSignal): Promise<void> {
  for (let page = 0; page < MAX_RELEASE_PAGES; page += 1) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }), { abortSignal });
    if (Uploads.length === 0) return;
    await inBatches(Uploads, async ({ Key, UploadId }) => {
      const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId });
      await s3.send(command, { abortSignal }).catch((error: unknown) => {
        if (!isS3Error(error, 'NoSuchUpload')) throw error;
      });
    });
  }
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += PARALLEL_DELETES) {
    await Promise.all(items.slice(at, at + PARALLEL_DELETES).map(work));
  }
}
