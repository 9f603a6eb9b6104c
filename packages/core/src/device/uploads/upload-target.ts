import type { BucketReading } from './read-bucket.ts';
import type { UploadPath } from './object-key.ts';

/** What of a workload's files is uploaded. */
export interface UploadWorkload {
  readonly name: string;
  /** Where two of them mean the same object for different files, the first has it. */
  readonly paths: readonly UploadPath[];
  /** Paths that cannot be used, and why, in words. */
  readonly refusals: readonly string[];
  /** Between two full looks. */
  readonly intervalMs: number;
}

/** What a configuration wants uploaded, and where to. */
export interface UploadTarget {
  readonly bucket: BucketReading;
  /** Of all uploads together; absent: no limit. */
  readonly maxBytesPerSecond: number | undefined;
  /** Those that have paths, by name. */
  readonly workloads: readonly UploadWorkload[];
  /** Names of those that have none. */
  readonly others: readonly string[];
}

/** What holds before any configuration was received. */
export const NO_UPLOADS: UploadTarget = {
  bucket: { kind: 'none' },
  maxBytesPerSecond: undefined,
  workloads: [],
  others: [],
};
