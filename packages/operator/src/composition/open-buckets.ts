import { K4eError, errorText } from '@k4e/core';
import type { DirectBuckets } from '@k4e/core/control-plane';
import type { Clock } from '@k4e/core/ports';
import type { DirectStorageConfig, StorageConfig } from '../config/index.ts';
import { readS3Credentials, readStorageFile } from './s3-credentials.ts';
import type { S3Credentials } from './s3-credentials.ts';

/** The buckets that the operator makes itself. */
export interface OpenBuckets {
  /** On which endpoint; `undefined` where it has none. */
  readonly direct: DirectBuckets | undefined;
  /** Lets go of what is open. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the S3 endpoint that the configuration names, if it names one; only then is anything of S3 loaded, which is a large
 * part of an operator's memory. Nothing is asked of the endpoint yet. Throws `CONFIG_INVALID` for files that cannot be read.
 */
export async function openBuckets(
  { direct }: Pick<StorageConfig, 'direct'>,
  { clock }: { readonly clock: Clock },
): Promise<OpenBuckets> {
  if (direct === undefined) return { direct: undefined, close: () => Promise.resolve() };
  const { endpoint, publicEndpoint, region, roleArn, caFile, credentialsDirectory, sessionDurationSeconds } = direct;
  await readS3Credentials(credentialsDirectory);
  const { createDirectBuckets } = await import('@k4e/storage-s3');
  const buckets = createDirectBuckets({
    ...{ clock, endpoint, region, sessionMs: sessionDurationSeconds * 1_000 },
    ...(publicEndpoint === undefined ? {} : { publicEndpoint }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(caFile === undefined ? {} : { caBundle: await readStorageFile(caFile) }),
    readCredentials: () => credentialsOfNow(credentialsDirectory),
  });
  const close = (): Promise<void> => Promise.resolve(buckets.close());
  return { direct: { buckets, description: describeEndpoint(direct) }, close };
}

/** Where buckets are, in words; devices get another bucket when it changes. */
function describeEndpoint({ endpoint, publicEndpoint = endpoint, region }: DirectStorageConfig): string {
  const outside = publicEndpoint === endpoint ? '' : `, for devices ${publicEndpoint}`;
  return `${endpoint}${outside} (${region})`;
}

/** While the operator runs, credentials that cannot be read are a matter of buckets, and no reason to end. */
function credentialsOfNow(directory: string): Promise<S3Credentials> {
  return readS3Credentials(directory).catch((cause: unknown) => {
    const message = `the operator cannot read its own credentials for the S3 endpoint: ${errorText(cause)}`;
    throw new K4eError('BUCKET_UNAVAILABLE', { message, cause });
  });
}
