import type { ErrorCode } from '@k4e/core';
import type { BucketProvisioner, OpenBucket } from '@k4e/core/ports';

/** A provisioner under test, over a place with no buckets of its own, and the hands that the suite needs around it. */
export interface BucketProvisionerSubject {
  readonly buckets: BucketProvisioner;
  /** The same buckets, as another process serves them. */
  readonly reopen: () => Promise<BucketProvisioner>;
  /** The names of all buckets, not asked of the provisioner. */
  readonly bucketNames: () => Promise<readonly string[]>;
  /** Makes every call fail in that way; the result repairs it. The options list which. */
  readonly fail: (code: ErrorCode) => Promise<() => Promise<void>>;
  readonly dispose: () => Promise<void>;
}

/** Beyond that, where buckets are real: the way in, and other hands. */
export interface RealBuckets {
  /** Opens a bucket as a device does. */
  readonly open: OpenBucket;
  /** Makes a bucket that no provisioner knows of, with one object under the key `theirs`. */
  readonly makeForeignBucket: (name: string) => Promise<void>;
  /** Whether that object is still there. */
  readonly isForeignBucketWhole: (name: string) => Promise<boolean>;
}

/** What the suite is run over. */
export interface BucketProvisionerContractOptions {
  /** Called before each test. */
  readonly createSubject: () => Promise<BucketProvisionerSubject>;
  /** Where there is more behind the names than names. */
  readonly real?: () => RealBuckets;
  /** Whether credentials end. Default true. */
  readonly credentialsEnd?: boolean;
  /** Codes that `fail` knows. */
  readonly faults: readonly ErrorCode[];
}

/** A row's way to what it needs. */
export interface Rows {
  readonly options: BucketProvisionerContractOptions;
  readonly subject: () => BucketProvisionerSubject;
}
