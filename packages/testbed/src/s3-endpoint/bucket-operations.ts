import { emptyBucket } from './bucket-contents.ts';
import { bucketOf } from './object-operations.ts';
import type { S3Handler } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';

export const createBucket: S3Handler = (request, state) => {
  if (state.buckets.has(request.bucket)) throw new S3Error('BucketAlreadyOwnedByYou');
  state.buckets.set(request.bucket, emptyBucket());
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

export const headBucket: S3Handler = (request, state) => {
  bucketOf(request, state);
  return { status: 200 };
};

export const deleteBucket: S3Handler = (request, state) => {
  const { objects, uploads } = bucketOf(request, state);
  if (objects.size > 0 || uploads.size > 0) throw new S3Error('BucketNotEmpty');
  state.buckets.delete(request.bucket);
  return { status: 204 };
};
