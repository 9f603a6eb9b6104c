import type { S3Client } from '@aws-sdk/client-s3';

/** A bucket as the calls of this folder see it. */
export interface BucketClient {
  readonly client: S3Client;
  readonly bucket: string;
}
