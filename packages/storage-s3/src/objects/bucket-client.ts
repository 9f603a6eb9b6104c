import type { S3Connection } from '../connection/index.ts';

/** A bucket as the calls of this folder see it. */
export interface BucketClient extends S3Connection {
  readonly bucket: string;
}
