/** What an S3 server can be asked to do (wire: the names of the API). */
export type S3Operation =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CreateBucket'
  | 'CreateMultipartUpload'
  | 'DeleteBucket'
  | 'DeleteBucketTagging'
  | 'DeleteObject'
  | 'GetBucketTagging'
  | 'GetObject'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListMultipartUploads'
  | 'ListObjectsV2'
  | 'ListParts'
  | 'PutBucketTagging'
  | 'PutObject'
  | 'UploadPart';

/**
 * How the endpoint fails: `throttle` asks for fewer requests, `full` has no space, `skew` finds the client's clock wrong (and
 * tells the client's own time as its own), `expired` no longer takes the credentials, `denied` does not allow it, `broken`
 * fails inside, `corrupt` receives other bytes than were sent, `reset` cuts the connection before anything is done,
 * `lost-answer` after all is done, `silent` takes the request and never answers, `html` answers a page with status 200.
 */
export type S3FaultKind =
  | 'throttle'
  | 'full'
  | 'skew'
  | 'expired'
  | 'denied'
  | 'broken'
  | 'corrupt'
  | 'reset'
  | 'lost-answer'
  | 'silent'
  | 'html';

/** A fault that is switched on. */
export interface S3Fault {
  readonly kind: S3FaultKind;
  /** Requests that it hits. Default: all. */
  readonly operations?: readonly S3Operation[];
  /** How many requests it hits; then it is over. Default: no limit. */
  readonly times?: number;
}

/** The fault that is on, and what is left of it. */
export interface FaultSwitch {
  set(fault: S3Fault | undefined): void;
  /** What is to become of a request now, counted. */
  take(operation: S3Operation): S3FaultKind | undefined;
}

/** Creates a switch with no fault on. */
export function createFaultSwitch(): FaultSwitch {
  let current: S3Fault | undefined;
  let left = 0;
  return {
    set: (fault) => {
      current = fault;
      left = fault?.times ?? Infinity;
    },
    take: (operation) => {
      if (current === undefined || left <= 0) return undefined;
      if (current.operations !== undefined && !current.operations.includes(operation)) return undefined;
      left -= 1;
      return current.kind;
    },
  };
}
