import { K4eError } from '@k4e/core';
import type { DirectBuckets } from '@k4e/core/control-plane';
import type { StorageConfig } from '../config/index.ts';

/** The buckets that the operator makes itself. */
export interface OpenBuckets {
  /** On which endpoint; `undefined` where it has none. */
  readonly direct: DirectBuckets | undefined;
  /** Lets go of what is open. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the S3 endpoint that the configuration names, if it names one; only then is anything of S3 loaded. Throws
 * `CONFIG_INVALID` for files that cannot be read.
 */
export async function openBuckets({ direct }: Pick<StorageConfig, 'direct'>): Promise<OpenBuckets> {
  if (direct === undefined) return { direct: undefined, close: () => Promise.resolve() };
  const message = 'this build cannot make buckets itself';
  return Promise.reject(new K4eError('CONFIG_INVALID', { subject: 'storage.direct', message, retry: 'never' }));
}
