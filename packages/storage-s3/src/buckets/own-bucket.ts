import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { K4eError } from '@k4e/core';
import { isS3Error, translateS3Error } from '../connection/index.ts';

/** A bucket, and whose it is to be. */
export interface OwnedBucket {
  readonly name: string;
  /** What it is marked with. */
  readonly owner: string;
  /** Who that is, in words for who looks at the bucket. */
  readonly device: string;
  /** The name is made from the owner: without a mark, only a crash between making and marking it explains that it is there. */
  readonly isNamedAfterOwner: boolean;
}

/** Whose a bucket is. */
export type Ownership = 'absent' | 'ours' | 'unmarked' | 'foreign';

/** The tag that marks a bucket with its owner, and the one that says it in words. */
const OWNER_TAG = 'k4e.io/owner';
const DEVICE_TAG = 'k4e.io/device';
const MAX_TAG_LENGTH = 256;

/** Looks whose the bucket is. */
export async function ownershipOf(s3: S3Client, bucket: OwnedBucket, abortSignal: AbortSignal): Promise<Ownership> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: bucket.name }), { abortSignal });
    const owner = TagSet.find(({ Key }) => Key === OWNER_TAG)?.Value;
    if (owner === undefined) return unmarked(bucket);
    return owner === bucket.owner ? 'ours' : 'foreign';
  } catch (error) {
    if (isS3Error(error, 'NoSuchBucket')) return 'absent';
    if (!isS3Error(error, 'NoSuchTagSet')) throw translateS3Error(error, bucket.name);
    return (await isThere(s3, bucket, abortSignal)) ? unmarked(bucket) : 'absent';
  }
}

// MinIO says of a bucket that is not there, too, that it has no tags.
async function isThere(s3: S3Client, { name }: OwnedBucket, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }), { abortSignal });
    return true;
  } catch (error) {
    if (isS3Error(error, 'NotFound')) return false;
    throw translateS3Error(error, name);
  }
}

function unmarked({ isNamedAfterOwner }: OwnedBucket): Ownership {
  return isNamedAfterOwner ? 'unmarked' : 'foreign';
}

/** Throws `BUCKET_UNAVAILABLE` for a bucket that is somebody else's. */
export function refuseForeign(ownership: Ownership, { name, owner }: OwnedBucket): void {
  if (ownership !== 'foreign') return;
  const message = `the bucket exists and is not this device's; if it is to be, tag it ${OWNER_TAG}=${owner}`;
  throw new K4eError('BUCKET_UNAVAILABLE', { subject: name, message });
}

/** Makes and marks the bucket, so far as it is not. Rejects with `BUCKET_UNAVAILABLE` when somebody else was faster. */
export async function ensureBucket(
  s3: S3Client,
  bucket: OwnedBucket,
  ownership: Ownership,
  abortSignal: AbortSignal,
): Promise<void> {
  if (ownership === 'ours') return;
  try {
    if (ownership === 'absent') await create(s3, bucket, abortSignal);
    await mark(s3, bucket, abortSignal);
  } catch (error) {
    throw translateS3Error(error, bucket.name);
  }
}

async function create(s3: S3Client, bucket: OwnedBucket, abortSignal: AbortSignal): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket.name }), { abortSignal });
  } catch (error) {
    if (isS3Error(error, 'BucketAlreadyExists')) refuseForeign('foreign', bucket);
    if (!isS3Error(error, 'BucketAlreadyOwnedByYou')) throw error;
    // Made between our look and now: by a call for the same device, which marks it as we do, or by somebody.
    refuseForeign(await ownershipOf(s3, bucket, abortSignal), bucket);
  }
}

async function mark(s3: S3Client, { name, owner, device }: OwnedBucket, abortSignal: AbortSignal): Promise<void> {
  const TagSet = [
    { Key: OWNER_TAG, Value: owner },
    { Key: DEVICE_TAG, Value: device.slice(0, MAX_TAG_LENGTH) },
  ];
  await s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet } }), { abortSignal });
}
