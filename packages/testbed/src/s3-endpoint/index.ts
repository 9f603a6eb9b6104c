/**
 * An S3 endpoint of our own, in this process and in memory: path-style, signed requests only. It serves where no MinIO is to
 * be had, and fails in chosen ways where a real server would have to be broken for it.
 */
export { DEFAULT_MAX_BYTES, startS3Endpoint } from './start-s3-endpoint.ts';
export type { S3Endpoint, S3EndpointOptions } from './start-s3-endpoint.ts';
export type { S3Fault, S3FaultKind, S3Operation } from './s3-fault.ts';
export type { S3Credentials } from './verify-signature.ts';
export type { BucketContents, StoredBytes, UnfinishedUpload } from './bucket-contents.ts';
