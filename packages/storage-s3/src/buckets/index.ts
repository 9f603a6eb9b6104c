/**
 * Buckets for devices on one S3 endpoint: made, marked, handed out for a while, and removed with all that is in them. What is
 * not marked as a device's is left alone.
 */
export { createDirectBuckets } from './create-direct-buckets.ts';
export type { DirectBucketsOptions, S3DirectBuckets } from './create-direct-buckets.ts';
export type { AdminCredentials } from './admin-connection.ts';
export { DEFAULT_SESSION_MS, MAX_RELEASE_PAGES, MAX_SESSION_MS, MIN_SESSION_MS } from './bucket-limits.ts';
