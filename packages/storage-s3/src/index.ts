/** The object store and the buckets of k4e on S3. */
export { createOpenBucket, createS3ObjectStore } from './objects/index.ts';
export { MAX_OBJECT_BYTES, MAX_PARTS, MIN_PART_BYTES } from './objects/index.ts';
export { CONNECT_TIMEOUT_MS, IDLE_TIMEOUT_MS, MAX_ATTEMPTS, MAX_CONNECTIONS } from './connection/index.ts';
export type { ConnectionOptions } from './connection/index.ts';
