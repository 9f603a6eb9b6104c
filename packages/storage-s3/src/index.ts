/** The object store and the buckets of k4e on S3. */
export {
  createDirectBuckets,
  DEFAULT_SESSION_MS,
  MAX_RELEASE_PAGES,
  MAX_SESSION_MS,
  MIN_SESSION_MS,
} from './buckets/index.ts';
export type { AdminCredentials, DirectBucketsOptions, S3DirectBuckets } from './buckets/index.ts';
export { createOpenBucket, createS3ObjectStore } from './objects/index.ts';
export { MAX_OBJECT_BYTES, MAX_PARTS, MIN_PART_BYTES } from './objects/index.ts';
export { CONNECT_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_ATTEMPTS, MAX_CONNECTIONS } from './connection/index.ts';
export type { ConnectionOptions } from './connection/index.ts';
