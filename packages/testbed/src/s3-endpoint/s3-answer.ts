import type { BucketContents } from './bucket-contents.ts';
import type { S3Request } from './s3-request.ts';

/** What the endpoint answers. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** XML when it is text. */
  readonly body?: string | Buffer;
}

/** All that the endpoint holds, and how. */
export interface EndpointState {
  readonly buckets: Map<string, BucketContents>;
  /** Most bytes of all buckets together. */
  readonly maxBytes: number;
  /** ETags are no MD5s. */
  readonly isOpaque: boolean;
  nowMs(): number;
}

/** Does what a request asks for. Throws `S3Error` for what S3 refuses. */
export type S3Handler = (request: S3Request, state: EndpointState) => S3Answer;
