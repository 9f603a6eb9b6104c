/**
 * Objects in a bucket. Every byte that is sent has an MD5 beside it which the store verifies, and an object's digest is the
 * ETag that S3 shows for it, told from the content alone: so a listing says what a bucket lacks.
 */
export { createOpenBucket, createS3ObjectStore } from './create-s3-object-store.ts';
export { listPage } from './list-objects.ts';
export { MAX_OBJECT_BYTES, MAX_PARTS, MIN_PART_BYTES } from './part-layout.ts';
